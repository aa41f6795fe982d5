"""Whether enough of the neighbours of a row are of one class."""

from __future__ import annotations

import numpy as np

from balancekit.core.containers import Numbers
from balancekit.core.neighborhood.votes import most_frequent, nearest_codes
from balancekit.core.neighbors import NeighborEngine
from balancekit.core.recipes import IntArray


def check_majority(n_agreeing: int | None, k: int) -> int:
    """Return a number of neighbours that is more than half of all.

    Parameters
    ----------
    n_agreeing : int or None
        Neighbours that have to be of one class; None is the least possible number.
    k : int
        Number of neighbours.

    Returns
    -------
    n_agreeing : int

    Raises
    ------
    ValueError
        Names the numbers and the possible ones.
    """
    least = k // 2 + 1
    if n_agreeing is None:
        return least
    if not least <= n_agreeing <= k:
        msg = (
            f"n_agreeing={n_agreeing} is not more than half of the {k} neighbours (n_neighbors), "
            f"or more than all; set it to a number from {least} to {k}."
        )
        raise ValueError(msg)
    return int(n_agreeing)


def majority_class(
    X: Numbers,
    codes: IntArray,
    queries: IntArray,
    engine: NeighborEngine,
    k: int,
    n_agreeing: int,
) -> IntArray:
    """Find the class that enough of the k nearest rows are of.

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
    n_agreeing : int
        So many have to be of one class; more than half of k.

    Returns
    -------
    found : ndarray of int, shape (n_queries,)
        The class, or -1.

    Notes
    -----
    One search. O(n_queries * k) memory.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.core.neighbors import DirectEngine
    >>> X = np.array([[0.0], [1.0], [3.0], [3.5], [4.5]])
    >>> codes = np.array([0, 0, 0, 1, 1])
    >>> majority_class(X, codes, np.arange(5), DirectEngine(), k=3, n_agreeing=3)
    array([-1, -1, -1, -1, -1])
    >>> majority_class(X, codes, np.arange(5), DirectEngine(), k=2, n_agreeing=2)
    array([ 0,  0,  1, -1, -1])
    """
    near = nearest_codes(X, codes, queries, engine, k)
    found = most_frequent(near)
    n_found = np.count_nonzero(near == found[:, np.newaxis], axis=1)
    return np.where(n_found >= n_agreeing, found, -1)
