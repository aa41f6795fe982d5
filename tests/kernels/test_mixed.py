"""Nearest rows by numbers and names, against all distances."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.core.neighbors import mixed


@pytest.mark.parametrize("worth", [True, False])
@pytest.mark.parametrize("n_numeric", [1, 3, 9])
@pytest.mark.parametrize("k", [1, 4])
@pytest.mark.parametrize("n_jobs", [1, 3])
@pytest.mark.parametrize("weight", [0.0, 2.0, 100.0])
def test_the_nearest_are_those_of_all_distances(monkeypatch, worth, n_numeric, k, n_jobs, weight):
    monkeypatch.setattr(mixed, "is_worth_kernels", lambda *shape: worth)
    rng = np.random.RandomState(n_numeric)
    # Small integers: sums are exact in any order, and distances tie.
    points = rng.randint(0, 5, (90, n_numeric)).astype(float)
    codes = rng.randint(0, 3, (90, 2))
    squares = np.square(points[:, np.newaxis] - points).sum(axis=2)
    squares += weight * (codes[:, np.newaxis] != codes).sum(axis=2)
    np.fill_diagonal(squares, np.inf)
    expected = np.argsort(squares, axis=1, kind="stable")[:, :k]
    assert_array_equal(mixed.nearest_mixed_rows(points, codes, weight, k, n_jobs), expected)
