"""Balanced error, against scikit-learn's balanced accuracy."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from balancekit.metrics import balanced_error


def test_it_is_the_mean_share_of_errors():
    truth, guess = ["a"] * 8 + ["b"] * 2, ["a"] * 6 + ["b"] * 2 + ["b", "a"]
    assert balanced_error(truth, guess) == pytest.approx((2 / 8 + 1 / 2) / 2)


@pytest.mark.parametrize("n_classes", [2, 3, 6])
@pytest.mark.parametrize("weighted", [False, True])
def test_it_is_what_scikit_learns_balanced_accuracy_leaves(n_classes, weighted):
    rng = np.random.RandomState(n_classes)
    truth, guess = rng.randint(n_classes, size=(2, 300))
    weights = rng.uniform(size=300) if weighted else None
    accuracy = balanced_accuracy_score(truth, guess, sample_weight=weights)
    assert balanced_error(truth, guess, sample_weight=weights) == pytest.approx(1 - accuracy)


def test_a_class_that_is_only_predicted_is_an_error_but_no_class():
    assert balanced_error(["a", "a", "b"], ["a", "z", "b"]) == pytest.approx(0.25)


def test_one_class_is_enough():
    assert balanced_error([1, 1, 1, 1], [1, 1, 1, 0]) == pytest.approx(0.25)
