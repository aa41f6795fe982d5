"""The farthest rows, against all distances."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.core.neighbors.distance import all_squared_distances
from balancekit.core.neighbors.farthest import farthest_squares
from balancekit.kernels.neighbors.farthest import turn_biases
from balancekit.kernels.neighbors.packing import NOBODY
from balancekit.kernels.neighbors.target import BLOCK


@pytest.mark.parametrize("n_columns", [1, 2, 7, 8, 9, 33])
@pytest.mark.parametrize("k", [1, 2, 5, 40])
@pytest.mark.parametrize("n_jobs", [1, 3])
def test_the_largest_squares_are_those_of_all(n_columns, k, n_jobs):
    rng = np.random.RandomState(n_columns)
    table = rng.standard_t(3, (250, n_columns))
    queries, others = rng.permutation(250)[:131], np.arange(10, 210)
    found = farthest_squares(table, queries, others, k, n_jobs)
    expected = np.sort(all_squared_distances(table[queries], table[others]), axis=1)[:, -k:]
    assert_array_equal(found, expected)


def test_one_query_and_one_other():
    table = np.array([[0.0, 3.0], [4.0, 0.0]])
    assert_array_equal(farthest_squares(table, np.array([1]), np.array([0]), 1, 1), [[25.0]])


def test_rows_that_low_precision_does_not_tell_apart_are_given_up():
    table = np.random.RandomState(0).randn(2000, 3)
    table[-1] = 1e12
    assert farthest_squares(table, np.arange(900), np.arange(900, 2000), 2, 1) is None


def test_turned_biases_bound_half_the_squared_norm_and_skip_nobody():
    bias = np.array([-50, -7] + [NOBODY] * (BLOCK - 2), dtype=np.int32)
    rows = np.array([3, 4] + [-1] * (BLOCK - 2))
    turned = turn_biases(bias, np.array([2.5], np.float32), rows)
    assert_array_equal(turned[:2], [55, 12])
    assert (turned[2:] == NOBODY).all()
