"""Nearest rows where values are missing: by the columns that both rows have."""

from __future__ import annotations

import numpy as np
from numba import float64, int64, void

from balancekit.kernels.compiling import compiled, read_only
from balancekit.kernels.neighbors.insertion import insert

POINTS = read_only(float64, 2)
PANELS = read_only(float64, 3)
OWN = read_only(int64, 1)
SIGNATURE = void(POINTS, PANELS, OWN, float64[:, ::1], int64[:, ::1], int64, int64)

# Candidates that are compared at once: the sums of so many stay in a core's first-level cache.
PANEL = 64

STRIPES = 8


@compiled([SIGNATURE])
def nearest_incomplete(queries, panels, own, squares, found, first, last):  # type: ignore[no-untyped-def]
    """Find the nearest candidates of queries ``first:last``, by (squared distance, position).

    Parameters
    ----------
    queries : ndarray of float64, shape (n_queries, n_columns)
        Points, missing values as NaN.
    panels : ndarray of float64, shape (n_panels, n_columns, PANEL)
        Candidates column by column, the last panel filled up with NaN.
    own : ndarray of int64, shape (n_queries,)
        Position of the candidate that is the query itself; -1 for none.
    squares : ndarray of float64, shape (n_queries, k)
        Filled with infinity; written to, ascending.
    found : ndarray of int64, shape (n_queries, k)
        Written to: positions. Candidates without a column in common with the query are not found.
    first, last : int
        Queries.

    Notes
    -----
    O((last - first) * n_candidates * n_columns) time.
    """
    k, n_columns = squares.shape[1], queries.shape[1]
    sums = np.empty((STRIPES, PANEL))
    counts, known = np.empty(PANEL), np.empty(PANEL)
    for panel in range(len(panels)):
        for row in range(first, last):
            sums[:] = 0.0
            counts[:] = 0.0
            for column in range(n_columns):
                value = queries[row, column]
                if np.isnan(value):
                    continue
                others, stripe = panels[panel, column], sums[column % STRIPES]
                for place in range(PANEL):
                    gap = value - others[place]
                    is_known = gap == gap
                    stripe[place] += gap * gap if is_known else 0.0
                    counts[place] += 1.0 if is_known else 0.0
            for place in range(PANEL):
                # The order that the distance has.
                even = (sums[0, place] + sums[4, place]) + (sums[2, place] + sums[6, place])
                odd = (sums[1, place] + sums[5, place]) + (sums[3, place] + sums[7, place])
                known[place] = (even + odd) * (n_columns / counts[place])
            limit = squares[row, k - 1]
            for place in range(PANEL):
                square = known[place]
                other = panel * PANEL + place
                # Candidates come in ascending order, so an equal one stays behind; without a
                # column in common, the square is NaN.
                if not square < limit or other == own[row]:
                    continue
                insert(squares, found, row, square, other)
                limit = squares[row, k - 1]
