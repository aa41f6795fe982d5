"""The fixed distance of `balancekit.core.neighbors.distance` for pairs of rows, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.distance import N_STRIPES, squared_distances
from balancekit.core.recipes import FloatArray, IntArray

# Numbers in memory at once for each number of a pair.
BUFFERS_PER_NUMBER = 3


def pair_squares(left: Any, left_rows: IntArray, right: Any, right_rows: IntArray) -> FloatArray:
    """Compute the squared distance between rows, pair by pair.

    Parameters
    ----------
    left, right : ndarray of float64 or CSR matrix, shape (n, n_columns)
        Points. Dense ones are read by row: C order is fastest.
    left_rows, right_rows : ndarray of int, shape (n_pairs,)
        The row of `left` and the row of `right` that form each pair.

    Returns
    -------
    squares : ndarray of float64, shape (n_pairs,)
        Equal bit for bit to those of `balancekit.core.neighbors.distance.squared_distances`, which
        goes column by column and so is slow for few pairs. Infinite where a square overflows.

    Notes
    -----
    O(n_pairs * n_columns) time; gathered in blocks.
    """
    with np.errstate(over="ignore"):
        if sparse.issparse(left):
            return squared_distances(left, left_rows, right, right_rows)
        squares = np.empty(len(left_rows))
        n_columns = left.shape[1]
        for pairs in row_blocks(len(left_rows), 8 * BUFFERS_PER_NUMBER * (n_columns + N_STRIPES)):
            terms = left[left_rows[pairs]]
            terms -= right[right_rows[pairs]]
            np.square(terms, out=terms)
            stripes = np.zeros((len(terms), N_STRIPES))
            for start in range(0, n_columns, N_STRIPES):
                part = terms[:, start : start + N_STRIPES]
                stripes[:, : part.shape[1]] += part
            half = stripes[:, :4] + stripes[:, 4:]
            quarter = half[:, :2] + half[:, 2:]
            squares[pairs] = quarter[:, 0] + quarter[:, 1]
    return squares


def pair_distances(
    left: Any, left_rows: IntArray, right: Any, right_rows: IntArray, excess: int
) -> FloatArray:
    """Compute the distance between rows, pair by pair, also where squares overflow.

    Parameters
    ----------
    left, right : ndarray of float64 or CSR matrix, shape (n, n_columns)
        Points.
    left_rows, right_rows : ndarray of int, shape (n_pairs,)
        The row of `left` and the row of `right` that form each pair.
    excess : int
        Exponent of their largest magnitude, 0 where no square overflows.

    Returns
    -------
    distances : ndarray of float64, shape (n_pairs,)
        Infinite only where the distance itself leaves the range of float64.

    Notes
    -----
    O(n_pairs * n_columns) time; gathered in blocks.
    """
    distances = np.sqrt(pair_squares(left, left_rows, right, right_rows))
    if excess:
        beyond = np.flatnonzero(np.isinf(distances))
        near, far = left[left_rows[beyond]], right[right_rows[beyond]]
        pairs = np.arange(len(beyond))
        reduced = pair_squares(near * 2.0**-excess, pairs, far * 2.0**-excess, pairs)
        with np.errstate(over="ignore"):
            distances[beyond] = np.ldexp(np.sqrt(reduced), excess)
    return distances
