"""polars frames: every dtype through the choosing samplers, numbers through the others."""

import datetime as dt
from decimal import Decimal

import narwhals as nw
import numpy as np
import pytest

from balancekit.over_sampling import SMOTE

pl = pytest.importorskip("polars")

Y = np.repeat([0, 1], (14, 6))
FLOATS = np.random.RandomState(0).randn(20)
LETTERS = ["b", "a", None, "c"] * 5

ANY_KIND = {
    "String": lambda: pl.Series(LETTERS),
    "Categorical": lambda: pl.Series(LETTERS, dtype=pl.Categorical),
    "Enum": lambda: pl.Series(LETTERS, dtype=pl.Enum(["z", "c", "b", "a"])),
    "Decimal": lambda: pl.Series([Decimal("1.50"), None] * 10, dtype=pl.Decimal(10, 2)),
    "List": lambda: pl.Series([[1, 2], [], None, [3]] * 5),
    "Array": lambda: pl.Series([[1, 2], [3, 4]] * 10, dtype=pl.Array(pl.Int64, 2)),
    "Struct": lambda: pl.Series([{"a": 1, "b": "x"}, {"a": None, "b": "y"}] * 10),
    "Date": lambda: pl.Series([dt.date(2020, 1, 1), None] * 10),
    "Datetime": lambda: pl.Series([dt.datetime(2020, 1, 1)] * 20).cast(pl.Datetime("ns")),
    "Datetime of a zone": lambda: pl.Series([dt.datetime(2020, 1, 1)] * 20).dt.replace_time_zone(
        "Europe/Berlin"
    ),
    "Duration": lambda: pl.Series([dt.timedelta(days=1), None] * 10),
    "Time": lambda: pl.Series([dt.time(1, 2, 3)] * 20),
    "Null": lambda: pl.Series([None] * 20),
    "Binary": lambda: pl.Series([b"a", b"\x00"] * 10),
    "missing Int8": lambda: pl.Series([None, 1] * 10, dtype=pl.Int8),
    "missing Float32": lambda: pl.Series([None, 1.5] * 10, dtype=pl.Float32),
    "missing Boolean": lambda: pl.Series([None, True] * 10),
    "NaN": lambda: pl.Series([float("nan"), 1.5] * 10),
    "infinity": lambda: pl.Series([float("inf"), 1.5] * 10),
}
NUMERIC = {
    "Boolean": lambda: pl.Series(FLOATS > 0),
    "UInt8": lambda: pl.Series(np.arange(20) * 12, dtype=pl.UInt8),
    "Int16": lambda: pl.Series(np.arange(20), dtype=pl.Int16),
    "UInt64": lambda: pl.Series([2**64 - 1 - i for i in range(20)], dtype=pl.UInt64),
    "Int64": lambda: pl.Series([2**53 + 1 + i for i in range(20)]),
    "Float32": lambda: pl.Series(FLOATS, dtype=pl.Float32),
    "Float64": lambda: pl.Series(FLOATS),
}


def _frame(column):
    return pl.DataFrame({"x": column, "": FLOATS, "row": range(20)})


@pytest.mark.parametrize("kind", ANY_KIND | NUMERIC)
def test_choosing_copies_columns_of_any_dtype(chooser, kind):
    X = _frame((ANY_KIND | NUMERIC)[kind]())
    X_out, _ = chooser.fit_resample(X, Y)
    assert type(X_out) is pl.DataFrame
    assert X_out.schema == X.schema
    assert X_out.equals(X[chooser.sample_indices_.tolist()], null_equal=True)


@pytest.mark.parametrize("kind", NUMERIC)
def test_numeric_dtypes_are_kept_and_originals_equal(computer, kind):
    X = _frame(NUMERIC[kind]())
    X_out, _ = computer.fit_resample(X, Y)
    assert X_out.schema == X.schema
    assert X_out[:20].equals(X)
    assert sum(X_out.null_count().row(0)) == 0


@pytest.mark.parametrize("kind", ANY_KIND)
def test_what_is_no_finite_number_is_refused_with_the_name_of_its_column(computer, kind):
    with pytest.raises(ValueError, match="'x'") as caught:
        computer.fit_resample(_frame(ANY_KIND[kind]()), Y)
    assert "'row'" not in str(caught.value)


@pytest.mark.skipif(not hasattr(pl, "Int128"), reason="this polars has no 128-bit integers")
def test_128_bit_integers_are_chosen_and_otherwise_refused_by_name(chooser, computer):
    X = _frame(pl.Series([1, 2] * 10, dtype=pl.Int128))
    assert chooser.fit_resample(X, Y)[0].schema == X.schema
    with pytest.raises(ValueError, match="'x'"):
        computer.fit_resample(X, Y)
    y = pl.Series(Y + 2**40).cast(pl.Int128)
    y_out = chooser.fit_resample(X, y)[1]
    assert y_out.dtype == pl.Int128
    assert y_out.to_list() == [y[i] for i in chooser.sample_indices_.tolist()]


def test_objects_are_the_same_objects(chooser):
    objects = [object() for _ in range(20)]
    X_out, _ = chooser.fit_resample(_frame(pl.Series(objects, dtype=pl.Object)), Y)
    chosen = X_out["x"].to_list()
    assert all(a is objects[i] for a, i in zip(chosen, chooser.sample_indices_, strict=True))


@pytest.mark.parametrize("where", ["X", "y", "both"])
def test_a_lazy_frame_is_refused_with_the_way_out(sampler, where):
    X, y = pl.DataFrame({"a": FLOATS}), pl.DataFrame({"y": Y})
    with pytest.raises(TypeError, match=r"lazy.*\.collect\(\)"):
        sampler.fit_resample(X if where == "y" else X.lazy(), y if where == "X" else y.lazy())
    X_out, y_out = sampler.fit_resample(X.lazy().collect(), y.lazy().collect())
    assert type(X_out) is type(y_out) is pl.DataFrame


def test_columns_in_several_chunks_are_rows_like_others(sampler):
    whole = pl.DataFrame({"a": FLOATS, "b": FLOATS[::-1].copy()})
    X = pl.concat([whole[:3], whole[3:9], whole[9:]], rechunk=False)
    assert X.n_chunks() == 3
    assert sampler.fit_resample(X, Y)[0].equals(sampler.fit_resample(whole, Y)[0])


def test_a_sliced_frame_is_taken_from_its_first_row(sampler):
    whole = pl.DataFrame({"a": np.r_[99.0, FLOATS, 99.0]})
    X_out, _ = sampler.fit_resample(whole[1:21], Y)
    assert X_out.equals(sampler.fit_resample(pl.DataFrame({"a": FLOATS}), Y)[0])


def test_a_series_is_no_table(sampler):
    with pytest.raises(ValueError, match=r"2D|two-dimensional"):
        sampler.fit_resample(pl.Series(FLOATS), Y)


def test_names_of_labels_are_kept(sampler):
    _, y_out = sampler.fit_resample(FLOATS[:, np.newaxis], pl.Series("class", Y))
    assert y_out.name == "class"


def test_what_comes_as_a_narwhals_object_leaves_as_one(sampler):
    X = nw.from_native(pl.DataFrame({"a": FLOATS}), eager_only=True)
    y = nw.from_native(pl.Series("class", Y), series_only=True)
    X_out, y_out = sampler.fit_resample(X, y)
    assert isinstance(X_out, nw.DataFrame)
    assert isinstance(y_out, nw.Series)
    expected = sampler.fit_resample(X.to_native(), Y)
    assert X_out.to_native().equals(expected[0])


def test_frames_of_different_libraries_may_be_mixed(sampler):
    pd = pytest.importorskip("pandas")
    X, y = pl.DataFrame({"a": FLOATS}), pd.Series(Y, index=range(5, 25))
    X_out, y_out = sampler.fit_resample(X, y)
    assert type(X_out) is pl.DataFrame
    assert type(y_out) is pd.Series
    assert len(X_out) == len(y_out)
    first = sampler.plan_.is_first_copy
    assert y_out.index[first].tolist() == [i + 5 for i in sampler.sample_indices_[first]]


def test_a_missing_number_is_reported_with_its_row_and_can_be_imputed():
    X = pl.DataFrame({"a": FLOATS, "b": [*FLOATS[:3].tolist(), None, *FLOATS[4:].tolist()]})
    sampler = SMOTE(k_neighbors=3, random_state=0)
    with pytest.raises(ValueError, match=r"'b'.*rows? 3\D.*[Ii]mput"):
        sampler.fit_resample(X, Y)
    assert len(sampler.fit_resample(X.fill_null(0.0), Y)[0]) == 28
