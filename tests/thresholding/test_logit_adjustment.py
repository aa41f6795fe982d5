import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.special import expit, softmax
from sklearn.base import clone

from balancekit.thresholding._logit_adjustment import LogitAdjustment
from balancekit.thresholding._prior_correction import PriorCorrection

RNG = np.random.RandomState(0)
LOGITS = RNG.normal([2, 0, -1], 2, (300, 3))
Y = np.array(["common", "rare", "rarest"])[RNG.randint(3, size=300)]
PRIOR = np.array([0.85, 0.1, 0.05])
PROBA = softmax(LOGITS, axis=1)


def test_the_decision_is_the_largest_logit_less_tau_times_the_log_prior():
    rule = LogitAdjustment(1.5, PRIOR, scores="logits").fit(LOGITS, Y)
    assert_array_equal(rule.decide(LOGITS), (LOGITS - 1.5 * np.log(PRIOR)).argmax(axis=1))
    assert set(rule.decide(LOGITS)) == {0, 1, 2}
    assert rule.classes_.tolist() == ["common", "rare", "rarest"]


@pytest.mark.parametrize("tau", [0, 0.5, 1, 2.0])
def test_probabilities_and_their_logits_are_decided_alike(tau):
    by_logits = LogitAdjustment(tau, PRIOR, "logits").fit(LOGITS, Y)
    by_probabilities = LogitAdjustment(tau, PRIOR).fit(PROBA, Y)
    assert_array_equal(by_probabilities.decide(PROBA), by_logits.decide(LOGITS))


@pytest.mark.parametrize(("scores", "rows"), [("probabilities", PROBA), ("logits", LOGITS)])
def test_without_tau_it_is_the_largest_score(scores, rows):
    rule = LogitAdjustment(0, PRIOR, scores).fit(rows, Y)
    assert_array_equal(rule.decide(rows), rows.argmax(axis=1))


def test_without_tau_even_the_smallest_difference_decides():
    p = 0.01
    row = np.array([[p, np.nextafter(p, 1), *[0.0098] * 100]])
    row[0, 2:] *= (1 - 2 * p) / row[0, 2:].sum()
    rule = LogitAdjustment(0, np.full(102, 1 / 102)).fit(np.eye(102), np.arange(102))
    assert rule.decide(row) == [1]


@given(
    st.lists(st.floats(0.01, 1), min_size=3, max_size=3),
    st.integers(0, 2**16),
)
def test_with_tau_of_one_it_decides_like_a_correction_to_balanced_classes(weights, seed):
    prior = np.array(weights) / np.sum(weights)
    proba = np.random.RandomState(seed).dirichlet([1, 1, 1], size=20)
    ours = LogitAdjustment(prior=prior).fit(np.eye(3), [0, 1, 2])
    theirs = PriorCorrection(prior, "balanced").fit(np.eye(3), [0, 1, 2])
    assert_array_equal(ours.decide(proba), theirs.decide(proba))


def test_one_logit_for_each_row_is_that_of_the_second_class():
    logits = np.array([-3.0, -2.0, -1.0, 0.0, 3.0])
    y = [0, 0, 1, 1, 1]
    rule = LogitAdjustment(prior=[0.9, 0.1], scores="logits").fit(logits, y)
    # The threshold is log(.1 / .9), about -2.2.
    assert_array_equal(rule.decide(logits), [0, 1, 1, 1, 1])
    columns = np.column_stack([np.zeros(5), logits])
    assert_array_equal(rule.decide(columns), rule.decide(logits))
    by_probabilities = LogitAdjustment(prior=[0.9, 0.1]).fit(expit(logits), y)
    assert_array_equal(by_probabilities.decide(expit(logits)), rule.decide(logits))


def test_a_probability_of_zero_is_never_decided_for():
    proba = [[1, 0, 0], [0.5, 0.5, 0]]
    rule = LogitAdjustment(5.0, [0.9, 0.09, 0.01]).fit(proba, [0, 1], classes=[0, 1, 2])
    assert_array_equal(rule.decide(proba), [0, 1])


def test_words_stand_for_the_priors_that_fit_is_told():
    told = {"natural_prior": PRIOR, "effective_prior": [0.5, 0.3, 0.2]}
    assert_array_equal(LogitAdjustment().fit(PROBA, Y, **told).prior_, PRIOR)
    rule = LogitAdjustment(prior="effective").fit(PROBA, Y, **told)
    assert_array_equal(rule.prior_, [0.5, 0.3, 0.2])


@pytest.mark.parametrize("prior", ["natural", "effective"])
def test_a_prior_that_fit_is_not_told_is_asked_for(prior):
    says = rf"prior='{prior}'.*`fit\(\.\.\., {prior}_prior=model\.{prior}_prior_\)`"
    with pytest.raises(ValueError, match=says):
        LogitAdjustment(prior=prior).fit(PROBA, Y)
    LogitAdjustment(prior=prior).fit(PROBA, Y, **{f"{prior}_prior": PRIOR})


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"tau": -1}, "'tau' parameter of LogitAdjustment"),
        ({"tau": np.nan}, "'tau' parameter of LogitAdjustment"),
        ({"scores": "votes"}, "'scores' parameter of LogitAdjustment"),
        ({"prior": "balanced"}, "'prior' parameter of LogitAdjustment"),
        ({"prior": [0.5, 0.5]}, r"prior has shape \(2,\), and there are 3 classes"),
        ({"prior": [0.9, 0.1, 0]}, "prior gives class 'rarest' a share of 0"),
        ({"prior": [0.9, 0.1, 0.1]}, "prior adds up to 1.1"),
    ],
)
def test_bad_parameters_are_named(parameters, says):
    with pytest.raises(ValueError, match=says):
        LogitAdjustment(**{"prior": PRIOR, **parameters}).fit(PROBA, Y)


def test_logits_are_no_probabilities_and_the_rule_needs_to_know():
    with pytest.raises(ValueError, match="Probabilities lie between 0 and 1"):
        LogitAdjustment(prior=PRIOR).fit(LOGITS, Y)
    assert LogitAdjustment(prior=PRIOR, scores="logits").fit(LOGITS, Y).decide(LOGITS).size == 300


def test_it_can_be_cloned_and_pickled():
    rule = LogitAdjustment(2, "natural", "logits").fit(LOGITS, Y, natural_prior=PRIOR)
    again = pickle.loads(pickle.dumps(rule))
    assert_array_equal(again.decide(LOGITS), rule.decide(LOGITS))
    assert clone(rule).get_params() == {"tau": 2, "prior": "natural", "scores": "logits"}
