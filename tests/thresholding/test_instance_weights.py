import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression

from balancekit.testing import make_blobs_of_sizes
from balancekit.thresholding._cost_matrix import CostMatrix
from balancekit.thresholding._instance_weights import cost_weights

Y = np.array(["no"] * 6 + ["yes"] * 2)


def test_rows_weigh_what_mistaking_them_costs():
    weights = cost_weights(Y, [[0, 1], [9, 0]])
    assert_allclose(weights[-1] / weights[0], 9)
    assert_allclose(weights.mean(), 1)
    assert weights.dtype == np.float64


def test_what_a_hit_costs_is_taken_away():
    assert_allclose(cost_weights(Y, [[1, 2], [11, 2]]), cost_weights(Y, [[0, 1], [9, 0]]))


def test_equal_costs_weigh_all_rows_alike():
    assert_array_equal(cost_weights([3, 1, 2, 2], 5 * (1 - np.eye(3))), np.ones(4))


def test_of_several_classes_the_mean_over_the_mistakes_counts():
    costs = [[0, 1, 3], [4, 0, 4], [10, 2, 1]]
    weights = cost_weights([0, 1, 2], costs)
    assert_allclose(weights, np.array([2, 4, 5]) / (11 / 3))


@given(
    arrays(np.float64, 2, elements=st.floats(0.1, 10)),
    arrays(np.float64, 2, elements=st.floats(-5, 5)),
    st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_of_two_classes_the_weighted_error_is_the_cost_but_for_a_constant(extra, hits, decided):
    costs = np.array([[hits[0], hits[0] + extra[0]], [hits[1] + extra[1], hits[1]]])
    truth = (Y == "yes").astype(int)
    decided = np.array(decided).astype(int)
    error = (cost_weights(Y, costs) * (decided != truth)).sum()
    scale = extra[truth].mean()
    assert_allclose(error * scale, costs[truth, decided].sum() - hits[truth].sum(), atol=1e-9)


@given(arrays(np.float64, (3, 3), elements=st.floats(0.1, 10)))
def test_the_mean_is_one_and_the_scale_of_costs_does_not_matter(costs):
    np.fill_diagonal(costs, 0)
    weights = cost_weights([0, 0, 1, 2, 2, 2], costs)
    assert_allclose(weights.mean(), 1)
    assert_allclose(cost_weights([0, 0, 1, 2, 2, 2], costs * 7), weights)
    assert (weights > 0).all()


@pytest.mark.parametrize("y", [Y.tolist(), pd.Series(Y), pd.Categorical(Y, ["yes", "no"])])
def test_columns_are_in_the_order_of_the_sorted_labels_whatever_holds_them(y):
    assert_array_equal(cost_weights(y, [[0, 1], [5, 0]]), np.repeat([0.5, 2.5], [6, 2]))


def test_each_row_may_have_costs_of_its_own():
    costs = np.array([[[0, 1], [0, 0]], [[0, 3], [9, 0]], [[0, 0], [8, 0]]])
    assert_allclose(cost_weights([0, 0, 1], costs), [0.25, 0.75, 2.0])


def test_a_model_fitted_with_them_decides_like_one_by_the_threshold():
    X, y = make_blobs_of_sizes((2000, 400), 2, seed=0)
    costs = [[0, 1], [9, 0]]
    weighted = LogisticRegression().fit(X, y, sample_weight=cost_weights(y, costs))
    plain = LogisticRegression().fit(X, y)
    rule = CostMatrix(costs).fit(plain.predict_proba(X), y)
    decided = plain.classes_[rule.decide(plain.predict_proba(X))]
    assert (decided == weighted.predict(X)).mean() > 0.95


@pytest.mark.parametrize(
    ("y", "costs", "says"),
    [
        (Y, 1 - np.eye(3), r"costs has shape \(3, 3\), and there are 2 classes"),
        (Y, [[0, np.inf], [1, 0]], "NaN or infinity"),
        (Y, [[0, 1], [1, 2]], "mistakes with class 'yes' cost less than hits do.*truth in rows"),
        (Y, np.zeros((2, 2)), "all weights are 0. Pass costs that are larger off the diagonal"),
        (["a", "a"], [[0, 1], [1, 0]], "needs to have more than 1 class"),
        ([0.5, 1.5], [[0, 1], [1, 0]], "Unknown label type: continuous"),
    ],
)
def test_bad_inputs_are_named(y, costs, says):
    with pytest.raises(ValueError, match=says):
        cost_weights(y, costs)
