import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from balancekit.core.containers import wrap
from balancekit.core.labels import Labels
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation, Noise, Rows
from balancekit.testing import from_numpy, to_numpy

X = np.array([[0.0, 10.0], [1.0, 20.0], [2.0, 30.0], [3.0, 40.0]])
LABELS = Labels(["a", "a", "b", "b"])


def _midpoint(base, partner):
    return Interpolation(np.array([base]), np.array([partner]), np.array([0.5]))


def test_kept_rows_come_first_and_new_rows_follow_recipe_by_recipe():
    given_row = Rows(np.array([2]), np.array([[9.0, 9]]))
    plan = Plan(4, [3, 0], [1, 0, 0, 1], [_midpoint(0, 1), given_row])
    assert_array_equal(wrap(X).build(plan), [[3, 40], [0, 10], [0.5, 15], [9, 9]])
    assert_array_equal(plan.sample_indices, [3, 0, 0, 2])
    assert_array_equal(plan.is_synthetic, [False, False, True, True])


def test_a_plan_shows_its_size_and_not_its_rows():
    assert repr(Plan.select(LABELS, [2, 0, 2])) == "<Plan for 4 rows: 3 kept>"
    extended = Plan.extend(LABELS, [(0, _midpoint(0, 1))])
    assert repr(extended) == "<Plan for 4 rows: 4 kept, 1 new by Interpolation>"


def test_select_takes_codes_from_the_kept_rows():
    plan = Plan.select(LABELS, [2, 0, 2])
    assert_array_equal(plan.codes, [1, 0, 1])
    assert_array_equal(plan.is_first_copy, [True, True, False])


def test_extend_keeps_every_row_and_gives_new_rows_the_class_of_their_group():
    plan = Plan.extend(LABELS, [(1, _midpoint(2, 3)), (0, _midpoint(0, 1))])
    assert plan.keeps_input
    assert_array_equal(plan.codes, [0, 0, 1, 1, 1, 0])
    assert_array_equal(plan.sample_indices, [0, 1, 2, 3, 2, 0])


def test_a_plan_without_all_rows_in_order_does_not_keep_the_input():
    assert not Plan.select(LABELS, [0, 1, 2]).keeps_input
    assert not Plan.select(LABELS, [1, 0, 2, 3]).keeps_input
    assert Plan.select(LABELS, [0, 1, 2, 3]).keeps_input


@pytest.mark.parametrize("rows", [[-1], [4], [0, 9]])
def test_row_ids_outside_the_input_are_refused(rows):
    with pytest.raises(ValueError, match="row ids run from 0 to 3"):
        Plan.select(Labels([0, 0, 1, 1]), rows) if min(rows) < 0 else Plan(4, rows, [0] * len(rows))


def test_partners_outside_the_input_are_refused():
    with pytest.raises(ValueError, match="refers to rows 7 to 7"):
        Plan(4, [0], [0, 0], [_midpoint(0, 7)])


def test_codes_need_one_entry_per_output_row():
    with pytest.raises(ValueError, match="codes has 1 entries for 2 output rows"):
        Plan(4, [0], [0], [_midpoint(0, 1)])


def test_relabelling_is_a_plan_too():
    plan = Plan(4, [0, 1, 2, 3], [1, 0, 1, 0])
    assert LABELS.build(plan) == ["b", "a", "b", "a"]


def test_carry_follows_the_base_of_new_rows():
    plan = Plan.extend(LABELS, [(0, _midpoint(1, 0))])
    assert plan.carry(["p", "q", "r", "s"]) == ["p", "q", "r", "s", "q"]
    assert_array_equal(plan.carry(X), np.vstack([X, X[1]]))


def test_carry_names_the_lengths_that_do_not_fit():
    with pytest.raises(ValueError, match="3 entries, but the plan was made for 4 input rows"):
        Plan.select(LABELS, [0]).carry([1, 2, 3])


def test_recipes_refuse_arrays_of_unequal_length():
    rows = np.array([0, 1])
    with pytest.raises(ValueError, match="one entry per new row, found 2, 2 and 1"):
        Interpolation(rows, rows, np.array([0.5]))
    with pytest.raises(ValueError, match=r"shape \(2, 3\); found \(2, 2\)"):
        Noise(rows, np.ones(3), np.ones((2, 2)))
    with pytest.raises(ValueError, match="3 rows for 2 bases"):
        Rows(rows, np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"shape \(2, 1\); found None"):
        Interpolation(rows, rows, np.ones(2), nominal=np.array([1]))


@st.composite
def plans(draw):
    """Draw a plan with every kind of recipe for a table of up to 12 rows and 3 columns."""
    n_rows = draw(st.integers(1, 12))
    rows = st.integers(0, n_rows - 1)

    def some_rows(least=0):
        return np.array(draw(st.lists(rows, min_size=least, max_size=8)), dtype=int)

    def numbers(*shape):
        values = draw(
            st.lists(
                st.floats(-3, 3, width=16),
                min_size=int(np.prod(shape)),
                max_size=int(np.prod(shape)),
            )
        )
        return np.array(values, dtype=float).reshape(shape)

    keep, base, around, given_rows = some_rows(1), some_rows(), some_rows(), some_rows()
    partner = (base + 1) % n_rows
    synthesis = [
        Interpolation(base, partner, np.abs(numbers(len(base))) / 3),
        Noise(around, np.abs(numbers(3)), numbers(len(around), 3)),
        Rows(given_rows, numbers(len(given_rows), 3)),
    ]
    total = len(keep) + sum(len(recipe.base) for recipe in synthesis)
    return Plan(n_rows, keep, np.zeros(total, dtype=int), synthesis), numbers(n_rows, 3)


@given(plans())
def test_a_plan_gives_the_same_rows_in_every_container(container, case):
    plan, table = case
    expected = wrap(table).build(plan)
    native = from_numpy(table, container)
    built = wrap(native).finish(wrap(native).build(plan), plan)
    assert type(built) is type(native)
    assert_array_equal(to_numpy(built).reshape(expected.shape), expected)


@given(plans())
def test_kept_rows_are_copies_and_carry_agrees_with_them(case):
    plan, table = case
    built = wrap(table).build(plan)
    kept = ~plan.is_synthetic
    assert len(built) == plan.n_output == len(plan.sample_indices)
    assert_array_equal(built[kept], plan.carry(table)[kept])
    assert plan.is_first_copy.sum() == len(np.unique(plan.keep))
