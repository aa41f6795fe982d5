"""Classes from large to small in equal steps: which rows stay."""

import math
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balancekit.datasets import make_linear_imbalance

FOUR = np.repeat(["a", "b", "c", "d"], 20)


def _sizes(y, rows, order):
    counts = Counter(np.asarray(y)[rows].tolist())
    assert set(counts) == set(order)
    return [counts[label] for label in order]


@given(
    counts=st.lists(st.integers(1, 60), min_size=2, max_size=9),
    rho=st.integers(1, 60),
    seed=st.integers(0, 1000),
    data=st.data(),
)
def test_sizes_fall_on_a_line_from_the_rows_of_the_smallest_class_to_a_share(
    counts, rho, seed, data
):
    n_classes, largest = len(counts), min(counts)
    rho = min(rho, largest)
    y = np.random.RandomState(seed).permutation(np.repeat(np.arange(n_classes), counts))
    order = data.draw(st.permutations(range(n_classes)))
    rows = make_linear_imbalance(y, rho, order=order, random_state=seed)
    assert rows.dtype == np.intp
    assert (np.diff(rows) > 0).all()
    sizes = _sizes(y, rows, order)
    smallest = (2 * largest + rho) // (2 * rho)
    assert (sizes[0], sizes[-1]) == (largest, smallest)
    for place, size in enumerate(sizes):
        exact = largest - Fraction(place * (largest - smallest), n_classes - 1)
        goes_up = 2 * place < n_classes
        expected = math.floor(exact + Fraction(1, 2))
        if not goes_up:
            expected = math.ceil(exact - Fraction(1, 2))
        assert size == expected
    assert sizes == sorted(sizes, reverse=True)
    pairs = zip(sizes, reversed(sizes), strict=True)
    mirrored = [pair for place, pair in enumerate(pairs) if 2 * place != n_classes - 1]
    assert {sum(pair) for pair in mirrored} == {largest + smallest}


@pytest.mark.parametrize(
    ("n_rows", "rho", "n_classes", "sizes"),
    [
        (100, 10, 10, [100, 90, 80, 70, 60, 50, 40, 30, 20, 10]),
        (5000, 5000, 10, [5000, 4445, 3889, 3334, 2778, 2223, 1667, 1112, 556, 1]),
        (10, 2, 3, [10, 8, 5]),
        (10, 1.4, 5, [10, 9, 9, 8, 7]),
        (9, 9, 2, [9, 1]),
        (5, 2, 2, [5, 3]),
        (4, 1, 3, [4, 4, 4]),
    ],
)
def test_sizes_by_hand(n_rows, rho, n_classes, sizes):
    y = np.repeat(np.arange(n_classes), n_rows)
    rows = make_linear_imbalance(y, rho, order=range(n_classes), random_state=0)
    assert _sizes(y, rows, range(n_classes)) == sizes


def test_the_first_class_keeps_all_its_rows_of_a_balanced_set():
    rows = make_linear_imbalance(FOUR, 5, order=["c", "a", "d", "b"], random_state=0)
    np.testing.assert_array_equal(rows[FOUR[rows] == "c"], np.flatnonzero(FOUR == "c"))
    assert _sizes(FOUR, rows, "cadb") == [20, 15, 9, 4]


def test_every_order_of_the_classes_can_be_drawn():
    y = np.repeat([0, 1, 2], 9)
    drawn = {
        tuple(_sizes(y, make_linear_imbalance(y, 3, random_state=seed), range(3)))
        for seed in range(60)
    }
    assert drawn == {(9, 6, 3), (9, 3, 6), (6, 9, 3), (6, 3, 9), (3, 9, 6), (3, 6, 9)}


def test_rows_are_drawn_from_all_of_a_class():
    drawn = [
        make_linear_imbalance(FOUR, 20, order=["a", "b", "c", "d"], random_state=seed)
        for seed in range(200)
    ]
    assert {int(rows[FOUR[rows] == "d"][0]) for rows in drawn} == set(range(60, 80))


@pytest.mark.parametrize(
    "make_seed",
    [lambda: 7, lambda: np.random.RandomState(7), lambda: np.random.default_rng(7)],
)
def test_one_seed_draws_the_same_order_and_rows(make_seed):
    first, second = (make_linear_imbalance(FOUR, 10, random_state=make_seed()) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_stream_that_has_moved_on_draws_other_rows():
    for stream in (np.random.RandomState(7), np.random.default_rng(7)):
        first, second = (
            make_linear_imbalance(FOUR, 10, random_state=stream).tolist() for _ in range(2)
        )
        assert first != second


def test_without_a_seed_the_global_stream_is_drawn_from():
    state = np.random.get_state()
    try:
        np.random.seed(7)
        rows = make_linear_imbalance(FOUR, 10)
    finally:
        np.random.set_state(state)
    np.testing.assert_array_equal(rows, make_linear_imbalance(FOUR, 10, random_state=7))


def test_a_steeper_fall_keeps_rows_from_among_those_of_a_flatter_one():
    kept = [set(make_linear_imbalance(FOUR, rho, random_state=1).tolist()) for rho in (1, 2, 5, 20)]
    assert all(more > fewer for more, fewer in pairwise(kept))


def test_the_order_drawn_may_be_given_for_the_same_rows():
    rows = make_linear_imbalance(FOUR, 10, random_state=5)
    order = [label for label, _ in Counter(FOUR[rows].tolist()).most_common()]
    again = make_linear_imbalance(FOUR, 10, order=order, random_state=5)
    np.testing.assert_array_equal(again, rows)


@pytest.mark.parametrize(
    "convert",
    [
        list,
        lambda y: np.array(y, dtype=object),
        lambda y: pd.Series(y, dtype="category"),
        lambda y: [{"a": -1, "b": 0, "c": 1, "d": 2}[label] for label in y],
        lambda y: [b"%d" % "abcd".index(label) for label in y],
    ],
)
def test_only_the_sorting_of_labels_counts(convert):
    rows = make_linear_imbalance(
        convert(FOUR.tolist()), 10, order=convert(list("bdac")), random_state=0
    )
    expected = make_linear_imbalance(FOUR, 10, order=["b", "d", "a", "c"], random_state=0)
    np.testing.assert_array_equal(rows, expected)


@pytest.mark.parametrize(
    ("rho", "error", "message"),
    [
        (0.99, ValueError, r"rho is 0.99; pass the rows of the largest class for each row of the"),
        (math.nan, ValueError, r"rho is nan; pass .* a finite number of 1 or more"),
        (math.inf, ValueError, r"rho is inf; pass .* a finite number of 1 or more"),
        (41, ValueError, r"smallest class would have 0 of 20 rows. Pass a rho of 20 or less"),
        ("10", TypeError, r"rho is '10', a str; pass a number"),
        (None, TypeError, r"rho is None, a NoneType; pass a number"),
    ],
)
def test_a_fall_that_cannot_be_had_is_named(rho, error, message):
    with pytest.raises(error, match=message):
        make_linear_imbalance(FOUR, rho)


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (["a", "b", "c"], r"order has the length 3; name 4 of the 4 classes 'a', 'b', 'c', 'd'"),
        (["a", "b", "c", "e"], r"order names 'e', of which y has no rows. Its classes are: 'a'"),
        (["a", "b", "c", "d", "a"], r"order names 'a' more than once. Name each class once"),
        ("abcd", r"order has shape \(\); pass a list of labels"),
    ],
)
def test_an_order_that_is_none_is_named(order, message):
    with pytest.raises(ValueError, match=message):
        make_linear_imbalance(FOUR, 10, order=order)


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        ([], ValueError, r"y has no rows. Pass rows of two classes or more"),
        ([1, 1], ValueError, r"y has only the class 1. Pass rows of two classes or more"),
        ([0, None], ValueError, r"y has missing labels \(None\). Drop those rows"),
        ([1, "a"], TypeError, r"no common order; their types are: int, str. Convert all labels"),
    ],
)
def test_labels_without_use_are_named(y, error, message):
    with pytest.raises(error, match=message):
        make_linear_imbalance(y, 1)
