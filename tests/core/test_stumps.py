"""Boosted stumps, against scikit-learn's AdaBoost over trees of one split."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from balancekit.core.boosting import BoostedStumps, SortedColumns


def _data(n_classes=2, n_rows=400, n_columns=7, seed=0):
    rng = np.random.RandomState(seed)
    X = rng.randn(n_rows, n_columns)
    return X, (X[:, :n_classes] + rng.randn(n_rows, n_classes)).argmax(axis=1)


def _reference(X, y, weights=None, **parameters):
    tree = DecisionTreeClassifier(max_depth=1)
    return AdaBoostClassifier(tree, random_state=0, **parameters).fit(X, y, weights)


def _assert_same(stumps, reference):
    trees = [tree.tree_ for tree in reference.estimators_]
    assert_array_equal(stumps.columns, [tree.feature[0] for tree in trees])
    assert_array_equal(stumps.thresholds, [tree.threshold[0] for tree in trees])
    assert_allclose(stumps.votes, reference.estimator_weights_[: len(trees)], rtol=1e-10)
    shares = np.stack([tree.value[[1, 2], 0] for tree in trees])
    assert_allclose(stumps.shares, shares, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("n_classes", [2, 3, 5])
@pytest.mark.parametrize("learning_rate", [1.0, 0.3])
@pytest.mark.parametrize("weighted", [False, True])
def test_stumps_of_a_subset_are_those_of_scikit_learn(n_classes, learning_rate, weighted):
    X, y = _data(n_classes)
    rng = np.random.RandomState(1)
    rows = rng.permutation(len(y))[:250]
    weights = rng.randint(1, 4, len(rows)).astype(float) if weighted else None
    stumps = SortedColumns(X).boost(rows, y[rows], n_classes, 25, learning_rate, weights)
    reference = _reference(X[rows], y[rows], weights, n_estimators=25, learning_rate=learning_rate)
    _assert_same(stumps, reference)
    assert_array_equal(stumps.scores(X).argmax(axis=1), reference.predict(X))


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_values_that_repeat_are_never_split(dtype):
    X, y = _data()
    X = np.round(3 * X).astype(dtype)
    # A column of its own each: otherwise several splits may be equally good.
    stumps = SortedColumns(X[:, :1]).boost(np.arange(len(y)), y, 2, 10)
    _assert_same(stumps, _reference(X[:, :1], y, n_estimators=10))


def test_rows_of_weight_zero_are_not_there():
    X, y = _data()
    weights = np.random.RandomState(0).randint(0, 3, len(y)).astype(float)
    rows = np.flatnonzero(weights)
    columns = SortedColumns(X)
    given = columns.boost(np.arange(len(y)), y, 2, 10, weights=weights)
    left_out = columns.boost(rows, y[rows], 2, 10, weights=weights[rows])
    assert_array_equal(given.columns, left_out.columns)
    assert_array_equal(given.thresholds, left_out.thresholds)
    assert_allclose(given.votes, left_out.votes)


def test_boosting_ends_with_a_stump_that_makes_no_error():
    X = np.arange(10.0)[:, np.newaxis]
    stumps = SortedColumns(X).boost(np.arange(10), np.repeat([0, 1], [4, 6]), 2, 20)
    assert len(stumps) == 1
    assert stumps.thresholds.tolist() == [3.5]
    assert stumps.shares.tolist() == [[[1.0, 0.0], [0.0, 1.0]]]
    assert stumps.votes.tolist() == [1.0]


def test_rows_that_nothing_tells_apart_leave_no_stump():
    stumps = SortedColumns(np.ones((6, 2))).boost(np.arange(6), np.array([0, 1] * 3), 2, 5)
    assert len(stumps) == 0
    assert_array_equal(stumps.scores(np.ones((3, 2))), np.zeros((3, 2)))


def test_a_majority_without_a_split_is_a_stump_of_one_leaf():
    y = np.array([0, 0, 0, 0, 1])
    stumps = SortedColumns(np.ones((5, 2))).boost(np.arange(5), y, 2, 1)
    assert stumps.columns.tolist() == [-1]
    assert_allclose(stumps.shares, [[[0.8, 0.2], [0.8, 0.2]]])
    assert stumps.scores(np.ones((1, 2))).argmax() == 0


def test_votes_of_several_boosters_form_one_sum():
    X, y = _data()
    columns = SortedColumns(X)
    parts = [columns.boost(np.arange(s, s + 200), y[s : s + 200], 2, 8) for s in (0, 100, 200)]
    scores = BoostedStumps.together(parts).scores(X)
    assert_allclose(scores, sum(part.scores(X) for part in parts))
    assert_allclose(scores.sum(axis=1), sum(part.votes.sum() for part in parts))


def test_what_was_passed_stays_as_it_is():
    X, y = _data()
    weights = np.ones(len(y))
    for part in (X, y, weights):
        part.flags.writeable = False
    SortedColumns(X).boost(np.arange(len(y)), y, 2, 5, weights=weights).scores(X)
    assert_array_equal(weights, 1)
