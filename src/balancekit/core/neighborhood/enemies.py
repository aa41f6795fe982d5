"""Enemies: rows of other classes nearby."""

from __future__ import annotations

import numpy as np

from balancekit.core.containers import Numbers
from balancekit.core.neighborhood.votes import nearest_codes
from balancekit.core.neighbors import NeighborEngine
from balancekit.core.recipes import FloatArray, IntArray


def count_enemies(
    X: Numbers,
    codes: IntArray,
    queries: IntArray,
    engine: NeighborEngine,
    k: int,
    among: IntArray | None = None,
) -> IntArray:
    """Count how many of the k nearest rows are of another class.

    It is what makes a row of Borderline-SMOTE safe, in danger or noise and, divided by k, the ratio
    of ADASYN.

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
    counts : ndarray of int, shape (n_queries,)
        0 to k.

    Notes
    -----
    One search. O(n_queries * k) memory.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.core.neighbors import DirectEngine
    >>> X = np.array([[0.0], [1.0], [3.0], [3.5], [4.5]])
    >>> codes = np.array([0, 0, 0, 1, 1])
    >>> count_enemies(X, codes, np.array([0, 3]), DirectEngine(), k=2)
    array([0, 1])
    """
    neighbors = nearest_codes(X, codes, queries, engine, k, among)
    counts: IntArray = np.count_nonzero(neighbors != codes[queries, np.newaxis], axis=1)
    return counts


def nearest_enemies(
    X: Numbers,
    codes: IntArray,
    queries: IntArray,
    engine: NeighborEngine,
    among: IntArray | None = None,
) -> tuple[FloatArray, IntArray]:
    """Find the nearest row of another class.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    codes : ndarray of int, shape (n_rows,)
        Class codes of all rows.
    queries : ndarray of int, shape (n_queries,)
        Ids of the rows in question.
    engine : NeighborEngine
        The search; ties between distances go to the lower id.
    among : ndarray of int, shape (n_among,), optional
        Ids of the rows that may be enemies, ascending; all by default.

    Returns
    -------
    distances : ndarray of float64, shape (n_queries,)
        Euclidean distance to the nearest enemy.
    ids : ndarray of int, shape (n_queries,)
        Its id.

    Raises
    ------
    ValueError
        If a query has no enemies.

    Notes
    -----
    A search for one neighbour for each class among the queries, between its queries and the rows of
    all other classes. O(n_rows) memory.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.core.neighbors import DirectEngine
    >>> X = np.array([[0.0], [1.0], [3.0], [3.5], [4.5]])
    >>> codes = np.array([0, 0, 0, 1, 1])
    >>> nearest_enemies(X, codes, np.array([0, 4]), DirectEngine())
    (array([3.5, 1.5]), array([3, 2]))
    """
    among = np.arange(len(codes)) if among is None else among
    distances = np.empty(len(queries))
    ids = np.empty(len(queries), dtype=np.intp)
    for code in np.unique(codes[queries]):
        own = np.flatnonzero(codes[queries] == code)
        enemies = among[codes[among] != code]
        if not enemies.size:
            msg = f"Rows of class {code} have no enemies: no row among the others is of another."
            raise ValueError(msg)
        near, found = engine.kneighbors(X, queries[own], enemies, 1)
        distances[own], ids[own] = near[:, 0], found[:, 0]
    return distances, ids
