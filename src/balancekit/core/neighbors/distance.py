"""The distance that decides an order, to the last bit.

It is a float64 sum of squared differences over the columns in one fixed order, without fused or
reordered operations: column j goes to stripe j mod 8, each stripe is summed in ascending order, and
the eight stripes are added as ((0+4)+(2+6)) + ((1+5)+(3+7)). Eight stripes are what SIMD units add
at once, so every engine can follow this order at full speed. On data with one decimal, 12% of all
5-neighbour lists change with the order of summation: that is why it is fixed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.recipes import IntArray

N_STRIPES = 8

# The stripes of so many pairs stay in a core's second-level cache.
BLOCK_PAIRS = 8192

# A stored value of a sparse row: gathered, subtracted, squared and numbered.
BYTES_PER_VALUE = 64

# Squares of magnitudes with a larger exponent, or a smaller one, may leave the range of float64.
SAFE_EXPONENT = 500


def squared_distances(
    left: Any, left_rows: IntArray, right: Any, right_rows: IntArray
) -> NDArray[np.float64]:
    """Compute the squared Euclidean distance between rows, pair by pair.

    Parameters
    ----------
    left, right : ndarray of float64 or CSR matrix, shape (n, n_columns)
        Points. Dense ones are read by column: Fortran order is fastest.
    left_rows, right_rows : ndarray of int, shape (n_pairs,)
        The row of `left` and the row of `right` that form each pair.

    Returns
    -------
    distances : ndarray of float64, shape (n_pairs,)

    Notes
    -----
    O(n_pairs * n_columns) time; no memory to speak of beyond the result. Sparse rows are gathered
    in blocks.
    """
    distances = np.empty(len(left_rows))
    if sparse.issparse(left):
        for pairs in row_blocks(len(left_rows), bytes_per_pair(left) + bytes_per_pair(right)):
            distances[pairs] = _sparse_squared_distances(
                left[left_rows[pairs]], right[right_rows[pairs]]
            )
        return distances
    for start in range(0, len(left_rows), BLOCK_PAIRS):
        pairs = slice(start, start + BLOCK_PAIRS)
        distances[pairs] = _dense_squared_distances(
            left, left_rows[pairs], right, right_rows[pairs]
        )
    return distances


def all_squared_distances(queries: Any, candidates: Any) -> NDArray[np.float64]:
    """Compute the squared Euclidean distance between every query and every candidate.

    Parameters
    ----------
    queries, candidates : ndarray of float64 or CSR matrix, shape (n, n_columns)
        Points.

    Returns
    -------
    distances : ndarray of float64, shape (n_queries, n_candidates)
        Equal to those of `squared_distances` bit for bit.

    Notes
    -----
    O(n_queries * n_candidates * n_columns) time; about ten times the memory of the result where
    points are dense.
    """
    shape = (queries.shape[0], candidates.shape[0])
    if sparse.issparse(queries):
        everyone = np.arange(shape[1])
        rows = [
            squared_distances(queries, np.full(shape[1], row), candidates, everyone)
            for row in range(shape[0])
        ]
        return np.array(rows).reshape(shape)
    stripes = np.zeros((N_STRIPES, *shape))
    with np.errstate(over="ignore"):
        for column in range(queries.shape[1]):
            difference = np.subtract.outer(queries[:, column], candidates[:, column])
            stripes[column % N_STRIPES] += np.square(difference, out=difference)
        return add_stripes(stripes)


def bytes_per_pair(points: Any) -> int:
    """Estimate what one gathered row and its squares take.

    Parameters
    ----------
    points : CSR matrix
        Rows.

    Returns
    -------
    n_bytes : int
    """
    return int(BYTES_PER_VALUE * (1 + points.nnz / max(1, points.shape[0])))


def _dense_squared_distances(
    left: Any, left_rows: IntArray, right: Any, right_rows: IntArray
) -> NDArray[np.float64]:
    stripes = np.zeros((N_STRIPES, len(left_rows)))
    for column in range(left.shape[1]):
        difference = left[:, column].take(left_rows)
        difference -= right[:, column].take(right_rows)
        stripes[column % N_STRIPES] += np.square(difference, out=difference)
    return add_stripes(stripes)


def _sparse_squared_distances(left: Any, right: Any) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        return sum_by_pair((left - right).tocsr())


def sum_by_pair(difference: Any) -> NDArray[np.float64]:
    """Sum the squares of each row in the order that the distance has.

    Parameters
    ----------
    difference : CSR matrix of float64, shape (n_pairs, n_columns)
        Differences, the columns of each row in ascending order.

    Returns
    -------
    squares : ndarray of float64, shape (n_pairs,)
    """
    squares = np.square(difference.data)
    n_pairs = difference.shape[0]
    pair = np.repeat(np.arange(n_pairs), np.diff(difference.indptr))
    # bincount adds in the order of its input; SciPy keeps columns ascending within each pair.
    sums: NDArray[Any] = np.bincount(
        pair * N_STRIPES + difference.indices % N_STRIPES,
        weights=squares,
        minlength=n_pairs * N_STRIPES,
    )
    # Without any input, bincount forgets that weights are floats.
    return add_stripes(sums.astype(np.float64, copy=False).reshape(n_pairs, N_STRIPES).T)


def add_stripes(stripes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add the stripes in the fixed order.

    Parameters
    ----------
    stripes : ndarray of float64, shape (8, ...)
        One sum for each stripe.

    Returns
    -------
    total : ndarray of float64
    """
    half = stripes[:4] + stripes[4:]
    quarter = half[:2] + half[2:]
    total: NDArray[np.float64] = quarter[0] + quarter[1]
    return total


def as_points(rows: Any) -> tuple[Any, int]:
    """Return rows as float64, with their exponent taken out where squares would vanish.

    Parameters
    ----------
    rows : ndarray or CSR matrix of any numeric dtype, shape (n_rows, n_columns)
        Rows; they are not written to.

    Returns
    -------
    points : ndarray (C-contiguous) or CSR matrix of float64
        ``rows * 2**-exponent``, which is exact and changes no order; the rows themselves if that
        is no change.
    exponent : int
        0, or negative for rows that are tiny throughout.
    """
    if sparse.issparse(rows):
        matrix = rows.astype(np.float64, copy=False)
        exponent = min(0, excess_exponent(matrix.data))
        if exponent:
            parts = (np.ldexp(matrix.data, -exponent), matrix.indices, matrix.indptr)
            matrix = type(matrix)(parts, shape=matrix.shape)
        return matrix, exponent
    points = np.ascontiguousarray(rows, dtype=np.float64)
    exponent = min(0, excess_exponent(points))
    return np.ldexp(points, -exponent) if exponent else points, exponent


def in_whole_stripes(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Copy rows with columns of zeros up to a multiple of eight, which change no sum.

    Parameters
    ----------
    points : ndarray of float64, shape (n_rows, n_columns)
        Rows.

    Returns
    -------
    filled : ndarray of float64, C-contiguous
        A kernel reads eight columns at once, and has none left over.
    """
    n_columns = points.shape[1]
    filled = np.zeros((len(points), -(-n_columns // N_STRIPES) * N_STRIPES))
    filled[:, :n_columns] = points
    return filled


def excess_exponent(values: NDArray[np.float64]) -> int:
    """Return the exponent of the largest magnitude, or 0 where its square is well in range.

    Parameters
    ----------
    values : ndarray of float64
        Finite values.

    Returns
    -------
    exponent : int
        Beyond 500 or below -500, or 0.
    """
    return int(excess_exponents(max(values.max(initial=0.0), -values.min(initial=0.0))))


def excess_exponents(magnitudes: Any) -> NDArray[np.intc]:
    """Return the exponents of magnitudes, or 0 where their squares are well in range.

    Parameters
    ----------
    magnitudes : array-like of float64, not negative
        Largest magnitudes, such as one for each column.

    Returns
    -------
    exponents : ndarray of int, of the same shape
        Beyond 500 or below -500, or 0.
    """
    exponents = np.frexp(magnitudes)[1]
    return np.where(np.abs(exponents) > SAFE_EXPONENT, exponents, 0)
