"""Metrics as `scoring=`."""

import pickle
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn import config_context
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer, roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.svm import LinearSVC

from balancekit import metrics
from balancekit.metrics import (
    balanced_error,
    balanced_error_scorer,
    brier_skill_score,
    brier_skill_score_scorer,
    calibration_intercept,
    calibration_intercept_scorer,
    calibration_slope,
    calibration_slope_scorer,
    expected_cost,
    make_expected_cost_scorer,
    make_precision_at_recall_scorer,
    mean_one_vs_rest_roc_auc,
    mean_one_vs_rest_roc_auc_scorer,
    precision_at_recall,
)

TWO = ["no", "yes"]
THREE = ["one", "three", "two"]
COSTS = {2: [[0, 1], [9, 0]], 3: [[0, 1, 2], [9, 0, 1], [5, 5, 0]]}


def _data(names, seed=0):
    rng = np.random.RandomState(seed)
    codes = rng.choice(len(names), p=[0.6, 0.4] if len(names) == 2 else [0.5, 0.3, 0.2], size=240)
    return codes[:, np.newaxis] + 1.5 * rng.normal(size=(240, 3)), np.array(names)[codes]


def _scorers(n_classes):
    scorers = {
        "cost": make_expected_cost_scorer(COSTS[n_classes]),
        "error": balanced_error_scorer,
        "skill": brier_skill_score_scorer,
        "area": mean_one_vs_rest_roc_auc_scorer,
    }
    if n_classes == 2:
        scorers["precision"] = make_precision_at_recall_scorer(0.8)
        scorers["slope"] = calibration_slope_scorer
        scorers["intercept"] = calibration_intercept_scorer
    return scorers


def _expected(model, X, y):
    """Every score, without a scorer."""
    guess, proba = model.predict(X), model.predict_proba(X)
    expected = {
        "cost": -expected_cost(y, guess, COSTS[len(model.classes_)]),
        "error": -balanced_error(y, guess),
        "skill": brier_skill_score(y, proba),
        "area": mean_one_vs_rest_roc_auc(y, proba),
    }
    if len(model.classes_) == 2:
        expected["precision"] = precision_at_recall(y, proba[:, 1], 0.8)
        expected["slope"] = calibration_slope(y, proba[:, 1])
        expected["intercept"] = calibration_intercept(y, proba[:, 1])
    return expected


@pytest.mark.parametrize("names", [TWO, THREE, [0, 1], [False, True], [1, 5, 7]])
def test_scorers_score_what_the_metric_says(names):
    X, y = _data(names)
    model = LogisticRegression().fit(X[:120], y[:120])
    found = {key: score(model, X[120:], y[120:]) for key, score in _scorers(len(names)).items()}
    expected = _expected(model, X[120:], y[120:])
    assert found.keys() == expected.keys()
    assert_allclose(list(found.values()), list(expected.values()))


@pytest.mark.parametrize("names", [TWO, THREE])
def test_cross_validation_takes_them_all_at_once(names):
    X, y = _data(names)
    scorers = _scorers(len(names))
    found = cross_validate(
        LogisticRegression(), X, pd.Series(y), cv=3, scoring=scorers, error_score="raise"
    )
    scores = np.array([found[f"test_{key}"] for key in scorers])
    assert scores.shape == (len(scorers), 3)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("names", [TWO, THREE])
def test_a_grid_search_in_two_processes_takes_them_all(names):
    X, y = _data(names)
    scorers = _scorers(len(names))
    search = GridSearchCV(
        LogisticRegression(),
        {"C": [1e-4, 1.0]},
        scoring=scorers,
        refit="cost",
        cv=2,
        n_jobs=2,
        error_score="raise",
    )
    found = clone(search).fit(X, y)
    serial = clone(search).set_params(n_jobs=None).fit(X, y)
    keys = [f"mean_test_{key}" for key in scorers]
    assert_allclose(
        [found.cv_results_[key] for key in keys], [serial.cv_results_[key] for key in keys]
    )
    assert found.best_score_ == max(found.cv_results_["mean_test_cost"])


def test_a_search_by_cost_finds_the_cheaper_model():
    X, y = _data(TWO)
    search = GridSearchCV(
        LogisticRegression(),
        {"class_weight": [{"no": 9, "yes": 1}, {"no": 1, "yes": 9}]},
        scoring=make_expected_cost_scorer([[0, 1], [9, 0]]),
    )
    assert search.fit(X, y).best_params_ == {"class_weight": {"no": 1, "yes": 9}}


@pytest.mark.parametrize("names", [TWO, THREE])
def test_scorers_survive_pickling(names):
    X, y = _data(names)
    model = LogisticRegression().fit(X, y)
    for scorer in _scorers(len(names)).values():
        assert pickle.loads(pickle.dumps(scorer))(model, X, y) == scorer(model, X, y)


def test_all_scorers_are_tried_here():
    public = [name for name in metrics.__all__ if name.endswith("_scorer")]
    assert len(public) == len(_scorers(2))


@pytest.mark.parametrize("names", [TWO, THREE])
def test_sample_weights_reach_the_metric(names):
    X, y = _data(names)
    weights = np.random.RandomState(1).randint(1, 4, size=len(y))
    repeated = np.repeat(np.arange(len(y)), weights)
    model = LogisticRegression().fit(X, y)
    for scorer in _scorers(len(names)).values():
        weighted = scorer(model, X, y, sample_weight=weights)
        assert weighted == pytest.approx(scorer(model, X[repeated], y[repeated]), rel=1e-9)


def test_sample_weights_are_routed_to_a_copy():
    X, y = _data(TWO)
    weights = np.where(y == "yes", 0.0, 1.0)
    with config_context(enable_metadata_routing=True):
        scorer = deepcopy(balanced_error_scorer).set_score_request(sample_weight=True)
        model = LogisticRegression().set_fit_request(sample_weight=False)
        found = cross_validate(
            model, X, y, scoring=scorer, return_estimator=True, params={"sample_weight": weights}
        )
    # Only rows of "no" count.
    assert (found["test_score"] > cross_validate(model, X, y, scoring=scorer)["test_score"]).all()


def test_probabilities_are_ranked_as_in_scikit_learn():
    X, y = _data(THREE)
    model = LogisticRegression().fit(X, y)
    expected = roc_auc_score(y, model.predict_proba(X), multi_class="ovr")
    assert mean_one_vs_rest_roc_auc_scorer(model, X, y) == pytest.approx(expected)


@pytest.mark.parametrize("names", [TWO, THREE])
def test_without_probabilities_the_decision_function_is_ranked(names):
    X, y = _data(names)
    model = LinearSVC().fit(X, y)
    expected = mean_one_vs_rest_roc_auc(y, model.decision_function(X))
    assert mean_one_vs_rest_roc_auc_scorer(model, X, y) == pytest.approx(expected)


def test_the_positive_class_of_a_scorer_can_be_the_first():
    X, y = _data(TWO)
    model = LogisticRegression().fit(X, y)
    expected = precision_at_recall(y, model.predict_proba(X)[:, 0], 0.9, pos_label="no")
    scorer = make_precision_at_recall_scorer(0.9, pos_label="no")
    assert scorer(model, X, y) == pytest.approx(expected)


@pytest.mark.parametrize("scorer", [brier_skill_score_scorer, mean_one_vs_rest_roc_auc_scorer])
def test_a_fold_that_lacks_a_class_is_not_guessed_at(scorer):
    X, y = _data(THREE)
    model = LogisticRegression().fit(X, y)
    two = y != "three"
    with pytest.raises(
        ValueError, match=r"y_true has 2 labels, 'one', 'two', and .* has 3 columns"
    ):
        scorer(model, X[two], y[two])


def test_labels_let_a_scorer_take_a_fold_that_lacks_a_class():
    X, y = _data(THREE)
    model = LogisticRegression().fit(X, y)
    two = y != "three"
    skill = make_scorer(brier_skill_score, response_method="predict_proba", labels=THREE)
    expected = brier_skill_score(y[two], model.predict_proba(X[two]), labels=THREE)
    assert skill(model, X[two], y[two]) == expected
    cost = make_expected_cost_scorer(COSTS[3], labels=THREE)
    one = y == "one"
    expected = np.mean([{"one": 0, "three": 1, "two": 2}[label] for label in model.predict(X[one])])
    assert cost(model, X[one], y[one]) == pytest.approx(-expected)


@pytest.mark.parametrize("scorer", [calibration_slope_scorer, calibration_intercept_scorer])
def test_scorers_for_two_classes_refuse_three(scorer):
    X, y = _data(THREE)
    model = LogisticRegression().fit(X, y)
    with pytest.raises(ValueError, match=r"y_true has 3 classes, .* and this metric is for two"):
        scorer(model, X, y)
    two = y != "three"
    with pytest.raises(ValueError, match="y_proba has 3 columns, and this metric is for two"):
        scorer(model, X[two], y[two])


def test_later_changes_of_costs_do_not_reach_the_scorer():
    X, y = _data(TWO)
    model = LogisticRegression().fit(X, y)
    costs = np.array(COSTS[2], dtype=float)
    scorer = make_expected_cost_scorer(costs)
    before = scorer(model, X, y)
    costs[:] = 1000
    assert scorer(model, X, y) == before


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: make_expected_cost_scorer([[0, 1]]), ValueError, r"costs has shape \(1, 2\)"),
        (
            lambda: make_expected_cost_scorer(np.eye(2), labels=["a", "b", "c"]),
            ValueError,
            r"labels has 3 entries, and costs has shape \(2, 2\). Pass a row and a column",
        ),
        (lambda: make_expected_cost_scorer(np.eye(2), labels=[0, 0]), ValueError, "more than once"),
        (lambda: make_precision_at_recall_scorer(90), ValueError, "recall is 90.0; pass a number"),
        (lambda: make_precision_at_recall_scorer("all"), TypeError, "recall is 'all'; pass a"),
    ],
)
def test_bad_parameters_are_named_before_anything_is_fitted(make, error, message):
    with pytest.raises(error, match=message):
        make()
