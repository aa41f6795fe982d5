import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.core.labels import Labels
from balancekit.core.plan import Plan
from balancekit.testing import from_numpy, to_numpy


def test_codes_are_positions_in_the_sorted_unique_values():
    labels = Labels(["pear", "apple", "pear", "fig"])
    assert_array_equal(labels.codes, [2, 0, 2, 1])
    assert_array_equal(labels.counts, [1, 1, 2])
    assert labels.classes.tolist() == ["apple", "fig", "pear"]
    assert_array_equal(labels.rows_of(2), [0, 2])
    assert labels.name(1) == "fig"


def test_codes_do_not_depend_on_the_container(container):
    y = np.array([3, 1, 1, 2, 3])
    assert_array_equal(Labels(from_numpy(y, container)).codes, [2, 0, 0, 1, 2])


def test_built_labels_are_copies_in_the_container_of_y(container):
    y = np.array([3, 1, 1, 2, 3])
    native = from_numpy(y, container)
    labels = Labels(native)
    built = labels.build(Plan.select(labels, [4, 1, 3, 1]))
    assert type(built) is type(native)
    assert_array_equal(to_numpy(built), [3, 1, 2, 1])


def test_a_relabelled_row_gets_a_label_of_its_new_class():
    labels = Labels(np.array(["x", "y", "x"]))
    assert labels.build(Plan(3, [0, 1, 2], [1, 0, 0])).tolist() == ["y", "x", "x"]


def test_indicators_are_labels_by_column_and_come_back_as_indicators():
    y = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]])
    labels = Labels(y)
    assert_array_equal(labels.codes, [1, 0, 2, 1])
    assert_array_equal(labels.build(Plan.select(labels, [3, 2])), [[0, 1, 0], [0, 0, 1]])


def test_a_numpy_column_becomes_one_dimensional():
    labels = Labels(np.array([[1], [0], [1]]))
    assert labels.build(Plan.select(labels, [0, 1])).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("y", "words"),
    [
        ([0, None, 1, None], ["2 labels missing", "rows 1, 3"]),
        ([0.0, np.nan, 1.0], ["1 label missing", "row 1"]),
        ([0.5, 1.0, 2.0], ["Unknown label type: continuous", "0.5 (row 0)"]),
        ([1.0, np.inf], ["infinity"]),
        ([1, "one", 2], ["int, str", "y.astype(str)"]),
        ([[0, 1], [0, 0], [1, 0]], ["no class at all marked in 1 row", "row 1"]),
        ([[1, 1], [0, 1]], ["more than one class marked in 1 row", "row 0"]),
        ([[3, 1], [0, 1]], ["2 columns that are no indicators"]),
        ([1 + 2j, 3], ["Complex"]),
        ([[[0], [1]]], ["(1, 2, 1)"]),
    ],
)
def test_unusable_labels_are_named(y, words):
    values = np.array(y, dtype=object if "one" in y or None in y else None)
    with pytest.raises(ValueError, match="y") as error:
        Labels(values)
    assert [word for word in words if word not in str(error.value)] == []


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_are_not_looked_at_one_by_one(dtype):
    calls = []
    for n_rows in (20, 2000):
        y = np.resize(np.array([0, 1, 2], dtype=dtype), n_rows)
        events = []
        sys.setprofile(lambda frame, event, what, events=events: events.append(event))
        try:
            Labels(y)
        finally:
            sys.setprofile(None)
        calls.append(len(events))
    assert calls[0] == calls[1]
