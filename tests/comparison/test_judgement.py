import numpy as np
import pytest

from balancekit.comparison.judgement import judge, reference_of
from balancekit.comparison.scoring import METRICS
from balancekit.comparison.statistics import corrected_t_test, holm

RATIO = 0.25
BASE = 0.5 + np.array([0.01, -0.02, 0.00, 0.02, -0.01])


def _scores(*more, **changes):
    """Scores of all strategies on all metrics: the same, but for the changes to `treatment`."""
    names = ["nothing", "nothing + tuned threshold", "treatment", "placebo", *more]
    scores = {name: {metric.key: BASE for metric in METRICS} for name in names}
    scores["treatment"] = {**scores["treatment"], **changes}
    return scores


def test_decisions_are_judged_against_the_tuned_threshold_and_the_rest_against_nothing():
    assert {metric.key: reference_of(metric) for metric in METRICS} == {
        "balanced_accuracy": "nothing + tuned threshold",
        "mcc": "nothing + tuned threshold",
        "pr_auc": "nothing",
        "roc_auc": "nothing",
        "brier": "nothing",
    }


def test_equal_scores_are_no_reliable_difference():
    for metric in METRICS:
        cells = judge(_scores(), RATIO)[metric.key]
        assert cells["treatment"].verdict == "no reliable difference"
        assert cells["treatment"].p == 1
        assert cells[reference_of(metric)].verdict == "reference"
        assert cells[reference_of(metric)].p is None


def test_the_tuned_threshold_is_no_competitor_in_rankings():
    cells = judge(_scores(), RATIO)
    assert cells["pr_auc"]["nothing + tuned threshold"].verdict == "same model"
    assert cells["brier"]["nothing + tuned threshold"].p is None
    assert cells["mcc"]["nothing"].verdict == "no reliable difference"


def test_correcting_the_prior_is_a_competitor_in_decisions_alone():
    without, cells = judge(_scores(), RATIO), judge(_scores("prior correction"), RATIO)
    assert cells["mcc"]["prior correction"].p == 1
    for key in ("pr_auc", "roc_auc", "brier"):
        assert cells[key]["prior correction"].verdict == "same model"
        assert cells[key]["treatment"] == without[key]["treatment"]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
@pytest.mark.parametrize("shift", [0.1, -0.1])
def test_the_direction_of_the_metric_decides_what_is_better(metric, shift):
    noise = np.array([0.001, -0.001, 0.002, 0.0, -0.002])
    cell = judge(_scores(**{metric.key: BASE + shift + noise}), RATIO)[metric.key]["treatment"]
    assert cell.verdict == ("better" if (shift > 0) == metric.higher_is_better else "worse")
    assert cell.difference == pytest.approx(shift)


def test_p_values_are_adjusted_for_the_strategies_tested_on_that_metric():
    scores = _scores(pr_auc=BASE + np.array([0.02, 0.01, 0.03, 0.0, 0.02]))
    cells = judge(scores, RATIO)["pr_auc"]
    difference, p = corrected_t_test(scores["treatment"]["pr_auc"] - BASE, RATIO)
    assert (cells["treatment"].difference, cells["treatment"].p) == (difference, p)
    assert cells["treatment"].p_adjusted == holm([p, 1.0])[0] == pytest.approx(2 * p)


def test_a_difference_between_p_and_adjusted_p_is_not_reliable():
    differences = 0.018 + 0.009 * np.array([-1.2, -0.4, 0.0, 0.4, 1.2])
    cell = judge(_scores(pr_auc=BASE + differences), RATIO)["pr_auc"]["treatment"]
    assert cell.p < 0.05 < cell.p_adjusted
    assert cell.verdict == "no reliable difference"


def test_intervals_end_at_the_bounds_of_the_metric():
    near_one = np.array([0.99, 1.0, 0.95, 1.0, 0.9])
    cell = judge(_scores(roc_auc=near_one, mcc=-near_one), RATIO)
    assert cell["roc_auc"]["treatment"].high == 1
    assert cell["mcc"]["treatment"].low == -1


def test_metrics_without_scores_are_left_out():
    scores = _scores()
    for by_metric in scores.values():
        by_metric["brier"] = None
    assert list(judge(scores, RATIO)) == ["balanced_accuracy", "mcc", "pr_auc", "roc_auc"]
