"""Row labels of pandas objects: the input's for its rows, fresh ones for all others."""

import datetime as dt

import numpy as np
import pytest

from balancekit.over_sampling import RandomOverSampler
from balancekit.under_sampling import RandomUnderSampler

pd = pytest.importorskip("pandas")

N = 20
Y = np.repeat([0, 1], (14, 6))
LETTERS = list("abcdefghijklmnopqrst")
LAST = 2**63 - 1


def _arrow(values, name):
    pa = pytest.importorskip("pyarrow")
    return pd.Index(values, dtype=pd.ArrowDtype(getattr(pa, name)()))


INDEXES = {
    "range": lambda: pd.RangeIndex(N, name="id"),
    "range from 7": lambda: pd.RangeIndex(7, 27),
    "range of even numbers": lambda: pd.RangeIndex(0, 40, 2),
    "range downwards": lambda: pd.RangeIndex(0, -40, -2),
    "range to the last int64": lambda: pd.RangeIndex(LAST - N, LAST),
    "int": lambda: pd.Index(np.arange(N)[::-1] * 3, name="id"),
    "negative": lambda: pd.Index(np.arange(-50, -30)),
    "int8 to its end": lambda: pd.Index(np.arange(108, 128, dtype=np.int8)),
    "int64 to its end": lambda: pd.Index(np.arange(N) + (LAST - N + 1)),
    "both ends of int64": lambda: pd.Index([-LAST - 1, *range(N - 2), LAST]),
    "uint8": lambda: pd.Index(np.arange(N, dtype=np.uint8)),
    "uint64": lambda: pd.Index(np.arange(N, dtype=np.uint64)),
    "uint64 beyond int64": lambda: pd.Index(np.arange(N, dtype=np.uint64) + np.uint64(2**63)),
    "float": lambda: pd.Index(np.arange(N) + 0.5),
    "huge float": lambda: pd.Index(np.arange(N) * 1e300),
    "infinite float": lambda: pd.Index([np.inf, -np.inf, *range(N - 2)]),
    "bool": lambda: pd.Index([True, False] * 10),
    "str": lambda: pd.Index(LETTERS, name="letter"),
    "str like fresh ones": lambda: pd.Index([f"new_{i}" for i in range(N)]),
    "string": lambda: pd.Index(LETTERS, dtype="string"),
    "object": lambda: pd.Index([*LETTERS[:-2], 3, 2.5], dtype=object),
    "object of str": lambda: pd.Index(LETTERS, dtype=object),
    "tuples": lambda: pd.Index([(i, "a") for i in range(N)], tupleize_cols=False),
    "category": lambda: pd.CategoricalIndex(LETTERS, ordered=True),
    "category of int": lambda: pd.CategoricalIndex(range(N)),
    "dates": lambda: pd.date_range("2020-01-01", periods=N, name="day"),
    "dates of a zone": lambda: pd.date_range("2020-10-24", periods=N, freq="h", tz="Europe/Berlin"),
    "dates in ns": lambda: pd.date_range("2020-01-01", periods=N, unit="ns"),
    "far dates": lambda: pd.date_range("9000-01-01", periods=N, unit="s"),
    "last dates": lambda: pd.DatetimeIndex(
        [pd.Timestamp.max - pd.Timedelta(hours=i) for i in range(N)]
    ),
    "python dates": lambda: pd.Index([dt.date(2020, 1, 1 + i) for i in range(N)]),
    "time differences": lambda: pd.to_timedelta(np.arange(N), unit="h"),
    "last time differences": lambda: pd.TimedeltaIndex(
        [pd.Timedelta.max - pd.Timedelta(hours=i) for i in range(N)]
    ),
    "periods": lambda: pd.period_range("2020-01", periods=N, freq="M"),
    "periods of two days": lambda: pd.period_range("2020-01-01", periods=N, freq="2D"),
    "intervals": lambda: pd.interval_range(0, N),
    "multi": lambda: pd.MultiIndex.from_arrays([range(N), list("ab") * 10], names=["i", "j"]),
    "multi of str and dates": lambda: pd.MultiIndex.from_arrays(
        [list("ab") * 10, pd.date_range("2020-01-01", periods=N)]
    ),
    "Int64": lambda: pd.Index(np.arange(N), dtype="Int64"),
    "arrow int": lambda: _arrow(np.arange(N), "int64"),
    "arrow string": lambda: _arrow(LETTERS, "string"),
}
WITH_REPEATS = {
    "same label": lambda: pd.Index([3] * N),
    "pairs": lambda: pd.Index(np.arange(N) // 2),
    "missing float": lambda: pd.Index([np.nan, *range(N - 1)]),
    "missing Int64": lambda: pd.Index([None, *range(N - 1)], dtype="Int64"),
    "missing object": lambda: pd.Index([None, *LETTERS[1:]], dtype=object),
    "missing date": lambda: pd.DatetimeIndex([pd.NaT, *pd.date_range("2020", periods=N - 1)]),
    "only missing": lambda: pd.Index([np.nan] * N),
}


def _frame(index):
    return pd.DataFrame(np.random.RandomState(0).randn(N, 3), index=index)


def _shown(index):
    """Labels as text, in which missing ones are equal and 1 differs from 1.0."""
    return [str(label) for label in index]


def _is_new(sampler):
    return ~sampler.plan_.is_first_copy


@pytest.mark.parametrize("kind", INDEXES | WITH_REPEATS)
def test_original_rows_keep_their_labels(sampler, kind):
    index = (INDEXES | WITH_REPEATS)[kind]()
    X_out, _ = sampler.fit_resample(_frame(index), Y)
    old = ~_is_new(sampler)
    assert _shown(X_out.index[old]) == _shown(index[sampler.sample_indices_[old]])
    assert X_out.index.names == index.names


@pytest.mark.parametrize("kind", INDEXES)
def test_a_unique_index_stays_unique_and_fresh_labels_are_new(sampler, kind):
    index = INDEXES[kind]()
    X_out, _ = sampler.fit_resample(_frame(index), Y)
    fresh = X_out.index[_is_new(sampler)]
    assert X_out.index.is_unique == index.is_unique
    assert not set(fresh) & set(index)
    assert fresh.is_unique


@pytest.mark.parametrize("kind", WITH_REPEATS)
def test_fresh_labels_are_unique_even_where_the_input_repeats_labels(kind):
    index = WITH_REPEATS[kind]()
    sampler = RandomOverSampler(random_state=0)
    X_out, _ = sampler.fit_resample(_frame(index), Y)
    fresh = X_out.index[_is_new(sampler)]
    assert fresh.is_unique
    assert not set(fresh) & set(index)


@pytest.mark.parametrize(
    "kind",
    [
        *("range", "int", "negative", "uint64", "float", "str", "string", "object of str", "dates"),
        *("dates of a zone", "dates in ns", "time differences", "periods", "multi", "Int64"),
        "arrow int",
    ],
)
def test_an_index_keeps_its_dtype_where_fresh_labels_of_the_kind_exist(sampler, kind):
    index = INDEXES[kind]()
    X_out, _ = sampler.fit_resample(_frame(index), Y)
    assert X_out.index.dtype == index.dtype
    if isinstance(index, pd.MultiIndex):
        assert list(X_out.index.dtypes) == list(index.dtypes)


def test_fresh_integers_count_on_from_the_largest():
    X_out, _ = RandomOverSampler(random_state=0).fit_resample(_frame(np.arange(100, 120)), Y)
    assert X_out.index.tolist() == list(range(100, 128))


@pytest.mark.parametrize("kind", ["dates", "dates of a zone", "dates in ns", "far dates"])
def test_fresh_dates_count_on_by_the_second(kind):
    index = INDEXES[kind]()
    X_out, _ = RandomOverSampler(random_state=0).fit_resample(_frame(index), Y)
    assert list(X_out.index[N:] - index[-1]) == [pd.Timedelta(seconds=i + 1) for i in range(8)]


@pytest.mark.parametrize("kind", ["periods", "periods of two days"])
def test_fresh_periods_count_on_by_their_own_length(kind):
    index = INDEXES[kind]()
    X_out, _ = RandomOverSampler(random_state=0).fit_resample(_frame(index), Y)
    assert X_out.index[N:].tolist() == [index[-1] + i + 1 for i in range(8)]


def test_a_row_drawn_twice_keeps_its_label_once():
    sampler = RandomUnderSampler(replacement=True, random_state=0)
    X_out, _ = sampler.fit_resample(_frame(LETTERS), Y)
    assert len(set(sampler.sample_indices_)) < len(sampler.sample_indices_)
    assert X_out.index.is_unique
    assert set(LETTERS) >= set(X_out.index[~_is_new(sampler)])


def test_labels_get_the_index_of_the_rows(sampler):
    index = pd.Index(LETTERS, name="letter")
    X_out, y_out = sampler.fit_resample(_frame(index), pd.Series(Y, index=index, name="class"))
    pd.testing.assert_index_equal(y_out.index, X_out.index)
    assert y_out.name == "class"


def test_labels_beside_an_array_keep_their_own_index(sampler):
    X = _frame(None).to_numpy()
    _, y_out = sampler.fit_resample(X, pd.Series(Y, index=LETTERS, name="class"))
    old = ~_is_new(sampler)
    assert y_out.index[old].tolist() == [LETTERS[i] for i in sampler.sample_indices_[old]]
    assert y_out.index.is_unique


def test_a_frame_of_labels_stays_a_frame_with_the_index_of_the_rows(sampler):
    X_out, y_out = sampler.fit_resample(_frame(LETTERS), pd.DataFrame({"class": Y}, index=LETTERS))
    assert list(y_out.columns) == ["class"]
    pd.testing.assert_index_equal(y_out.index, X_out.index)


@pytest.mark.parametrize("method", ["fit", "fit_resample"])
def test_misaligned_labels_warn_at_the_line_of_the_caller(sampler, method):
    y = pd.Series(Y, index=np.arange(N)[::-1])
    with pytest.warns(UserWarning, match=r"y\.loc\[X\.index\]") as caught:
        getattr(sampler, method)(_frame(None), y)
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_the_remedy_for_misaligned_labels_matches_them_by_label(sampler):
    X = _frame(LETTERS)
    shuffled = pd.Series(Y, index=LETTERS).sample(frac=1, random_state=0)
    with pytest.warns(UserWarning, match="differ"):
        sampler.fit_resample(X, shuffled)
    X_out, y_out = sampler.fit_resample(X, shuffled.loc[X.index])
    expected = sampler.fit_resample(X.to_numpy(), Y)
    np.testing.assert_array_equal(X_out.to_numpy(), expected[0])
    np.testing.assert_array_equal(y_out.to_numpy(), expected[1])


@pytest.mark.parametrize("index", [pd.RangeIndex(N), np.arange(N), np.arange(N, dtype=np.uint8)])
def test_equal_labels_of_another_dtype_do_not_warn(sampler, index):
    X_out, y_out = sampler.fit_resample(_frame(None), pd.Series(Y, index=index))
    pd.testing.assert_index_equal(y_out.index, X_out.index)
