"""The area under the ROC curve for many classes, against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from balancekit.metrics import mean_one_vs_rest_roc_auc

RNG = np.random.RandomState(0)
TRUTH = RNG.choice(["a", "b", "c"], p=[0.6, 0.3, 0.1], size=200)
# Multiples of a power of two, so that equal scores stay equal.
PROBA = np.floor(64 * RNG.dirichlet(np.ones(3), size=200)) / 64
PROBA[:, 2] = 1 - PROBA[:, 0] - PROBA[:, 1]
WEIGHTS = RNG.uniform(size=200)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["alike", "weighted"])
def test_it_is_scikit_learns_on_probabilities(weights):
    expected = roc_auc_score(
        TRUTH, PROBA, multi_class="ovr", average="macro", sample_weight=weights
    )
    found = mean_one_vs_rest_roc_auc(TRUTH, PROBA, sample_weight=weights)
    assert found == pytest.approx(expected)


def test_each_class_is_ranked_by_its_own_score():
    scores = [[3.0, 5.0, -1.0], [9.0, 4.0, 7.0], [1.0, 6.0, 0.0], [2.0, 4.5, 1.0]]
    # a: 3 and 9 against 1 and 2; b: 6 against 5, 4, 4.5; c: 1 against -1, 7, 0.
    expected = (1 + 1 + 2 / 3) / 3
    assert mean_one_vs_rest_roc_auc(["a", "a", "b", "c"], scores) == pytest.approx(expected)


def test_a_monotone_change_of_a_column_changes_nothing():
    changed = np.column_stack([np.exp(5 * PROBA[:, 0]), PROBA[:, 1] - 9, 100 * PROBA[:, 2]])
    with pytest.raises(ValueError, match="sum up to 1"):
        roc_auc_score(TRUTH, changed, multi_class="ovr")
    expected = mean_one_vs_rest_roc_auc(TRUTH, PROBA)
    assert mean_one_vs_rest_roc_auc(TRUTH, changed) == pytest.approx(expected)


def test_of_two_classes_one_score_is_enough():
    two = TRUTH != "c"
    expected = roc_auc_score(TRUTH[two] == "b", PROBA[two, 1])
    assert mean_one_vs_rest_roc_auc(TRUTH[two], PROBA[two, 1]) == pytest.approx(expected)


def test_two_columns_are_ranked_each_for_itself():
    truth = ["a", "a", "b", "b"]
    columns = np.array([[4, 0], [3, 5], [2, 1], [1, 2]])
    # a: 4 and 3 before 2 and 1; b: 1 and 2 before 0, behind 5.
    assert mean_one_vs_rest_roc_auc(truth, columns) == pytest.approx((1 + 0.5) / 2)


def test_equal_scores_are_worth_one_half():
    assert mean_one_vs_rest_roc_auc(["a", "b", "c"], np.ones((3, 3))) == pytest.approx(0.5)


def test_a_class_without_rows_is_named():
    with pytest.raises(ValueError, match="y_true has no rows of class 'b', or none with a weight"):
        mean_one_vs_rest_roc_auc(["a", "c", "c"], np.eye(3), labels=["a", "b", "c"])


def test_a_class_without_weight_is_named():
    with pytest.raises(ValueError, match=r"y_true has no rows of class 1, .* Pass rows of every"):
        mean_one_vs_rest_roc_auc([0, 1, 0], [0.1, 0.2, 0.3], sample_weight=[1, 0, 1])
