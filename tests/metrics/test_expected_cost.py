"""The cost of decisions, by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import zero_one_loss

from balancekit.metrics import expected_cost

TRUTH = ["a", "a", "b", "c", "c"]
GUESS = ["a", "b", "c", "c", "a"]
COSTS = [[0, 1, 2], [10, 0, 20], [100, 200, -50]]


def test_each_row_costs_what_its_true_and_predicted_class_say():
    assert expected_cost(TRUTH, GUESS, COSTS) == pytest.approx((0 + 1 + 20 - 50 + 100) / 5)


def test_weights_count_in_the_mean():
    weights = [1, 2, 3, 0, 4]
    expected = (1 * 0 + 2 * 1 + 3 * 20 + 4 * 100) / 10
    assert expected_cost(TRUTH, GUESS, COSTS, sample_weight=weights) == pytest.approx(expected)


def test_rows_and_columns_follow_labels():
    order = ["c", "a", "b"]
    turned = pd.DataFrame(COSTS, index=list("abc"), columns=list("abc")).loc[order, order]
    assert expected_cost(TRUTH, GUESS, turned, labels=order) == pytest.approx(14.2)


def test_labels_may_name_classes_that_no_row_has():
    assert expected_cost(["b"], ["c"], COSTS, labels=["a", "b", "c"]) == 20


def test_a_cost_of_one_for_each_mistake_is_the_share_of_mistakes():
    costs = 1 - np.eye(3)
    assert expected_cost(TRUTH, GUESS, costs) == pytest.approx(zero_one_loss(TRUTH, GUESS))


def test_costs_are_not_changed():
    costs = np.array(COSTS)
    expected_cost(TRUTH, GUESS, costs)
    assert costs.tolist() == COSTS


@pytest.mark.parametrize(
    ("costs", "labels", "error", "message"),
    [
        ([[0, 1]], None, ValueError, r"costs has shape \(1, 2\); pass a row and a column for each"),
        (np.empty((0, 0)), None, ValueError, r"costs has shape \(0, 0\); pass a row and a column"),
        ([0, 1], None, ValueError, r"costs has shape \(2,\); pass a row and a column for each"),
        (
            [[0, 1], [np.inf, 0]],
            None,
            ValueError,
            r"costs holds inf in row 1, column 0. Pass finite",
        ),
        ([[0, np.nan], [1, 0]], None, ValueError, r"costs holds nan in row 0, column 1. Pass"),
        ([["none", "all"]] * 2, None, ValueError, r"costs is no array of real numbers. Pass a row"),
        (None, None, ValueError, r"costs has shape \(\); pass a row and a column for each class"),
        (
            np.eye(2),
            None,
            ValueError,
            r"have 3 labels, 'a', 'b', 'c', and costs has shape \(2, 2\)",
        ),
        (np.eye(2), ["a"], ValueError, r"labels has the label 'a', and .* Pass a row and a column"),
        (np.eye(2), ["a", "b"], ValueError, r"y_true has the label 'c', which is not among the"),
    ],
)
def test_bad_costs_and_labels_are_named(costs, labels, error, message):
    with pytest.raises(error, match=message):
        expected_cost(TRUTH, GUESS, costs, labels=labels)


def test_a_predicted_stranger_is_named():
    with pytest.raises(ValueError, match="y_pred has the label 'z', which is not among the labels"):
        expected_cost(["a", "b"], ["a", "z"], np.eye(2), labels=["a", "b"])


def test_one_label_is_not_taken_for_either_class_of_a_matrix():
    with pytest.raises(
        ValueError, match=r"y_true and y_pred have the label 'b', .* Pass labels, one"
    ):
        expected_cost(["b"], ["b"], [[0, 1], [5, 0]])
