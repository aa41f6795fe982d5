import functools
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imblearn.metrics import geometric_mean_score
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.base import clone
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    f1_score,
    fbeta_score,
    jaccard_score,
    make_scorer,
    matthews_corrcoef,
    recall_score,
    zero_one_loss,
)

from balancekit.thresholding import TunedThresholds
from balancekit.thresholding._line_search import value_of
from balancekit.thresholding._metric import resolve_metric

S = np.array([0.1, 0.2, 0.3, 0.4])
Y = np.array(["no", "no", "yes", "yes"])
RNG = np.random.RandomState(0)
THREE = RNG.dirichlet([1, 1, 1], size=80)
Y_THREE = np.array(
    [RNG.choice(3, p=p) for p in THREE * [0.5, 0.3, 0.2] / (THREE @ [[0.5], [0.3], [0.2]])]
)
COSTS = np.array(
    [
        [0, 1, 2, 5, 1, 4],
        [4, 0, 3, 1, 2, 2],
        [9, 4, 0, 2, 3, 1],
        [1, 1, 7, 0, 1, 1],
        [2, 6, 1, 1, 0, 3],
        [5, 5, 5, 5, 5, 0],
    ]
)
f1 = functools.partial(f1_score, zero_division=0)
f2 = functools.partial(fbeta_score, beta=2, zero_division=0)


def _cost(y, named, sample_weight):
    return -np.average(COSTS[y, named], weights=sample_weight)


def _youden(y, named, sample_weight):
    return 2 * balanced_accuracy_score(y, named, sample_weight=sample_weight) - 1


# Name: what is passed as a metric, and the metric of another library.
MANY = {
    "accuracy": ("accuracy", accuracy_score),
    "balanced_accuracy": ("balanced_accuracy", balanced_accuracy_score),
    "f1_macro": ("f1_macro", functools.partial(f1, average="macro")),
    "f1_micro": ("f1_micro", functools.partial(f1, average="micro")),
    "f1_weighted": ("f1_weighted", functools.partial(f1, average="weighted")),
    "f2_macro": (
        make_scorer(fbeta_score, beta=2, average="macro"),
        functools.partial(f2, average="macro"),
    ),
    "geometric_mean": ("geometric_mean", geometric_mean_score),
    "matthews_corrcoef": ("matthews_corrcoef", matthews_corrcoef),
    "cohen_kappa": ("cohen_kappa", cohen_kappa_score),
    "cost": ("cost", _cost),
}
TWO = {
    **MANY,
    "f1": ("f1", f1),
    "f2": (make_scorer(fbeta_score, beta=2), f2),
    "youden": ("youden", _youden),
}


def _reference(function, y, named, weights):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(y, named, sample_weight=weights)


def _by_table(metric, n_classes, y, weights):
    """The metric of decisions; tests of metrics compare it with other libraries for all tables."""
    resolved = resolve_metric(metric, np.arange(n_classes), COSTS[:n_classes, :n_classes])

    def value(named):
        table = np.zeros((n_classes, n_classes))
        np.add.at(table, (y, named), 1.0 if weights is None else weights)
        return value_of(table, resolved)

    return value


def _problem(seed, n_classes):
    """Scores, many of them tied, codes of all classes, and weights or none."""
    rng = np.random.RandomState(seed)
    n_rows = rng.randint(n_classes, 15)
    if seed % 2:
        scores = rng.multinomial(8, rng.dirichlet(np.ones(n_classes)), size=n_rows) / 8
    else:
        scores = rng.dirichlet(np.ones(n_classes), size=n_rows)
    y = np.array([rng.choice(n_classes, p=p) for p in (scores + 0.2) / (1 + 0.2 * n_classes)])
    y[:n_classes] = rng.permutation(n_classes)
    weights = [None, rng.randint(1, 5, n_rows).astype(float), rng.rand(n_rows) + 0.1][seed % 3]
    return scores, y, weights


def _tuned(metric, n_classes, **settings):
    costs = COSTS[:n_classes, :n_classes] if metric == "cost" else None
    return TunedThresholds(metric, costs=costs, **settings)


@pytest.mark.parametrize("name", TWO)
def test_no_threshold_of_two_classes_is_better(name):
    metric, function = TWO[name]
    for seed in range(24):
        scores, y, weights = _problem(1000 * list(TWO).index(name) + seed, 2)
        rule = _tuned(metric, 2).fit(scores, y, sample_weight=weights)
        score = scores[:, 1]
        edges = np.unique(score)
        value = _by_table(metric, 2, y, weights)
        values = [value((score >= threshold).astype(int)) for threshold in [*edges, np.inf]]
        reached = _reference(function, y, rule.decide(scores), weights)
        assert reached == pytest.approx(max(values), abs=1e-9), seed
        assert rule.score_ == pytest.approx(max(values), abs=1e-9), seed
        # Of equally good thresholds between scores, the middle of the widest gap.
        widths = np.where(np.isclose(values[1:-1], max(values), atol=1e-9), np.diff(edges), 0)
        if len(widths) and widths.max() > 0:
            place = np.searchsorted(edges, rule.threshold_)
            assert rule.threshold_ == pytest.approx((edges[place - 1] + edges[place]) / 2)
            assert widths[place - 1] == pytest.approx(widths.max())


@pytest.mark.parametrize("name", MANY)
def test_no_single_weight_of_many_classes_is_better(name):
    metric, function = MANY[name]
    for seed in range(20):
        n_classes = 3 + seed % 4
        # Without ties; those are in the tests of the line search.
        scores, y, weights = _problem(2 * (1000 * list(MANY).index(name) + seed), n_classes)
        rule = _tuned(metric, n_classes).fit(scores, y, sample_weight=weights)
        value = _by_table(metric, n_classes, y, weights)
        reached = _reference(function, y, rule.decide(scores), weights)
        assert rule.score_ == pytest.approx(reached, abs=1e-9)
        products = scores * rule.weights_
        assert_array_equal(rule.decide(scores), products.argmax(axis=1))
        assert rule.weights_.prod() == pytest.approx(1)
        shares = np.bincount(y, weights)
        assert rule.score_ >= value(scores.argmax(axis=1)) - 1e-9
        assert rule.score_ >= value((scores / shares).argmax(axis=1)) - 1e-9
        for code in range(n_classes):
            others = np.delete(products, code, axis=1).max(axis=1)
            switches = np.sort(others / scores[:, code])
            between = np.sqrt(switches[1:] * switches[:-1])
            for weight in [switches[0] / 2, *between, switches[-1] * 2]:
                moved = rule.weights_.copy()
                moved[code] = weight
                assert value((scores * moved).argmax(axis=1)) <= rule.score_ + 1e-9


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    ("slow", "fast"),
    [
        (lambda y, named: np.mean(y == named), "accuracy"),
        (lambda y, named, sample_weight: np.average(y == named, weights=sample_weight), "accuracy"),
        (make_scorer(zero_one_loss, greater_is_better=False), "accuracy"),
        (make_scorer(recall_score, average="macro"), "balanced_accuracy"),
        (make_scorer(f1_score, average="macro", zero_division=0), "f1_macro"),
    ],
)
def test_any_other_metric_leads_to_the_same_decisions(slow, fast, n_classes):
    for seed in range(2, 14 if n_classes == 2 else 4, 2):
        scores, y, weights = _problem(seed, n_classes)
        weights = None if weights is None else np.rint(weights * 3 + 1)
        expected = TunedThresholds(fast).fit(scores, y, sample_weight=weights)
        rule = TunedThresholds(slow).fit(scores, y, sample_weight=weights)
        assert rule.threshold_ == expected.threshold_
        assert_array_equal(rule.decide(scores), expected.decide(scores))
        loss = 1.0 if isinstance(slow, type(make_scorer(f1_score))) and slow._sign < 0 else 0.0
        assert rule.score_ == pytest.approx(expected.score_ - loss)


def test_scorers_of_one_class_are_maximised():
    y = np.array(["no", "yes", "no", "yes"])
    rule = TunedThresholds(make_scorer(jaccard_score, pos_label="yes")).fit(S, y)
    assert rule.score_ == jaccard_score(y, rule.classes_[rule.decide(S)], pos_label="yes") == 2 / 3
    rule = TunedThresholds(make_scorer(recall_score, pos_label="yes")).fit(S, y)
    # Flagging all would be as good; a threshold between scores is preferred.
    assert_array_equal(rule.decide(S), [0, 1, 1, 1])
    assert rule.score_ == 1
    unnamed = TunedThresholds("recall").fit(S, y)
    assert unnamed.threshold_ == rule.threshold_


def test_weights_that_a_metric_does_not_know_are_refused_unless_whole():
    rule = TunedThresholds(lambda y, named: np.mean(y == named))
    with pytest.raises(ValueError, match=r"cannot be called with sample_weight.*or no weights"):
        rule.fit(S, Y, sample_weight=[0.5, 0.5, 0.5, 0.5])
    assert rule.fit(S, Y, sample_weight=[2, 2, 2, 2]).score_ == 1
    assert rule.fit(S, Y).score_ == 1


@pytest.mark.parametrize(
    ("wrong", "scores", "says", "right"),
    [
        ({"metric": "balanced_acuracy"}, S, "mean 'balanced_accuracy'", {}),
        ({"metric": "roc_auc"}, S, "judges scores, which no thr", {"metric": "balanced_accuracy"}),
        ({"metric": "youden"}, THREE, "found 3. Use 'balanced_accur", {}),
        ({"metric": "f1"}, THREE, "found 3. Use 'f1_macro'", {"metric": "f1_macro"}),
        ({"metric": "cost"}, S, "needs costs: pass", {"metric": "cost", "costs": 1 - np.eye(2)}),
        (
            {"metric": "cost", "costs": 1 - np.eye(2)},
            THREE,
            r"shape \(2, 2\); for 3 classes.*\(3, 3\)",
            {"metric": "cost", "costs": 1 - np.eye(3)},
        ),
        (
            {"metric": make_scorer(f1_score, pos_label="maybe")},
            S,
            "'maybe' is no class; there are 'no', 'yes'",
            {"metric": make_scorer(f1_score, pos_label="yes")},
        ),
        ({"max_sweeps": 0}, S, "'max_sweeps' parameter of TunedThresholds", {"max_sweeps": 1}),
        ({"metric": 5}, S, "'metric' parameter of TunedThresholds", {"metric": "accuracy"}),
    ],
)
def test_parameters_that_cannot_be_used_are_described(wrong, scores, says, right):
    y = Y if scores is S else Y_THREE
    with pytest.raises(ValueError, match=says):
        TunedThresholds(**wrong).fit(scores, y)
    assert np.isfinite(TunedThresholds(**right).fit(scores, y).score_)


def test_scores_that_cannot_be_used_are_described():
    rule = TunedThresholds().fit(S, Y)
    with pytest.raises(ValueError, match="NaN or infinity: 1 of them, the first in row 2"):
        TunedThresholds().fit([0.1, 0.2, np.nan, 0.4], Y)
    with pytest.raises(ValueError, match="fitted for 2 classes, and the scores have 3 columns"):
        rule.decide(THREE)
    with pytest.raises(ValueError, match="y has class 'yes', which is not among"):
        TunedThresholds().fit(S, Y, classes=["no", "maybe"])
    for method in (rule.decide, lambda empty: rule.fit(empty, [])):
        with pytest.raises(ValueError, match="no scores: 0 rows"):
            method([])
    assert_array_equal(rule.decide(np.column_stack([1 - S, S])), [0, 0, 1, 1])


@pytest.mark.parametrize("name", TWO)
def test_rows_of_one_class_are_enough_where_classes_are_named(name):
    rule = _tuned(TWO[name][0], 2).fit(S, ["no"] * 4, classes=["no", "yes"])
    decided = rule.decide(S)
    if name in ("cohen_kappa", "matthews_corrcoef", "f1", "f2"):
        # Nothing can be learnt.
        assert rule.score_ == 0
    else:
        assert rule.threshold_ == np.inf
        assert_array_equal(decided, np.zeros(4))
        assert rule.score_ == (0 if name == "cost" else 1)


def test_a_class_without_rows_among_three_is_not_in_the_way():
    y = Y_THREE[Y_THREE < 2]
    for name in MANY:
        rule = _tuned(MANY[name][0], 3).fit(THREE[Y_THREE < 2], y, classes=[0, 1, 2])
        value = _reference(MANY[name][1], y, rule.decide(THREE[Y_THREE < 2]), None)
        assert rule.score_ == pytest.approx(value)


@given(st.integers(0, 10**6), st.integers(2, 4))
def test_a_weight_of_two_is_a_row_twice_and_the_order_of_rows_does_not_matter(seed, n_classes):
    rng = np.random.RandomState(seed)
    scores, y, _ = _problem(2 * seed, n_classes)
    times = rng.randint(1, 4, len(y))
    rows = rng.permutation(np.repeat(np.arange(len(y)), times))
    for metric in ("f1_macro", "geometric_mean"):
        weighted = TunedThresholds(metric).fit(scores, y, sample_weight=times)
        repeated = TunedThresholds(metric).fit(scores[rows], y[rows])
        assert repeated.score_ == pytest.approx(weighted.score_)
        assert_array_equal(repeated.decide(scores), weighted.decide(scores))
        assert repeated.threshold_ == weighted.threshold_


@given(st.integers(0, 10**6))
def test_logits_of_two_classes_are_decided_on_like_their_probabilities(seed):
    rng = np.random.RandomState(seed)
    logits = rng.randint(-8, 9, 20) / 2
    y = (rng.rand(20) < 1 / (1 + np.exp(-logits))).astype(int)
    y[:2] = [0, 1]
    # Without a tie between two thresholds: each number of false alarms and of misses has its price.
    costs = [[0, 1], [np.pi, 0]]
    outcomes = [
        TunedThresholds("cost", costs=costs).fit(scores, y)
        for scores in (logits, 1 / (1 + np.exp(-logits)), logits**3, 10 * logits - 3)
    ]
    expected = outcomes[0].decide(logits)
    assert_array_equal(outcomes[1].decide(1 / (1 + np.exp(-logits))), expected)
    assert_array_equal(outcomes[2].decide(logits**3), expected)
    assert_array_equal(outcomes[3].decide(10 * logits - 3), expected)


def test_logits_of_three_classes_are_decided_on_like_their_probabilities():
    for seed in range(10):
        rng = np.random.RandomState(seed)
        logits = rng.randn(60, 3) * 2
        y = np.array([rng.choice(3, p=p) for p in softmax(logits, axis=1)])
        by_logits = TunedThresholds("f1_macro").fit(logits, y, classes=range(3))
        by_proba = TunedThresholds("f1_macro").fit(softmax(logits, axis=1), y, classes=range(3))
        assert_allclose(by_logits.weights_, by_proba.weights_)
        assert_array_equal(by_logits.decide(logits), by_proba.decide(softmax(logits, axis=1)))
        assert by_logits.score_ == pytest.approx(by_proba.score_)


@pytest.mark.parametrize("kind", [int, bool, str, object])
def test_labels_may_be_of_any_kind(kind):
    codes = np.array([0, 1, 0, 1])
    y = codes.astype(kind)
    expected = TunedThresholds("f1").fit(S, codes)
    rule = TunedThresholds("f1").fit(S, y)
    assert rule.threshold_ == expected.threshold_
    assert_array_equal(rule.classes_, np.unique(y))
    scorer = TunedThresholds("recall").fit(S, y)
    assert scorer.threshold_ == TunedThresholds("recall").fit(S, codes).threshold_


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.7, 1.0]), st.booleans()), min_size=2))
def test_one_column_is_the_second_of_two(rows):
    score, y = (np.array(part) for part in zip(*rows, strict=True))
    both = np.column_stack([1 - score, score])
    one = TunedThresholds().fit(score, y, classes=[False, True])
    two = TunedThresholds().fit(both, y, classes=[False, True])
    assert one.threshold_ == two.threshold_
    assert one.score_ == two.score_
    assert_array_equal(one.decide(both), two.decide(score))


def test_probabilities_of_zero_and_one_are_beyond_any_weight():
    proba = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0.5, 0.5], [0.9, 0.1, 0]])
    rule = TunedThresholds("accuracy").fit(proba, [0, 0, 2, 1, 1])
    decided = rule.decide(proba)
    assert decided[:3].tolist() == [0, 1, 2]
    assert rule.score_ == 4 / 5
    assert decided[3:].tolist() == [1, 1]
    assert (np.isfinite(rule.weights_) & (rule.weights_ > 0)).all()
    binary = TunedThresholds().fit([0.0, 0.0, 1.0, 1.0], Y)
    assert binary.threshold_ == 0.5


@pytest.mark.parametrize(
    ("costs", "y", "threshold"),
    [
        # Only false alarms cost, and the highest score would be one.
        ([[0, 1], [0, 0]], ["no", "yes", "yes", "no"], np.inf),
        # Only misses cost, and the lowest score would be one.
        ([[0, 0], [1, 0]], ["yes", "no", "no", "yes"], -np.inf),
    ],
)
def test_thresholds_are_infinite_where_one_class_is_best_for_all(costs, y, threshold):
    rule = TunedThresholds("cost", costs=costs).fit(S, y)
    assert rule.threshold_ == threshold
    assert rule.score_ == 0
    assert_array_equal(rule.decide([-1e300, 0.5, 1e300]), np.full(3, int(threshold < 0)))
    assert (rule.curve_[1].max() == rule.score_) == (threshold < 0)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_the_curve_ascends_to_the_score(seed):
    scores, y, weights = _problem(seed, 2)
    rule = TunedThresholds("f1_macro").fit(scores, y, sample_weight=weights)
    thresholds, values = rule.curve_
    assert_array_equal(thresholds, np.unique(scores[:, 1]))
    assert len(values) == len(thresholds)
    for threshold, value in zip(thresholds, values, strict=True):
        named = (scores[:, 1] >= threshold).astype(int)
        assert value == pytest.approx(
            f1_score(y, named, average="macro", sample_weight=weights, zero_division=0)
        )
    if rule.threshold_ < np.inf:
        assert values.max() == pytest.approx(rule.score_)


def test_a_long_curve_has_a_thousand_points():
    rng = np.random.RandomState(0)
    score = rng.rand(3000)
    rule = TunedThresholds().fit(score, rng.rand(3000) < score)
    thresholds, values = rule.curve_
    assert len(thresholds) == len(values) == 1000
    assert (np.diff(thresholds) > 0).all()
    assert thresholds[0] == score.min()
    assert thresholds[-1] == score.max()


def test_it_can_be_cloned_and_pickled():
    rule = TunedThresholds("f1_macro", max_sweeps=7).fit(THREE, Y_THREE)
    again = pickle.loads(pickle.dumps(rule))
    assert_array_equal(again.decide(THREE), rule.decide(THREE))
    assert clone(rule).get_params() == {"metric": "f1_macro", "costs": None, "max_sweeps": 7}
    assert not hasattr(clone(rule), "weights_")


def test_it_can_be_fitted_again_with_other_classes():
    rule = TunedThresholds()
    for _ in range(2):
        rule.fit(THREE, Y_THREE)
        assert rule.threshold_ is None
        assert rule.curve_ is None
        assert rule.weights_.shape == (3,)
        assert 1 <= rule.n_sweeps_ <= 50
        rule.fit(S, Y)
        assert rule.weights_ is None
        assert rule.n_sweeps_ == 0
        assert rule.threshold_ == 0.25
        assert_array_equal(rule.decide(S), [0, 0, 1, 1])


def _read_only(values):
    values = values.copy()
    values.flags.writeable = False
    return values


@pytest.mark.parametrize(
    "form",
    [
        np.ndarray.tolist,
        np.asfortranarray,
        _read_only,
        pd.DataFrame,
        lambda values: np.repeat(values, 2, axis=0)[::2],
        lambda values: np.repeat(values, 2, axis=1)[:, ::2],
        lambda values: values.astype(np.float32),
    ],
    ids=[
        "list",
        "fortran",
        "read-only",
        "frame",
        "every other row",
        "every other column",
        "single",
    ],
)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_scores_may_come_in_any_form(form, n_classes):
    # Of single precision exactly.
    scores = (np.random.RandomState(1).multinomial(64, np.ones(n_classes) / n_classes, 40)) / 64
    y, weights = np.arange(40) % n_classes, 1.0 + np.arange(40) % 5
    plain = TunedThresholds("f1_macro").fit(scores, y, sample_weight=weights)
    rule = TunedThresholds("f1_macro").fit(
        form(scores), _read_only(y), sample_weight=_read_only(weights)
    )
    assert rule.threshold_ == plain.threshold_
    assert rule.score_ == plain.score_
    assert_array_equal(rule.decide(form(scores)), plain.decide(scores))


def test_rows_that_are_tied_are_decided_as_they_were_counted():
    proba = np.array([[1, 4, 4, 1], [4, 3, 1, 2], [2, 6, 1, 1], [3, 0, 2, 5], [4, 4, 2, 0]]) / 10
    y = np.array([0, 1, 2, 3, 0])
    rule = TunedThresholds().fit(proba, y)
    assert_allclose(balanced_accuracy_score(y, rule.decide(proba)), rule.score_)


def test_a_long_curve_keeps_its_maximum():
    rng = np.random.RandomState(0)
    y = (rng.uniform(size=5000) < 0.1).astype(int)
    rule = TunedThresholds().fit(rng.standard_normal(5000) + y, y)
    thresholds, values = rule.curve_
    assert len(thresholds) <= 1000
    assert (np.diff(thresholds) > 0).all()
    assert values.max() == rule.score_


def test_weights_below_zero_are_refused():
    with pytest.raises(ValueError, match=r"[Nn]egative"):
        TunedThresholds().fit([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], sample_weight=[1, -1, 1, 1])


def test_costs_that_no_metric_heeds_are_refused():
    with pytest.raises(ValueError, match=r"metric='balanced_accuracy' does not heed.*'cost'"):
        TunedThresholds(costs=[[0, 1], [9, 0]]).fit([0.1, 0.4], [0, 1])
    assert TunedThresholds("cost", costs=[[0, 1], [9, 0]]).fit([0.1, 0.4], [0, 1]).score_ == 0


def test_logits_are_refused_by_a_rule_for_probabilities():
    rule = TunedThresholds().fit(np.eye(3) * 0.4 + 0.2, [0, 1, 2])
    with pytest.raises(ValueError, match=r"fitted on probabilities, found a score of -1"):
        rule.decide([[-1.0, 0.5, 2.0]])
