"""Scores and probabilities that cannot be used, and columns whose class is not known."""

import numpy as np
import pytest

from balancekit.metrics import (
    brier_skill_score,
    calibration_intercept,
    calibration_slope,
    calibration_slope_and_intercept,
    mean_one_vs_rest_roc_auc,
    precision_at_recall,
)


def _precision(y_true, y_score, **keywords):
    return precision_at_recall(y_true, y_score, 0.5, **keywords)


OF_PROBABILITIES = [
    brier_skill_score,
    calibration_intercept,
    calibration_slope,
    calibration_slope_and_intercept,
]
OF_MANY_CLASSES = [brier_skill_score, mean_one_vs_rest_roc_auc]
OF_SCORES = [*OF_PROBABILITIES, mean_one_vs_rest_roc_auc, _precision]


@pytest.mark.parametrize("metric", OF_SCORES)
@pytest.mark.parametrize(
    ("scores", "error", "message"),
    [
        ([0.1, np.nan, 0.2], ValueError, r"contains NaN or infinity: 1 of them, the first in row"),
        (
            [0.1, 0.3, np.inf],
            ValueError,
            r"contains NaN or infinity: 1 of them, .* in row 2. Check",
        ),
        ([0.1, 0.3, None], ValueError, r"contains NaN or infinity: 1 of them, .* in row 2. Check"),
        ([0.1, 0.3], ValueError, r"y_true has 3 rows and y_\w+ has 2; pass the same rows"),
        ([[0.1], [0.2], [0.3]], ValueError, r"shape \(3, 1\); pass one number for each row, or a"),
        (np.zeros((3, 2, 2)), ValueError, r"shape \(3, 2, 2\); pass one number for each row, or a"),
        (["low", "low", "high"], ValueError, r"y_\w+ is no array of real numbers. Pass scores"),
        ([0.1, 0.2, {}], TypeError, r"y_\w+ is no array of real numbers. Pass scores of the"),
        ([0.1, 0.2, 1j], TypeError, r"y_\w+ is no array of real numbers. .* They are complex"),
    ],
)
def test_bad_scores_are_named(metric, scores, error, message):
    with pytest.raises(error, match=message):
        metric([0, 1, 1], scores)


@pytest.mark.parametrize("metric", OF_PROBABILITIES)
@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([-0.5, 0.5, 1], r"y_proba goes from -0.5 to 1, and probabilities lie between 0 and 1"),
        ([0, 0.5, 2], r"y_proba goes from 0 to 2, and .* Pass the output of predict_proba"),
        ([[0.5, 0.5], [0.5, 0.5], [0.5, 0.25]], r"y_proba adds up to 0.75 in row 2, not to 1"),
    ],
)
def test_probabilities_are_told_from_other_scores(metric, scores, message):
    with pytest.raises(ValueError, match=message):
        metric([0, 1, 1], scores)


@pytest.mark.parametrize("metric", OF_MANY_CLASSES)
@pytest.mark.parametrize(
    ("y_true", "scores", "labels", "message"),
    [
        (
            ["a", "b", "a"],
            np.full((3, 3), 1 / 3),
            None,
            r"y_true has 2 labels, 'a', 'b', and y_\w+ has 3 columns. Pass labels=model.classes_",
        ),
        (
            ["a", "a", "a"],
            [0.1, 0.2, 0.3],
            None,
            r"y_true has 1 label, 'a', and y_\w+ has one number for each row, which is for two",
        ),
        (
            ["a", "b", "c"],
            [0.1, 0.2, 0.3],
            None,
            r"y_true has 3 labels, 'a', 'b', 'c', and y_\w+ has one number for each row",
        ),
        (
            ["a", "b", "a"],
            np.full((3, 2), 1 / 2),
            ["a", "b", "c"],
            r"labels has 3 labels, 'a', 'b', 'c', and y_\w+ has 2 columns. Name one label for each",
        ),
        (
            ["a", "c", "a"],
            np.full((3, 2), 1 / 2),
            ["a", "b"],
            r"y_true has the label 'c', which is not among the labels 'a', 'b'. Add it to labels",
        ),
    ],
)
def test_the_class_of_a_column_is_not_guessed(metric, y_true, scores, labels, message):
    with pytest.raises(ValueError, match=message):
        metric(y_true, scores, labels=labels)


@pytest.mark.parametrize("metric", OF_MANY_CLASSES)
def test_labels_may_come_in_any_order(metric):
    rng = np.random.RandomState(0)
    proba = rng.dirichlet(np.ones(3), size=30)
    y_true = rng.choice(["a", "b", "c"], size=30)
    turned = metric(y_true, proba[:, [2, 0, 1]], labels=np.array(["c", "a", "b"]))
    assert turned == pytest.approx(metric(y_true, proba))
    of_two = y_true != "c"
    assert metric(y_true[of_two], proba[of_two, 0], labels=["b", "a"]) == pytest.approx(
        metric(y_true[of_two], 1 - proba[of_two, 0], labels=["a", "b"])
    )
