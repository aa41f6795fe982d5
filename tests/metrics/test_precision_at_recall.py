"""The best precision that reaches a recall, against all thresholds."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from balancekit.metrics import precision_at_recall

TRUTH = [1, 1, 0, 1, 0, 0, 1, 0]
SCORES = [8, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("recall", "precision"),
    [(0, 1), (0.25, 1), (0.5, 1), (0.51, 3 / 4), (0.75, 3 / 4), (0.76, 4 / 7), (1, 4 / 7)],
)
def test_it_is_the_best_that_reaches_the_recall(recall, precision):
    assert precision_at_recall(TRUTH, SCORES, recall) == pytest.approx(precision)


def test_a_higher_recall_may_be_the_more_precise():
    # The first threshold has 1 of 2, the second 3 of 4.
    assert precision_at_recall([0, 1, 1, 1], [4, 3, 2, 1], 0.2) == pytest.approx(3 / 4)


def test_rows_of_the_same_score_are_selected_together():
    for truth in ([1, 1, 0, 0], [0, 0, 1, 1]):
        assert precision_at_recall(truth, [5, 5, 5, 5], 0.5) == pytest.approx(1 / 2)
    assert precision_at_recall([1, 0, 1, 0], [9, 5, 5, 1], 0.6) == pytest.approx(2 / 3)


@pytest.mark.parametrize("recall", [0.1, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("weighted", [False, True])
def test_it_is_the_best_of_scikit_learns_curve(recall, weighted):
    rng = np.random.RandomState(0)
    truth = rng.randint(2, size=200)
    scores = np.round(rng.normal(size=200) + truth, 1)
    weights = rng.uniform(size=200) if weighted else None
    precisions, recalls, _ = precision_recall_curve(truth, scores, sample_weight=weights)
    # The last point of the curve selects nothing.
    best = precisions[:-1][recalls[:-1] >= recall].max()
    found = precision_at_recall(truth, scores, recall, sample_weight=weights)
    assert found == pytest.approx(best)


def test_a_recall_that_is_reached_but_for_rounding_is_reached():
    weights = [0.3] * 6
    assert 0.2 * np.cumsum([0.3] * 5)[-1] > 0.3
    found = precision_at_recall([1, 0, 1, 1, 1, 1], [6, 5, 4, 3, 2, 1], 0.2, sample_weight=weights)
    assert found == pytest.approx(1)


def test_rows_without_weight_are_not_selected():
    found = precision_at_recall([0, 1, 0], [3, 2, 1], 1, sample_weight=[0, 1, 1])
    assert found == pytest.approx(1)


def test_without_negative_rows_all_selections_are_clean():
    assert precision_at_recall(["ill", "ill"], [0.1, 0.2], 1, pos_label="ill") == 1


def test_without_positive_rows_there_is_no_recall():
    with pytest.raises(ValueError, match="no rows of the positive class 'ill', or none with a"):
        precision_at_recall(["well", "well"], [0.1, 0.2], 0.5, pos_label="ill")
    with pytest.raises(ValueError, match=r"no rows of the positive class 1, .* another pos_label"):
        precision_at_recall([0, 1], [0.1, 0.2], 0.5, sample_weight=[1, 0])


@pytest.mark.parametrize(
    ("recall", "error", "message"),
    [
        (90, ValueError, r"recall is 90.0; pass a number from 0 to 1, 0.9 for 90 %"),
        (-0.1, ValueError, r"recall is -0.1; pass a number from 0 to 1"),
        (float("nan"), ValueError, r"recall is nan; pass a number from 0 to 1"),
        ("high", TypeError, r"recall is 'high'; pass a number from 0 to 1"),
        (True, TypeError, r"recall is True; pass a number from 0 to 1"),
    ],
)
def test_a_bad_recall_is_named(recall, error, message):
    with pytest.raises(error, match=message):
        precision_at_recall(TRUTH, SCORES, recall)
