import datetime as dt
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from balancekit.comparison.features import read_features

DAY = dt.datetime(2020, 1, 1)
MIXED = {
    "age": [41.0, None, 25.0],
    "city": ["Rome", "Bern", None],
    "member": [True, False, True],
    "since": [DAY, DAY, DAY],
}
CODED = [[41, 1, 1, np.nan], [np.nan, 0, 0, np.nan], [25, np.nan, 1, np.nan]]
KINDS = ["numeric", "nominal", "numeric", "dropped"]


def _arrow(columns):
    return pytest.importorskip("pyarrow").table(columns)


def _rows_of_objects(columns):
    return np.array(list(zip(*columns.values(), strict=True)), dtype=object)


@pytest.mark.parametrize(
    "make",
    [pd.DataFrame, pl.DataFrame, _arrow, _rows_of_objects, lambda c: _rows_of_objects(c).tolist()],
)
def test_the_same_table_comes_out_of_every_container(make):
    features = read_features(make(MIXED))
    np.testing.assert_array_equal(features.rows, CODED)
    assert features.kinds == KINDS
    assert list(features.dropped.values()) == ["dates or times"]
    assert not features.is_plain


def test_a_frame_names_its_columns_and_an_array_numbers_them():
    assert read_features(pd.DataFrame(MIXED)).names == list(MIXED)
    assert read_features(np.zeros((2, 2))).names == ["0", "1"]
    assert read_features(pd.DataFrame({5: [1, 2], "b": [1, 2]})).names == ["5", "b"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pd.array([1, None, 3], dtype="Int64"), "numeric"),
        (pd.array([True, None, False], dtype="boolean"), "numeric"),
        (pd.array([1.5, None, 3], dtype="float64[pyarrow]"), "numeric"),
        (pd.arrays.SparseArray([0.0, 1.0, 0.0]), "numeric"),
        ([1, decimal.Decimal("2.5"), None], "numeric"),
        (pd.Categorical([3, 1, 3]), "nominal"),
        (pd.array(["a", None, "b"], dtype="string"), "nominal"),
        ([1, "a", None], "nominal"),
        (["2020-01-31", None, "2020-02-01"], "dropped"),
        (["2020-01-31", DAY, None], "dropped"),
        (["2020-01-31", "unknown", None], "nominal"),
        (pd.Categorical(["2020-01-31", None, "2020-02-01"]), "nominal"),
        (pd.to_timedelta([1, 2, 3]), "dropped"),
        ([dt.date(2020, 1, 1), None, None], "dropped"),
        (pd.period_range("2020", periods=3), "dropped"),
        ([None, None, None], "dropped"),
        ([np.nan, np.nan, np.nan], "dropped"),
        ([{1}, {2}, {3}], "dropped"),
    ],
)
def test_what_a_column_holds_is_recognised(values, kind):
    features = read_features(pd.DataFrame({"number": [1, 2, 3], "other": values}))
    assert features.kinds == ["numeric", kind]


def test_codes_follow_the_sorted_values_and_not_the_categories_of_the_column():
    column = pd.Categorical(["b", "a", "b"], categories=["unused", "b", "a"])
    features = read_features(pd.DataFrame({"number": [1, 2, 3], "letter": column}))
    assert features.rows[:, 1].tolist() == [1, 0, 1]


def test_texts_among_numbers_are_kept_by_position():
    column = [str(number) for number in range(19)]
    texts = {"a": [*column, "?"], "b": [*column, "19"], "c": ["x", *["y"] * 19], "d": range(20)}
    assert read_features(pd.DataFrame(texts)).strays == {0: ["?"], 1: []}
    as_categories = pd.DataFrame({"a": pd.Categorical(texts["a"]), "d": range(20)})
    assert read_features(as_categories).strays == {}


def test_numbers_as_text_are_named_where_there_are_no_others():
    numbers = [str(number) for number in range(19)]
    frame = pd.DataFrame({"a": [*numbers, "?"], "b": [*numbers, "19"]})
    expected = r"no numeric column: 'a' \(numbers as text, but for '\?'\), 'b' \(numbers as text\)"
    with pytest.raises(ValueError, match=expected):
        read_features(frame)


def test_complete_numbers_are_left_as_they_are():
    X = np.random.RandomState(0).randn(5, 2).astype(np.float32)
    features = read_features(X)
    assert features.rows is X
    assert features.is_plain
    assert read_features(X > 0).rows.dtype == np.float64


def test_sparse_rows_stay_sparse():
    features = read_features(sparse.coo_matrix(np.eye(3, dtype=int)))
    assert features.is_sparse
    assert features.is_plain
    assert features.rows.format == "csr"


def test_the_input_is_not_written_to():
    frame = pd.DataFrame(MIXED)
    before = frame.copy()
    read_features(frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (pd.DataFrame({"city": ["a", "b"]}), r"no numeric column: 'city' \(nominal\)"),
        (pd.DataFrame({"day": [DAY, DAY]}), r"no numeric column: 'day' \(dates or times\)"),
        (np.array([["1", "a"], ["2", "b"]]), r"no numeric column: '0' \(nominal\), '1'"),
        (pd.DataFrame({"a": [1.0, np.inf], "b": [1, 2]}), "infinite values in column 'a'"),
        (sparse.csr_array([[0.0, np.inf], [1.0, 0.0]]), "infinite values in column '1'"),
        (np.zeros(3), "2D array"),
        (np.zeros((0, 2)), "minimum of 1"),
    ],
)
def test_features_that_cannot_be_used_are_refused_by_name(X, message):
    with pytest.raises(ValueError, match=message):
        read_features(X)
