"""pandas frames: every dtype kept, columns told apart by position and not by name."""

import numpy as np
import pytest

from balancekit.over_sampling import SMOTE, RandomOverSampler

pd = pytest.importorskip("pandas")

Y = np.repeat([0, 1], (14, 6))
FLOATS = np.random.RandomState(0).randn(20)
FLAGS = FLOATS > 0


def _arrow(values, name):
    pa = pytest.importorskip("pyarrow")
    return pd.array(values, dtype=pd.ArrowDtype(getattr(pa, name)()))


NUMERIC = {
    "Int64": lambda: pd.array(np.arange(20), dtype="Int64"),
    "UInt8": lambda: pd.array(np.arange(20) * 12, dtype="UInt8"),
    "Float32": lambda: pd.array(FLOATS, dtype="Float32"),
    "Float64": lambda: pd.array(FLOATS, dtype="Float64"),
    "boolean": lambda: pd.array(FLAGS, dtype="boolean"),
    "bool": lambda: FLAGS,
    "float16": lambda: FLOATS.astype(np.float16),
    "object": lambda: pd.Series(list(range(20)), dtype=object),
    "arrow int8": lambda: _arrow(np.arange(20), "int8"),
    "arrow uint64": lambda: _arrow(np.arange(20).astype(np.uint64) + np.uint64(2**63), "uint64"),
    "arrow double": lambda: _arrow(FLOATS, "float64"),
    "arrow bool": lambda: _arrow(FLAGS, "bool_"),
    "sparse floats": lambda: pd.arrays.SparseArray(np.maximum(FLOATS, 0), fill_value=0.0),
    "sparse integers": lambda: pd.arrays.SparseArray(np.arange(20) % 4, fill_value=3),
    "sparse bool": lambda: pd.arrays.SparseArray(FLAGS, fill_value=False),
}
ANY_KIND = {
    "missing Int64": lambda: pd.array([None, *range(19)], dtype="Int64"),
    "missing boolean": lambda: pd.array([None, *[True] * 19], dtype="boolean"),
    "missing object": lambda: pd.Series([None, np.nan, "a", 1] * 5, dtype=object),
    "str": lambda: pd.Series(["a", "b"] * 10),
    "string": lambda: pd.array(["a", None] * 10, dtype="string"),
    "category": lambda: pd.Categorical(list("ba") * 10, categories=list("cba"), ordered=True),
    "missing category": lambda: pd.Categorical(["a", None] * 10),
    "datetime": lambda: pd.date_range("2020-01-01", periods=20, tz="Europe/Berlin"),
    "missing datetime": lambda: pd.to_datetime(["2020-01-01", None] * 10),
    "timedelta": lambda: pd.to_timedelta(np.arange(20), unit="s"),
    "period": lambda: pd.period_range("2020-01", periods=20, freq="M"),
    "interval": lambda: pd.interval_range(0, 20),
    "sparse NaN": lambda: pd.arrays.SparseArray(np.where(FLAGS, FLOATS, np.nan)),
    "arrow string": lambda: _arrow(["a", None] * 10, "string"),
    "infinity": lambda: np.where(FLAGS, np.inf, FLOATS),
}


def _assert_kept(X, X_out, sampler):
    kept = np.flatnonzero(~sampler.plan_.is_synthetic)
    expected = X.iloc[sampler.sample_indices_[kept]]
    pd.testing.assert_frame_equal(
        X_out.iloc[kept].reset_index(drop=True), expected.reset_index(drop=True), check_exact=True
    )


@pytest.mark.parametrize("kind", NUMERIC)
def test_numeric_dtypes_are_kept_and_originals_equal(sampler, kind):
    X = pd.DataFrame({"x": NUMERIC[kind](), "w": FLOATS[::-1]})
    X_out, _ = sampler.fit_resample(X, Y)
    assert list(X_out.dtypes) == list(X.dtypes)
    assert not X_out.isna().any(axis=None)
    _assert_kept(X, X_out, sampler)


@pytest.mark.parametrize("kind", sorted(NUMERIC.keys() - {"Float32", "float16"}))
def test_a_numeric_column_of_any_dtype_has_the_values_of_a_plain_one(kind):
    column = NUMERIC[kind]()
    plain = np.array(pd.Series(column).tolist())
    sampler = SMOTE(k_neighbors=3, random_state=0)
    X_out, _ = sampler.fit_resample(pd.DataFrame({"x": column, "w": FLOATS}), Y)
    expected, _ = sampler.fit_resample(pd.DataFrame({"x": plain, "w": FLOATS}), Y)
    assert X_out["x"].tolist() == expected["x"].tolist()


@pytest.mark.parametrize("kind", ANY_KIND)
def test_choosing_takes_columns_of_any_kind(chooser, kind):
    X = pd.DataFrame({"x": ANY_KIND[kind](), "w": FLOATS})
    X_out, _ = chooser.fit_resample(X, Y)
    assert list(X_out.dtypes) == list(X.dtypes)
    _assert_kept(X, X_out, chooser)


@pytest.mark.parametrize("kind", ANY_KIND)
def test_what_is_no_finite_number_is_refused_with_the_name_of_its_column(computer, kind):
    X = pd.DataFrame({"w": FLOATS, "odd one": ANY_KIND[kind]()})
    with pytest.raises(ValueError, match="'odd one'") as caught:
        computer.fit_resample(X, Y)
    assert "'w'" not in str(caught.value)


@pytest.mark.parametrize(
    "columns",
    [
        ["a", "a", "b"],
        [0, 1, 2],
        ["", " ", "index"],
        [1, "1", None],
        pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["upper", "lower"]),
        pd.CategoricalIndex(["u", "v", "w"], name="letters"),
        pd.date_range("2020-01-01", periods=3),
        pd.Index(["x", "y", "z"], name="title"),
    ],
    ids=["duplicates", "int", "empty", "mixed", "multi", "category", "dates", "titled"],
)
def test_column_labels_of_any_kind_are_kept(sampler, blobs, columns):
    X, y = blobs
    frame = pd.DataFrame(X, columns=columns)
    X_out, _ = sampler.fit_resample(frame, y)
    pd.testing.assert_index_equal(X_out.columns, frame.columns)
    np.testing.assert_array_equal(X_out.to_numpy(), sampler.fit_resample(X, y)[0])


def test_columns_of_the_same_name_are_both_reported(computer, blobs):
    X, y = blobs
    frame = pd.DataFrame(X, columns=["a", "a", "b"])
    frame.iloc[0, 0] = np.nan
    frame.iloc[3, 1] = np.inf
    message = r"1 x NaN \(row 0\).*1 x infinity \(row 3\).*Replace infinities"
    with pytest.raises(ValueError, match=message):
        computer.fit_resample(frame, y)


def test_feature_names_are_those_of_the_last_frame(sampler, blobs):
    X, y = blobs
    sampler.fit_resample(pd.DataFrame(X, columns=["a", "b", "c"]), y)
    assert sampler.feature_names_in_.tolist() == ["a", "b", "c"]
    assert sampler.n_features_in_ == 3
    sampler.fit_resample(pd.DataFrame(X[:, :2]), y)
    assert not hasattr(sampler, "feature_names_in_")
    assert sampler.n_features_in_ == 2


class _Table(pd.DataFrame):
    @property
    def _constructor(self):
        return _Table


def test_a_subclass_of_a_frame_stays_one(sampler, blobs):
    X, y = blobs
    assert type(sampler.fit_resample(_Table(X), y)[0]) is _Table


def test_a_frame_that_forbids_duplicate_labels_is_resampled(sampler, blobs):
    X, y = blobs
    X_out, _ = sampler.fit_resample(pd.DataFrame(X).set_flags(allows_duplicate_labels=False), y)
    assert X_out.index.is_unique


def test_a_series_is_no_table_and_the_message_says_so(sampler):
    with pytest.raises(ValueError, match=r"[Ss]eries|2-dimensional|two-dimensional"):
        sampler.fit_resample(pd.Series(FLOATS), Y)


@pytest.mark.parametrize("size", [(0, 2), (20, 0)])
def test_an_empty_frame_is_refused(sampler, size):
    with pytest.raises(ValueError, match=r"0 (sample|feature)\(s\)"):
        sampler.fit_resample(pd.DataFrame(np.empty(size)), Y[: size[0]])


def test_writing_to_the_output_neither_warns_nor_reaches_the_input(sampler, blobs):
    X, y = blobs
    frame, labels = pd.DataFrame(X.copy()), pd.Series(y.copy())
    X_out, y_out = sampler.fit_resample(frame, labels)
    X_out.iloc[:, :] = 99.0
    y_out.iloc[:] = 9
    np.testing.assert_array_equal(frame.to_numpy(), X)
    np.testing.assert_array_equal(labels.to_numpy(), y)


def test_wide_frames_of_many_dtypes_keep_the_order_of_columns(blobs):
    X, y = blobs
    kinds = ["float32", "int8", "boolean", "Float64", "UInt16", "float64"]
    column = np.rint(np.abs(X[:, 0])) % 2
    frame = pd.DataFrame({f"{i}": pd.Series(column).astype(kinds[i % 6]) for i in range(60)})
    X_out, _ = RandomOverSampler(shrinkage=0.1, random_state=0).fit_resample(frame, y)
    assert list(X_out.dtypes.items()) == list(frame.dtypes.items())
