"""Line searches in compiled code: what the kernels promise their callers."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.kernels import thresholds
from balancekit.kernels.thresholds import best_switch, confuse, metric_value, switch_points

NO_COSTS = np.zeros((1, 1))
SAME = 1e-12


def _short(values):
    return np.array(values, dtype=np.int16)


def _value(kind, hits, predicted, true, beta=1.0, positive=1, cost=0.0):
    hits, predicted, true = (np.array(part, dtype=float) for part in (hits, predicted, true))
    return metric_value(kind, beta, positive, hits, predicted, true, cost)


def _switch(points, codes, kind, weights=(), n_values=0):
    """All rows are taken for class 0 at first and switch to class 1."""
    codes = _short(codes)
    weights = np.array(weights, dtype=float)
    sizes = np.bincount(codes, weights if len(weights) else None, minlength=2).astype(float)
    values = np.full(n_values, np.nan)
    found = best_switch(
        np.array(points, dtype=float), np.zeros_like(codes), codes, weights, 1, NO_COSTS, kind, 1.0,
        1, sizes, np.array([sizes[0], 0.0]), np.array([sizes.sum(), 0.0]), 0.0, SAME, values,
    )  # fmt: skip
    return found, values


def test_the_best_value_lies_between_the_last_row_to_switch_and_the_next():
    (value, low, high), values = _switch([1, 2, 4, 5], [1, 1, 0, 0], thresholds.ACCURACY, (), 5)
    assert (value, low, high) == (1.0, 2.0, 4.0)
    assert_array_equal(values, [0.5, 0.75, 1.0, 0.75, 0.5])


def test_rows_with_one_switch_point_switch_together():
    (value, low, high), values = _switch([1, 1, 2], [1, 0, 0], thresholds.ACCURACY, (), 4)
    assert_array_equal(values, [2 / 3, np.nan, 2 / 3, 1 / 3])
    assert (value, low, high) == (2 / 3, 1.0, 2.0)


def test_the_widest_of_equally_good_gaps_is_taken():
    # Accuracies 3/6, 4/6, 3/6, 4/6, 3/6, 4/6, 3/6.
    (value, low, high), _ = _switch([0, 1, 3, 6, 7, 9], [1, 0, 1, 0, 1, 0], thresholds.ACCURACY)
    assert (value, low, high) == (4 / 6, 3.0, 6.0)


@pytest.mark.parametrize(
    ("codes", "expected"), [([0, 0, 0], (-np.inf, 1.0)), ([1, 1, 1], (3.0, np.inf))]
)
def test_the_ends_of_the_line_are_infinite(codes, expected):
    (value, low, high), _ = _switch([1, 2, 3], codes, thresholds.ACCURACY)
    assert value == 1.0
    assert (low, high) == expected


def test_an_empty_line_has_the_value_that_it_begins_with():
    found = best_switch(
        np.empty(0), _short([]), _short([]), np.empty(0), 0, NO_COSTS, thresholds.ACCURACY, 1.0, 1,
        np.array([3.0, 1.0]), np.array([2.0, 1.0]), np.array([2.0, 2.0]), 0.0, SAME, np.empty(0),
    )  # fmt: skip
    assert found == (0.75, -np.inf, np.inf)


def test_nothing_is_left_of_weights_that_have_switched():
    # 0.1 + 0.2 + 0.3 - 0.3 - 0.2 - 0.1 is 2.8e-17, whose root is no recall.
    weights = [0.1, 0.2, 0.3, 0.7]
    (value, _, _), values = _switch([1, 2, 3, 4], [0, 0, 0, 1], thresholds.G_MEAN, weights, 5)
    assert value == 0.0
    assert_array_equal(values, np.zeros(5))
    _, values = _switch([1, 2, 3, 4], [0, 0, 0, 1], thresholds.MCC, weights, 5)
    assert values[0] == values[4] == 0.0


def test_values_that_differ_by_rounding_do_not_lead_astray_step_by_step():
    # Each gap is wider and each value lower than the one before, by less than what is the same.
    n_rows = 40
    costs = np.array([[0.0, 1.0], [0.0, 0.0]])
    points = np.cumsum(np.arange(n_rows, dtype=float))
    small = np.full(n_rows, 0.5 * SAME)
    true = np.array([small.sum(), 1.0])
    value, low, _ = best_switch(
        points, _short([0] * n_rows), _short([0] * n_rows), small, 1, costs, thresholds.COST, 1.0,
        1, true, np.array([true[0], 0.0]), np.array([true.sum(), 0.0]), 0.0, SAME, np.empty(0),
    )  # fmt: skip
    assert value == 0.0
    assert low <= points[2]


def test_the_geometric_mean_of_hundreds_of_small_recalls_is_not_zero():
    assert 0.1**400 == 0.0
    value = _value(thresholds.G_MEAN, np.ones(400), np.full(400, 10), np.full(400, 10))
    assert value == pytest.approx(0.1)


def test_a_class_that_is_predicted_and_has_no_rows_makes_the_geometric_mean_zero():
    assert _value(thresholds.G_MEAN, [2, 3, 0], [2, 3, 0], [2, 3, 0]) == 1.0
    assert _value(thresholds.G_MEAN, [2, 2, 0], [2, 2, 1], [2, 3, 0]) == 0.0


def test_f_of_beta_zero_counts_classes_that_are_never_predicted():
    # Precisions 3/5 and, of the class that is never predicted, 0.
    assert _value(thresholds.F_MACRO, [3, 0], [5, 0], [3, 2], beta=0.0) == pytest.approx(0.3)


def test_youden_is_twice_the_balanced_accuracy_less_one():
    confusion = [3, 1], [4, 3], [5, 2]
    balanced = _value(thresholds.BALANCED_ACCURACY, *confusion)
    assert balanced == pytest.approx((3 / 5 + 1 / 2) / 2)
    assert _value(thresholds.YOUDEN, *confusion) == pytest.approx(2 * balanced - 1)


def _points(scores, offsets, code):
    scores = np.array(scores, dtype=float)
    points, rivals = np.empty(len(scores)), np.empty(len(scores), dtype=np.int16)
    switch_points(scores, np.array(offsets, dtype=float), code, points, rivals)
    return points, rivals


def test_a_row_switches_where_its_class_reaches_the_best_other():
    points, rivals = _points([[0, 2, 1], [5, 0, 7], [1, 1, 1]], [0, 0, 1], 0)
    # Of others that are equally good, the first.
    assert_array_equal(rivals, [1, 2, 2])
    assert_array_equal(points, [2, 3, 1])
    points, rivals = _points([[0, 2, 1]], [0, 0, 1], 0)
    assert rivals.tolist() == [1]


def test_a_class_without_probability_is_never_switched_to_and_a_sure_one_always():
    inf = np.inf
    points, rivals = _points([[-inf, 0, 0], [0, -inf, -inf], [-inf, -inf, 0]], [0, 0, 0], 0)
    assert_array_equal(points, [inf, -inf, inf])
    assert_array_equal(rivals, [1, 1, 2])


def test_decisions_are_those_of_argmax_and_weigh_what_their_rows_do():
    rng = np.random.RandomState(0)
    scores = rng.randint(0, 4, (60, 4)).astype(float)
    scores[rng.rand(60, 4) < 0.2] = -np.inf
    offsets, codes = np.array([0.0, 1.0, -1.0, 0.0]), rng.randint(0, 4, 60).astype(np.int16)
    named = (scores + offsets).argmax(axis=1)
    for weights in (np.empty(0), rng.randint(1, 9, 60).astype(float)):
        expected = np.zeros((4, 4))
        np.add.at(expected, (codes, named), weights if len(weights) else 1.0)
        table = np.zeros((4, 4))
        confuse(scores, offsets, codes, weights, table)
        assert_array_equal(table, expected)


def test_read_only_arrays_are_taken():
    scores = np.array([[0.0, 1.0], [1.0, 0.0]])
    offsets, codes, none = np.zeros(2), _short([1, 0]), np.empty(0)
    for part in (scores, offsets, codes, none):
        part.flags.writeable = False
    table = np.zeros((2, 2))
    confuse(scores, offsets, codes, none, table)
    assert_array_equal(table, np.eye(2))
