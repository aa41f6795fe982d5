"""Rounds of boosting, against definitions written out row by row."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from balancekit.core.boosting import AdaBoostM2, Classifiers, Samme, Stumps, boost
from balancekit.core.labels import Labels
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation, Rows

STUMP = DecisionTreeClassifier(max_depth=1)


def _data(n_classes=2, n_rows=300, seed=0):
    rng = np.random.RandomState(seed)
    X = rng.randn(n_rows, 6)
    return X, (X[:, :n_classes] + rng.randn(n_rows, n_classes)).argmax(axis=1)


def _all_rows(labels):
    plan = Plan.select(labels, np.arange(len(labels)))
    return lambda rule, rng: (plan, rule.weights)


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("engine", [Stumps, Classifiers])
@pytest.mark.parametrize("learning_rate", [1.0, 0.4])
def test_without_resampling_it_is_scikit_learns_adaboost(n_classes, engine, learning_rate):
    X, y = _data(n_classes)
    labels = Labels(y)
    boosted = boost(
        engine(X, labels),
        STUMP,
        Samme(labels.codes, n_classes, None, learning_rate),
        _all_rows(labels),
        20,
        np.random.RandomState(0),
    )
    reference = AdaBoostClassifier(STUMP, n_estimators=20, learning_rate=learning_rate)
    reference.fit(X, y)
    assert_allclose(boosted.votes, reference.estimator_weights_[: len(boosted.votes)])
    assert_allclose(boosted.errors, reference.estimator_errors_[: len(boosted.errors)])


def _m2_by_definition(shares, codes, pairs):
    """Return pseudo-loss, vote and next weights of all (row, wrong class), by the paper."""
    n_rows, n_classes = shares.shape
    loss = 0.0
    for row in range(n_rows):
        for label in range(n_classes):
            if label != codes[row]:
                gap = 1 - shares[row, codes[row]] + shares[row, label]
                loss += pairs[row, label] * gap / 2
    beta = loss / (1 - loss)
    following = np.zeros_like(pairs)
    for row in range(n_rows):
        for label in range(n_classes):
            if label != codes[row]:
                power = (1 + shares[row, codes[row]] - shares[row, label]) / 2
                following[row, label] = pairs[row, label] * beta**power
    return loss, np.log(1 / beta), following / following.sum()


@pytest.mark.parametrize("n_classes", [2, 3])
def test_m2_is_freund_and_schapires(n_classes):
    rng = np.random.RandomState(0)
    codes = rng.randint(n_classes, size=40)
    start = rng.uniform(1, 2, size=40)
    rule = AdaBoostM2(codes, n_classes, start, 1.0)
    pairs = np.repeat(start[:, None], n_classes, axis=1)
    pairs[np.arange(40), codes] = 0
    pairs /= pairs.sum()
    for _ in range(3):
        shares = rng.dirichlet(np.ones(n_classes), size=40)
        shares[np.arange(40), codes] += 0.5
        shares /= shares.sum(axis=1, keepdims=True)
        loss, vote, pairs = _m2_by_definition(shares, codes, pairs)
        assert_allclose(rule.judge(shares), vote)
        assert_allclose(rule.error, loss)
        assert_allclose(rule.weights, pairs.sum(axis=1))


def test_m2_is_samme_for_two_classes_and_votes_that_are_not_divided():
    rng = np.random.RandomState(0)
    codes = rng.randint(2, size=50)
    m2, samme = AdaBoostM2(codes, 2, None, 1.0), Samme(codes, 2, None, 1.0)
    for _ in range(4):
        named = np.where(rng.uniform(size=50) < 0.7, codes, 1 - codes)
        votes = [rule.judge(np.eye(2)[named]) for rule in (m2, samme)]
        assert_allclose(*votes)
        assert_allclose(m2.weights, samme.weights)


@pytest.mark.parametrize(("rule", "chance"), [(Samme, 2 / 3), (AdaBoostM2, 0.5)])
def test_chance_has_no_vote(rule, chance):
    codes = np.arange(30) % 3
    judged = rule(codes, 3, None, 1.0)
    blind = np.tile([1.0, 0.0, 0.0] if rule is Samme else [1 / 3] * 3, (30, 1))
    assert judged.judge(blind) is None
    assert_allclose(judged.error, chance)


def test_no_error_ends_the_rounds():
    X = np.arange(20.0)[:, None]
    labels = Labels(X[:, 0] > 14)
    boosted = boost(
        Stumps(X, labels),
        STUMP,
        Samme(labels.codes, 2, None, 1.0),
        _all_rows(labels),
        10,
        np.random.RandomState(0),
    )
    assert (len(boosted.learners), boosted.votes.tolist()) == (1, [1.0])


@pytest.mark.parametrize("kept", ["all", "some", "repeated"])
@pytest.mark.parametrize("with_new", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_stumps_on_a_plan_are_scikit_learns_on_its_rows(kept, with_new, n_classes, dtype):
    X, y = _data(n_classes, seed=n_classes)
    X = X.astype(dtype)
    rng = np.random.RandomState(3)
    labels = Labels(y)
    keep = {
        "all": np.arange(len(y)),
        "some": rng.permutation(len(y))[:100],
        "repeated": rng.randint(len(y), size=200),
    }[kept]
    new = []
    if with_new:
        base, partner = rng.choice(np.flatnonzero(y == 1), (2, 80))
        new = [
            (1, Interpolation(base, partner, rng.uniform(size=80))),
            (0, Rows(base[:9], rng.randn(9, 6))),
        ]
    plan = Plan.replace(labels, keep, new)
    weights = rng.uniform(0.5, 2, plan.n_output)
    engines = Stumps(X, labels), Classifiers(X, labels)
    stump, tree = (
        engine.fit(DecisionTreeClassifier(max_depth=1), plan, weights) for engine in engines
    )
    assert stump.columns[0] == tree.tree_.feature[0]
    assert stump.thresholds[0] == tree.tree_.threshold[0]
    assert_allclose(
        *(engine.shares(one) for engine, one in zip(engines, (stump, tree), strict=True))
    )


def test_a_table_without_differences_gives_a_stump_without_split():
    labels = Labels(np.repeat([0, 1], [6, 4]))
    engine = Stumps(np.ones((10, 2)), labels)
    stump = engine.fit(STUMP, Plan.select(labels, np.arange(10)), np.full(10, 0.1))
    assert_array_equal(stump.columns, [-1])
    assert_allclose(engine.shares(stump), np.tile([0.6, 0.4], (10, 1)))
