"""Labels of any kind, and what is said of those that cannot be used."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from balancekit.metrics import balanced_error, expected_cost, per_class_recall

TRUTH = ["no", "no", "no", "yes", "yes"]
GUESS = ["no", "no", "yes", "yes", "no"]


@pytest.mark.parametrize(
    "convert",
    [
        list,
        tuple,
        np.array,
        lambda y: np.array(y, dtype=object),
        lambda y: np.array(y)[:, np.newaxis],
        lambda y: np.array(y) == "yes",
        lambda y: [int(label == "yes") for label in y],
        lambda y: [float(label == "yes") for label in y],
        lambda y: pd.Series(y, index=range(5, 10)),
        lambda y: pd.Series(y, dtype="category"),
        lambda y: pd.Series(y).to_frame(),
        lambda y: (pd.Series(y) == "yes").astype("Int64"),
        pl.Series,
    ],
)
def test_labels_of_any_kind_give_the_same(convert):
    assert balanced_error(convert(TRUTH), convert(GUESS)) == pytest.approx(1 - (2 / 3 + 1 / 2) / 2)


def test_containers_of_both_columns_may_differ():
    assert balanced_error(pd.Series([True, False]), [1, 0]) == 0
    assert balanced_error(np.array(["a", "b"]), pd.Series(["a", "b"], dtype="category")) == 0


@pytest.mark.parametrize(
    ("y_true", "y_pred", "error", "message"),
    [
        ([], [], ValueError, r"y_true is empty. Pass one label or more"),
        ("ab", "ab", ValueError, r"y_true has shape \(\); pass one label for each row"),
        ([[0, 1], [1, 0]], [0, 1], ValueError, r"y_true has shape \(2, 2\); pass one label"),
        ([0, None], [0, 1], ValueError, r"y_true has missing labels \(None\). Drop those rows"),
        ([0, 1], [0, float("nan")], ValueError, r"y_pred has missing labels \(nan\)"),
        (pd.Series([0, pd.NA], dtype="Int64"), [0, 1], ValueError, r"y_true has missing labels"),
        ([0, 1], [0.25, 1], ValueError, r"y_pred holds numbers such as 0.25, which are no class"),
        ([0, 1], [np.inf, 1], ValueError, r"y_pred holds numbers such as inf, which are no class"),
        ([0, 1], [0, 1, 1], ValueError, r"y_true has 2 rows and y_pred has 3; pass the same rows"),
        ([0, 1], ["a", "b"], TypeError, r"no common order; their types are: int, str. Convert all"),
        ([1, "a"], ["1", "a"], TypeError, r"no common order; their types are: int, str. Convert"),
        ([[0], [0, 1]], [0, 1], TypeError, r"y_true holds something that is no label. .*'list'"),
    ],
)
def test_bad_labels_are_named(y_true, y_pred, error, message):
    for metric in (balanced_error, per_class_recall):
        with pytest.raises(error, match=message):
            metric(y_true, y_pred)
    with pytest.raises(error, match=message):
        expected_cost(y_true, y_pred, [[0, 1], [1, 0]])


def test_the_labels_of_a_matrix_are_named_once():
    with pytest.raises(ValueError, match=r"labels names 'a' more than once. Name each class once"):
        expected_cost(["a"], ["b"], np.eye(3), labels=["a", "b", "a"])


def test_a_long_list_of_labels_is_cut_short():
    with pytest.raises(ValueError, match=r"the labels 1, 2, 3, 4, 5 and 4 more. Add it to labels"):
        expected_cost([0], [1], np.eye(9), labels=range(1, 10))
