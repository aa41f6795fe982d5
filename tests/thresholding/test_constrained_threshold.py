import pickle
import re
import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn.base import clone

from balancekit.thresholding._constrained_threshold import ConstrainedThreshold
from balancekit.thresholding._cuts import LESS_IS_BETTER, RATES, SIGNED, Cuts, rates_of

RNG = np.random.RandomState(0)
Y = (RNG.rand(300) < 0.2).astype(int)
SCORES = np.round(np.clip(RNG.rand(300) * 0.6 + Y * RNG.rand(300) * 0.5, 0, 1), 3)

ROWS = st.lists(
    st.tuples(st.integers(-4, 4), st.integers(0, 1), st.integers(0, 3)), min_size=2, max_size=30
)
BOUNDS = st.dictionaries(
    st.sampled_from(list(RATES)), st.sampled_from([0, 0.25, 0.5, 0.8, 1]), max_size=3
)


def _fit(rule, *args, **options):
    """Fit on few rows without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return rule.fit(*args, **options)


def _rates_at(threshold, scores, codes, weights):
    """Rates of one threshold, counted row by row."""
    flagged = scores >= threshold
    one = Cuts(
        np.array([threshold]),
        np.zeros(1),
        np.array([float(weights[flagged & (codes == 1)].sum())]),
        np.array([float(weights[flagged & (codes == 0)].sum())]),
        float(weights[codes == 1].sum()),
        float(weights[codes == 0].sum()),
    )
    return {name: values[0] for name, values in rates_of(one).items()}


def _keeps(rates, bounds):
    return all(
        rates[name] <= bound + 1e-10 if name in LESS_IS_BETTER else rates[name] >= bound - 1e-10
        for name, bound in bounds.items()
    )


@given(ROWS, st.sampled_from(list(RATES)), BOUNDS, st.booleans())
def test_no_threshold_that_keeps_to_the_bounds_is_better(rows, maximise, bounds, is_weighted):
    scores, codes, weights = (np.array(part) for part in zip(*rows, strict=True))
    scores, weights = scores / 4, weights / 2 if is_weighted else np.ones(len(scores))
    there = weights > 0
    assume(len(np.unique(codes[there])) == 2)
    given_weights = weights if is_weighted else None
    rule = ConstrainedThreshold(maximise, bounds)
    distinct = np.unique(scores[there])
    every = [-np.inf, *((distinct[1:] + distinct[:-1]) / 2), np.inf]
    gaps = [0, *np.diff(distinct), 0]
    outcomes = [
        (rates[maximise], gap, threshold)
        for threshold, gap in zip(every, gaps, strict=True)
        if _keeps(rates := _rates_at(threshold, scores, codes, weights), bounds)
        and not np.isnan(rates[maximise])
    ]
    if not outcomes:
        with pytest.raises(
            ValueError, match=r"No threshold|cannot hold together|not defined there"
        ):
            rule.fit(scores, codes, sample_weight=given_weights)
        return
    best = max(value for value, _, _ in outcomes)
    _, threshold = max(outcome[1:] for outcome in outcomes if outcome[0] >= best - 1e-10)
    _fit(rule, scores, codes, sample_weight=given_weights)
    assert rule.threshold_ == threshold
    expected = _rates_at(threshold, scores, codes, weights)
    assert rule.achieved_ == pytest.approx(expected, nan_ok=True)


def test_the_default_is_the_best_precision_at_a_recall_of_nine_tenths():
    plain = ConstrainedThreshold().fit(SCORES, Y)
    spelt = ConstrainedThreshold(maximise="precision", subject_to={"recall": 0.9}).fit(SCORES, Y)
    assert plain.threshold_ == spelt.threshold_
    assert plain.achieved_ == spelt.achieved_
    assert plain.achieved_["recall"] >= 0.9


@pytest.mark.parametrize("budget", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("name", ["flag_rate", "false_positive_rate"])
def test_a_budget_is_never_exceeded(name, budget):
    rule = ConstrainedThreshold("recall", {name: budget}).fit(SCORES, Y)
    flagged = rule.decide(SCORES) == 1
    spent = flagged.mean() if name == "flag_rate" else flagged[Y == 0].mean()
    assert spent <= budget
    counted = np.ones(300, dtype=bool) if name == "flag_rate" else Y == 0
    within = [score for score in SCORES if (score <= SCORES)[counted].mean() <= budget]
    assert_array_equal(flagged[Y == 1], (min(within) <= SCORES)[Y == 1])
    assert rule.achieved_[name] == pytest.approx(spent)
    assert rule.achieved_["recall"] == pytest.approx(flagged[Y == 1].mean())


def test_a_recall_that_is_met_exactly_is_met():
    scores = np.arange(60) / 60
    codes = np.r_[np.zeros(30, int), np.ones(30, int)]
    codes[[2, 5, 8]], codes[[57, 58, 59]] = 1, 0
    rule = ConstrainedThreshold("precision", {"recall": 0.9}).fit(scores, codes)
    assert rule.achieved_["recall"] == 0.9
    weights = np.full(60, 0.1)
    weighted = ConstrainedThreshold("precision", {"recall": 0.9})
    weighted.fit(scores, codes, sample_weight=weights)
    assert weighted.threshold_ == rule.threshold_


def test_achieved_holds_every_rate_as_a_plain_float():
    achieved = ConstrainedThreshold().fit(SCORES, Y).achieved_
    assert list(achieved) == list(RATES)
    assert {type(value) for value in achieved.values()} == {float}


def test_of_equally_good_thresholds_the_widest_gap_is_taken():
    scores = np.r_[np.zeros(30), 0.25, 0.375, 0.625, 0.75, np.ones(30)]
    codes = np.r_[np.zeros(30, int), 0, 1, 0, 1, np.ones(30, int)]
    # Below 0.375 and above 0.625 one row is taken wrongly; between them two are.
    rule = ConstrainedThreshold("accuracy", {})
    assert rule.fit(scores, codes).threshold_ == 0.6875
    assert rule.fit(np.where(scores == 0.75, 0.875, scores), codes).threshold_ == 0.75
    assert rule.fit(np.where(scores == 0.25, 0.125, scores), codes).threshold_ == 0.25


def test_flagging_all_or_nothing_gives_way_to_any_threshold_as_good():
    scores = np.r_[np.full(40, 0.4), np.full(40, 0.6)]
    codes = np.tile([0, 1], 40)
    rule = ConstrainedThreshold("balanced_accuracy", {}).fit(scores, codes)
    assert rule.threshold_ == 0.5


def test_flagging_nothing_may_be_best():
    scores = np.r_[np.linspace(0, 0.4, 30), np.linspace(0.5, 1, 40)]
    codes = np.r_[np.ones(30, int), np.zeros(40, int)]
    rule = ConstrainedThreshold("accuracy", {}).fit(scores, codes)
    assert rule.threshold_ == np.inf
    assert_array_equal(rule.decide([0.0, 1.0, 1e308]), [0, 0, 0])
    assert rule.achieved_["recall"] == 0
    assert np.isnan(rule.achieved_["precision"])


def test_flagging_everything_may_be_the_only_way():
    scores = np.r_[0.0, np.linspace(0.5, 1, 40)]
    codes = np.r_[1, np.tile([0, 1], 20)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        rule = ConstrainedThreshold("precision", {"recall": 1}).fit(scores, codes)
    assert rule.threshold_ == -np.inf
    assert_array_equal(rule.decide([-1e308, 0.0]), [1, 1])
    assert np.isnan(rule.achieved_["negative_predictive_value"])


def test_a_column_for_each_class_is_as_good_as_one_score():
    single = ConstrainedThreshold().fit(SCORES, Y)
    both = ConstrainedThreshold().fit(np.column_stack([1 - SCORES, SCORES]), Y)
    assert single.threshold_ == both.threshold_
    decided = both.decide(np.column_stack([1 - SCORES, SCORES]))
    assert_array_equal(decided, single.decide(SCORES))


def test_labels_may_be_text_and_their_order_is_that_of_classes():
    named = np.where(Y == 1, "fraud", "honest")
    plain = ConstrainedThreshold().fit(SCORES, Y)
    rule = ConstrainedThreshold().fit(SCORES, named, classes=["honest", "fraud"])
    assert rule.threshold_ == plain.threshold_
    assert rule.classes_[rule.decide([0.0, 1.0])].tolist() == ["honest", "fraud"]
    other = ConstrainedThreshold().fit(1 - SCORES, named)
    assert other.classes_.tolist() == ["fraud", "honest"]
    assert other.achieved_["recall"] >= 0.9


def test_whole_weights_are_as_good_as_repeated_rows():
    weights = RNG.randint(0, 4, size=300)
    rule = ConstrainedThreshold("f1", {"specificity": 0.9})
    weighted = clone(rule).fit(SCORES, Y, sample_weight=weights)
    repeated = clone(rule).fit(np.repeat(SCORES, weights), np.repeat(Y, weights))
    assert weighted.threshold_ == repeated.threshold_
    assert weighted.achieved_ == pytest.approx(repeated.achieved_)


def test_scores_need_not_be_probabilities():
    plain = ConstrainedThreshold().fit(SCORES, Y)
    margins = ConstrainedThreshold().fit(SCORES * 64 - 32, Y)
    assert_array_equal(margins.decide(SCORES * 64 - 32), plain.decide(SCORES))


SMALL = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
WRONG = np.array([0, 0, 1, 1, 1, 0])


def test_one_bound_that_cannot_hold_is_told_with_the_best_there_is():
    says = (
        "No threshold has precision >= 0.9 on these rows: the best that any reaches is 0.75. "
        "Loosen the bound, or fit a classifier that tells the classes apart better."
    )
    with pytest.raises(ValueError, match=re.escape(says)):
        ConstrainedThreshold("recall", {"precision": 0.9}).fit(SMALL, WRONG)


def test_two_bounds_that_cannot_hold_together_are_told_with_what_each_reaches():
    says = (
        "recall >= 0.9 and flag_rate <= 0.4 cannot hold together: no threshold keeps to all on "
        "these rows. At best: recall 1 alone and 0.333333 where the other holds; flag_rate 0 alone "
        "and 0.666667 where the other holds. Loosen a bound, or fit"
    )
    with pytest.raises(ValueError, match=re.escape(says)):
        ConstrainedThreshold("precision", {"recall": 0.9, "flag_rate": 0.4}).fit(SMALL, WRONG)


def test_a_bound_that_cannot_even_hold_alone_is_told_among_several():
    says = (
        "recall >= 0.5 and precision >= 0.9 cannot hold together: no threshold keeps to all on "
        "these rows. At best: recall 1 alone (the other never holds); precision 0.75 alone and "
        "0.75 where the other holds."
    )
    with pytest.raises(ValueError, match=re.escape(says)):
        ConstrainedThreshold("f1", {"recall": 0.5, "precision": 0.9}).fit(SMALL, WRONG)


def test_of_three_bounds_each_is_judged_with_both_others():
    bounds = {"recall": 0.9, "flag_rate": 0.4, "accuracy": 0.5}
    says = (
        "recall >= 0.9, flag_rate <= 0.4 and accuracy >= 0.5 cannot hold together: .*"
        "flag_rate 0 alone and 0.666667 where the others hold; accuracy 0.833333 alone "
        r"\(the others never hold together\)"
    )
    with pytest.raises(ValueError, match=says):
        ConstrainedThreshold("f1", bounds).fit(SMALL, WRONG)


@pytest.mark.parametrize(
    ("maximise", "bounds", "says"),
    [
        (
            "precision",
            {"flag_rate": 0.01},
            "Only flagging no row keeps to flag_rate <= 0.01, and precision is not defined there. "
            "Loosen a bound, or maximise another rate.",
        ),
        (
            "negative_predictive_value",
            {"flag_rate": 1, "recall": 1},
            "Only flagging every row keeps to flag_rate <= 1 and recall >= 1, and "
            "negative_predictive_value is not defined there.",
        ),
    ],
)
def test_a_rate_that_is_not_defined_where_the_bounds_hold_cannot_be_maximised(
    maximise, bounds, says
):
    codes = np.array([1, 0, 1, 0, 1, 0])
    with pytest.raises(ValueError, match=re.escape(says)):
        ConstrainedThreshold(maximise, bounds).fit(SMALL, codes)


def test_flagging_nothing_keeps_to_no_bound_on_precision():
    rule = ConstrainedThreshold("specificity", {"precision": 0.5}).fit(SCORES, Y)
    assert rule.threshold_ < np.inf
    assert rule.decide(SCORES).any()
    assert rule.achieved_["precision"] >= 0.5


@pytest.mark.parametrize(
    ("maximise", "bounds", "says"),
    [
        ("recall_", {"recall": 0.9}, "maximise names no rate: 'recall_'.* Did you mean 'recall'"),
        ("recall", {"Precision": 0.9}, "subject_to names no rate: 'Precision'.*mean 'precision'"),
        ("recall", {3: 0.9}, "subject_to names no rate: 3. Pass one of 'recall', 'precision'"),
    ],
)
def test_names_that_are_not_known_are_told(maximise, bounds, says):
    with pytest.raises(ValueError, match=says) as caught:
        ConstrainedThreshold(maximise, bounds).fit(SCORES, Y)
    assert all(repr(name) in str(caught.value) for name in RATES)


@pytest.mark.parametrize("bound", [90, 1.01, -1.01, np.nan, np.inf, "0.9", None, True])
@pytest.mark.parametrize("name", ["recall", "flag_rate", "youden"])
def test_bounds_that_no_rate_could_have_are_refused(name, bound):
    lowest = -1 if name in SIGNED else 0
    says = f"subject_to={{{name!r}: {bound!r}}} is no bound: pass a number between {lowest} and 1."
    with pytest.raises(ValueError, match=re.escape(says)):
        ConstrainedThreshold("f1", {name: bound}).fit(SCORES, Y)


def test_only_signed_rates_may_be_bounded_below_zero():
    with pytest.raises(ValueError, match="between 0 and 1"):
        ConstrainedThreshold("f1", {"f1": -0.5}).fit(SCORES, Y)
    free = ConstrainedThreshold("f1", {}).fit(SCORES, Y)
    for name in SIGNED:
        bounded = ConstrainedThreshold("f1", {name: -0.5}).fit(SCORES, Y)
        assert bounded.threshold_ == free.threshold_


@pytest.mark.parametrize(("maximise", "bounds"), [(None, {}), ("f1", "recall"), ("f1", [0.9])])
def test_parameters_of_other_types_are_refused(maximise, bounds):
    with pytest.raises(ValueError, match="parameter of ConstrainedThreshold must be"):
        ConstrainedThreshold(maximise, bounds).fit(SCORES, Y)


def test_more_than_two_classes_are_refused_with_what_to_use_instead():
    proba = RNG.dirichlet([1, 1, 1], size=60)
    with pytest.raises(
        ValueError, match=r"two classes, found 3\. Use TunedThresholds .* CostMatrix"
    ):
        ConstrainedThreshold().fit(proba, np.arange(60) % 3)


def test_rows_of_both_classes_are_needed():
    with pytest.raises(ValueError, match=r"no row of class 'ill' .* Pass rows of both classes"):
        ConstrainedThreshold().fit([0.1, 0.9], ["well", "well"], classes=["well", "ill"])
    with pytest.raises(ValueError, match="no row of class 0 with a positive weight"):
        ConstrainedThreshold().fit([0.1, 0.9], [0, 1], sample_weight=[0, 1])


def test_negative_weights_are_refused():
    with pytest.raises(ValueError, match="Negative values in data passed to `sample_weight`"):
        ConstrainedThreshold().fit([0.1, 0.5, 0.9], [0, 1, 1], sample_weight=[1, -1, 1])


def test_too_few_rows_of_the_second_class_are_warned_of_with_their_number():
    scores, named = np.arange(60) / 60, np.repeat(["a", "b"], [31, 29])
    with pytest.warns(UserWarning, match=r"fitted on 29 rows of class 'b'\. .*30 rows") as caught:
        ConstrainedThreshold().fit(scores, named)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="fitted on 1 row of class 1"):
        ConstrainedThreshold().fit([0.1, 0.9], [0, 1])


def test_thirty_rows_of_the_second_class_are_enough_and_those_of_weight_zero_do_not_count():
    scores, codes, weights = np.arange(60) / 60, np.repeat([0, 1], 30), np.ones(60)
    ConstrainedThreshold().fit(scores, codes, sample_weight=weights)
    weights[-1] = 0
    with pytest.warns(UserWarning, match="on 29 rows"):
        ConstrainedThreshold().fit(scores, codes, sample_weight=weights)


def test_other_columns_than_in_fit_are_refused():
    with pytest.raises(ValueError, match=r"fitted for 2 classes.*3 columns"):
        ConstrainedThreshold().fit(SCORES, Y).decide(np.full((4, 3), 1 / 3))


def test_it_can_be_cloned_and_pickled():
    bounds = {"recall": 0.8}
    rule = ConstrainedThreshold("specificity", bounds).fit(SCORES, Y)
    again = pickle.loads(pickle.dumps(rule))
    assert again.threshold_ == rule.threshold_
    assert again.achieved_ == rule.achieved_
    assert_array_equal(again.decide(SCORES), rule.decide(SCORES))
    copy = clone(rule)
    assert copy.get_params() == {"maximise": "specificity", "subject_to": {"recall": 0.8}}
    assert not hasattr(copy, "threshold_")
    assert bounds == {"recall": 0.8}
