import numpy as np
import pandas as pd
import polars as pl
import pytest

from balancekit.comparison.problem import TargetError, read_groups, read_target


def test_the_rarer_class_is_positive():
    target = read_target(["well"] * 5 + ["ill"] * 2)
    assert (target.positive, target.rest, target.n_positive) == ("ill", ["well"], 2)
    assert target.codes.tolist() == [0] * 5 + [1] * 2
    assert not target.is_chosen


def test_the_rarest_of_many_classes_is_set_against_the_rest():
    target = read_target([0, 0, 0, 1, 1, 2])
    assert (target.positive, target.rest) == (2, [0, 1])


def test_among_equally_rare_classes_the_last_is_positive():
    assert read_target([0, 1, 0, 1]).positive == 1
    assert read_target(list("aabbccc")).positive == "b"
    assert read_target(list("aabbccc")).is_tied
    assert not read_target(list("aabbccc"), "c").is_tied
    assert not read_target(list("aabbc")).is_tied


def test_a_class_like_the_unknown_one_is_suggested():
    with pytest.raises(TargetError, match=r"'Il' is no class of y\. .* Did you mean 'ill'\?"):
        read_target(["ill", "well"], "Il")
    with pytest.raises(TargetError, match=r"The classes are 1, 2\.$"):
        read_target([1, 2], "x")


@pytest.mark.parametrize(
    ("y", "positive", "expected"),
    [
        ([0, 0, 1], 0, 0),
        ([0, 0, 1], "0", 0),
        ([1.0, 1.0, 2.0], "1", 1.0),
        ([1.0, 1.0, 2.0], "1.0", 1.0),
        ([True, False, False], "False", False),
        (["b", "a", "b"], "b", "b"),
        (["-1", "1", "1"], "1", "1"),
        (["-1", "1", "1"], 1, "1"),
    ],
)
def test_the_positive_class_may_be_named_by_its_label_or_its_text(y, positive, expected):
    target = read_target(y, positive)
    assert target.positive == expected
    assert target.codes.tolist() == [int(label == expected) for label in y]
    assert target.is_chosen


def test_labels_come_in_any_container():
    labels = ["a", "b", "a"]
    for y in (labels, np.array(labels), pd.Series(labels, dtype="category"), pl.Series(labels)):
        assert read_target(y).codes.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("y", "positive", "message"),
    [
        (["a", "a"], None, "one class only: all 2 rows are 'a'"),
        ([0, 1, 1], 7, "positive=7 is no class of y. The classes are 0, 1"),
        (["a", None, "b"], None, "1 label missing"),
        ([0.0, np.nan, np.nan], None, "2 labels missing"),
        ([0.1, 0.2, 0.3], None, "continuous"),
    ],
)
def test_labels_that_cannot_be_compared_are_refused(y, positive, message):
    with pytest.raises(ValueError, match=message):
        read_target(y, positive)


def test_sides_have_names_for_messages():
    assert read_target([0, 0, 1]).name(0) == "class 0"
    assert read_target([0, 0, 1]).name(1) == "class 1"
    assert read_target([0, 0, 1, 1, 2]).name(0) == "the rest (all classes but 2)"


def test_groups_of_any_kind_become_codes():
    assert read_groups(None, 3) is None
    assert read_groups(["x", "a", "x"], 3).tolist() == [1, 0, 1]
    assert read_groups(pd.Series([7, 7, 9], index=[5, 6, 7]), 3).tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("groups", "message"),
    [([1, 2], "2 entries, X has 3"), ([1, None, 2], r"1 missing value \(row 1\)")],
)
def test_groups_that_do_not_fit_are_refused(groups, message):
    with pytest.raises(ValueError, match=message):
        read_groups(groups, 3)
