import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from balancekit.thresholding._prior_correction import PriorCorrection
from balancekit.thresholding._undersampling_correction import UndersamplingCorrection

PROBA = np.array([[0.5, 0.5], [0.05, 0.95]])
Y = ["negative", "positive"]
THREE = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]])


def test_an_undecided_probability_after_keeping_a_tenth():
    rule = UndersamplingCorrection(0.1).fit(PROBA, Y)
    assert_allclose(rule.correct([0.5])[:, 1], 0.09090909, atol=1e-8)
    assert_array_equal(rule.decide(PROBA), [0, 1])
    assert_array_equal(rule.kept_, [0.1, 1.0])


@given(st.floats(0.001, 1), st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_two_classes_follow_the_formula_of_the_paper(beta, proba):
    p = np.array(proba)
    corrected = UndersamplingCorrection(beta).fit(PROBA, Y).correct(p)
    assert_allclose(corrected[:, 1], beta * p / (beta * p - p + 1), rtol=1e-9, atol=1e-300)
    assert_allclose(corrected.sum(axis=1), 1)


def test_keeping_all_rows_changes_nothing():
    assert_allclose(UndersamplingCorrection(1).fit(PROBA, Y).correct(PROBA), PROBA)
    three = UndersamplingCorrection([1, 1, 1]).fit(THREE, [0, 1, 2])
    assert_allclose(three.correct(THREE), THREE)


def test_an_array_has_a_fraction_for_each_class():
    one, other = UndersamplingCorrection(0.2), UndersamplingCorrection([0.2, 1])
    assert_array_equal(one.fit(PROBA, Y).correct(PROBA), other.fit(PROBA, Y).correct(PROBA))


def test_it_agrees_with_the_priors_before_and_after():
    counts, kept = np.array([800, 150, 50]), np.array([0.1, 0.5, 1.0])
    left = counts * kept
    by_priors = PriorCorrection(left / left.sum(), counts / counts.sum())
    by_fractions = UndersamplingCorrection(kept)
    expected = by_priors.fit(THREE, [0, 1, 2]).correct(THREE)
    assert_allclose(by_fractions.fit(THREE, [0, 1, 2]).correct(THREE), expected)


def test_a_tiny_fraction_gives_finite_probabilities():
    rule = UndersamplingCorrection(5e-324).fit(PROBA, Y)
    corrected = rule.correct([[0, 1], [0.5, 0.5], [1, 0]])
    assert_allclose(corrected, [[0, 1], [1, 0], [1, 0]], atol=1e-12)


@pytest.mark.parametrize(
    ("beta", "says"),
    [
        (0, "'beta' parameter of UndersamplingCorrection"),
        (1.5, "'beta' parameter of UndersamplingCorrection"),
        (np.nan, "'beta' parameter of UndersamplingCorrection"),
        ("half", "'beta' parameter of UndersamplingCorrection"),
        ([0.5], r"beta has shape \(1,\), and there are 2 classes"),
        ([0.5, 0], "beta gives class 'positive' a fraction of 0. .*above 0 and up to 1"),
        ([1.5, 1], "beta gives class 'negative' a fraction of 1.5"),
        ([np.nan, 1], "beta gives class 'negative' a fraction of nan"),
        (["a", "b"], "beta holds no numbers"),
    ],
)
def test_bad_fractions_are_named(beta, says):
    with pytest.raises(ValueError, match=says):
        UndersamplingCorrection(beta).fit(PROBA, Y)


def test_one_fraction_does_not_do_for_three_classes():
    with pytest.raises(ValueError, match=r"there are 3\. Pass an array of one fraction for each"):
        UndersamplingCorrection(0.5).fit(THREE, [0, 1, 2])
    rule = UndersamplingCorrection([0.5, 1, 1]).fit(THREE, [0, 1, 2])
    assert_allclose(rule.correct([[0.5, 0.25, 0.25]]), [[2 / 3, 1 / 6, 1 / 6]])


def test_other_columns_than_in_fit_are_refused():
    with pytest.raises(ValueError, match=r"fitted for 2 classes.*3 columns"):
        UndersamplingCorrection(0.5).fit(PROBA, Y).correct(THREE)


def test_it_can_be_cloned_and_pickled():
    rule = UndersamplingCorrection(0.3).fit(PROBA, Y)
    again = pickle.loads(pickle.dumps(rule))
    assert_array_equal(again.correct(PROBA), rule.correct(PROBA))
    assert clone(rule).get_params() == {"beta": 0.3}
    assert again.classes_.tolist() == Y
