"""The pass of Hart's rule, against the same loop in Python."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.kernels.neighbors.condensing import condense_points


def _condensed(points, radii, ids, needed, seeds):
    chosen, passed_over = list(seeds), set(seeds)
    for row in range(len(points)):
        near = np.square(points[chosen] - points[row]).sum(axis=1) < radii[row]
        if row in passed_over or near.sum() >= needed:
            continue
        chosen.append(row)
        passed_over.add(ids[row])
    return chosen


@pytest.mark.parametrize("n_columns", [1, 3, 8])
@pytest.mark.parametrize("needed", [1, 2, 4])
@pytest.mark.parametrize("spread", [1, 3])
def test_rows_without_enough_chosen_ones_nearby_are_chosen(n_columns, needed, spread):
    rng = np.random.RandomState(needed)
    # Sums of squares of small integers are exact in any order.
    points = rng.randint(0, 9, (150, n_columns)).astype(float)
    radii = rng.randint(0, 30, 150).astype(float)
    ids = spread * np.arange(150) + 1
    seeds = [5, 90]
    chosen, is_passed_over = np.zeros(150, np.int64), np.zeros(150, bool)
    chosen[:2], is_passed_over[seeds] = seeds, True
    n_chosen = condense_points(points, radii, ids, needed, is_passed_over, chosen, 2)
    assert_array_equal(chosen[:n_chosen], _condensed(points, radii, ids, needed, seeds))
    assert 2 < n_chosen < 150
