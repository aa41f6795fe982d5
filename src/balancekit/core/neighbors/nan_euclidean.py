"""Neighbours of rows with missing values: distances by the columns that both rows have.

The squared distance of two rows is the sum over the columns in which both have a value, times the
number of all columns over the number of those [1]_. The sum is that of
`balancekit.core.neighbors.distance`, missing columns adding zero, so rows without missing values
are as far apart as ever. Rows with no column in common have no distance, and are no neighbours.

References
----------
.. [1] J. K. Dixon, "Pattern recognition with partly missing data", IEEE Transactions on Systems,
   Man, and Cybernetics 9, 1979.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.cost import is_worth_kernels
from balancekit.core.neighbors.crew import Crew, thread_count
from balancekit.core.neighbors.direct import own_positions
from balancekit.core.neighbors.distance import (
    N_STRIPES,
    add_stripes,
    bytes_per_pair,
    excess_exponent,
    sum_by_pair,
)
from balancekit.core.neighbors.engine import NeighborEngine
from balancekit.core.neighbors.selection import nearest_in_table
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import counted, list_rows


class NanEuclideanEngine:
    """Search by the columns that both rows have.

    Parameters
    ----------
    complete : NeighborEngine
        Searches where no value is missing; the answer is the same.
    n_jobs : int, optional
        Threads; see `CompiledEngine`.
    """

    def __init__(self, complete: NeighborEngine, n_jobs: int | None = None) -> None:
        self.complete = complete
        self.n_jobs = n_jobs

    def kneighbors(
        self, X: Numbers, queries: IntArray, among: IntArray, k: int
    ) -> tuple[FloatArray, IntArray]:
        """Find the nearest other rows of each query row; see `NeighborEngine`.

        Raises
        ------
        ValueError
            If a query has a column in common with fewer than k candidates; names the row.

        Notes
        -----
        O(n_queries * n_candidates * n_columns) time where values are missing; a copy of the rows
        and blocks within scikit-learn's `working_memory`.
        """
        if hasattr(X, "tensor"):
            # Rows on an accelerator are finite, and stay there.
            return self.complete.kneighbors(X, queries, among, k)
        rows = X[np.concatenate([among, queries])]
        if not has_missing(rows):
            return self.complete.kneighbors(X, queries, among, k)
        points, exponent = scaled_points(rows)
        theirs, ours = points[: len(among)], points[len(among) :]
        own = own_positions(queries, among)
        shape = (len(queries), len(among), points.shape[1], "nan_euclidean.nearest_incomplete")
        if sparse.issparse(points) or not is_worth_kernels(*shape):
            squares, positions = _nearest_in_blocks(ours, theirs, own, k)
        else:
            squares, positions = _nearest_compiled(ours, theirs, own, k, self.n_jobs)
        check_comparable(np.isfinite(squares), queries)
        return np.ldexp(np.sqrt(squares), exponent), among[positions]


def check_comparable(is_known: NDArray[np.bool_], queries: IntArray) -> None:
    """Raise if a distance that is needed is not known.

    Parameters
    ----------
    is_known : ndarray of bool, shape (n_queries, k)
        Which of the distances of each query are known.
    queries : ndarray of int, shape (n_queries,)
        Their ids.

    Raises
    ------
    ValueError
        Names the first rows.
    """
    short = np.flatnonzero(~is_known.all(axis=1))
    if short.size:
        n_known, k = int(is_known[short[0]].sum()), is_known.shape[1]
        one = short.size == 1
        msg = (
            f"{counted(short.size, 'row')} of X ({list_rows(queries[short])}) "
            f"{'has' if one else 'have'} too few values: row {queries[short[0]]} shares a column "
            f"with a value with {counted(n_known, 'row')} that it is compared with, and needs {k}. "
            f"Drop {'it' if one else 'them'}, ask for fewer neighbours, or impute "
            "(e.g. SimpleImputer)."
        )
        raise ValueError(msg)


def has_missing(rows: Any) -> bool:
    """Tell whether a value is missing.

    Parameters
    ----------
    rows : ndarray or CSR matrix of any numeric dtype
        Rows.

    Returns
    -------
    has_missing : bool
    """
    values = rows.data if sparse.issparse(rows) else rows
    if values.dtype.kind != "f":
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isnan(values.sum())) and bool(np.isnan(values).any())


def scaled_points(rows: Any) -> tuple[Any, int]:
    """Return rows as float64, with their exponent taken out where squares leave the range.

    Parameters
    ----------
    rows : ndarray or CSR matrix of any numeric dtype, shape (n_rows, n_columns)
        Rows, missing values as NaN.

    Returns
    -------
    points : ndarray or CSR matrix of float64
        ``rows * 2**-exponent``.
    exponent : int
    """
    is_sparse = sparse.issparse(rows)
    points: Any = (
        rows.astype(np.float64) if is_sparse else np.array(rows, dtype=np.float64, order="C")
    )
    values = points.data if is_sparse else points
    exponent = excess_exponent(values[~np.isnan(values)])
    if exponent:
        np.ldexp(values, -exponent, out=values)
    return points, exponent


def all_nan_squares(queries: Any, candidates: Any) -> FloatArray:
    """Compute the squared distance between every query and every candidate.

    Parameters
    ----------
    queries, candidates : ndarray of float64 or CSR matrix, shape (n, n_columns)
        Points, missing values as NaN.

    Returns
    -------
    squares : ndarray of float64, shape (n_queries, n_candidates)
        Infinite where no column is common.

    Notes
    -----
    O(n_queries * n_candidates * n_columns) time; about ten times the memory of the result where
    points are dense.
    """
    shape = (queries.shape[0], candidates.shape[0])
    n_columns = queries.shape[1]
    if sparse.issparse(queries):
        table = np.empty(shape)
        pairs_at_once = row_blocks(shape[1], bytes_per_pair(queries) + bytes_per_pair(candidates))
        for block in list(pairs_at_once):
            others = candidates[block]
            for row in range(shape[0]):
                table[row, block] = _sparse_squares(queries[[row] * others.shape[0]], others)
        return table
    stripes = np.zeros((N_STRIPES, *shape))
    n_missing = np.zeros(shape, dtype=np.intp)
    for column in range(n_columns):
        difference = np.subtract.outer(queries[:, column], candidates[:, column])
        is_lost = np.isnan(difference)
        difference[is_lost] = 0
        n_missing += is_lost
        stripes[column % N_STRIPES] += np.square(difference, out=difference)
    return _weighted(add_stripes(stripes), n_missing, n_columns)


def _weighted(sums: FloatArray, n_missing: IntArray, n_columns: int) -> FloatArray:
    n_known = n_columns - n_missing
    squares: FloatArray = sums * (n_columns / np.maximum(n_known, 1))
    squares[n_known == 0] = np.inf
    return squares


def _sparse_squares(left: Any, right: Any) -> FloatArray:
    difference = (left - right).tocsr()
    is_lost = np.isnan(difference.data)
    pair = np.repeat(np.arange(difference.shape[0]), np.diff(difference.indptr))
    n_missing = np.bincount(pair[is_lost], minlength=difference.shape[0])
    difference.data[is_lost] = 0
    return _weighted(sum_by_pair(difference), n_missing, difference.shape[1])


def _nearest_in_blocks(
    queries: Any, candidates: Any, own: IntArray, k: int
) -> tuple[FloatArray, IntArray]:
    squares = np.empty((queries.shape[0], k))
    positions = np.empty((queries.shape[0], k), dtype=np.intp)
    for block in row_blocks(queries.shape[0], 8 * (N_STRIPES + 4) * candidates.shape[0]):
        table = all_nan_squares(queries[block], candidates)
        is_own = np.flatnonzero(own[block] >= 0)
        table[is_own, own[block][is_own]] = np.inf
        squares[block], positions[block] = nearest_in_table(table, k)
    return squares, positions


def _nearest_compiled(
    queries: FloatArray, candidates: FloatArray, own: IntArray, k: int, n_jobs: int | None
) -> tuple[FloatArray, IntArray]:
    # Imports numba.
    from balancekit.kernels.neighbors.nan_euclidean import PANEL, nearest_incomplete

    panels = _in_panels(candidates, PANEL)
    squares = np.full((len(queries), k), np.inf)
    found = np.zeros((len(queries), k), dtype=np.int64)
    own = own.astype(np.int64)
    with Crew(thread_count(n_jobs)) as crew:
        crew.ranges(
            lambda first, last: nearest_incomplete(
                queries, panels, own, squares, found, first, last
            ),
            len(queries),
        )
    return squares, found.astype(np.intp, copy=False)


def _in_panels(points: FloatArray, size: int) -> FloatArray:
    """Copy rows, column by column in panels of so many rows; NaN where the last has no more."""
    n_panels = -(-len(points) // size)
    filled = np.full((n_panels * size, points.shape[1]), np.nan)
    filled[: len(points)] = points
    return np.ascontiguousarray(filled.reshape(n_panels, size, -1).transpose(0, 2, 1))
