"""Labels of every kind: taken as they are and copied, or refused with the reason."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.over_sampling import RandomOverSampler
from balancekit.testing import make_blobs_of_sizes

pytestmark = pytest.mark.thorough

X, CODES = make_blobs_of_sizes((14, 6), 3)


def _pick(*labels):
    """Fourteen times the first label, six times the second, in the order of CODES."""
    return [labels[code] for code in CODES]


def _pandas(values, dtype):
    return pytest.importorskip("pandas").Series(values, dtype=dtype)


def _categories(values, categories, ordered=False):
    pd = pytest.importorskip("pandas")
    return pd.Series(pd.Categorical(values, categories=categories, ordered=ordered))


def _polars(values, dtype):
    pl = pytest.importorskip("polars")
    return pl.Series(values, dtype=eval(dtype, {"pl": pl}))


def _beside_a_float(*labels):
    y = _pick(*labels)
    first = y.index(labels[0])
    return [*y[:first], float(y[first]), *y[first + 1 :]]


def _ticks(dtype):
    pl = pytest.importorskip("polars")
    return pl.Series(_pick(1, 2)).cast(eval(dtype, {"pl": pl}))


def _cut():
    pd = pytest.importorskip("pandas")
    return pd.cut(pd.Series(CODES), [-1, 0, 1])


TAKEN = {
    "int": lambda: CODES,
    "negative int": lambda: -1 - CODES[::-1],
    "int8": lambda: CODES.astype(np.int8),
    "uint64 beyond int64": lambda: CODES.astype(np.uint64) + np.uint64(2**63),
    "float": lambda: CODES.astype(float),
    "float16": lambda: CODES.astype(np.float16),
    "big-endian": lambda: CODES.astype(">i4"),
    "bool": lambda: CODES == 1,
    "str": lambda: np.array(_pick("no", "yes")),
    "empty str": lambda: np.array(_pick("", "yes")),
    "bytes": lambda: np.array(_pick(b"no", b"yes")),
    "string dtype": lambda: np.array(_pick("no", "yes"), dtype=np.dtypes.StringDType()),
    "datetime": lambda: np.array(_pick("2020-01-01", "2021-01-01"), dtype="M8[ns]"),
    "timedelta": lambda: np.array(_pick(1, 2), dtype="m8[s]"),
    "object int": lambda: np.array(_pick(3, 5), dtype=object),
    "object bool": lambda: np.array(_pick(False, True), dtype=object),
    "object str": lambda: np.array(_pick("no", "yes"), dtype=object),
    "decimals": lambda: np.array(_pick(Decimal(1), Decimal(2)), dtype=object),
    "python dates": lambda: _pick(dt.date(2020, 1, 1), dt.date(2021, 1, 1)),
    "list of int": lambda: _pick(0, 1),
    "list of bool": lambda: _pick(False, True),
    "list of str": lambda: _pick("no", "yes"),
    "huge int": lambda: _pick(2**70, 2**71),
    "large int beside an equal float": lambda: _beside_a_float(2**53, 2**53 + 1),
    "pandas int": lambda: _pandas(CODES, None),
    "pandas str": lambda: _pandas(_pick("no", "yes"), None),
    "pandas string": lambda: _pandas(_pick("no", "yes"), "string"),
    "pandas Int64": lambda: _pandas(CODES, "Int64"),
    "pandas Float64": lambda: _pandas(CODES, "Float64"),
    "pandas boolean": lambda: _pandas(CODES == 1, "boolean"),
    "pandas tuples": lambda: _pandas(_pick(("a", 1), ("b", 0)), object),
    "pandas dates": lambda: _pandas(_pick("2020-01-01", "2021-01-01"), "datetime64[ns]"),
    "pandas zone": lambda: _pandas(_pick("2020-01-01", "2021-01-01"), "datetime64[ns, UTC]"),
    "pandas period": lambda: _pandas(_pick("2020-01", "2021-01"), "period[M]"),
    "categories": lambda: _categories(_pick("a", "b"), ["c", "b", "a"]),
    "ordered categories": lambda: _categories(_pick("lo", "hi"), ["none", "lo", "hi"], True),
    "categories of int": lambda: _categories(_pick(3, 1), [3, 2, 1]),
    "intervals": _cut,
    "pandas Categorical": lambda: _categories(_pick("a", "b"), ["b", "a"]).array,
    "pandas Index": lambda: pytest.importorskip("pandas").Index(_pick("a", "b")),
    "pandas array": lambda: _pandas(CODES, "Int64").array,
    "sparse series": lambda: _pandas(CODES, "Sparse[int]"),
    "polars Int8": lambda: _polars(CODES, "pl.Int8"),
    "polars Boolean": lambda: _polars(CODES == 1, "pl.Boolean"),
    "polars String": lambda: _polars(_pick("no", "yes"), "pl.String"),
    "polars Categorical": lambda: _polars(_pick("b", "a"), "pl.Categorical"),
    "polars Enum": lambda: _polars(_pick("b", "a"), "pl.Enum(['c', 'b', 'a'])"),
    "polars Date": lambda: _polars(_pick(dt.date(2020, 1, 1), dt.date(2021, 1, 1)), "pl.Date"),
    "polars ns": lambda: _ticks("pl.Datetime('ns')"),
    "polars ns of a zone": lambda: _ticks("pl.Datetime('ns', 'Europe/Berlin')"),
    "polars Duration": lambda: _ticks("pl.Duration('ns')"),
    "polars Time": lambda: _ticks("pl.Time"),
    "polars Decimal": lambda: _polars(_pick(Decimal(1), Decimal(2)), "pl.Decimal(9, 1)"),
}


def _listed(y):
    """Labels as text, whatever holds them."""
    return [str(label) for label in y]


@pytest.mark.parametrize("kind", TAKEN)
def test_labels_of_any_kind_are_copied_in_their_own_container(sampler, kind):
    y = TAKEN[kind]()
    X_out, y_out = sampler.fit_resample(X, y)
    listed = _listed(y)
    assert type(y_out) is type(y)
    assert getattr(y_out, "dtype", None) == getattr(y, "dtype", None)
    assert _listed(y_out) == [listed[i] for i in sampler.sample_indices_]
    assert len(X_out) == len(y_out) == len(sampler.sample_indices_)


@pytest.mark.parametrize("kind", sorted(TAKEN.keys() - {"negative int"}))
def test_classes_are_told_apart_by_value_and_not_by_their_coding(kind):
    sampler = RandomOverSampler(random_state=0)
    sampler.fit_resample(X, TAKEN[kind]())
    drawn = sampler.sample_indices_[20:]
    assert len(drawn) == 8
    assert (CODES[drawn] == 1).all()


NAN = float("nan")
MISSING = {
    "NaN": lambda: np.where(np.arange(20) == 3, NAN, CODES),
    "NaN in a list of numbers": lambda: _with(NAN, 0.0, 1.0),
    "NaN in a list of str": lambda: _with(NAN, "a", "b"),
    "NaN in a tuple of str": lambda: tuple(_with(NAN, "a", "b")),
    "NaN in a column of str": lambda: [[label] for label in _with(NAN, "a", "b")],
    "None in a list of str": lambda: _with(None, "a", "b"),
    "None in a list of int": lambda: _with(None, 0, 1),
    "NaN among objects": lambda: np.array(_with(NAN, "a", "b"), dtype=object),
    "NaT": lambda: np.array(_with("NaT", "2020-01-01", "2021-01-01"), dtype="M8[D]"),
    "missing difference": lambda: np.array(_with("NaT", 1, 2), dtype="m8[s]"),
    "decimal NaN": lambda: _with(Decimal("NaN"), Decimal(0), Decimal(1)),
    "missing string": lambda: np.array(
        _with(NAN, "a", "b"), dtype=np.dtypes.StringDType(na_object=NAN)
    ),
}


def _with(missing, *labels):
    """Two classes, and a missing label in row 3."""
    return [missing if row == 3 else labels[row % 2] for row in range(20)]


@pytest.mark.parametrize("kind", MISSING)
def test_a_missing_label_is_reported_with_its_row(chooser, kind):
    with pytest.raises(ValueError, match=r"missing \(rows? 3\)"):
        chooser.fit_resample(X, MISSING[kind]())


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([0, 1, 1, None], "Int64"),
        ([0.0, 1.0, 1.0, None], "Float64"),
        ([True, False, False, None], "boolean"),
        (["a", "b", "b", None], "string"),
        (["a", "b", "b", None], "category"),
        ([0, 1, 1, None], "category"),
        ([True, False, False, None], "category"),
        (["2020", "2021", "2021", None], "datetime64[ns]"),
        (["a", "b", "b", None], object),
    ],
)
def test_a_missing_label_in_a_series_is_reported_with_its_row(chooser, values, dtype):
    y = _pandas(values * 5, dtype)
    with pytest.raises(ValueError, match=r"5 labels missing \(rows 3, 7, 11, 15, 19\)"):
        chooser.fit_resample(X, y)


@pytest.mark.parametrize("dtype", ["pl.Int64", "pl.Boolean", "pl.String", "pl.Categorical"])
def test_a_missing_label_in_a_polars_series_is_reported_with_its_row(chooser, dtype):
    values = ["0", "1", None] if dtype in ("pl.String", "pl.Categorical") else [False, True, None]
    with pytest.raises(ValueError, match=r"rows 2, 5, 8, 11, 14, \.\.\."):
        chooser.fit_resample(X, _polars((values * 7)[:20], dtype))


def test_dropping_the_rows_that_a_message_names_is_a_way_out(chooser):
    y = np.where(np.arange(20) == 3, np.nan, CODES)
    with pytest.raises(ValueError, match="Drop those rows"):
        chooser.fit_resample(X, y)
    chooser.fit_resample(np.delete(X, 3, axis=0), np.delete(y, 3))


@pytest.mark.parametrize(
    "y",
    [
        X[:, 0],
        X[:, 0].astype(np.float32),
        X[:, 0].tolist(),
        X[:, 0].astype(object),
        np.where(CODES == 1, 0.5, 1.0),
    ],
    ids=["float64", "float32", "list", "object", "halves"],
)
def test_numbers_with_fractions_are_no_labels(chooser, y):
    with pytest.raises(ValueError, match="continuous"):
        chooser.fit_resample(X, y)


def test_infinite_labels_are_refused(chooser):
    with pytest.raises(ValueError, match="infinity"):
        chooser.fit_resample(X, np.where(CODES == 1, np.inf, 0.0))


def test_complex_labels_are_refused(chooser):
    with pytest.raises(ValueError, match=r"[Cc]omplex"):
        chooser.fit_resample(X, CODES + 0j)


@pytest.mark.parametrize(
    "labels",
    [[0, "a"], ["0", 0], [0.0, "a"], [True, "True"], [b"a", "a"]],
    ids=str,
)
@pytest.mark.parametrize("kind", ["object array", "list", "tuple", "column"])
def test_labels_of_types_without_a_common_order_are_refused_by_type(chooser, labels, kind):
    y = _pick(*labels)
    if kind == "object array":
        y = np.array(y, dtype=object)
    elif kind == "tuple":
        y = tuple(y)
    elif kind == "column":
        y = [[label] for label in y]
    with pytest.raises(ValueError, match="|".join(type(label).__name__ for label in labels)):
        chooser.fit_resample(X, y)


def test_the_remedy_for_mixed_types_works(chooser):
    y = np.array(_pick(0, "a"), dtype=object)
    with pytest.raises(ValueError, match=r"y\.astype\(str\)"):
        chooser.fit_resample(X, y)
    _, y_out = chooser.fit_resample(X, y.astype(str))
    assert set(y_out) == {"0", "a"}


@pytest.mark.parametrize("label", [1, "only", True, 2.0])
def test_a_single_class_is_named(chooser, label):
    with pytest.raises(ValueError, match=rf"1 class.*{label}"):
        chooser.fit_resample(X, np.array([label] * 20))


@pytest.mark.parametrize("y", [None, 3, "labels", set(range(20)), np.zeros((20, 1, 1))])
def test_what_is_no_list_of_labels_is_refused(chooser, y):
    with pytest.raises(ValueError, match=r"\by\b"):
        chooser.fit_resample(X, y)


@pytest.mark.parametrize("y", [CODES[:-1], CODES.tolist()[1:], np.eye(2)[CODES[1:]], [], [[]] * 20])
def test_a_wrong_number_of_labels_is_told_with_both_numbers(chooser, y):
    with pytest.raises(ValueError, match=r"20 rows.*(19|0) labels"):
        chooser.fit_resample(X, y)


def test_a_class_may_be_a_missing_category(sampler):
    y = _categories(_pick("a", "b"), ["never", "a", "b"])
    y_out = sampler.fit_resample(X, y)[1]
    assert list(y_out.cat.categories) == ["never", "a", "b"]
    assert set(y_out) == {"a", "b"}


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["bool", "uint8", "uint16", "uint64", "int32", "float16"])
def test_labels_in_a_tensor_keep_their_dtype(sampler, dtype):
    torch = pytest.importorskip("torch")
    y = torch.from_numpy(CODES).to(getattr(torch, dtype))
    _, y_out = sampler.fit_resample(X, y)
    assert y_out.dtype == y.dtype
    assert_array_equal(y_out.numpy().astype(int), sampler.fit_resample(X, CODES)[1])


@pytest.mark.parametrize(
    ("labels", "key"),
    [
        (np.array(["2020-01-01", "2021-01-01"], dtype="M8[D]"), np.datetime64("2021-01-01", "h")),
        (np.array(["2020-01-01", "2021-01-01"], dtype="M8[ns]"), np.datetime64("2021-01-01")),
        (np.array([1, 2], dtype="m8[h]"), np.timedelta64(120, "m")),
        (np.array([1.0, 2.0]), 2),
        (np.array(["a", "b"]), "b"),
    ],
)
def test_shrinkage_of_a_class_is_found_in_any_spelling_of_its_label(labels, key):
    expected, _ = RandomOverSampler(shrinkage={1: 0.5}, random_state=0).fit_resample(X, CODES)
    sampler = RandomOverSampler(shrinkage={key: 0.5}, random_state=0)
    X_out, _ = sampler.fit_resample(X, labels[CODES])
    assert_array_equal(X_out, expected)
    assert sampler.shrinkage_ == {labels[1]: 0.5}


def test_times_without_nanoseconds_are_named_as_those_of_python():
    pl = pytest.importorskip("polars")
    noon = dt.datetime(2020, 1, 1, 12)
    y = pl.Series(_pick(noon, noon + dt.timedelta(microseconds=1))).cast(pl.Datetime("ns"))
    sampler = RandomOverSampler(sampling_strategy={noon + dt.timedelta(microseconds=1): 9})
    assert len(sampler.fit_resample(X, y)[1]) == 23
