"""Decisions by probabilities times the mean cost of a mistake."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

from balancekit.thresholding import CostMatrix, CostVector, ThresholdMovingClassifier

COSTS = [[0, 1, 2], [4, 0, 6], [10, 20, 0]]
PRIOR = [0.5, 0.3, 0.2]


def drawn(n_classes, n=500):
    return np.random.RandomState(0).dirichlet(np.ones(n_classes), n)


def fitted(costs, prior, n_classes=3, **told):
    proba = drawn(n_classes)
    y = np.arange(len(proba)) % n_classes
    return CostVector(costs, prior).fit(proba, y, **told)


def test_values_are_those_by_hand():
    rule = fitted(COSTS, PRIOR)
    assert rule.cost_vector_ == pytest.approx([0.7 / 0.5, 3.2 / 0.7, 11 / 0.8])
    products = np.array([0.6 * 1.4, 0.3 * 3.2 / 0.7, 0.1 * 13.75])
    assert rule.scale([[0.6, 0.3, 0.1]])[0] == pytest.approx(products / products.sum())
    assert rule.decide([[0.6, 0.3, 0.1], [0.9, 0.05, 0.05]]).tolist() == [2, 0]


@pytest.mark.parametrize("cost", [1, 30])
def test_equal_costs_leave_probabilities_as_they_were(cost):
    rule = fitted(cost * (1 - np.eye(3)), PRIOR)
    assert rule.cost_vector_ == pytest.approx([cost] * 3)
    proba = drawn(3)
    np.testing.assert_allclose(rule.scale(proba), proba, atol=1e-12)
    assert (rule.decide(proba) == proba.argmax(axis=1)).all()


def test_two_classes_are_decided_as_by_the_cost_matrix():
    costs, proba = [[0, 1], [9, 0]], drawn(2)
    y = np.arange(len(proba)) % 2
    vector = CostVector(costs, [0.9, 0.1]).fit(proba, y)
    matrix = CostMatrix(costs).fit(proba, y)
    assert (vector.decide(proba) == matrix.decide(proba)).all()
    assert vector._moved_to == pytest.approx(matrix.threshold_)
    assert vector.decide(proba[:, 1]).tolist() == vector.decide(proba).tolist()


def test_mistakes_of_a_class_that_cost_the_same_are_decided_as_by_the_cost_matrix():
    costs = np.array([[1], [5], [30]]) * (1 - np.eye(3))
    proba = drawn(3)
    y = np.arange(len(proba)) % 3
    vector = CostVector(costs, PRIOR).fit(proba, y)
    assert vector.cost_vector_ == pytest.approx([1, 5, 30])
    assert (vector.decide(proba) == CostMatrix(costs).fit(proba, y).decide(proba)).all()


def test_shares_are_those_told_to_fit():
    assert fitted(COSTS, "natural", natural_prior=PRIOR).cost_vector_[0] == pytest.approx(1.4)
    assert fitted(COSTS, "effective", effective_prior=PRIOR).cost_vector_[0] == pytest.approx(1.4)
    with pytest.raises(ValueError, match="prior='natural' stands for shares that are not known"):
        fitted(COSTS, "natural")


def test_a_class_whose_mistakes_are_free_is_never_decided_for_unless_it_is_certain():
    rule = fitted([[0, 0, 0], [1, 0, 1], [1, 1, 0]], PRIOR)
    assert rule.decide([[0.9, 0.1, 0.0], [1.0, 0.0, 0.0]]).tolist() == [1, 0]


def test_a_classifier_is_moved_by_it():
    X, y = make_classification(
        600, n_informative=4, n_classes=3, weights=[0.8, 0.15, 0.05], random_state=0
    )
    plain = LogisticRegression(max_iter=1000).fit(X, y)
    moved = ThresholdMovingClassifier(LogisticRegression(max_iter=1000), CostVector(COSTS))
    moved.fit(X, y)
    counts = np.bincount(moved.predict(X), minlength=3)
    assert counts[2] > 2 * np.bincount(plain.predict(X), minlength=3)[2]
    np.testing.assert_allclose(moved.predict_proba(X), plain.predict_proba(X))


@pytest.mark.parametrize(
    ("costs", "says"),
    [
        ([[0, 1], [1, 0]], r"costs has shape \(2, 2\), and there are 3 classes"),
        (1 - np.eye(3)[::-1], r"costs\[0, 0\] is 1, and hits have to be free"),
        ([[0, 1, 1], [1, 0, -2], [1, 1, 0]], r"costs\[1, 2\] is -2\. Pass zero or more"),
        (np.zeros((3, 3)), "costs is zero everywhere"),
        ([[0, 1, np.inf], [1, 0, 1], [1, 1, 0]], "costs contains NaN or infinity"),
    ],
)
def test_costs_that_make_no_sense_are_named(costs, says):
    with pytest.raises(ValueError, match=says):
        fitted(costs, PRIOR)
