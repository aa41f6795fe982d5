"""ThresholdMovingClassifier: which scores rules see, and what becomes of them."""

import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from imblearn.utils import estimator_checks as of_imblearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import balanced_accuracy_score, brier_score_loss
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    cross_val_predict,
    train_test_split,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils import estimator_checks as of_sklearn

from balancekit.compose import ResampledClassifier
from balancekit.ensemble import EasyEnsembleClassifier
from balancekit.metrics import brier_skill_score
from balancekit.over_sampling import RandomOverSampler
from balancekit.thresholding import (
    ConstrainedThreshold,
    CostMatrix,
    LogitAdjustment,
    PriorCorrection,
    ThresholdMovingClassifier,
    TunedThresholds,
    UndersamplingCorrection,
)


def _sets(n_classes=2, seed=0):
    """Normal clouds, for which logistic regression is the right model."""
    rng = np.random.RandomState(seed)
    y = rng.choice(n_classes, 2000, p={2: [0.9, 0.1], 3: [0.8, 0.15, 0.05]}[n_classes])
    X = rng.standard_normal((2000, 6))
    X[:, :3] += np.eye(3)[y] * 1.3
    return train_test_split(X, y, stratify=y, random_state=0)


X, X_NEW, Y, Y_NEW = _sets()
X_MANY, X_MANY_NEW, Y_MANY, Y_MANY_NEW = _sets(3)
PLAIN = LogisticRegression()
# A row of weight two is in one fold, two rows may be in two.
NO_EQUIVALENCE = dict.fromkeys(
    [
        "check_sample_weight_equivalence_on_dense_data",
        "check_sample_weight_equivalence_on_sparse_data",
    ],
    "folds",
)
# Decisions are moved away from where the margin changes its sign.
NO_SIGN = NO_EQUIVALENCE | dict.fromkeys(
    ["check_classifiers_classes", "check_classifiers_train"], "decisions are moved"
)
CHECKED = [
    ThresholdMovingClassifier(PLAIN),
    ThresholdMovingClassifier(PLAIN, PriorCorrection("natural", "balanced"), correct_proba=True),
    ThresholdMovingClassifier(LinearSVC(), method="decision_function", cv=3),
    ThresholdMovingClassifier(PLAIN, calibration="temperature"),
]


def _checks():
    for library in (of_sklearn, of_imblearn):
        for number, case in enumerate(CHECKED):
            for model, check in library.estimator_checks_generator(
                case, expected_failed_checks=NO_SIGN, mark="skip"
            ):
                name = getattr(check, "func", check).__name__
                yield pytest.param(model, check, id=f"{library.__name__[:7]}-{number}-{name}")


@pytest.mark.parametrize(("model", "check"), list(_checks()))
def test_the_checks_of_both_libraries_pass(model, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(model)


@pytest.mark.parametrize("data", [(X, Y), (X_MANY, Y_MANY)], ids=["two", "three"])
def test_the_rule_is_fitted_on_scores_out_of_fold(data):
    rows, y = data
    model = ThresholdMovingClassifier(PLAIN).fit(rows, y)
    held_out = cross_val_predict(PLAIN, rows, y, cv=5, method="predict_proba")
    rule = TunedThresholds().fit(held_out, y)
    assert_allclose(model.rule_.score_, rule.score_)
    whole = clone(PLAIN).fit(rows, y)
    assert_allclose(model.predict_proba(rows), whole.predict_proba(rows))
    assert_array_equal(model.predict(rows), rule.decide(whole.predict_proba(rows)))


@pytest.mark.parametrize(
    "data", [(X, Y, X_NEW, Y_NEW), (X_MANY, Y_MANY, X_MANY_NEW, Y_MANY_NEW)], ids=["two", "three"]
)
def test_without_a_rule_balanced_accuracy_rises(data):
    rows, y, new, y_new = data
    plain, moved = (
        balanced_accuracy_score(y_new, model.fit(rows, y).predict(new))
        for model in (clone(PLAIN), ThresholdMovingClassifier(PLAIN))
    )
    assert moved > plain + 0.03


RULES = [
    TunedThresholds("f1"),
    PriorCorrection("natural", "balanced"),
    UndersamplingCorrection(0.9),
    LogitAdjustment(),
    CostMatrix([[0, 1], [9, 0]]),
    ConstrainedThreshold("precision", {"recall": 0.7}),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_the_threshold_is_where_decisions_change(rule):
    model = ThresholdMovingClassifier(PLAIN, rule).fit(X, Y)
    (threshold,) = model.thresholds_
    of_second = model.predict_proba(X_NEW)[:, 1]
    assert_array_equal(model.predict(X_NEW), of_second >= threshold)
    assert 0 < model.predict(X_NEW).sum() < len(X_NEW)
    assert model.threshold_curve_.chosen == threshold


@pytest.mark.parametrize(
    "rule", [TunedThresholds(), PriorCorrection("natural", "balanced"), LogitAdjustment(0.5)]
)
def test_thresholds_of_many_classes_divide_probabilities(rule):
    model = ThresholdMovingClassifier(PLAIN, rule).fit(X_MANY, Y_MANY)
    ratios = model.predict_proba(X_MANY_NEW) / model.thresholds_
    assert_array_equal(model.predict(X_MANY_NEW), ratios.argmax(axis=1))
    assert model.threshold_curve_ is None
    costs = ThresholdMovingClassifier(PLAIN, CostMatrix(1 - np.eye(3))).fit(X_MANY, Y_MANY)
    assert costs.thresholds_ is None


def test_probabilities_follow_the_rule_only_if_asked():
    rule = PriorCorrection("natural", "balanced")
    plain = clone(PLAIN).fit(X, Y).predict_proba(X_NEW)
    untouched = ThresholdMovingClassifier(PLAIN, rule).fit(X, Y)
    assert_allclose(untouched.predict_proba(X_NEW), plain)
    corrected = clone(untouched).set_params(correct_proba=True).fit(X, Y)
    assert_allclose(corrected.predict_proba(X_NEW), corrected.rule_.correct(plain))
    assert_array_equal(corrected.predict_proba(X_NEW).argmax(axis=1), corrected.predict(X_NEW))
    with pytest.raises(ValueError, match=r"TunedThresholds does not.*PriorCorrection"):
        ThresholdMovingClassifier(PLAIN, correct_proba=True).fit(X, Y)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda model: model,
        lambda model: make_pipeline(StandardScaler(), model),
        lambda model: GridSearchCV(model, {"sampler": [RandomOverSampler(random_state=0)]}, cv=2),
    ],
    ids=["itself", "pipeline", "search"],
)
def test_priors_are_read_from_what_resamples(wrap):
    resampled = wrap(ResampledClassifier(RandomOverSampler(random_state=0), PLAIN))
    rule = PriorCorrection("effective", "natural")
    model = ThresholdMovingClassifier(resampled, rule, cv=3, correct_proba=True).fit(X, Y)
    assert_allclose(model.effective_prior_, [0.5, 0.5])
    assert_allclose(model.natural_prior_, np.bincount(Y) / len(Y))
    assert_allclose(model.rule_.train_prior_, [0.5, 0.5])
    honest = brier_skill_score(Y_NEW, model.predict_proba(X_NEW))
    inflated = brier_skill_score(Y_NEW, model.estimator_.predict_proba(X_NEW))
    without = brier_skill_score(Y_NEW, clone(PLAIN).fit(X, Y).predict_proba(X_NEW))
    assert honest > without - 0.05 > inflated


def test_priors_are_read_from_our_ensembles():
    model = ThresholdMovingClassifier(
        EasyEnsembleClassifier(2, random_state=0), PriorCorrection("effective", "natural"), cv=2
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_allclose(model.fit(X, Y).rule_.train_prior_, [0.5, 0.5])


def test_a_prior_that_is_not_reported_has_to_be_passed():
    model = ThresholdMovingClassifier(PLAIN, PriorCorrection("effective", "natural"))
    with pytest.raises(ValueError, match=r"train_prior='effective'.*as an array"):
        model.fit(X, Y)
    model.set_params(rule__train_prior=np.bincount(Y) / len(Y))
    assert model.fit(X, Y).effective_prior_ is None


def test_a_correction_of_boosted_trees_is_warned_of():
    resampled = ResampledClassifier(
        RandomOverSampler(random_state=0), HistGradientBoostingClassifier(random_state=0)
    )
    rule = PriorCorrection("effective", "natural")
    with pytest.warns(
        UserWarning, match=r"does not make .*Brier score goes from 0\.\d+ to 0\.\d+|mean differs"
    ):
        ThresholdMovingClassifier(resampled, rule, cv=2).fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ThresholdMovingClassifier(
            ResampledClassifier(RandomOverSampler(random_state=0), PLAIN), rule, cv=2
        ).fit(X, Y)
        ThresholdMovingClassifier(PLAIN, PriorCorrection("natural", "balanced")).fit(X, Y)


def test_few_rows_of_a_class_are_warned_of_where_a_rule_learns_from_them():
    few = np.append(np.flatnonzero(Y == 0), np.flatnonzero(Y == 1)[:12])
    names = np.where(Y[few] == 1, "rare", "usual")
    with pytest.warns(UserWarning, match=r"TunedThresholds was fitted on 12 rows of class 'rare'"):
        ThresholdMovingClassifier(PLAIN, cv=3).fit(X[few], names)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rule = PriorCorrection("natural", "balanced")
        ThresholdMovingClassifier(PLAIN, rule, cv=3).fit(X[few], names)


def test_a_fitted_classifier_is_taken_as_it_is():
    fitted = clone(PLAIN).fit(X, Y)
    model = ThresholdMovingClassifier(fitted, cv="prefit").fit(X_NEW, Y_NEW)
    assert model.estimator_ is fitted
    rule = TunedThresholds().fit(fitted.predict_proba(X_NEW), Y_NEW)
    assert model.rule_.threshold_ == rule.threshold_
    with pytest.raises(sklearn.exceptions.NotFittedError):
        ThresholdMovingClassifier(PLAIN, cv="prefit").fit(X, Y)
    with pytest.raises(ValueError, match=r"class 7, which the fitted LogisticRegression does not"):
        ThresholdMovingClassifier(fitted, cv="prefit").fit(X_NEW, np.where(Y_NEW, 7, 0))


def test_a_prefit_classifier_may_know_classes_that_the_rows_lack():
    fitted = clone(PLAIN).fit(X_MANY, Y_MANY)
    there = Y_MANY_NEW < 2
    rule = PriorCorrection("natural", "balanced")
    rule.set_params(train_prior=np.bincount(Y_MANY) / len(Y_MANY))
    model = ThresholdMovingClassifier(fitted, rule, cv="prefit")
    model.fit(X_MANY_NEW[there], Y_MANY_NEW[there])
    assert_array_equal(model.classes_, [0, 1, 2])
    assert set(model.predict(X_MANY_NEW)) == {0, 1, 2}


def test_one_split_may_be_kept_and_more_may_not():
    model = ThresholdMovingClassifier(PLAIN, cv=0.3, refit=False, random_state=0).fit(X, Y)
    again = clone(model).fit(X, Y)
    assert_array_equal(model.predict_proba(X), again.predict_proba(X))
    whole = clone(PLAIN).fit(X, Y)
    assert not np.allclose(model.predict_proba(X), whole.predict_proba(X))
    with pytest.raises(ValueError, match=r"refit=False .* 5 splits.*refit=True"):
        ThresholdMovingClassifier(PLAIN, refit=False).fit(X, Y)


def test_decision_functions_are_moved_too():
    model = ThresholdMovingClassifier(RidgeClassifier(), method="decision_function").fit(X, Y)
    assert_array_equal(model.predict(X_NEW), model.decision_function(X_NEW) >= model.thresholds_[0])
    assert not hasattr(model, "predict_proba")
    many = ThresholdMovingClassifier(RidgeClassifier(), method="decision_function")
    many.fit(X_MANY, Y_MANY)
    plain = RidgeClassifier().fit(X_MANY, Y_MANY)
    assert balanced_accuracy_score(Y_MANY_NEW, many.predict(X_MANY_NEW)) > balanced_accuracy_score(
        Y_MANY_NEW, plain.predict(X_MANY_NEW)
    )
    with pytest.raises(ValueError, match=r"no predict_proba\. Use method='decision_function'"):
        ThresholdMovingClassifier(RidgeClassifier()).fit(X, Y)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["sigmoid", "isotonic", "temperature"])
@pytest.mark.parametrize(
    "data",
    [
        pytest.param((X, Y, X_NEW, Y_NEW), id="two"),
        pytest.param((X_MANY, Y_MANY, X_MANY_NEW, Y_MANY_NEW), id="three", marks=pytest.mark.slow),
    ],
)
def test_calibration_makes_probabilities_of_an_overconfident_model_better(kind, data):
    rows, y, new, y_new = data
    forest = RandomForestClassifier(30, max_depth=None, random_state=0)
    boosted = HistGradientBoostingClassifier(max_iter=200, learning_rate=0.5, random_state=0)
    for model in (forest, boosted):
        calibrated = ThresholdMovingClassifier(model, calibration=kind, cv=3).fit(rows, y)
        proba = calibrated.predict_proba(new)
        assert_allclose(proba.sum(axis=1), 1)
        plain = calibrated.estimator_.predict_proba(new)
        assert brier_skill_score(y_new, proba) > brier_skill_score(y_new, plain) - 0.02
    assert brier_skill_score(y_new, proba) > brier_skill_score(y_new, plain)


@pytest.mark.parametrize("kind", ["sigmoid", "isotonic", "temperature"])
def test_calibration_gives_a_margin_probabilities_and_rules_for_them(kind):
    model = ThresholdMovingClassifier(
        RidgeClassifier(),
        PriorCorrection("natural", "balanced"),
        method="decision_function",
        calibration=kind,
    ).fit(X, Y)
    proba = model.predict_proba(X_NEW)
    assert brier_score_loss(Y_NEW, proba[:, 1]) < Y.mean() * (1 - Y.mean())
    assert_array_equal(model.predict(X_NEW), proba[:, 1] >= model.thresholds_[0])


def test_rows_of_weight_two_are_two_rows_to_the_rule():
    weights = np.where(X[:, 0] > 0, 2.0, 1.0)
    model = ThresholdMovingClassifier(PLAIN, CostMatrix([[0, 1], [4, 0]])).fit(X, Y, weights)
    assert_allclose(model.natural_prior_[1], weights[Y == 1].sum() / weights.sum())
    whole = clone(PLAIN).fit(X, Y, weights)
    assert_allclose(model.predict_proba(X), whole.predict_proba(X))
    with pytest.raises(ValueError, match=r"KNeighborsClassifier\.fit does not take it"):
        ThresholdMovingClassifier(KNeighborsClassifier()).fit(X, Y, weights)


def test_frames_sparse_rows_names_and_jobs_make_no_difference():
    expected = ThresholdMovingClassifier(PLAIN).fit(X, Y).predict(X_NEW)
    frame, new = (pd.DataFrame(rows).add_prefix("c") for rows in (X, X_NEW))
    names = pd.Series(np.where(Y == 1, "yes", "no"))
    model = ThresholdMovingClassifier(PLAIN, n_jobs=2).fit(frame, names)
    assert_array_equal(model.predict(new) == "yes", expected)
    assert model.feature_names_in_[0] == "c0"
    rows = sparse.csr_array(X)
    model = ThresholdMovingClassifier(PLAIN).fit(rows, Y == 1)
    assert (model.predict(sparse.csr_array(X_NEW)) == expected.astype(bool)).mean() > 0.99


def test_a_class_that_a_training_part_lacks_is_named():
    y = np.where(np.arange(len(Y)) == 5, "odd", "even")
    with pytest.raises(ValueError, match=r"no row of class 'odd', which has 1 row in all"):
        ThresholdMovingClassifier(PLAIN, cv=KFold(2)).fit(X, y)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="more than 1 class"):
        ThresholdMovingClassifier(PLAIN).fit(X, np.zeros(len(X)))


def test_a_cost_matrix_for_each_row_is_refused_with_a_way_out():
    costs = np.tile([[0, 1], [9, 0]], (len(Y), 1, 1))
    with pytest.raises(ValueError, match=r"CostMatrix\(costs\)\.fit\(proba, y\)"):
        ThresholdMovingClassifier(PLAIN, CostMatrix(costs)).fit(X, Y)


def test_metadata_is_routed_to_classifier_and_splitter():
    groups = np.arange(len(Y)) % 7
    with sklearn.config_context(enable_metadata_routing=True):
        weighted = LogisticRegression().set_fit_request(sample_weight=True)
        model = ThresholdMovingClassifier(weighted, cv=GroupKFold(3).set_split_request(groups=True))
        weights = np.where(X[:, 0] > 0, 2.0, 1.0)
        model.fit(X, Y, sample_weight=weights, groups=groups)
    assert_allclose(
        model.predict_proba(X), LogisticRegression().fit(X, Y, weights).predict_proba(X)
    )


def test_rules_are_searched_by_a_grid():
    grid = {"rule": [CostMatrix([[0, 1], [4, 0]]), TunedThresholds()], "estimator__C": [0.1, 1]}
    search = GridSearchCV(
        ThresholdMovingClassifier(PLAIN, cv=2), grid, scoring="balanced_accuracy", cv=2
    )
    assert search.fit(X, Y).best_score_ > 0.7


@pytest.mark.parametrize(
    "rule",
    [CostMatrix([[0, 1], [9, 0]]), LogitAdjustment(), PriorCorrection("natural", "balanced")],
)
def test_a_rule_for_the_natural_prior_around_a_resampled_classifier_is_warned_of(rule):
    resampled = ResampledClassifier(RandomOverSampler(random_state=0), PLAIN)
    model = ThresholdMovingClassifier(resampled, rule, cv=2)
    with pytest.warns(UserWarning, match=r"reflect the natural prior, but .*calibration='sigmoid'"):
        model.fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        clone(model).set_params(calibration="sigmoid").fit(X, Y)
        clone(model).set_params(rule=PriorCorrection("effective", "balanced")).fit(X, Y)
        clone(model).set_params(estimator=PLAIN).fit(X, Y)
    with pytest.warns(UserWarning, match=r"effective prior, but these are calibrated"):
        clone(model).set_params(
            rule=PriorCorrection("effective", "balanced"), calibration="sigmoid"
        ).fit(X, Y)


def test_thresholds_follow_a_rule_that_is_adapted():
    rule = PriorCorrection("natural", "balanced")
    model = ThresholdMovingClassifier(PLAIN, rule).fit(X, Y)
    before = model.thresholds_.copy()
    rarer = np.append(np.flatnonzero(Y_NEW == 0), np.flatnonzero(Y_NEW == 1)[:10])
    model.rule_.adapt(model.predict_proba(X_NEW[rarer]))
    assert model.thresholds_[0] > before[0]
