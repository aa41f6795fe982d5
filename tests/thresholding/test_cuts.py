import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import metrics

from balancekit.metrics import geometric_mean_score
from balancekit.thresholding._cuts import (
    LESS_IS_BETTER,
    RATES,
    SIGNED,
    between_scores,
    check_rate,
    cuts_of,
    rates_of,
)

# Few different scores, so that many are tied.
ROWS = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(0, 1), st.integers(0, 4)), min_size=1, max_size=25
).filter(lambda rows: any(weight for _, _, weight in rows))


def _arrays(rows):
    scores, codes, weights = (np.array(part) for part in zip(*rows, strict=True))
    return scores / 4, codes, weights / 2


def _by_scikit_learn(codes, flagged, weights):
    share = {"sample_weight": weights, "zero_division": np.nan}
    first = {**share, "pos_label": 0}
    recall = metrics.recall_score(codes, flagged, **share)
    specificity = metrics.recall_score(codes, flagged, **first)
    return {
        "recall": recall,
        "precision": metrics.precision_score(codes, flagged, **share),
        "specificity": specificity,
        "negative_predictive_value": metrics.precision_score(codes, flagged, **first),
        "f1": metrics.f1_score(codes, flagged, **share),
        "accuracy": metrics.accuracy_score(codes, flagged, sample_weight=weights),
        "balanced_accuracy": (recall + specificity) / 2,
        "geometric_mean": np.sqrt(recall * specificity),
        "matthews_corrcoef": metrics.matthews_corrcoef(codes, flagged, sample_weight=weights),
        "youden": recall + specificity - 1,
        "flag_rate": np.average(flagged, weights=weights),
        "false_positive_rate": 1 - specificity,
    }


@given(ROWS, st.booleans())
def test_there_is_a_cut_between_any_two_distinct_scores_and_it_counts_what_it_flags(
    rows, is_weighted
):
    scores, codes, weights = _arrays(rows)
    cuts = cuts_of(scores, codes, weights if is_weighted else None)
    weights = weights if is_weighted else np.ones(len(scores))
    distinct = np.unique(scores[weights > 0])
    assert len(cuts.thresholds) == len(distinct) + 1
    assert_array_equal(cuts.thresholds[[0, -1]], [-np.inf, np.inf])
    assert_array_equal(cuts.thresholds[1:-1], (distinct[1:] + distinct[:-1]) / 2)
    assert_array_equal(cuts.gaps, [0, *np.diff(distinct), 0])
    for place, threshold in enumerate(cuts.thresholds):
        flagged = scores >= threshold
        assert cuts.hits[place] == weights[flagged & (codes == 1)].sum()
        assert cuts.false_alarms[place] == weights[flagged & (codes == 0)].sum()
    assert cuts.n_positive == weights[codes == 1].sum()
    assert cuts.n_negative == weights[codes == 0].sum()


@pytest.mark.slow
@given(ROWS, st.booleans())
def test_each_rate_is_that_of_scikit_learn(rows, is_weighted):
    scores, codes, weights = _arrays(rows)
    cuts = cuts_of(scores, codes, weights if is_weighted else None)
    there = weights > 0 if is_weighted else np.ones(len(scores), dtype=bool)
    scores, codes = scores[there], codes[there]
    weights = weights[there] if is_weighted else np.ones(len(scores))
    if len(set(codes.tolist())) < 2:
        return
    rates = rates_of(cuts)
    assert list(rates) == list(RATES)
    for place, threshold in enumerate(cuts.thresholds):
        expected = _by_scikit_learn(codes, (scores >= threshold).astype(int), weights)
        assert set(expected) == set(RATES)
        for name, value in expected.items():
            assert rates[name][place] == pytest.approx(value, abs=1e-12, nan_ok=True), name


def test_balanced_accuracy_and_geometric_mean_are_those_of_the_libraries():
    rng = np.random.RandomState(0)
    codes = (rng.rand(60) < 0.3).astype(int)
    scores = np.round(rng.rand(60) + codes / 3, 1)
    cuts = cuts_of(scores, codes)
    rates = rates_of(cuts)
    for place, threshold in enumerate(cuts.thresholds):
        flagged = (scores >= threshold).astype(int)
        balanced = metrics.balanced_accuracy_score(codes, flagged)
        assert rates["balanced_accuracy"][place] == pytest.approx(balanced)
        mean = geometric_mean_score(codes, flagged)
        assert rates["geometric_mean"][place] == pytest.approx(mean)


def test_rates_that_would_divide_by_nothing_are_nan():
    rates = rates_of(cuts_of(np.array([0.1, 0.9]), np.array([0, 1])))
    undefined = {name: np.flatnonzero(np.isnan(values)) for name, values in rates.items()}
    assert undefined.pop("precision").tolist() == [2]
    assert undefined.pop("negative_predictive_value").tolist() == [0]
    assert all(len(places) == 0 for places in undefined.values())
    assert_array_equal(rates["f1"][-1], 0)
    assert_array_equal(rates["matthews_corrcoef"][[0, -1]], 0)


def test_without_rows_of_a_class_its_rates_are_nan():
    scores = np.array([0.1, 0.9])
    rates = rates_of(cuts_of(scores, np.array([0, 0])))
    assert np.isnan(rates["recall"]).all()
    assert_array_equal(rates["specificity"], [0, 0.5, 1])
    assert_array_equal(rates["matthews_corrcoef"], 0)
    rates = rates_of(cuts_of(scores, np.array([1, 1])))
    assert np.isnan(rates["false_positive_rate"]).all()
    assert_array_equal(rates["recall"], [1, 0.5, 0])


def test_rates_do_not_depend_on_the_scale_of_weights():
    rng = np.random.RandomState(1)
    scores, codes, weights = rng.rand(30), rng.randint(2, size=30), rng.rand(30)
    plain = rates_of(cuts_of(scores, codes, weights))
    for scale in (1e-250, 1e250):
        scaled = rates_of(cuts_of(scores, codes, weights * scale))
        for name, values in plain.items():
            assert_allclose(scaled[name], values, rtol=1e-9, atol=1e-12, err_msg=name)


def test_rows_of_weight_zero_make_no_cut():
    scores, codes = np.array([0.1, 0.5, 0.9]), np.array([0, 1, 1])
    cuts = cuts_of(scores, codes, np.array([1.0, 0.0, 1.0]))
    assert_array_equal(cuts.thresholds, [-np.inf, 0.5, np.inf])


def test_scores_that_are_all_equal_leave_all_or_nothing():
    cuts = cuts_of(np.array([0.0, -0.0, 0.0]), np.array([0, 1, 1]))
    assert_array_equal(cuts.thresholds, [-np.inf, np.inf])
    assert_array_equal(cuts.hits, [2, 0])
    assert_array_equal(cuts.false_alarms, [1, 0])


def test_cuts_that_are_taken_keep_the_totals():
    cuts = cuts_of(np.array([0.1, 0.5, 0.9]), np.array([0, 1, 1]))
    ends = cuts.take([0, -1])
    assert_array_equal(ends.thresholds, [-np.inf, np.inf])
    assert_array_equal(rates_of(ends, ["recall"])["recall"], [1, 0])
    assert (ends.n_positive, ends.n_negative) == (2, 1)


@given(
    st.lists(
        st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=2, unique=True
    ).filter(lambda pair: pair[0] != pair[1])
)
def test_a_threshold_tells_any_two_scores_apart(pair):
    low, high = min(pair), max(pair)
    threshold = between_scores(low, high)
    assert low < threshold <= high
    assert np.isfinite(threshold)
    assert_array_equal(between_scores(np.array([low]), np.array([high])), [threshold])


def test_between_neighbouring_numbers_the_upper_is_the_threshold():
    for low in (1.0, 5e-324, -1.0, 0.0, -5e-324):
        high = np.nextafter(low, np.inf)
        assert between_scores(low, high) == high


def test_scores_at_the_ends_of_the_range_have_a_cut_between_them():
    cuts = cuts_of(np.array([-1.7e308, 1.7e308]), np.array([0, 1]))
    assert_array_equal(cuts.thresholds, [-np.inf, 0, np.inf])


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ([1.0, -1.0, 2.0], r"sample_weight is negative in row 1\. Pass weights of zero or more"),
        ([0.0, 0.0, 0.0], r"sample_weight is zero for every row\. Pass a positive weight"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weights, says):
    with pytest.raises(ValueError, match=says):
        cuts_of(np.array([0.1, 0.5, 0.9]), np.array([0, 1, 1]), np.array(weights))


def test_what_is_passed_stays_as_it_is():
    scores, codes, weights = np.array([0.9, 0.1]), np.array([1, 0]), np.array([2.0, 1.0])
    cuts_of(scores, codes, weights)
    assert (scores.tolist(), codes.tolist(), weights.tolist()) == ([0.9, 0.1], [1, 0], [2.0, 1.0])


def test_an_unknown_rate_is_told_with_those_known_and_one_alike():
    with pytest.raises(ValueError, match="maximise names no rate: 'recall_'") as caught:
        check_rate("recall_", "maximise")
    assert all(repr(name) in str(caught.value) for name in RATES)
    assert str(caught.value).endswith("Did you mean 'recall'?")
    with pytest.raises(ValueError, match="rates names no rate: 3"):
        check_rate(3, "rates")


def test_directions_and_ranges_are_of_rates_that_exist():
    assert {*LESS_IS_BETTER, *SIGNED} < set(RATES)
