"""Mean distances to the nearest and to the farthest rows of another set: NearMiss."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.neighborhood.distances import pair_distances
from balancekit.core.neighborhood.expansion import ExpandedSquares
from balancekit.core.neighbors import NeighborEngine
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.cost import is_worth_kernels
from balancekit.core.neighbors.direct import own_positions
from balancekit.core.neighbors.distance import N_STRIPES, as_points, excess_exponent
from balancekit.core.neighbors.nan_euclidean import (
    all_nan_squares,
    check_comparable,
    has_missing,
    scaled_points,
)
from balancekit.core.recipes import FloatArray, IntArray

# The largest of so many numbers stands for them where the k-th largest of all is bounded; there
# are so many groups for each of the k.
LARGEST_GROUP = 32
GROUPS_PER_NEIGHBOR = 4

# Numbers in memory at once for each pair of rows.
BUFFERS_PER_PAIR = 4


def mean_nearest(
    X: Numbers, queries: IntArray, others: IntArray, engine: NeighborEngine, k: int
) -> FloatArray:
    """Average the distances to the k nearest rows of a set.

    NearMiss-1 keeps the rows of the larger class for which it is least, NearMiss-3 those for which
    it is largest; the set is the smaller class [1]_.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    queries : ndarray of int, shape (n_queries,)
        Ids of the rows in question.
    others : ndarray of int, shape (n_others,)
        Ids of the set, ascending.
    engine : NeighborEngine
        The search.
    k : int
        Number of neighbours.

    Returns
    -------
    means : ndarray of float64, shape (n_queries,)

    Notes
    -----
    One search. O(n_queries * k) memory.

    References
    ----------
    .. [1] I. Mani and J. Zhang, "kNN approach to unbalanced data distributions: a case study
       involving information extraction", ICML Workshop on Learning from Imbalanced Datasets, 2003.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.core.neighbors import DirectEngine
    >>> X = np.array([[0.0], [1.0], [3.0], [3.5], [4.5]])
    >>> mean_nearest(X, np.array([0, 1]), np.array([2, 3, 4]), DirectEngine(), k=2)
    array([3.25, 2.25])
    """
    distances, _ = engine.kneighbors(X, queries, others, k)
    return _averaged(distances)


def mean_farthest(
    X: Numbers, queries: IntArray, others: IntArray, k: int, n_jobs: int | None = None
) -> FloatArray:
    """Average the distances to the k farthest rows of a set.

    NearMiss-2 keeps the rows of the larger class for which it is least; the set is the smaller
    class.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    queries : ndarray of int, shape (n_queries,)
        Ids of the rows in question.
    others : ndarray of int, shape (n_others,)
        Ids of the set, ascending. A query that is among them does not count itself.
    k : int
        Number of rows, at most the number of others than the query.
    n_jobs : int, optional
        Threads; see `balancekit.core.neighbors.CompiledEngine`.

    Returns
    -------
    means : ndarray of float64, shape (n_queries,)
        Of distances as `balancekit.core.neighbors.distance` defines them, added in ascending order.
        Infinite where a distance leaves the range of float64.

    Notes
    -----
    O(n_queries * n_others * n_columns) time, nearly all of it in compiled kernels or in products of
    matrices; memory for two copies of the rows, or blocks within scikit-learn's `working_memory`.
    Both only propose: whatever their rounding may hide among the k farthest gets its exact
    distance.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0], [1.0], [3.0], [3.5], [4.5]])
    >>> mean_farthest(X, np.array([0, 1]), np.array([2, 3, 4]), k=2)
    array([4., 3.])
    """
    n_others = len(others)
    rows = X[np.concatenate([others, queries])]
    if has_missing(rows):
        return _mean_farthest_incomplete(rows, queries, others, k)
    points, exponent = as_points(rows)
    excess = max(0, excess_exponent(points.data if sparse.issparse(points) else points))
    is_dense = not (sparse.issparse(points) or excess)
    if is_dense and is_worth_kernels(len(queries), n_others, points.shape[1]):
        # Imports numba.
        from balancekit.core.neighbors.farthest import farthest_squares

        ours, theirs = np.arange(n_others, len(points)), np.arange(n_others)
        found = farthest_squares(points, ours, theirs, k, n_jobs)
        if found is not None:
            return _averaged(np.ldexp(np.sqrt(found), exponent))
    squares = ExpandedSquares(points, excess)
    own = own_positions(queries, others)
    means = np.empty(len(queries))
    for block in row_blocks(len(queries), 8 * BUFFERS_PER_PAIR * n_others):
        places = slice(n_others + block.start, n_others + block.stop)
        table, slack = squares.between(places, slice(0, n_others))
        is_own = np.flatnonzero(own[block] >= 0)
        table[is_own, own[block][is_own]] = -np.inf
        # Both the bound and a proposal may be off by the slack.
        floor = _kth_largest_at_least(table, k) - 2 * slack
        # One dimension is found far faster than two.
        query, other = np.divmod(np.flatnonzero(table >= floor[:, np.newaxis]), n_others)
        distances = pair_distances(points, places.start + query, points, other, excess)
        order = np.lexsort((distances, query))
        ends = np.searchsorted(query, np.arange(1, len(table) + 1))
        farthest = distances[order[ends[:, np.newaxis] - np.arange(k, 0, -1)]]
        with np.errstate(over="ignore"):
            means[block] = _averaged(np.ldexp(farthest, exponent))
    return means


def _mean_farthest_incomplete(rows: Any, queries: IntArray, others: IntArray, k: int) -> FloatArray:
    """Do what `mean_farthest` does where values are missing: rows without distance are not far."""
    points, exponent = scaled_points(rows)
    own = own_positions(queries, others)
    means = np.empty(len(queries))
    for block in row_blocks(len(queries), 8 * (N_STRIPES + 4) * len(others)):
        places = slice(len(others) + block.start, len(others) + block.stop)
        squares = all_nan_squares(points[places], points[: len(others)])
        squares[np.isinf(squares)] = -1
        is_own = np.flatnonzero(own[block] >= 0)
        squares[is_own, own[block][is_own]] = -1
        farthest = np.sort(squares, axis=1)[:, -k:]
        check_comparable(farthest >= 0, queries[block])
        means[block] = _averaged(np.ldexp(np.sqrt(farthest), exponent))
    return means


def mean_farthest_with(
    estimator: Any, X: Numbers, queries: IntArray, others: IntArray, k: int
) -> FloatArray:
    """Do what `mean_farthest` does with a user's search, by its own distance.

    Parameters
    ----------
    estimator : estimator with `fit` and `kneighbors`
        It is asked for all rows of the set.
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    queries : ndarray of int, shape (n_queries,)
        Ids of the rows in question.
    others : ndarray of int, shape (n_others,)
        Ids of the set, ascending.
    k : int
        Number of rows.

    Returns
    -------
    means : ndarray of float64, shape (n_queries,)

    Raises
    ------
    ValueError
        If the estimator does not find all rows of the set.
    """
    estimator.fit(X[others])
    means = np.empty(len(queries))
    for block in row_blocks(len(queries), 8 * BUFFERS_PER_PAIR * len(others)):
        distances, _ = estimator.kneighbors(X[queries[block]], n_neighbors=len(others))
        if np.shape(distances)[1] < len(others):
            msg = (
                f"{type(estimator).__name__} finds {np.shape(distances)[1]} of {len(others)} rows; "
                "the farthest are known only if it finds all. Pass an int as n_neighbors instead."
            )
            raise ValueError(msg)
        means[block] = _averaged(np.asarray(distances)[:, -k:])
    return means


def _averaged(distances: FloatArray) -> FloatArray:
    """Average each row, also where the sum leaves the range of floats."""
    with np.errstate(over="ignore"):
        means: FloatArray = distances.mean(axis=1)
    beyond = np.isinf(means)
    if beyond.any():
        means[beyond] = (distances[beyond] / distances.shape[1]).sum(axis=1)
    return means


def _kth_largest_at_least(table: FloatArray, k: int) -> FloatArray:
    """Bound the k-th largest number of each row from below, in few passes.

    k groups have a largest number that is no less than the k-th largest of the groups' largest.
    """
    n_columns = table.shape[1]
    size = max(1, min(LARGEST_GROUP, n_columns // (GROUPS_PER_NEIGHBOR * k)))
    n_groups = n_columns // size
    largest = table[:, : size * n_groups].reshape(len(table), size, n_groups).max(axis=1)
    bound: FloatArray = np.partition(largest, n_groups - k, axis=1)[:, n_groups - k]
    return bound
