import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from balancekit.thresholding._prior_correction import PriorCorrection

PROBA = np.array([[0.8, 0.2], [0.95, 0.05], [0.3, 0.7]])
Y = np.array(["no", "no", "yes"])
THREE = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]])


def priors(n_classes):
    """Draw shares that add up to one."""
    weights = st.lists(st.floats(0.01, 1), min_size=n_classes, max_size=n_classes)
    return weights.map(lambda drawn: np.array(drawn) / np.sum(drawn))


def probabilities(n_classes, min_rows=2):
    return st.lists(priors(n_classes), min_size=min_rows, max_size=30).map(np.array)


def fitted(train, target="balanced", n_classes=2):
    """Return a rule that is told two priors."""
    return PriorCorrection(train, target).fit(np.eye(n_classes), np.arange(n_classes))


def calibrated_scores(n_rows, positives, train, seed=0):
    """Draw two overlapping classes; return true posteriors under another prior, and labels."""
    rng = np.random.RandomState(seed)
    y = rng.random_sample(n_rows) < positives
    x = rng.normal(np.where(y, 1.0, -1.0), 1.0)
    return expit(2 * x + np.log(train / (1 - train))), y


def test_a_probability_is_divided_by_the_share_of_its_class():
    assert_allclose(fitted([0.9, 0.1]).correct([[0.8, 0.2]]), [[0.3076923, 0.6923077]], atol=1e-7)


def test_a_changed_base_rate_changes_an_undecided_posterior_to_itself():
    assert_allclose(fitted([0.5, 0.5], [0.9, 0.1]).correct([0.5]), [[0.9, 0.1]])


def test_one_number_for_each_row_is_the_probability_of_the_second_class():
    rule = fitted([0.9, 0.1])
    assert_allclose(rule.correct(PROBA[:, 1]), rule.correct(PROBA))
    assert_array_equal(rule.decide(PROBA[:, 1]), [1, 0, 1])


def test_words_stand_for_the_priors_that_fit_is_told():
    told = {"natural_prior": [0.9, 0.1], "effective_prior": [0.6, 0.4]}
    rule = PriorCorrection("effective", "natural").fit(PROBA, Y, **told)
    assert_array_equal(rule.train_prior_, [0.6, 0.4])
    assert_array_equal(rule.target_prior_, [0.9, 0.1])
    rule = PriorCorrection("natural").fit(PROBA, Y, **told)
    assert_array_equal(rule.train_prior_, [0.9, 0.1])
    assert_array_equal(rule.target_prior_, [0.5, 0.5])
    assert rule.train_prior_.dtype == rule.target_prior_.dtype == np.float64
    assert rule.classes_.tolist() == ["no", "yes"]


@given(probabilities(3), priors(3))
def test_nothing_changes_where_both_priors_are_the_same(proba, prior):
    rule = fitted(prior, prior, 3)
    assert_allclose(rule.correct(proba), proba, rtol=1e-12)


@given(probabilities(3), priors(3), priors(3))
def test_correcting_there_and_back_changes_nothing(proba, train, target):
    there, back = fitted(train, target, 3), fitted(target, train, 3)
    assert_allclose(back.correct(there.correct(proba)), proba, rtol=1e-9)


@given(probabilities(3), priors(3), priors(3))
def test_rows_add_up_to_one_and_decisions_are_their_largest_column(proba, train, target):
    rule = fitted(train, target, 3)
    corrected = rule.correct(proba)
    assert_allclose(corrected.sum(axis=1), 1)
    assert_array_equal(rule.decide(proba), corrected.argmax(axis=1))


@given(probabilities(3), priors(3))
def test_ranks_within_a_column_stay_before_rows_are_divided_by_their_sum(proba, train):
    rule = fitted(train, n_classes=3)
    corrected = rule.correct(proba)
    # Undo the division by means of the first column.
    undone = corrected / corrected[:, [0]] * (proba[:, [0]] / train[0])
    for column in range(3):
        order = np.argsort(proba[:, column], kind="stable")
        assert (np.diff(undone[order, column]) >= -1e-9 * undone[order[1:], column]).all()


@given(probabilities(2), priors(2))
def test_of_two_classes_ranks_stay_even_so(proba, train):
    order = np.argsort(proba[:, 1], kind="stable")
    assert (np.diff(fitted(train).correct(proba)[order, 1]) >= -1e-12).all()


def test_a_class_with_a_target_share_of_zero_is_never_decided_for():
    rule = fitted([0.6, 0.3, 0.1], [0.0, 0.75, 0.25], 3)
    assert_allclose(rule.correct(THREE)[:, 0], 0)
    assert 0 not in rule.decide(THREE)


def test_a_row_that_is_sure_of_an_impossible_class_gets_the_target_prior():
    rule = fitted([0.6, 0.3, 0.1], [0.0, 0.75, 0.25], 3)
    assert_array_equal(rule.correct([[1.0, 0.0, 0.0]]), [[0.0, 0.75, 0.25]])


@pytest.mark.parametrize("positives", [0.05, 0.3, 0.8])
def test_adapt_finds_a_shifted_prior_from_calibrated_probabilities(positives):
    proba, y = calibrated_scores(20_000, positives, train=0.5)
    rule = fitted([0.5, 0.5])
    assert rule.n_rounds_ == 0
    assert rule.adapt(proba) is rule
    assert_allclose(rule.target_prior_[1], y.mean(), atol=0.01)
    assert_allclose(rule.target_prior_.sum(), 1)
    assert 1 < rule.n_rounds_ < 1000
    true_posterior, _ = calibrated_scores(20_000, positives, train=positives)
    assert_allclose(rule.correct(proba)[:, 1], true_posterior, atol=0.02)


def test_adapt_finds_a_fixed_point():
    proba, _ = calibrated_scores(2000, 0.2, train=0.6)
    rule = fitted([0.4, 0.6]).adapt(proba, tolerance=1e-12)
    assert_allclose(rule.correct(proba).mean(axis=0), rule.target_prior_, atol=1e-10)


def test_adapt_follows_the_rounds_of_a_plain_loop():
    prior = np.array([0.5, 0.3, 0.2])
    for _ in range(4):
        new = np.array([row * prior / [0.5, 0.3, 0.2] for row in THREE])
        prior = (new / new.sum(axis=1)[:, None]).mean(axis=0)
    with pytest.warns(UserWarning, match="did not converge: after 4 rounds"):
        rule = fitted([0.5, 0.3, 0.2], n_classes=3).adapt(THREE, max_rounds=4)
    assert_allclose(rule.target_prior_, prior)
    assert rule.n_rounds_ == 4


def test_adapt_starts_from_the_training_prior_whatever_the_target():
    first, second = (fitted([0.5, 0.5], target) for target in ("balanced", [1.0, 0.0]))
    proba, _ = calibrated_scores(500, 0.2, train=0.5)
    assert_array_equal(first.adapt(proba).target_prior_, second.adapt(proba).target_prior_)
    assert_array_equal(first.adapt(proba).target_prior_, second.target_prior_)


def test_adapt_warns_whoever_called_and_more_rounds_help():
    proba, _ = calibrated_scores(500, 0.2, train=0.5)
    rule = fitted([0.5, 0.5])
    with pytest.warns(UserWarning, match="Pass a larger max_rounds or tolerance") as caught:
        rule.adapt(proba, max_rounds=2)
    assert caught[0].filename == __file__
    assert rule.n_rounds_ == 2
    assert rule.adapt(proba, max_rounds=1000).n_rounds_ > 2
    assert rule.adapt(proba, max_rounds=2, tolerance=0.5).n_rounds_ == 1


def test_fitting_again_forgets_what_adapt_found():
    rule = fitted([0.5, 0.5]).adapt(calibrated_scores(500, 0.2, train=0.5)[0])
    assert rule.target_prior_[0] > 0.7
    rule.fit(PROBA, Y)
    assert_array_equal(rule.target_prior_, [0.5, 0.5])
    assert rule.n_rounds_ == 0


@pytest.mark.parametrize(("max_rounds", "tolerance"), [(0, 1e-8), (10, -1.0), (10, np.nan)])
def test_adapt_refuses_bad_bounds(max_rounds, tolerance):
    with pytest.raises(ValueError, match=r"(max_rounds|tolerance)=.*Pass [01] or more"):
        fitted([0.5, 0.5]).adapt(PROBA, max_rounds=max_rounds, tolerance=tolerance)


def test_the_training_prior_has_no_default_and_the_message_says_what_to_pass():
    with pytest.raises(ValueError, match="train_prior has no default on purpose") as caught:
        PriorCorrection().fit(PROBA, Y)
    for way_out, told in (
        ("'effective' for a model fitted on resampled", {"effective_prior": [0.5, 0.5]}),
        ("'natural' for one fitted on data as it came", {"natural_prior": [0.9, 0.1]}),
    ):
        assert way_out in str(caught.value)
        assert PriorCorrection(way_out.split("'")[1]).fit(PROBA, Y, **told).decide(PROBA).size == 3
    assert "an array of one share" in str(caught.value)
    assert PriorCorrection([0.9, 0.1]).fit(PROBA, Y).decide(PROBA).tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("parameters", "name", "argument"),
    [
        ({"train_prior": "effective"}, "train_prior", "effective_prior"),
        ({"train_prior": "natural"}, "train_prior", "natural_prior"),
        ({"train_prior": [0.5, 0.5], "target_prior": "natural"}, "target_prior", "natural_prior"),
    ],
)
def test_a_prior_that_fit_is_not_told_is_asked_for(parameters, name, argument):
    says = rf"{name} as an array .*`fit\(\.\.\., {argument}=model\.{argument}_\)`"
    with pytest.raises(ValueError, match=says):
        PriorCorrection(**parameters).fit(PROBA, Y)
    PriorCorrection(**parameters).fit(PROBA, Y, **{argument: [0.9, 0.1]})
    PriorCorrection(**{**parameters, name: [0.9, 0.1]}).fit(PROBA, Y)


@pytest.mark.parametrize(
    ("prior", "says"),
    [
        ([0.5, 0.3, 0.2], r"train_prior has shape \(3,\), and there are 2 classes"),
        ([[0.5, 0.5]], r"train_prior has shape \(1, 2\)"),
        ([0.5, np.nan], "train_prior gives class 'yes' a share of nan"),
        ([1.0, 0.0], "train_prior gives class 'yes' a share of 0. .*finite and above 0"),
        ([1.5, -0.5], "train_prior gives class 'yes' a share of -0.5"),
        ([0.9, 0.2], "train_prior adds up to 1.1, not to 1"),
        ([9, 1], "train_prior adds up to 10, not to 1. .*counts divided by their sum"),
        (["a", "b"], "train_prior holds no numbers"),
        ("balanced", "'train_prior' parameter of PriorCorrection"),
        (0.5, "'train_prior' parameter of PriorCorrection"),
    ],
)
def test_bad_shares_are_named(prior, says):
    with pytest.raises(ValueError, match=says):
        PriorCorrection(prior).fit(PROBA, Y)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ([1.5, -0.5], "target_prior gives class 'yes' a share of -0.5.*finite and 0 or more"),
        ([0.5, 0.4], "target_prior adds up to 0.9"),
        ("effective", "'target_prior' parameter of PriorCorrection"),
    ],
)
def test_bad_target_shares_are_named(target, says):
    with pytest.raises(ValueError, match=says):
        PriorCorrection([0.5, 0.5], target).fit(PROBA, Y)


def test_shares_that_fit_is_told_are_checked_too():
    with pytest.raises(ValueError, match="natural_prior adds up to 2"):
        PriorCorrection("natural").fit(PROBA, Y, natural_prior=[1, 1])


def test_shares_may_be_off_by_rounding():
    rule = PriorCorrection([0.9, 0.1 + 5e-7]).fit(PROBA, Y)
    assert_allclose(rule.train_prior_, [0.9, 0.1], rtol=1e-5)


@pytest.mark.parametrize("method", ["correct", "adapt", "decide"])
def test_other_columns_than_in_fit_are_refused(method):
    rule = fitted([0.9, 0.1])
    with pytest.raises(ValueError, match=r"fitted for 2 classes.*3 columns"):
        getattr(rule, method)(THREE)
    with pytest.raises(NotFittedError):
        getattr(PriorCorrection([0.9, 0.1]), method)(PROBA)


def test_it_can_be_cloned_and_pickled():
    rule = PriorCorrection(np.array([0.9, 0.1]), "natural").fit(PROBA, Y, natural_prior=[0.7, 0.3])
    again = pickle.loads(pickle.dumps(rule))
    assert_array_equal(again.correct(PROBA), rule.correct(PROBA))
    parameters = clone(rule).get_params()
    assert parameters["target_prior"] == "natural"
    assert_array_equal(parameters["train_prior"], [0.9, 0.1])
    assert set(parameters) == {"train_prior", "target_prior"}


def test_what_is_passed_stays_as_it_is():
    prior, proba = np.array([0.9, 0.1]), PROBA.copy()
    rule = PriorCorrection(prior, prior).fit(proba, Y)
    rule.adapt(proba, tolerance=1)
    rule.train_prior_[:] = 0.5
    assert_array_equal(prior, [0.9, 0.1])
    assert_array_equal(proba, PROBA)
