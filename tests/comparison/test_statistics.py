import math

import numpy as np
import pytest
from scipy import stats

from balancekit.comparison.statistics import corrected_interval, corrected_t_test, holm

DIFFERENCES = [0.02, 0.01, 0.03, 0.02]


def test_the_test_is_the_one_computed_by_hand():
    # mean .02; squared deviations 0, 1e-4, 1e-4, 0, so s² = 2e-4 / 3; (1/4 + 1/3) s² = 3.8889e-5.
    mean, p = corrected_t_test(DIFFERENCES, test_train_ratio=1 / 3)
    assert mean == pytest.approx(0.02)
    t = 0.02 / math.sqrt((1 / 4 + 1 / 3) * 2e-4 / 3)
    assert t == pytest.approx(3.20713, abs=1e-5)
    assert p == pytest.approx(2 * stats.t.sf(t, df=3))


def test_without_overlap_it_is_the_ordinary_paired_t_test():
    _, p = corrected_t_test(DIFFERENCES, test_train_ratio=0)
    assert p == pytest.approx(stats.ttest_1samp(DIFFERENCES, 0).pvalue)


def test_the_correction_does_not_vanish_with_more_repeats():
    differences = [-0.01, 0.02, 0.0, 0.03] * 1000
    assert stats.ttest_1samp(differences, 0).pvalue < 1e-100
    assert corrected_t_test(differences, 1 / 4)[1] > 0.1


def test_the_sign_of_the_differences_does_not_change_p():
    assert corrected_t_test(DIFFERENCES, 0.25)[1] == pytest.approx(
        corrected_t_test(np.negative(DIFFERENCES), 0.25)[1]
    )


def test_equal_scores_differ_by_nothing():
    assert corrected_t_test([0.0, 0.0, 0.0], 0.25) == (0.0, 1.0)


def test_a_constant_difference_is_certain_although_its_mean_rounds():
    values = [0.1] * 3
    assert np.var(values) != 0
    assert corrected_t_test(values, 0.25) == (0.1, 0.0)
    assert corrected_interval(values, 0.25) == (0.1, 0.1, 0.1)


def test_without_overlap_the_interval_is_the_ordinary_one():
    mean, low, high = corrected_interval([0.8, 0.9, 0.85, 0.95], test_train_ratio=0)
    ordinary = stats.t.interval(0.95, df=3, loc=0.875, scale=stats.sem([0.8, 0.9, 0.85, 0.95]))
    assert mean == pytest.approx(0.875)
    assert (low, high) == pytest.approx(ordinary)


def test_the_interval_and_the_test_agree_about_zero():
    _, p = corrected_t_test(DIFFERENCES, 1 / 4)
    _, low, _ = corrected_interval(DIFFERENCES, 1 / 4, confidence=1 - p)
    assert low == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("values", [[], [0.5], [[0.1, 0.2]]])
def test_one_split_has_no_variance(values):
    with pytest.raises(ValueError, match="at least 2 splits"):
        corrected_t_test(values, 0.25)


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ([], []),
        ([0.03], [0.03]),
        ([0.04, 0.01, 0.03], [0.06, 0.03, 0.06]),
        ([0.01, 0.02, 0.03, 0.04], [0.04, 0.06, 0.06, 0.06]),
        ([0.5, 0.9, 0.01], [1.0, 1.0, 0.03]),
        ([0.02, 0.02], [0.04, 0.04]),
    ],
)
def test_holm_multiplies_the_smallest_by_all_and_never_steps_down(p_values, adjusted):
    assert holm(p_values) == pytest.approx(adjusted)


def test_holm_lies_between_no_adjustment_and_bonferroni():
    p_values = np.random.RandomState(0).uniform(size=8)
    adjusted = np.array(holm(p_values))
    assert (adjusted >= p_values).all()
    assert (adjusted <= np.minimum(8 * p_values, 1)).all()
