import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from balancekit.core.neighborhood.distances import pair_distances, pair_squares
from balancekit.core.neighborhood.expansion import ExpandedSquares
from balancekit.core.neighbors.distance import all_squared_distances, squared_distances


@pytest.mark.parametrize("n_columns", [1, 7, 8, 9, 16, 37])
@pytest.mark.parametrize("make", [np.asarray, sparse.csr_array])
def test_squares_row_by_row_are_those_column_by_column(n_columns, make):
    rng = np.random.RandomState(0)
    points = make(np.round(rng.randn(60, n_columns), 1))
    left, right = rng.randint(0, 60, (2, 500))
    expected = squared_distances(points, left, points, right)
    assert_array_equal(pair_squares(points, left, points, right), expected)
    assert_array_equal(pair_distances(points, left, points, right, 0), np.sqrt(expected))


def test_distances_whose_squares_overflow_are_finite():
    points = np.array([[0.0, 0.0], [3e200, 4e200], [1.0, 0.0]])
    distances = pair_distances(points, np.zeros(3, int), points, np.arange(3), 668)
    np.testing.assert_allclose(distances, [0.0, 5e200, 1.0])
    stored = sparse.csr_array(points)
    assert_array_equal(
        pair_distances(stored, np.zeros(3, int), stored, np.arange(3), 668), distances
    )


rng = np.random.RandomState(0)


@pytest.mark.parametrize(
    "points",
    [
        rng.randn(80, 30),
        rng.randn(80, 3) + 1e9,
        rng.randn(80, 6) + 1e7 * (rng.rand(80, 1) < 0.1),
        rng.randn(80, 9) * np.logspace(-9, 9, 9),
        rng.randn(80, 5) * 1e-155,
        rng.randn(80, 5) * 1e149,
        np.ones((80, 4)) / 3,
    ],
)
@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
def test_expanded_squares_are_off_by_no_more_than_the_slack(points, make):
    table, slack = ExpandedSquares(make(points), 0).between(slice(0, 40), np.arange(40, 80))
    exact = all_squared_distances(points[:40], points[40:])
    assert (np.abs(table - exact) <= slack[:, np.newaxis]).all()
