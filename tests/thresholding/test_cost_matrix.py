import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from balancekit.thresholding._cost_matrix import CostMatrix

PROBA = np.array([[0.95, 0.05], [0.8, 0.2], [0.4, 0.6]])
Y = ["healthy", "healthy", "ill"]
COSTS = np.array([[0.0, 1.0], [9.0, 0.0]])
RNG = np.random.RandomState(0)
THREE = RNG.dirichlet([1, 1, 1], size=50)
Y_THREE = np.arange(50) % 3
ZERO_ONE = 1 - np.eye(3)


def test_a_false_alarm_of_one_and_a_miss_of_nine_give_a_threshold_of_a_tenth():
    rule = CostMatrix(COSTS).fit(PROBA, Y)
    assert rule.threshold_ == 0.1
    assert_array_equal(rule.decide([0.099, 0.1, 0.101]), [0, 0, 1])
    assert rule.classes_.tolist() == ["healthy", "ill"]


def test_what_hits_cost_moves_the_threshold():
    # Treating costs 2 whoever is treated, and an untreated patient 20.
    rule = CostMatrix([[0, 2], [20, 2]]).fit(PROBA, Y)
    assert rule.threshold_ == pytest.approx(0.1)
    # The same difference as a benefit of each patient that is rightly treated.
    rule = CostMatrix([[0, 4], [0, -36]]).fit(PROBA, Y)
    assert rule.threshold_ == pytest.approx(0.1)


@given(st.lists(st.floats(0.01, 100), min_size=2, max_size=2), st.floats(0, 1))
def test_two_classes_are_told_apart_by_the_threshold(costs, p):
    rule = CostMatrix([[0, costs[0]], [costs[1], 0]]).fit(PROBA, Y)
    if abs(p - rule.threshold_) > 1e-9:
        assert rule.decide([p]) == [int(p > rule.threshold_)]


@given(arrays(np.float64, (3, 3), elements=st.floats(-5, 5).map(lambda cost: round(cost, 2))))
def test_expected_costs_are_those_of_a_plain_sum_and_the_lowest_is_decided_for(costs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        rule = CostMatrix(costs).fit(THREE, Y_THREE)
    expected = rule.expected_costs(THREE)
    for row in range(0, 50, 7):
        for decision in range(3):
            total = sum(THREE[row, true] * costs[true, decision] for true in range(3))
            assert expected[row, decision] == pytest.approx(total, abs=1e-12)
    assert_array_equal(rule.decide(THREE), expected.argmin(axis=1))


def test_zero_and_one_decide_for_the_most_probable_class():
    rule = CostMatrix(ZERO_ONE).fit(THREE, Y_THREE)
    assert_array_equal(rule.decide(THREE), THREE.argmax(axis=1))
    assert rule.threshold_ is None
    assert rule.expected_cost_ == pytest.approx((THREE.argmax(axis=1) != Y_THREE).mean())


def test_a_constant_added_to_a_truth_changes_no_decision():
    costs = np.array([[0, 1, 2], [5, 0, 3], [9, 4, 0]])
    plain = CostMatrix(costs).fit(THREE, Y_THREE)
    shifted = CostMatrix(costs - [[7], [1], [-2]]).fit(THREE, Y_THREE)
    assert_array_equal(shifted.decide(THREE), plain.decide(THREE))
    assert shifted.decide(THREE).max() == 2


def test_ties_go_to_the_lowest_column():
    rule = CostMatrix(ZERO_ONE).fit(THREE, Y_THREE)
    assert_array_equal(rule.decide([[0.2, 0.4, 0.4], [0.4, 0.2, 0.4]]), [1, 0])


def test_a_row_is_decided_alike_in_any_company():
    rule = CostMatrix([[0, 0.1, 0.7], [0.3, 0, 0.2], [0.6, 0.9, 0]]).fit(THREE, Y_THREE)
    alone = np.vstack([rule.expected_costs(THREE[[row]]) for row in range(50)])
    assert_array_equal(rule.expected_costs(THREE), alone)


def test_the_expected_cost_is_the_mean_by_the_true_labels():
    rule = CostMatrix(COSTS).fit(PROBA, Y)
    # One hit, one false alarm, one hit.
    assert rule.expected_cost_ == pytest.approx(1 / 3)
    rule = CostMatrix(COSTS).fit(PROBA, Y, sample_weight=[1, 2, 5])
    assert rule.expected_cost_ == pytest.approx(2 / 8)
    twice = CostMatrix(COSTS).fit(PROBA[[0, 1, 1, 2]], ["healthy"] * 3 + ["ill"])
    weighted = CostMatrix(COSTS).fit(PROBA, Y, sample_weight=[1, 2, 1])
    assert twice.expected_cost_ == weighted.expected_cost_


def test_weights_of_zero_only_are_refused():
    with pytest.raises(ValueError, match=r"[Ww]eight"):
        CostMatrix(COSTS).fit(PROBA, Y, sample_weight=[0, 0, 0])


def test_each_row_may_have_costs_of_its_own():
    costs = np.array([COSTS, COSTS * [[20], [1]], COSTS * [[1], [0.01]]])
    rule = CostMatrix(costs).fit(PROBA, Y)
    assert rule.threshold_ is None
    decided = rule.decide(PROBA, costs)
    alone = [CostMatrix(own).fit(PROBA, Y).decide(PROBA)[row] for row, own in enumerate(costs)]
    assert_array_equal(decided, alone)
    assert_array_equal(decided, [0, 0, 0])
    # The ill one of the last row is missed.
    assert rule.expected_cost_ == pytest.approx(0.09 / 3)
    assert_allclose(rule.expected_costs(PROBA, costs)[1], [1.8, 16])


def test_a_rule_fitted_with_costs_of_rows_needs_costs_of_the_rows_to_decide_on():
    rule = CostMatrix([COSTS] * 3).fit(PROBA, Y)
    for method in (rule.decide, rule.expected_costs):
        with pytest.raises(ValueError, match=r"Pass `costs` of shape \(n_rows, n_classes"):
            method(PROBA)
    plain = CostMatrix(COSTS).fit(PROBA, Y)
    assert_array_equal(rule.decide(PROBA[:2], [COSTS] * 2), plain.decide(PROBA[:2]))
    assert_array_equal(rule.decide(PROBA, COSTS), plain.decide(PROBA))


def test_costs_of_rows_take_the_place_of_a_matrix():
    rule = CostMatrix(COSTS).fit(PROBA, Y)
    assert_array_equal(rule.decide(PROBA), [0, 1, 1])
    assert_array_equal(rule.decide(PROBA, [COSTS.T] * 3), [0, 0, 0])
    assert_array_equal(rule.decide(PROBA), [0, 1, 1])


@pytest.mark.parametrize(
    ("costs", "says"),
    [
        ([COSTS] * 2, r"shape \(2, 2, 2\).*of shape \(2, 2\), or \(3, 2, 2\), one matrix for each"),
        (ZERO_ONE, r"costs has shape \(3, 3\), and there are 2 classes"),
        ([0, 1], r"costs has shape \(2,\)"),
        ([[0, np.nan], [1, 0]], r"NaN or infinity, the first in costs\[0, 1\]"),
        ([[0, 1], [np.inf, 0]], r"NaN or infinity, the first in costs\[1, 0\]. Pass finite"),
        ([["a", "b"], ["c", "d"]], "costs holds no numbers"),
    ],
)
def test_bad_costs_are_named(costs, says):
    with pytest.raises(ValueError, match=says):
        CostMatrix(costs).fit(PROBA, Y)
    with pytest.raises(ValueError, match=says):
        CostMatrix(COSTS).fit(PROBA, Y).decide(PROBA, costs)


def test_costs_that_are_no_array_are_refused():
    with pytest.raises(ValueError, match="'costs' parameter of CostMatrix"):
        CostMatrix(None).fit(PROBA, Y)


@pytest.mark.parametrize(
    ("costs", "never", "cheaper", "threshold"),
    [
        ([[0, 1], [0, 0]], "ill", "healthy", 1.0),
        ([[0, 1], [0, 2]], "ill", "healthy", np.inf),
        ([[0, 3], [0, 1]], "ill", "healthy", np.inf),
        ([[1, 0], [5, 0]], "healthy", "ill", -np.inf),
        ([[1, 1], [0, 0]], "ill", "healthy", np.inf),
    ],
)
def test_a_class_that_would_never_be_predicted_is_warned_of(costs, never, cheaper, threshold):
    says = f"Class '{never}' would never be predicted.*predicting class '{cheaper}'"
    with pytest.warns(UserWarning, match=says) as caught:
        rule = CostMatrix(costs).fit(PROBA, Y)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    decided = rule.decide([0.0, 0.3, 0.7, 1.0])
    assert_array_equal(decided, np.full(4, ["healthy", "ill"].index(cheaper)))
    assert rule.threshold_ == threshold


def test_every_dominated_class_is_named_and_no_other():
    costs = [[0, 2, 2], [1, 1, 3], [0, 0, 0]]
    with pytest.warns(UserWarning, match="would never be predicted") as caught:
        CostMatrix(costs).fit(THREE, Y_THREE)
    assert [str(one.message).partition(" would")[0] for one in caught] == ["Class 1", "Class 2"]


@given(arrays(np.int64, (3, 3), elements=st.integers(-3, 3)))
def test_no_warning_means_that_no_column_is_dominated(costs):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        CostMatrix(costs).fit(THREE, Y_THREE)
    named = {int(str(one.message).split()[1]) for one in caught}
    dominated = {
        column
        for column in range(3)
        for other in range(3)
        if other != column
        and (costs[:, column] >= costs[:, other]).all()
        and ((costs[:, column] > costs[:, other]).any() or other < column)
    }
    assert named == dominated


def test_costs_of_rows_are_warned_of_only_if_a_class_is_dominated_in_all():
    bad = np.array([[0.0, 1.0], [0.0, 0.0]])
    CostMatrix([bad, bad, COSTS]).fit(PROBA, Y)
    with pytest.warns(UserWarning, match="Class 'ill' would never be predicted"):
        CostMatrix([bad] * 3).fit(PROBA, Y)


def test_costs_that_reward_mistakes_have_no_threshold():
    rule = CostMatrix([[1, 0], [0, 1]]).fit(PROBA, Y)
    assert np.isnan(rule.threshold_)
    assert_array_equal(rule.decide([0.2, 0.8]), [1, 0])


def test_other_columns_than_in_fit_are_refused():
    for costs in (None, [COSTS] * 50):
        with pytest.raises(ValueError, match=r"fitted for 2 classes.*3 columns"):
            CostMatrix(COSTS).fit(PROBA, Y).decide(THREE, costs)


def test_it_can_be_cloned_and_pickled():
    rule = CostMatrix(COSTS).fit(PROBA, Y)
    again = pickle.loads(pickle.dumps(rule))
    assert_array_equal(again.decide(PROBA), rule.decide(PROBA))
    assert_array_equal(clone(rule).get_params()["costs"], COSTS)
    assert not hasattr(clone(rule), "threshold_")


def test_what_is_passed_stays_as_it_is():
    costs = COSTS.copy()
    rule = CostMatrix(costs).fit(PROBA, Y)
    costs[:] = 0
    assert_array_equal(rule.decide(PROBA), [0, 1, 1])
