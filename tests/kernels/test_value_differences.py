"""Nearest rows of names, against all distances."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.core.neighbors import value_differences
from balancekit.core.neighbors.value_differences import ValueDifferences


@pytest.mark.parametrize("worth", [True, False])
@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize("sizes", [[2], [3, 9, 4], [200, 2, 2]])
@pytest.mark.parametrize("k", [1, 6])
@pytest.mark.parametrize("n_jobs", [1, 3])
def test_the_nearest_are_those_of_all_distances(monkeypatch, worth, n_classes, sizes, k, n_jobs):
    monkeypatch.setattr(value_differences, "is_worth_kernels", lambda *shape: worth)
    rng = np.random.RandomState(k)
    codes = np.column_stack([rng.randint(0, size, 170) for size in sizes])
    labels = np.arange(170) % n_classes
    differences = ValueDifferences(codes, labels, n_jobs)
    members = np.flatnonzero(labels < 2)
    table = differences.between(members, members)
    # Of rows that are equal, those that come first stand for all.
    _, first, same = np.unique(codes[members], axis=0, return_index=True, return_inverse=True)
    expected = np.argsort(table, axis=1, kind="stable")[first[same.ravel()], : k + 1]
    assert_array_equal(differences.nearest(members, k), expected)
