"""Nearest rows of names, by how much the classes of their values differ."""

from __future__ import annotations

import numpy as np
from numba import float64, int32, int64, void

from balancekit.kernels.compiling import compiled, read_only
from balancekit.kernels.neighbors.insertion import insert

CODES = read_only(int32, 2)
SHARES = read_only(float64, 2)
PLACES = read_only(int64, 1)
SIGNATURE = void(CODES, SHARES, PLACES, PLACES, float64[:, ::1], int64[:, ::1], int64, int64)

# Rows that are looked at one by one if any of them may be near.
GROUP = 64


@compiled([SIGNATURE])
def nearest_names(codes, shares, starts, queries, distances, found, first, last):  # type: ignore[no-untyped-def]
    """Find the nearest rows of queries ``first:last``, by (distance, row), themselves included.

    Parameters
    ----------
    codes : ndarray of int32, shape (n_columns, n_rows)
        Codes of the values, column by column.
    shares : ndarray of float64, shape (n_values, n_classes)
        For the values of all columns, one after another: the shares of the classes among the rows
        that have them.
    starts : ndarray of int64, shape (n_columns + 1,)
        Where the values of each column begin.
    queries : ndarray of int64
        Rows.
    distances : ndarray of float64, shape (n_queries, k)
        Filled with infinity; written to, ascending.
    found : ndarray of int64, shape (n_queries, k)
        Written to: rows.
    first, last : int
        Queries.

    Notes
    -----
    O((last - first) * (n_rows * n_columns + n_values * n_classes)) time.
    """
    k = distances.shape[1]
    n_columns, n_rows = codes.shape
    n_classes = shares.shape[1]
    totals = np.empty(n_rows)
    squares = np.empty(starts[n_columns])
    for query in range(first, last):
        row = queries[query]
        totals[:] = 0.0
        for column in range(n_columns):
            begin, end = starts[column], starts[column + 1]
            own = begin + codes[column, row]
            for value in range(begin, end):
                total = 0.0
                for label in range(n_classes):
                    total += abs(shares[own, label] - shares[value, label])
                squares[value] = total * total
            of_column, values = squares[begin:end], codes[column]
            for other in range(n_rows):
                totals[other] += of_column[values[other]]
        limit = distances[query, k - 1]
        for start in range(0, n_rows, GROUP):
            stop = min(start + GROUP, n_rows)
            n_near = 0
            for other in range(start, stop):
                n_near += totals[other] < limit
            if n_near == 0:
                continue
            for other in range(start, stop):
                total = totals[other]
                # Rows come in ascending order, so an equal one stays behind.
                if total >= limit:
                    continue
                insert(distances, found, query, total, other)
                limit = distances[query, k - 1]
