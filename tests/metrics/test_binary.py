"""Two classes: which is the positive one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from balancekit.metrics import (
    calibration_intercept,
    calibration_slope,
    calibration_slope_and_intercept,
    precision_at_recall,
)


def _precision(y_true, y_score, **keywords):
    return precision_at_recall(y_true, y_score, 0.7, **keywords)


METRICS = [
    calibration_intercept,
    calibration_slope,
    calibration_slope_and_intercept,
    _precision,
]
RNG = np.random.RandomState(0)
TRUTH = RNG.choice(["ill", "well"], size=40)
PROBA = RNG.uniform(size=40)


@pytest.mark.parametrize("metric", METRICS)
def test_the_second_of_the_sorted_labels_is_positive(metric):
    usual = metric(TRUTH, PROBA)
    assert_allclose(metric(TRUTH, PROBA, pos_label="well"), usual)
    assert_allclose(metric((TRUTH == "well").tolist(), PROBA), usual)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("pos_label", ["ill", "well", np.str_("ill")])
def test_of_two_columns_that_of_the_positive_class_counts(metric, pos_label):
    columns = np.column_stack([1 - PROBA, PROBA])
    own = columns[:, int(pos_label == "well")]
    assert_allclose(
        metric(TRUTH, columns, pos_label=pos_label), metric(TRUTH, own, pos_label=pos_label)
    )
    assert_allclose(
        metric(TRUTH, own, pos_label=pos_label), metric(np.equal(TRUTH, pos_label), own)
    )


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("y_true", "scores", "pos_label", "message"),
    [
        ("aab", [0.1, 0.2, 0.3], "c", r"pos_label is 'c', and y_true has 'a', 'b'. Pass one of"),
        ("aaa", [0.1, 0.2, 0.3], None, r"one class only, 'a', so that the positive one is not"),
        ("abc", [0.1, 0.2, 0.3], None, r"y_true has 3 classes, 'a', 'b', 'c', and this metric is"),
        ("aab", np.full((3, 4), 1 / 4), None, r"has 4 columns, and this metric is for two classes"),
        ("aaa", np.full((3, 2), 1 / 2), "a", r"the column of 'a' in y_\w+ is not known. Pass that"),
    ],
)
def test_a_class_that_is_not_known_is_named(metric, y_true, scores, pos_label, message):
    with pytest.raises(ValueError, match=message):
        metric(list(y_true), scores, pos_label=pos_label)
