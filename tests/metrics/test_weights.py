"""Weights of rows: they repeat rows, and bad ones are named."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from balancekit.metrics import (
    balanced_error,
    brier_skill_score,
    calibration_slope_and_intercept,
    expected_cost,
    mean_one_vs_rest_roc_auc,
    per_class_recall,
    precision_at_recall,
)

RNG = np.random.RandomState(0)
TRUTH = RNG.randint(2, size=40)
GUESS = RNG.randint(2, size=40)
SCORES = np.round(RNG.uniform(size=40), 1)
TIMES = RNG.randint(4, size=40)


def _cost(y_true, y_pred, **keywords):
    return expected_cost(y_true, y_pred, [[0, 1], [7, -2]], **keywords)


def _precision(y_true, y_score, **keywords):
    return precision_at_recall(y_true, y_score, 0.7, **keywords)


METRICS = [
    (_cost, GUESS),
    (balanced_error, GUESS),
    (per_class_recall, GUESS),
    (brier_skill_score, SCORES),
    (calibration_slope_and_intercept, SCORES),
    (mean_one_vs_rest_roc_auc, SCORES),
    (_precision, SCORES),
]


@pytest.mark.parametrize(("metric", "answers"), METRICS)
def test_a_weight_is_a_number_of_repetitions(metric, answers):
    repeated = np.repeat(np.arange(40), TIMES)
    weighted = metric(TRUTH, answers, sample_weight=TIMES.tolist())
    assert_allclose(weighted, metric(TRUTH[repeated], answers[repeated]), rtol=1e-9)
    assert not np.allclose(weighted, metric(TRUTH, answers), rtol=1e-6)


@pytest.mark.parametrize(("metric", "answers"), METRICS)
def test_only_ratios_of_weights_count(metric, answers):
    small, large = (metric(TRUTH, answers, sample_weight=TIMES * by) for by in (1e-9, 1e9))
    assert_allclose(small, large, rtol=1e-9)


@pytest.mark.parametrize(("metric", "answers"), METRICS)
@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        (np.ones(39), ValueError, r"shape \(39,\); pass one weight for each of 40 rows"),
        (2.0, ValueError, r"sample_weight has shape \(\); pass one weight for each of 40 rows"),
        ([1.0] * 39 + [-1.0], ValueError, r"sample_weight is -1 in row 39. Pass finite weights"),
        ([1.0, np.nan] * 20, ValueError, r"sample_weight is nan in row 1. Pass finite weights"),
        (np.zeros(40), ValueError, r"sample_weight is zero in every row. Pass a positive weight"),
        (["heavy"] * 40, ValueError, r"sample_weight is no array of real numbers. Pass one weight"),
        ([1j] * 40, TypeError, r"sample_weight is no array of real numbers. .* They are complex"),
    ],
)
def test_bad_weights_are_named(metric, answers, weights, error, message):
    with pytest.raises(error, match=message):
        metric(TRUTH, answers, sample_weight=weights)
