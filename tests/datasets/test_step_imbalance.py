"""Some classes small, all others large: which rows stay."""

import math
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balancekit.datasets import make_linear_imbalance, make_step_imbalance

TEN = np.repeat(np.arange(10), 20)
FOUR = np.repeat(["a", "b", "c", "d"], 20)


def _sizes(y, rows):
    return Counter(np.asarray(y)[rows].tolist())


def _minority(y, rows):
    sizes = _sizes(y, rows)
    return {label for label, size in sizes.items() if size < max(sizes.values())}


@given(
    counts=st.lists(st.integers(1, 40), min_size=2, max_size=8),
    rho=st.integers(1, 60),
    seed=st.integers(0, 1000),
    data=st.data(),
)
def test_majorities_have_the_rows_of_the_smallest_class_and_minorities_a_share(
    counts, rho, seed, data
):
    y = np.random.RandomState(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    n_minority = data.draw(st.integers(1, len(counts) - 1))
    largest = min(counts)
    smallest = (2 * largest + rho) // (2 * rho)
    if smallest == 0:
        with pytest.raises(ValueError, match=rf"would have 0 of {largest} rows"):
            make_step_imbalance(y, n_minority / len(counts), rho, random_state=seed)
        return
    rows = make_step_imbalance(y, n_minority / len(counts), rho, random_state=seed)
    assert rows.dtype == np.intp
    assert (np.diff(rows) > 0).all()
    expected = [smallest] * n_minority + [largest] * (len(counts) - n_minority)
    assert sorted(_sizes(y, rows).values()) == expected


@given(
    minority=st.sets(st.sampled_from("abcd"), min_size=1, max_size=3),
    rho=st.sampled_from([1, 2, 2.5, Fraction(10, 3), np.float32(4), np.int64(20)]),
)
def test_the_classes_that_are_given_are_the_minority(minority, rho):
    rows = make_step_imbalance(FOUR, len(minority) / 4, rho, minority=list(minority))
    small = {1: 20, 2: 10, 2.5: 8, Fraction(10, 3): 6, 4: 5, 20: 1}[rho]
    assert _sizes(FOUR, rows) == {label: small if label in minority else 20 for label in "abcd"}


@given(
    half=st.integers(1, 5), n_rows=st.integers(1, 60), rho=st.floats(1, 60), seed=st.integers(0, 9)
)
def test_half_of_the_classes_leave_as_many_rows_as_a_linear_fall(half, n_rows, rho, seed):
    rho = min(rho, n_rows)
    y = np.tile(np.arange(2 * half), n_rows)
    step = make_step_imbalance(y, 0.5, rho, random_state=seed)
    linear = make_linear_imbalance(y, rho, random_state=seed)
    assert len(step) == len(linear)


def test_the_minority_of_half_the_classes_is_the_small_half_of_a_linear_fall():
    linear = _sizes(TEN, make_linear_imbalance(TEN, 10, random_state=3))
    small = {label for label, _ in linear.most_common()[5:]}
    assert _minority(TEN, make_step_imbalance(TEN, 0.5, 10, random_state=3)) == small


@pytest.mark.parametrize(
    ("mu", "rho", "total"), [(0.2, 10, 41000), (0.5, 5000, 25005), (0.9, 100, 5450)]
)
def test_totals_by_hand_of_ten_classes_of_5000_rows(mu, rho, total):
    assert len(make_step_imbalance(np.repeat(np.arange(10), 5000), mu, rho)) == total


@pytest.mark.parametrize(("rho", "small"), [(8, 3), (8.01, 2), (40, 1), (1, 20)])
def test_minority_sizes_go_to_the_nearest_integer_and_halves_up(rho, small):
    rows = make_step_imbalance(FOUR, 0.25, rho, minority=["c"])
    assert _sizes(FOUR, rows)["c"] == small


def test_a_balanced_set_with_a_ratio_of_one_keeps_all_rows():
    np.testing.assert_array_equal(make_step_imbalance(TEN, 0.3, 1), np.arange(len(TEN)))


def test_majorities_keep_all_their_rows_of_a_balanced_set():
    rows = make_step_imbalance(FOUR, 0.5, 10, minority=["a", "c"], random_state=0)
    np.testing.assert_array_equal(rows[FOUR[rows] == "b"], np.flatnonzero(FOUR == "b"))
    np.testing.assert_array_equal(rows[FOUR[rows] == "d"], np.flatnonzero(FOUR == "d"))


def test_sizes_do_not_depend_on_which_classes_are_drawn():
    y = np.repeat([0, 1, 2], [50, 40, 30])
    drawn = {
        tuple(sorted(_sizes(y, make_step_imbalance(y, 1 / 3, 10, random_state=seed)).items()))
        for seed in range(20)
    }
    assert drawn == {
        ((0, 3), (1, 30), (2, 30)),
        ((0, 30), (1, 3), (2, 30)),
        ((0, 30), (1, 30), (2, 3)),
    }


def test_each_class_is_drawn_as_a_minority_about_equally_often():
    drawn = Counter(
        label
        for seed in range(200)
        for label in _minority(TEN, make_step_imbalance(TEN, 0.2, 10, random_state=seed))
    )
    assert sum(drawn.values()) == 400
    # Four standard deviations of a binomial of 200 draws at one fifth.
    assert all(abs(drawn[label] - 40) < 4 * math.sqrt(200 * 0.2 * 0.8) for label in range(10))


def test_rows_of_a_minority_are_drawn_from_all_of_the_class():
    drawn = [
        make_step_imbalance(FOUR, 0.25, 20, minority=["b"], random_state=seed)
        for seed in range(200)
    ]
    assert {int(rows[FOUR[rows] == "b"][0]) for rows in drawn} == set(range(20, 40))


@pytest.mark.parametrize(
    "make_seed",
    [lambda: 7, lambda: np.random.RandomState(7), lambda: np.random.default_rng(7)],
)
def test_the_same_seed_gives_the_same_rows(make_seed):
    first, second = (make_step_imbalance(TEN, 0.5, 10, random_state=make_seed()) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_random_state_gives_the_rows_of_its_seed():
    np.testing.assert_array_equal(
        make_step_imbalance(TEN, 0.5, 10, random_state=np.random.RandomState(7)),
        make_step_imbalance(TEN, 0.5, 10, random_state=7),
    )


def test_a_stream_that_has_moved_on_gives_other_rows():
    for stream in (np.random.RandomState(7), np.random.default_rng(7)):
        first, second = (
            make_step_imbalance(TEN, 0.5, 10, random_state=stream).tolist() for _ in range(2)
        )
        assert first != second


def test_no_seed_draws_from_the_global_stream():
    state = np.random.get_state()
    try:
        np.random.seed(7)
        rows = make_step_imbalance(TEN, 0.5, 10)
    finally:
        np.random.set_state(state)
    np.testing.assert_array_equal(rows, make_step_imbalance(TEN, 0.5, 10, random_state=7))


def test_a_larger_ratio_keeps_rows_from_among_those_of_a_smaller_one():
    kept = [
        set(make_step_imbalance(TEN, 0.4, rho, random_state=1).tolist()) for rho in (2, 5, 10, 20)
    ]
    assert all(more > fewer for more, fewer in pairwise(kept))


def test_a_larger_share_adds_minority_classes():
    drawn = [
        _minority(TEN, make_step_imbalance(TEN, k / 10, 10, random_state=1)) for k in range(1, 10)
    ]
    assert [len(labels) for labels in drawn] == list(range(1, 10))
    assert all(fewer < more for fewer, more in pairwise(drawn))


def test_the_classes_drawn_may_be_given_for_the_same_rows():
    rows = make_step_imbalance(TEN, 0.3, 10, random_state=5)
    drawn = sorted(_minority(TEN, rows), reverse=True)
    again = make_step_imbalance(TEN, 0.3, 10, minority=drawn, random_state=5)
    np.testing.assert_array_equal(again, rows)


@pytest.mark.parametrize(
    "convert",
    [
        list,
        tuple,
        np.array,
        lambda y: np.array(y, dtype=object),
        lambda y: np.array(y)[:, np.newaxis],
        lambda y: pd.Series(y, index=range(5, 5 + len(y))),
        lambda y: pd.Series(y, dtype="category"),
        lambda y: pd.Series(y).to_frame(),
        pl.Series,
    ],
)
def test_labels_in_any_container_give_the_same_rows(convert):
    expected = make_step_imbalance(FOUR, 0.5, 5, minority=["a", "b"], random_state=0)
    y, minority = convert(FOUR.tolist()), convert(["b", "a"])
    rows = make_step_imbalance(y, 0.5, 5, minority=minority, random_state=0)
    np.testing.assert_array_equal(rows, expected)


@pytest.mark.parametrize(
    "labels",
    [(0, 1), (False, True), (0.0, 1.0), (-3, 7), ("no", "yes"), (b"no", b"yes")],
)
def test_labels_of_any_type_give_the_same_rows(labels):
    y = [labels[0]] * 20 + [labels[1]] * 20
    rows = make_step_imbalance(y, 0.5, 10, minority=[labels[1]], random_state=0)
    expected = make_step_imbalance([0] * 20 + [1] * 20, 0.5, 10, minority=[1], random_state=0)
    np.testing.assert_array_equal(rows, expected)
    assert (rows[:-2] == np.arange(20)).all()
    assert len(rows) == 22


def test_dates_are_labels():
    days = pd.Series(pd.to_datetime(["2018-01-01"] * 4 + ["2018-01-02"] * 4))
    rows = make_step_imbalance(days, 0.5, 4, minority=days[-1:], random_state=0)
    assert days.iloc[rows].value_counts().tolist() == [4, 1]
    assert rows[:4].tolist() == [0, 1, 2, 3]


def test_a_share_in_float32_is_good_enough():
    y = np.repeat(np.arange(7), 4)
    rows = make_step_imbalance(y, np.float32(3) / np.float32(7), 4, random_state=0)
    assert sorted(_sizes(y, rows).values()) == [1, 1, 1, 4, 4, 4, 4]


@pytest.mark.parametrize(
    ("mu", "message"),
    [
        (0.25, r"mu is 0.25, which is 2.5 of 10 classes. .*: 1 / 10 to 9 / 10; the nearest is 2"),
        (0.33, r"mu is 0.33, which is 3.3 of 10 classes. .*; the nearest is 3 / 10\.$"),
        (0, r"mu is 0, which is 0 of 10 classes. Pass .* some but not all: .* nearest is 1 / 10"),
        (1, r"mu is 1, which is 10 of 10 classes. Pass .* some but not all: .* nearest is 9 / 10"),
        (-0.1, r"mu is -0.1, which is -1 of 10 classes. .*: 1 / 10 to 9 / 10\.$"),
        (3, r"mu is 3, which is 30 of 10 classes. .*: 1 / 10 to 9 / 10\.$"),
        (math.nan, r"mu is nan, which is nan of 10 classes. .*: 1 / 10 to 9 / 10\.$"),
        (math.inf, r"mu is inf, which is inf of 10 classes. .*: 1 / 10 to 9 / 10\.$"),
    ],
)
def test_a_share_that_is_no_number_of_classes_is_told_the_possible_ones(mu, message):
    with pytest.raises(ValueError, match=message):
        make_step_imbalance(TEN, mu, 10)


def test_two_classes_have_one_possible_share():
    with pytest.raises(ValueError, match=r"mu is 0.1, which is 0.2 of 2 classes. .* all: 1 / 2\.$"):
        make_step_imbalance([0, 1], 0.1, 1)


@pytest.mark.parametrize(
    ("rho", "message"),
    [
        (0.5, r"rho is 0.5; pass the rows of the largest class for each row of the smallest, a"),
        (-10, r"rho is -10; pass the rows of the largest class"),
        (math.nan, r"rho is nan; pass .* a finite number of 1 or more"),
        (math.inf, r"rho is inf; pass .* a finite number of 1 or more"),
        (41, r"rho is 41, so that the smallest class would have 0 of 20 rows. Pass a rho of 20 or"),
        (10**400, r"smallest class would have 0 of 20 rows"),
    ],
)
def test_a_ratio_that_cannot_be_had_is_named(rho, message):
    with pytest.raises(ValueError, match=message):
        make_step_imbalance(TEN, 0.5, rho)


def test_the_class_that_limits_the_ratio_is_named():
    y = ["a"] * 30 + ["b"] * 3 + ["c"] * 30
    with pytest.raises(ValueError, match=r"would have 0 of 3 rows. .* or more rows of 'b', the"):
        make_step_imbalance(y, 1 / 3, 10, minority=["a"])


@pytest.mark.parametrize("value", ["0.5", None, [0.5], True, 1j])
def test_shares_and_ratios_are_numbers(value):
    with pytest.raises(TypeError, match=rf"mu is .*, a {type(value).__name__}; pass a number"):
        make_step_imbalance(TEN, value, 10)
    with pytest.raises(TypeError, match=rf"rho is .*, a {type(value).__name__}; pass a number"):
        make_step_imbalance(TEN, 0.5, value)


@pytest.mark.parametrize(
    ("minority", "error", "message"),
    [
        (["a"], ValueError, r"minority has the length 1; name 2 of the 4 classes 'a', 'b', 'c'"),
        (["a", "b", "c"], ValueError, r"minority has the length 3; name 2 of the 4 classes"),
        ([], ValueError, r"minority has the length 0; name 2 of the 4 classes"),
        (
            ["a", "e"],
            ValueError,
            r"minority names 'e', of which y has no rows. Its classes are: 'a",
        ),
        (["a", None], ValueError, r"minority names None, of which y has no rows"),
        (["a", "a"], ValueError, r"minority names 'a' more than once. Name each class once"),
        ("ab", ValueError, r"minority has shape \(\); pass a list of labels"),
        ([["a", "b"]], ValueError, r"minority has shape \(1, 2\); pass a list of labels"),
        ([["a"], ["b", "c"]], TypeError, r"minority holds something that is no label. .*'list'"),
    ],
)
def test_minority_classes_that_cannot_be_had_are_named(minority, error, message):
    with pytest.raises(error, match=message):
        make_step_imbalance(FOUR, 0.5, 10, minority=minority)


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        ([], ValueError, r"y has no rows. Pass rows of two classes or more"),
        (["a", "a"], ValueError, r"y has only the class 'a'. Pass rows of two classes or more"),
        ("ab", ValueError, r"y has shape \(\); pass one label for each row, in one dimension"),
        ([[0, 1], [1, 0]], ValueError, r"y has shape \(2, 2\); pass one label for each row"),
        ([0, None], ValueError, r"y has missing labels \(None\). Drop those rows"),
        ([0, math.nan], ValueError, r"y has missing labels \(nan\). Drop those rows"),
        (pd.Series([0, pd.NA], dtype="Int64"), ValueError, r"y has missing labels"),
        ([0.25, 1], ValueError, r"y holds numbers such as 0.25, which are no class labels"),
        ([1, "a"], TypeError, r"no common order; their types are: int, str. Convert all labels"),
        ([[0], [0, 1]], TypeError, r"y holds something that is no label. .*'list'"),
    ],
)
def test_labels_that_cannot_be_used_are_named(y, error, message):
    with pytest.raises(error, match=message):
        make_step_imbalance(y, 0.5, 1)
