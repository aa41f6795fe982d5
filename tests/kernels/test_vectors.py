"""Operations on vectors: the distance that decides, and bits."""

import numpy as np
import pytest
from numba import njit
from numpy.testing import assert_array_equal

from balancekit.core.neighbors.distance import all_squared_distances
from balancekit.kernels.neighbors.target import BLOCK
from balancekit.kernels.neighbors.vectors import (
    keep_largest,
    lowest_bit,
    smallest_of_block,
    squared_distance,
)


@njit
def _table_of_distances(left, right):
    table = np.empty((len(left), len(right)))
    for row in range(len(left)):
        for other in range(len(right)):
            table[row, other] = squared_distance(left, row, right, other)
    return table


@njit
def _lowest(word):
    return lowest_bit(word)


def _rows(n_rows, n_columns, dtype, seed):
    rng = np.random.RandomState(seed)
    rows = rng.randn(n_rows, n_columns) * 10.0 ** rng.randint(-6, 7, n_columns)
    rows[::3] = np.round(rows[::3], 1)
    return rows.astype(dtype)


@pytest.mark.parametrize("left", [np.float32, np.float64])
@pytest.mark.parametrize("right", [np.float32, np.float64])
def test_the_distance_that_decides_is_that_of_the_definition_to_the_last_bit(left, right):
    for n_columns in (*range(1, 41), 64, 127, 130):
        rows = _rows(9, n_columns, left, n_columns), _rows(11, n_columns, right, 500 + n_columns)
        expected = all_squared_distances(*(side.astype(np.float64) for side in rows))
        assert_array_equal(_table_of_distances(*rows), expected, err_msg=f"{n_columns} columns")


@pytest.mark.parametrize("scale", [1e-160, 1e-150, 1e140])
def test_squares_at_the_ends_of_the_range_are_rounded_alike(scale):
    rows = _rows(20, 11, np.float64, 0) * scale
    assert_array_equal(_table_of_distances(rows, rows), all_squared_distances(rows, rows))


def test_signed_zeros_and_copies_are_at_distance_zero():
    rows = np.array([[0.0, -0.0, 3.0], [-0.0, 0.0, 3.0]])
    assert_array_equal(_table_of_distances(rows, rows), np.zeros((2, 2)))


def test_the_lowest_bit_is_found_wherever_it_is():
    above = np.random.RandomState(0).randint(0, 2**62, 64)
    for bit, others in enumerate(above.tolist()):
        word = (1 << bit) | (others << (bit + 1) & (2**64 - 1))
        word = np.uint64(word).astype(np.int64)
        assert _lowest(word) == bit
        assert _lowest(np.uint64(1 << bit).astype(np.int64)) == bit


@njit
def _keep(best, n_levels, numbers):
    for start in range(0, len(numbers), BLOCK):
        keep_largest(best, n_levels, numbers, start)


@pytest.mark.parametrize("n_levels", [1, 2, 5, 40])
@pytest.mark.parametrize("n_rounds", [1, 4, 100])
def test_each_place_keeps_its_largest_numbers(n_levels, n_rounds):
    rng = np.random.RandomState(n_rounds)
    numbers = rng.randint(-50, 50, (n_rounds, BLOCK)).astype(np.float32)
    best = np.full(n_levels * BLOCK, -1e9, np.float32)
    _keep(best, n_levels, numbers.ravel())
    best = best.reshape(n_levels, BLOCK)
    expected = -np.sort(-numbers, axis=0)[:n_levels]
    assert_array_equal(best[: len(expected)], expected)
    assert_array_equal(best[len(expected) :], np.float32(-1e9))


@njit
def _smallest(numbers, start):
    return smallest_of_block(numbers, start)


def test_the_smallest_of_a_block_is_found_wherever_it_is():
    numbers = np.random.RandomState(0).rand(3 * BLOCK).astype(np.float32)
    for place in range(BLOCK):
        others = numbers.copy()
        others[BLOCK + place] = -1
        assert _smallest(others, BLOCK) == -1
    assert _smallest(numbers, 0) == numbers[:BLOCK].min()
    assert _smallest(numbers, 5) == numbers[5 : 5 + BLOCK].min()
