import decimal
from unittest.mock import PropertyMock, patch

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from balancekit.core.containers import wrap
from balancekit.core.containers.objects import is_missing, may_be_missing
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes

MIDDLE = Plan(2, [1, 0], [0, 0, 0], [Interpolation([0], [1], [0.5])])


def test_numbers_beside_strings_do_not_become_strings():
    container = wrap([["a", 1], ["b", None]])
    assert container.labels().dtype == object
    assert container.gather(np.array([1])) == [["b", None]]


def test_tuples_come_back_as_tuples():
    assert wrap(((0, 4.0), (1, 6.0))).build(MIDDLE) == ((1, 6.0), (0, 4.0), [0.5, 5.0])
    X, y = make_blobs_of_sizes((9, 4), 2)
    X_out, y_out = RandomOverSampler(random_state=0).fit_resample(tuple(X), tuple(y))
    assert (type(X_out), type(y_out)) == (tuple, tuple)


def test_object_arrays_keep_the_type_of_each_column():
    X = np.array([[0, 4.0, True], [10, 6.0, True]], dtype=object)
    built = wrap(X).build(MIDDLE)
    assert built.dtype == object
    assert built[2].tolist() == [5, 5.0, True]
    assert [type(entry) for entry in built[2]] == [int, float, bool]


def test_entries_that_cannot_be_copied_are_carried():
    entries = [iter([1]), iter([2])]
    assert wrap(entries).gather(np.array([1, 0, 1])) == [entries[1], entries[0], entries[1]]


def test_masked_entries_are_refused_with_their_number():
    X, y = make_blobs_of_sizes((9, 4), 2)
    with pytest.raises(ValueError, match="3 masked entries"):
        SMOTE(k_neighbors=1).fit_resample(
            np.ma.masked_array(X, np.arange(26).reshape(X.shape) < 3), y
        )
    whole = np.ma.masked_array(X, False)
    X_out, _ = SMOTE(k_neighbors=1, random_state=0).fit_resample(whole, y)
    assert_array_equal(X_out, SMOTE(k_neighbors=1, random_state=0).fit_resample(X, y)[0])


def test_attributes_of_a_frame_are_kept():
    pd = pytest.importorskip("pandas")
    X, y = make_blobs_of_sizes((9, 4), 2)
    frame = pd.DataFrame(X)
    frame.attrs["source"] = "drawn"
    X_out, _ = SMOTE(k_neighbors=1).fit_resample(frame, y)
    assert X_out.attrs == {"source": "drawn"}


@pytest.mark.parametrize("what", [3, None, {1, 2}, {"a": 1}])
def test_what_has_no_rows_is_named(what):
    with pytest.raises(ValueError, match=f"{type(what).__name__} has no rows"):
        wrap(what)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_names_of_a_frame_are_listed_once_and_not_for_each_column(library):
    module = pytest.importorskip(library)
    make = module.table if library == "pyarrow" else module.DataFrame
    container = wrap(make({"a": [0.0, 1.0], "b": [2.0, 3.0]}))
    assert list(container.names) == ["a", "b"]
    assert container.names is container.names


def test_dtypes_of_a_frame_are_listed_once_and_not_for_each_column():
    pd = pytest.importorskip("pandas")
    calls = []
    for n_columns in (2, 20):
        frame = pd.DataFrame(np.arange(2.0 * n_columns).reshape(2, -1))
        dtypes = PropertyMock(return_value=frame.dtypes)
        with patch.object(pd.DataFrame, "dtypes", dtypes):
            wrap(frame).build(MIDDLE)
        calls.append(dtypes.call_count)
    assert calls[0] == calls[1]


def test_a_date_in_a_series_is_one_object_however_often_it_occurs():
    pd = pytest.importorskip("pandas")
    for zone in (None, "Europe/Vienna"):
        dates = pd.Series(pd.to_datetime(["2020", "2021", None] * 9)).dt.tz_localize(zone)
        labels = wrap(dates).labels()
        assert labels[:3].tolist() == [*dates[:2], pd.NaT]
        assert len(set(map(id, labels))) == 3


@pytest.mark.parametrize(
    "entries",
    [[2**63, 2**63 + 1, -1], [2**60 + 1, 2**60 + 2, 1.0], (np.int64(-(2**63)), np.uint64(2**63))],
)
def test_integers_that_floats_cannot_tell_apart_stay_integers(entries):
    labels = wrap(entries).labels()
    assert labels.tolist() == list(entries)
    assert [type(label) for label in labels] == [type(entry) for entry in entries]


@pytest.mark.parametrize("entries", [[1, 2.5], [2**53, 0.5], [1e300, 7], [np.nan, np.inf, 3]])
def test_numbers_that_floats_hold_are_floats(entries):
    assert wrap(entries).labels().dtype == np.float64


def test_missing_and_infinite_sparse_values_are_found_without_slicing_a_column():
    values = np.where(np.random.RandomState(0).rand(30, 40) < 0.8, 0, 1.0)
    values[3:9:2, ::3], values[[2, 4], ::4], values[::7, 30] = np.nan, np.inf, -np.inf
    with pytest.raises(ValueError, match=r"and \d+ more") as dense:
        _ = wrap(values).numbers
    matrix = sparse.csr_array(values)
    with (
        patch.object(sparse.csr_array, "__getitem__", side_effect=AssertionError),
        pytest.raises(ValueError, match="NaN") as found,
    ):
        _ = wrap(matrix).numbers
    assert str(found.value) == str(dense.value)


@pytest.mark.parametrize("value", [None, float("nan"), np.float16("nan"), decimal.Decimal("NaN")])
def test_the_type_of_a_missing_value_is_suspect(value):
    assert is_missing(value)
    assert may_be_missing(type(value))


def test_the_types_of_missing_values_in_pandas_are_suspect():
    pd = pytest.importorskip("pandas")
    for value in (pd.NA, pd.NaT):
        assert is_missing(value)
        assert may_be_missing(type(value))
    assert not any(map(may_be_missing, (str, bytes, tuple, pd.Timestamp)))
