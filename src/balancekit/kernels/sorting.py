"""Columns in order: keys that sort as values do, and the order of a subset."""

from __future__ import annotations

import numpy as np
from numba import float32, int32, uint64, void

from balancekit.kernels.compiling import compiled, read_only

RANKS = read_only(int32, 2)
VALUES = read_only(float32, 2)
ROWS = read_only(int32)
COLUMN = read_only(float32)

SIGN = np.uint32(1 << 31)


@compiled([void(COLUMN, uint64[::1])])
def pack_keys(column, keys):  # type: ignore[no-untyped-def]
    """Make keys that sort as values do, and of equal values the first row first.

    Parameters
    ----------
    column : ndarray of float32, shape (n_rows,)
        Finite numbers.
    keys : ndarray of uint64, shape (n_rows,)
        Written to.

    Notes
    -----
    A float's bits, with the sign bit turned (and the others, if it is negative), are an integer of
    the same order; the row is in the lower half.
    """
    # The sum has no negative zero, which is equal to the other.
    bits = (column + np.float32(0.0)).view(np.uint32)
    for row in range(len(column)):
        turned = ~bits[row] if bits[row] >> np.uint32(31) else bits[row] | SIGN
        keys[row] = (np.uint64(turned) << np.uint64(32)) | np.uint64(row)


@compiled([void(uint64[::1], int32[::1], float32[::1])])
def unpack_keys(keys, order, sorted_values):  # type: ignore[no-untyped-def]
    """Read rows and values from keys.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n_rows,)
        See `pack_keys`.
    order, sorted_values : ndarray of int32 and float32, shape (n_rows,)
        Written to.
    """
    bits = sorted_values.view(np.uint32)
    for rank in range(len(keys)):
        order[rank] = np.int32(keys[rank] & np.uint64(0xFFFFFFFF))
        turned = np.uint32(keys[rank] >> np.uint64(32))
        bits[rank] = turned ^ SIGN if turned >> np.uint32(31) else ~turned


@compiled([void(RANKS, VALUES, ROWS, int32[:, ::1], float32[:, ::1])])
def gather_sorted(order, values, place_of, places, subset_values):  # type: ignore[no-untyped-def]
    """Take the rows of a subset out of columns that are sorted for all rows.

    Parameters
    ----------
    order : ndarray of int32, shape (n_columns, n_rows)
        Rows by the value of each column.
    values : ndarray of float32, shape (n_columns, n_rows)
        The sorted columns.
    place_of : ndarray of int32, shape (n_rows,)
        Where each row stands in the subset; -1 for others.
    places, subset_values : ndarray of int32 and float32, shape (n_columns, n_subset)
        Written to: places in the subset by the value of each column, and those values.
    """
    for column in range(len(order)):
        spot = 0
        for rank in range(order.shape[1]):
            row = order[column, rank]
            if place_of[row] >= 0:
                places[column, spot] = place_of[row]
                subset_values[column, spot] = values[column, rank]
                spot += 1
