import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, RidgeClassifier

from balancekit.comparison.scoring import METRICS, Predictions, predict

TARGET = np.array([0, 0, 0, 1, 1])
BY_KEY = {metric.key: metric for metric in METRICS}


def _predictions(probability):
    probability = np.array(probability)
    return Predictions(TARGET, (probability >= 0.5).astype(int), probability, probability)


@pytest.mark.parametrize(
    ("key", "score"),
    [
        # Decided: 0 0 1 0 1, so one of two positives and two of three negatives are right.
        ("balanced_accuracy", (1 / 2 + 2 / 3) / 2),
        ("mcc", (1 * 2 - 1 * 1) / np.sqrt(2 * 2 * 3 * 3)),
        # Ranked: 1 0 1 0 0 from the top, hence precision 1 at the first and 2/3 at the second.
        ("pr_auc", (1 + 2 / 3) / 2),
        ("roc_auc", 5 / 6),
        ("brier", (0.1**2 + 0.2**2 + 0.6**2 + 0.6**2 + 0.2**2) / 5),
    ],
)
def test_scores_are_those_computed_by_hand(key, score):
    assert BY_KEY[key].score(_predictions([0.1, 0.2, 0.6, 0.4, 0.8])) == pytest.approx(score)


def test_only_the_brier_score_falls_as_predictions_get_better():
    good, bad = _predictions([0.1, 0.1, 0.1, 0.9, 0.9]), _predictions([0.9, 0.8, 0.2, 0.1, 0.7])
    for metric in METRICS:
        assert (metric.score(good) > metric.score(bad)) == metric.higher_is_better


def test_perfect_and_wrong_predictions_reach_the_bounds():
    perfect, wrong = _predictions(TARGET.astype(float)), _predictions(1.0 - TARGET)
    for metric in METRICS:
        best, worst = metric.bounds[::-1] if metric.higher_is_better else metric.bounds
        assert metric.score(perfect) == best
        # Precision counts the positives that a ranking from the wrong end meets last.
        if metric.key != "pr_auc":
            assert metric.score(wrong) == worst


def test_without_probabilities_there_is_a_ranking_and_no_brier_score(small):
    X, y = small
    predictions = predict(RidgeClassifier().fit(X, y), X, y)
    assert predictions.probability is None
    assert BY_KEY["brier"].score(predictions) is None
    assert BY_KEY["roc_auc"].score(predictions) > 0.5


def test_probabilities_are_those_of_the_positive_class(small):
    X, y = small
    model = LogisticRegression().fit(X, y)
    predictions = predict(model, X, y)
    assert np.array_equal(predictions.probability, model.predict_proba(X)[:, 1])
    assert np.array_equal(predictions.decided, model.predict(X))
