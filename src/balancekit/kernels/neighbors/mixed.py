"""Nearest rows where some columns are names: a difference in any of them adds a fixed amount."""

from __future__ import annotations

from numba import float64, int64, void

from balancekit.kernels.compiling import compiled, read_only
from balancekit.kernels.neighbors.insertion import insert
from balancekit.kernels.neighbors.vectors import squared_distance

POINTS = read_only(float64, 2)
CODES = read_only(int64, 2)
SIGNATURE = void(POINTS, CODES, float64, float64[:, ::1], int64[:, ::1], int64, int64)


@compiled([SIGNATURE])
def nearest_mixed(points, codes, weight, squares, found, first, last):  # type: ignore[no-untyped-def]
    """Find the nearest other rows of rows ``first:last``, by (squared distance, row).

    Parameters
    ----------
    points : ndarray of float64, shape (n_rows, n_numeric)
        Numeric columns.
    codes : ndarray of int64, shape (n_rows, n_nominal)
        Nominal columns.
    weight : float
        What each nominal column that differs adds to a squared distance.
    squares : ndarray of float64, shape (n_rows, k)
        Filled with infinity; written to, ascending.
    found : ndarray of int64, shape (n_rows, k)
        Written to: the rows.
    first, last : int
        Rows.

    Notes
    -----
    O((last - first) * n_rows * n_columns) time.
    """
    k, n_nominal = squares.shape[1], codes.shape[1]
    for row in range(first, last):
        for other in range(len(points)):
            if other == row:
                continue
            n_differing = 0
            for column in range(n_nominal):
                n_differing += codes[row, column] != codes[other, column]
            # The mismatches alone may settle it.
            added = n_differing * weight
            if added >= squares[row, k - 1]:
                continue
            square = squared_distance(points, row, points, other) + added
            # Rows come in ascending order, so an equal one stays behind.
            if square >= squares[row, k - 1]:
                continue
            insert(squares, found, row, square, other)
