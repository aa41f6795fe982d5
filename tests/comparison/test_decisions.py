"""The strategies that move decisions only."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import balanced_accuracy_score, matthews_corrcoef
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB

from balancekit import compare

BY_PRIOR = {"strategies": ["prior correction"], "n_repeats": 1}


class Counting(GaussianNB):
    """Counts how often any of its kind is fitted."""

    n_fits = 0

    def fit(self, X, y, sample_weight=None):
        Counting.n_fits += 1
        return super().fit(X, y, sample_weight)


class Constant(ClassifierMixin, BaseEstimator):
    """Says the same of every row, right for the rows it was fitted on, and warns as rules do."""

    def fit(self, X, y):
        import warnings

        warnings.warn("TunedThresholds was fitted on 1 row", UserWarning, stacklevel=2)
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_ = counts / counts.sum()
        return self

    def predict_proba(self, X):
        return np.tile(self.shares_, (len(X), 1))

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


@pytest.fixture(scope="module")
def balanced():
    """60 rows, half of them positive."""
    rng = np.random.RandomState(0)
    return rng.randn(60, 2), np.arange(60) % 2


@pytest.mark.parametrize(
    ("key", "metric"),
    [("balanced_accuracy", balanced_accuracy_score), ("mcc", matthews_corrcoef)],
)
def test_probabilities_are_divided_by_the_shares_of_the_training_rows(small, key, metric):
    X, y = small
    result = compare(X, y, estimator=GaussianNB(), cv=StratifiedKFold(3), **BY_PRIOR)
    by_hand = []
    for train, test in StratifiedKFold(3).split(X, y):
        shares = np.bincount(y[train]) / len(train)
        proba = GaussianNB().fit(X[train], y[train]).predict_proba(X[test])
        by_hand.append(metric(y[test], (proba / shares).argmax(axis=1)))
    np.testing.assert_allclose(result.scores["prior correction"][key], by_hand)
    assert not np.array_equal(by_hand, result.scores["nothing"][key])


@pytest.mark.parametrize("estimator", ["logistic", "boosting", LogisticRegression()])
def test_correcting_the_prior_changes_neither_ranking_nor_probabilities(small, estimator):
    result = compare(*small, estimator=estimator, cv=2, **BY_PRIOR)
    for key in ("pr_auc", "roc_auc", "brier"):
        scores = [result.scores[name][key] for name in ("nothing", "prior correction")]
        assert np.array_equal(*scores)
        assert result.cells[key]["prior correction"].verdict == "same model"


def test_correcting_the_prior_takes_one_fit_and_each_tuning_six(small):
    Counting.n_fits = 0
    compare(*small, estimator=Counting(), cv=2, **BY_PRIOR)
    assert Counting.n_fits == 2 * (1 + 2 * 6 + 1)


def test_correcting_the_prior_is_left_out_with_a_note_without_probabilities(small):
    result = compare(*small, estimator=RidgeClassifier(), cv=2, **BY_PRIOR)
    assert result.strategies == ["nothing", "nothing + tuned threshold"]
    assert result.notes[0] == "prior correction skipped: RidgeClassifier has no predict_proba"
    assert result.verdict.startswith("No strategy was compared")


@pytest.mark.parametrize("n_positive", [20, 202])
def test_rules_do_not_fill_the_notes_with_small_or_almost_equal_classes(n_positive):
    X, y = np.random.RandomState(0).randn(400, 2), np.arange(400) < n_positive
    assert compare(X, y, cv=5, **BY_PRIOR).notes == []


def test_the_estimators_themselves_warn_of_small_classes(small):
    X, y = small
    result = compare(X, y, cv=5, **BY_PRIOR)
    tuned = result.estimators["nothing + tuned threshold"]
    few = np.concatenate([np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:20]])
    with pytest.warns(UserWarning, match="TunedThresholds was fitted on 20 rows of class 1"):
        tuned.fit(X[few], y[few])


def test_a_warning_is_expected_of_its_own_strategy_alone(balanced):
    result = compare(*balanced, estimator=Constant(), cv=5, **BY_PRIOR)
    text = "5 of 5 splits: UserWarning: TunedThresholds was fitted on 1 row"
    assert result.notes == [f"nothing, {text}", f"prior correction, {text}"]


def test_the_corrected_estimator_fits_other_rows_than_it_was_made_for(small):
    X, y = small
    corrected = compare(X, y, cv=2, **BY_PRIOR).estimators["prior correction"]
    for times in (1, 3):
        fitted = corrected.fit(np.tile(X, (times, 1)), np.tile(y, times))
        assert fitted.thresholds_ == pytest.approx(y.mean())
    fitted.fit(X[20:], y[20:])
    assert fitted.thresholds_ == pytest.approx(y[20:].mean())
