"""What the classes of neighbours say."""

from __future__ import annotations

from typing import Any

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
    agree = np.ones(len(own), dtype=bool)
    # Column by column: NumPy is slow along a short axis.
    for code in neighbor_codes.T:
        agree &= code == own
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


def predict_codes(
    classifier: Any, X: Numbers, codes: IntArray, known: IntArray, asked: IntArray
) -> IntArray:
    """Ask a user's estimator for the classes of rows.

    Parameters
    ----------
    classifier : estimator with `fit` and either `predict` or `kneighbors`
        It is fitted anew. Of one that finds neighbours only, all neighbours have a vote.
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    codes : ndarray of int, shape (n_rows,)
        Class codes of all rows.
    known : ndarray of int, shape (n_known,)
        Ids of the rows to fit on.
    asked : ndarray of int, shape (n_asked,)
        Ids of the rows in question. One that is known as well may be its own neighbour.

    Returns
    -------
    codes : ndarray of int, shape (n_asked,)

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> X, codes = np.array([[0.0], [1.0], [3.0], [3.5]]), np.array([0, 1, 0, 1])
    >>> predict_codes(KNeighborsClassifier(1), X, codes, np.array([0, 3]), np.array([1, 2]))
    array([0, 1])
    """
    classifier.fit(X[known], codes[known])
    if hasattr(classifier, "predict"):
        return np.asarray(classifier.predict(X[asked]))
    positions = np.asarray(classifier.kneighbors(X[asked], return_distance=False))
    return most_frequent(codes[known][positions.astype(np.intp)])
