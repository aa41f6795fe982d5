"""What the classes of neighbours say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers import Numbers
from balancekit.core.neighbors import NeighborEngine
from balancekit.core.recipes import IntArray


def nearest_codes(
    X: Numbers,
    codes: IntArray,
    queries: IntArray,
    engine: NeighborEngine,
    k: int,
    among: IntArray | None = None,
) -> IntArray:
    """Find the classes of the k nearest rows.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    codes : ndarray of int, shape (n_rows,)
        Class codes of all rows.
    queries : ndarray of int, shape (n_queries,)
        Ids of the rows in question.
    engine : NeighborEngine
        The search.
    k : int
        Number of neighbours.
    among : ndarray of int, shape (n_among,), optional
        Ids of the rows that may be neighbours, ascending; all by default.

    Returns
    -------
    neighbor_codes : ndarray of int, shape (n_queries, k)
        The nearest first.

    Notes
    -----
    One search. O(n_queries * k) memory.
    """
    among = np.arange(len(codes)) if among is None else among
    return codes[engine.kneighbors(X, queries, among, k)[1]]


def is_unanimous(neighbor_codes: IntArray, own: IntArray) -> NDArray[np.bool_]:
    """Tell whether all neighbours are of the row's own class.

    Parameters
    ----------
    neighbor_codes : ndarray of int, shape (n_queries, k)
        Class codes of the neighbours of each row.
    own : ndarray of int, shape (n_queries,)
        Class code of each row.

    Returns
    -------
    is_unanimous : ndarray of bool, shape (n_queries,)

    Notes
    -----
    O(n_queries * k) time and memory.

    Examples
    --------
    >>> import numpy as np
    >>> is_unanimous(np.array([[1, 1], [1, 0]]), np.array([1, 1]))
    array([ True, False])
    """
    agree: NDArray[np.bool_] = (neighbor_codes == own[:, np.newaxis]).all(axis=1)
    return agree


def most_frequent(neighbor_codes: IntArray) -> IntArray:
    """Find the most frequent class among neighbours.

    Parameters
    ----------
    neighbor_codes : ndarray of int, shape (n_queries, k)
        Class codes of the neighbours of each row; k is at least 1.

    Returns
    -------
    codes : ndarray of int, shape (n_queries,)
        Of classes that are equally frequent the one with the lowest code, as `scipy.stats.mode`
        has it.

    Notes
    -----
    O(n_queries * k * log(k)) time and O(n_queries * k) memory, whatever the number of classes.

    Examples
    --------
    >>> import numpy as np
    >>> most_frequent(np.array([[2, 1, 1], [2, 1, 0]]))
    array([1, 0])
    """
    ascending = np.sort(neighbor_codes, axis=1)
    frequent = ascending[:, 0].copy()
    run = np.ones(len(ascending), dtype=np.intp)
    longest = run.copy()
    for place in range(1, ascending.shape[1]):
        code = ascending[:, place]
        run = np.where(code == ascending[:, place - 1], run + 1, 1)
        # Only a longer run wins, so the lowest code keeps a tie.
        frequent = np.where(run > longest, code, frequent)
        longest = np.maximum(longest, run)
    return frequent
