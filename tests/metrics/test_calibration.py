"""Slope and intercept of calibration, against a numerical optimum and by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from scipy.special import expit, logit

from balancekit.metrics import (
    calibration_intercept,
    calibration_slope,
    calibration_slope_and_intercept,
)


def _forecast(n_rows=500, slope=1.0, shift=0.0, seed=0):
    """Probabilities whose log odds need a factor and a shift, and outcomes."""
    rng = np.random.RandomState(seed)
    log_odds = rng.normal(-1, 1.5, size=n_rows)
    outcome = (rng.uniform(size=n_rows) < expit(slope * log_odds + shift)).astype(int)
    return outcome, expit(log_odds)


def _loss(intercept, slope, y, log_odds, weights):
    margin = (2 * y - 1) * (intercept + slope * log_odds)
    return weights @ np.logaddexp(0, -margin)


@pytest.mark.parametrize(("slope", "shift"), [(1, 0), (0.3, 1), (2.5, -2), (-0.7, 0.4)])
@pytest.mark.parametrize("weighted", [False, True])
def test_both_are_the_numerical_optimum(slope, shift, weighted):
    y, proba = _forecast(slope=slope, shift=shift)
    weights = np.random.RandomState(1).uniform(size=len(y)) if weighted else np.ones(len(y))
    given = (y, logit(proba), weights)
    both = minimize(lambda free: _loss(*free, *given), [0, 1], tol=1e-10).x
    alone = minimize(lambda free: _loss(free[0], 1, *given), [0], tol=1e-10).x
    found = calibration_slope_and_intercept(y, proba, sample_weight=weights if weighted else None)
    assert_allclose(found, (both[1], alone[0]), atol=2e-5)


def test_the_optimum_has_no_gradient():
    y, proba = _forecast(slope=0.6, shift=1)
    slope, intercept = calibration_slope_and_intercept(y, proba)
    assert expit(logit(proba) + intercept).mean() == pytest.approx(y.mean(), abs=1e-12)

    def excess(free):
        return (expit(slope * logit(proba) + free) - y).mean()

    # The intercept that goes with the slope is another one.
    low, high = -10.0, 10.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if excess(middle) > 0 else (middle, high)
    residual = expit(slope * logit(proba) + low) - y
    assert residual @ logit(proba) / len(y) == pytest.approx(0, abs=1e-10)
    assert abs(low - intercept) > 0.1


def test_two_groups_are_solved_by_hand():
    # Of those with 0.2, 1 in 3 is positive; of those with 0.8, 2 in 3.
    y, proba = [1, 0, 0, 1, 1, 0], [0.2] * 3 + [0.8] * 3
    slope, intercept = calibration_slope_and_intercept(y, proba)
    assert slope == pytest.approx(np.log(2) / np.log(4))
    assert intercept == pytest.approx(0, abs=1e-9)


def test_probabilities_of_a_balanced_sample_are_too_high_by_the_log_of_the_factor():
    rng = np.random.RandomState(0)
    true = expit(rng.normal(-3, 1, size=200_000))
    y = rng.uniform(size=len(true)) < true
    slope, intercept = calibration_slope_and_intercept(y, expit(logit(true) + np.log(19)))
    assert slope == pytest.approx(1, abs=0.03)
    assert intercept == pytest.approx(-np.log(19), abs=0.03)


def test_the_single_numbers_are_those_of_the_pair():
    y, proba = _forecast(slope=0.5)
    pair = calibration_slope_and_intercept(y, proba)
    assert (calibration_slope(y, proba), calibration_intercept(y, proba)) == pair


def test_the_other_class_has_the_same_slope_and_the_opposite_intercept():
    y, proba = _forecast(slope=0.5, shift=0.7)
    slope, intercept = calibration_slope_and_intercept(y, proba)
    other = calibration_slope_and_intercept(y, 1 - proba, pos_label=0)
    assert_allclose(other, (slope, -intercept), rtol=1e-6)


def test_zero_and_one_are_taken_for_almost_zero_and_one():
    y, proba = _forecast()
    certain = np.where(proba < 0.1, 0.0, np.where(proba > 0.9, 1.0, proba))
    almost = np.clip(certain, 1e-12, 1 - 1e-12)
    found = calibration_slope_and_intercept(y, certain)
    assert found == calibration_slope_and_intercept(y, almost)
    assert found != calibration_slope_and_intercept(y, np.clip(certain, 1e-11, 1 - 1e-11))
    assert 0 < found[0] < 0.2


@pytest.mark.parametrize(
    ("y_true", "y_proba"),
    [
        ([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]),
        ([1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4]),
        ([0, 0, 1, 1], [0.1, 0.2, 0.2, 0.4]),
        ([0, 0, 1, 1], [0.0, 0.0, 1.0, 1.0]),
    ],
    ids=["apart", "reversed", "touching", "certain"],
)
def test_classes_that_are_told_apart_have_no_slope_but_an_intercept(y_true, y_proba):
    for metric in (calibration_slope, calibration_slope_and_intercept):
        with pytest.raises(ValueError, match="tells the classes apart without an error, or nearly"):
            metric(y_true, y_proba)
    intercept = calibration_intercept(y_true, y_proba)
    clipped = np.clip(y_proba, 1e-12, 1 - 1e-12)
    assert expit(logit(clipped) + intercept).sum() == pytest.approx(2, abs=1e-8)


def test_a_row_without_weight_does_not_keep_classes_from_being_apart():
    y_true, y_proba = [0, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.05]
    assert np.isfinite(calibration_slope(y_true, y_proba))
    with pytest.raises(ValueError, match="tells the classes apart"):
        calibration_slope(y_true, y_proba, sample_weight=[1, 1, 1, 1, 0])


def test_a_slope_that_is_very_steep_is_found():
    # By symmetry the middle is at 0.5, and two rows of four a little off it are on the wrong side.
    off = 1e-6
    y, log_odds = [0, 0, 1, 0, 1, 1], np.array([-1, -off, -off, off, off, 1])
    slope = calibration_slope(y, expit(log_odds))
    margin = slope * logit(expit(log_odds))
    gradient = (expit(margin) - y) @ log_odds
    assert slope > 5
    assert gradient == pytest.approx(0, abs=1e-9)


def test_a_row_of_little_weight_on_the_wrong_side_keeps_the_slope_finite():
    y, log_odds = np.array([0, 0, 1, 0, 1, 1]), np.array([-3.0, -1, 0, 0.5, 1, 3])
    weights = np.array([1, 1, 1e-9, 1e-9, 1, 1])
    slope = calibration_slope(y, expit(log_odds), sample_weight=weights)
    given = (y, log_odds, weights)
    best = minimize(
        lambda free: 1e9 * _loss(*free, *given), [-4, 20], method="Nelder-Mead", tol=1e-9
    )
    assert slope > 10
    assert slope == pytest.approx(best.x[1], rel=1e-4)


def test_equal_probabilities_have_no_slope_but_an_intercept():
    with pytest.raises(ValueError, match=r"y_proba is 0.3 in every row .* there is no slope"):
        calibration_slope([0, 1, 1], [0.3, 0.3, 0.3])
    intercept = calibration_intercept([0, 1, 1], [0.3, 0.3, 0.3])
    assert intercept == pytest.approx(np.log(2) - logit(0.3))


@pytest.mark.parametrize(
    "metric", [calibration_slope, calibration_intercept, calibration_slope_and_intercept]
)
def test_one_class_has_neither(metric):
    with pytest.raises(ValueError, match=r"all are of the positive class 1. Pass rows of both"):
        metric([1, 1], [0.2, 0.3], pos_label=1)
    with pytest.raises(ValueError, match=r"none are of the positive class 1. Pass rows of both"):
        metric([0, 1], [0.2, 0.3], sample_weight=[1, 0])
