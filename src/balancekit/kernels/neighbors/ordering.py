"""An order of the rows in which neighbours stand close to each other.

The rows are split at the median of the coordinate that varies most, and each half again, down to
blocks of `BLOCK` rows. Halves meet at a multiple of `BLOCK`, so only the last block is short.
"""

from __future__ import annotations

import numpy as np

from balancekit.kernels.compiling import compiled
from balancekit.kernels.neighbors.target import BLOCK

# Rows looked at to find the coordinate that varies most.
SAMPLE = 512


@compiled()
def split(points, order, first, last):  # type: ignore[no-untyped-def]
    """Reorder the rows of blocks ``first:last`` so that the first half has the smaller values.

    Parameters
    ----------
    points : ndarray of float32, shape (n_rows, n_coordinates)
        Coordinates to split by.
    order : ndarray of int64, shape (n_rows,)
        Row at each place; the places of the blocks are rearranged.
    first, last : int
        Blocks; at least two.

    Returns
    -------
    middle : int
        The first block of the second half.

    Notes
    -----
    O(n) time for n rows, on average.
    """
    start, stop = first * BLOCK, min(last * BLOCK, len(order))
    step = max(1, (stop - start) // SAMPLE)
    widest, coordinate = -1.0, 0
    for column in range(points.shape[1]):
        total, squares, count = 0.0, 0.0, 0
        for place in range(start, stop, step):
            value = np.float64(points[order[place], column])
            total += value
            squares += value * value
            count += 1
        variance = squares / count - (total / count) ** 2
        if variance > widest:
            widest, coordinate = variance, column
    middle = (first + last + 1) // 2
    keys = np.empty(stop - start, np.float32)
    for place in range(start, stop):
        keys[place - start] = points[order[place], coordinate]
    _select(keys, order[start:stop], middle * BLOCK - start)
    return middle


@compiled()
def _select(keys, order, nth):  # type: ignore[no-untyped-def]
    """Quickselect: bring the `nth` smallest key to its place, smaller ones before it."""
    low, high = 0, len(keys)
    while high - low > 1:
        first, middle, last = keys[low], keys[(low + high) >> 1], keys[high - 1]
        pivot = max(min(first, middle), min(max(first, middle), last))
        left, right = low, high - 1
        while left <= right:
            while keys[left] < pivot:
                left += 1
            while keys[right] > pivot:
                right -= 1
            if left <= right:
                keys[left], keys[right] = keys[right], keys[left]
                order[left], order[right] = order[right], order[left]
                left += 1
                right -= 1
        if nth <= right:
            high = right + 1
        elif nth >= left:
            low = left
        else:
            return


@compiled()
def order_blocks(points, order, first, last):  # type: ignore[no-untyped-def]
    """Split blocks ``first:last`` all the way down.

    Parameters
    ----------
    points : ndarray of float32, shape (n_rows, n_coordinates)
        Coordinates to split by.
    order : ndarray of int64, shape (n_rows,)
        Row at each place; the places of the blocks are rearranged.
    first, last : int
        Blocks.

    Notes
    -----
    O(n log n) time for n rows.
    """
    firsts, lasts = np.empty(64, np.int64), np.empty(64, np.int64)
    firsts[0], lasts[0], waiting = first, last, 1
    while waiting:
        waiting -= 1
        begin, end = firsts[waiting], lasts[waiting]
        while end - begin > 1:
            middle = split(points, order, begin, end)
            firsts[waiting], lasts[waiting] = middle, end
            waiting += 1
            end = middle
