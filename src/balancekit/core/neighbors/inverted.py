"""Exact search among sparse rows, by way of the rows that hold each column."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from balancekit.core.neighbors.crew import Crew
from balancekit.core.neighbors.direct import own_positions
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.kernels.neighbors.inverted import DOUBLE, OTHERS, nearest_sparse

# A column that this share of the candidates holds is faster to add whole than entry by entry.
COMMON_SHARE = 0.25


def nearest_among_sparse(
    points: Any,
    queries: IntArray,
    candidates: IntArray,
    k: int,
    crew: Crew,
    codes: IntArray | None = None,
    weight: float = 0.0,
) -> tuple[FloatArray, IntArray]:
    """Find the nearest other rows of each query row.

    Parameters
    ----------
    points : CSR matrix of float64 with sorted indices, shape (n_rows, n_columns)
        Rows whose squares stay within the range.
    queries, candidates : ndarray of int
        Rows; candidates ascending.
    k : int
        Number of neighbours.
    crew : Crew
        Threads.
    codes : ndarray of int, shape (n_rows, n_nominal), optional
        Nominal columns of the rows.
    weight : float, default=0.0
        What each nominal column that differs adds to a squared distance.

    Returns
    -------
    distances : ndarray of float64, shape (n_queries, k)
    rows : ndarray of int, shape (n_queries, k)
        By (distance, row).

    Notes
    -----
    The time is that of a product of the rows with themselves, short of most of its memory: it takes
    the sum over all columns of (queries that hold it) x (candidates that do). Memory: 8 bytes for
    each stored value of the candidates, 4 for each candidate and thread.
    """
    indices = points.indices.astype(np.int32, copy=False)
    rows = (points.data, indices, points.indptr.astype(np.int64))
    n_values = np.diff(rows[2])
    exponent = int(np.frexp(np.abs(points.data).max(initial=0.0))[1])
    unit = 2.0**-exponent
    theirs = points if len(candidates) == points.shape[0] else points[candidates]
    norms = _norms(theirs, unit)
    common, place_of, postings = _by_column(theirs, unit)
    own = own_positions(queries, candidates).astype(np.int64)
    squares = np.full((len(queries), k), np.inf)
    found = np.zeros((len(queries), k), dtype=np.int64)
    names = np.empty((points.shape[0], 0)) if codes is None else codes
    names = np.ascontiguousarray(names, dtype=np.int64)
    asked, among = queries.astype(np.int64), candidates.astype(np.int64)
    crew.ranges(
        lambda first, last: nearest_sparse(
            rows, names, weight, asked, among, unit, common, place_of, postings, norms,
            int(n_values.max(initial=0)), own, squares, found, first, last,
        ),
        len(queries),
    )  # fmt: skip
    return np.sqrt(squares), candidates[found]


def _norms(rows: Any, unit: float) -> tuple[FloatArray, FloatArray]:
    """Bound squared lengths from below and lengths from above."""
    n_values = np.diff(rows.indptr)
    squares = np.zeros(rows.shape[0])
    values = rows.data * unit
    np.square(values, out=values)
    # Of an empty row, there is no sum.
    filled = np.flatnonzero(n_values)
    if filled.size:
        squares[filled] = np.add.reduceat(values, rows.indptr[filled])
    blur = (n_values + OTHERS) * DOUBLE
    return squares * (1 - blur), np.sqrt(squares) * (1 + blur)


def _by_column(rows: Any, unit: float) -> tuple[Any, IntArray, tuple[Any, Any, Any]]:
    """Turn rows into columns of float32: the common ones dense, the others as lists of holders."""
    n_rows, n_columns = rows.shape
    single = sparse.csr_array(
        ((rows.data * unit).astype(np.float32), rows.indices, rows.indptr), shape=rows.shape
    ).tocsc()
    n_holders = np.diff(single.indptr)
    frequent = np.flatnonzero(n_holders > COMMON_SHARE * n_rows)
    place_of = np.full(n_columns, -1, dtype=np.int64)
    place_of[frequent] = np.arange(len(frequent))
    common = np.zeros((len(frequent), n_rows), dtype=np.float32)
    for place, column in enumerate(frequent.tolist()):
        held = slice(single.indptr[column], single.indptr[column + 1])
        common[place, single.indices[held]] = single.data[held]
    holders = single.indices.astype(np.int32, copy=False)
    return common, place_of, (single.data, holders, single.indptr.astype(np.int64))
