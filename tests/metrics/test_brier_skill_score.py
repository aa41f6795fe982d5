"""The skill of probabilities, by hand and against scikit-learn's Brier score."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from balancekit.metrics import brier_skill_score


@pytest.mark.parametrize("weighted", [False, True])
def test_for_two_classes_it_compares_scikit_learns_brier_scores(weighted):
    rng = np.random.RandomState(0)
    y, proba = rng.randint(2, size=100), rng.uniform(size=100)
    weights = rng.uniform(size=100) if weighted else None
    prior = np.full(100, np.average(y, weights=weights))
    own, reference = (brier_score_loss(y, p, sample_weight=weights) for p in (proba, prior))
    expected = pytest.approx(1 - own / reference)
    assert brier_skill_score(y, proba, sample_weight=weights) == expected
    columns = np.column_stack([1 - proba, proba])
    assert brier_skill_score(y, columns, sample_weight=weights) == expected


def test_three_classes_are_solved_by_hand():
    y = ["a", "a", "b", "c"]
    proba = [[1, 0, 0], [0.5, 0.5, 0], [0, 0.5, 0.5], [0.2, 0.2, 0.6]]
    own = (0 + (0.25 + 0.25) + (0.25 + 0.25) + (0.04 + 0.04 + 0.16)) / 4
    of_a, of_b = 0.25 + 2 * 0.0625, 0.25 + 0.5625 + 0.0625
    reference = (2 * of_a + 2 * of_b) / 4
    assert brier_skill_score(y, proba) == pytest.approx(1 - own / reference)


@pytest.mark.parametrize("y", [[0, 0, 0, 1], ["a", "b", "b", "c"]])
def test_perfect_probabilities_have_skill_one_and_the_prior_has_none(y):
    _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    assert brier_skill_score(y, np.eye(len(counts))[codes]) == 1
    assert brier_skill_score(y, np.tile(counts / 4, (4, 1))) == pytest.approx(0)


def test_probabilities_that_are_worse_than_the_prior_have_negative_skill():
    assert brier_skill_score([0, 0, 0, 1], [1.0, 1.0, 1.0, 0.0]) == pytest.approx(1 - 1 / 0.1875)


def test_labels_may_name_classes_that_no_row_has():
    y, proba = ["a", "c"], [[0.5, 0.0, 0.5], [0.0, 0.5, 0.5]]
    # Its prior is zero, and a probability for it costs.
    expected = 1 - (0.5 + 0.5) / 2 / 0.5
    assert brier_skill_score(y, proba, labels=["a", "b", "c"]) == pytest.approx(expected)


def test_one_class_has_no_skill():
    with pytest.raises(ValueError, match="one class only, 'b', among rows with a weight"):
        brier_skill_score(["b", "b"], [0.5, 0.6], labels=["a", "b"])
    with pytest.raises(ValueError, match=r"one class only, 0, .* Pass rows of two classes or more"):
        brier_skill_score([0, 1], [0.5, 0.6], sample_weight=[1, 0])
