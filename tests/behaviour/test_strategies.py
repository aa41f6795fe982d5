"""How many rows of each class: every way to say it, on labels of every kind."""

import datetime as dt
from collections import Counter, OrderedDict, UserDict, defaultdict
from types import MappingProxyType

import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import RandomUnderSampler

pytestmark = pytest.mark.thorough

X, Y = make_blobs_of_sizes((40, 16, 12), 3)
OVER = [SMOTE, RandomOverSampler]


def _counts(make, strategy, y=Y, **parameters):
    sampler = make(sampling_strategy=strategy, random_state=0, **parameters)
    return np.bincount(sampler.fit_resample(X, y)[1], minlength=3).tolist()


@pytest.mark.parametrize("make", OVER)
@pytest.mark.parametrize(
    ("ratio", "counts"),
    [(1.0, [40, 40, 40]), (0.5, [40, 20, 20]), (0.35, [40, 16, 14]), (1, [40, 40, 40])],
)
def test_a_ratio_raises_every_smaller_class_to_that_fraction_of_the_largest(make, ratio, counts):
    assert _counts(make, ratio) == counts


@pytest.mark.parametrize(
    ("ratio", "counts"), [(1.0, [12, 12, 12]), (0.8, [15, 15, 12]), (0.5, [24, 16, 12])]
)
def test_a_ratio_lowers_every_larger_class_to_the_smallest_divided_by_it(ratio, counts):
    assert _counts(RandomUnderSampler, ratio) == counts


@pytest.mark.parametrize("make", [*OVER, RandomUnderSampler])
def test_a_ratio_that_changes_no_class_is_refused_with_the_counts(make):
    with pytest.raises(ValueError, match=r"0\.1 .*\{0: 40, 1: 16, 2: 12\}.*nearer to 1"):
        make(sampling_strategy=0.1).fit_resample(X, Y)


@pytest.mark.parametrize("make", [*OVER, RandomUnderSampler])
@pytest.mark.parametrize("ratio", [0.0, -0.5, 1.5, float("nan"), float("inf")])
def test_a_number_that_is_no_ratio_is_refused(make, ratio):
    with pytest.raises(ValueError, match="sampling_strategy"):
        make(sampling_strategy=ratio).fit_resample(X, Y)


@pytest.mark.parametrize(
    ("name", "module", "strategies"),
    [
        (
            "RandomOverSampler",
            imblearn.over_sampling,
            ["minority", "not minority", "not majority", "all", "auto"],
        ),
        (
            "RandomUnderSampler",
            imblearn.under_sampling,
            ["majority", "not minority", "not majority", "all", "auto"],
        ),
    ],
)
def test_named_strategies_mean_what_they_mean_in_imbalanced_learn(name, module, strategies):
    ours = {"RandomOverSampler": RandomOverSampler, "RandomUnderSampler": RandomUnderSampler}[name]
    for strategy in strategies:
        theirs = getattr(module, name)(sampling_strategy=strategy, random_state=0)
        expected = np.bincount(theirs.fit_resample(X, Y)[1], minlength=3).tolist()
        assert _counts(ours, strategy) == expected


def test_over_and_under_samplers_name_the_strategies_they_know():
    with pytest.raises(ValueError, match="'minority'"):
        SMOTE(sampling_strategy="majority").fit_resample(X, Y)
    with pytest.raises(ValueError, match="'majority'"):
        RandomUnderSampler(sampling_strategy="minority").fit_resample(X, Y)


@pytest.mark.parametrize("make", OVER)
@pytest.mark.parametrize(
    "kind",
    [dict, OrderedDict, MappingProxyType, Counter, UserDict, lambda d: defaultdict(int, d)],
    ids=["dict", "OrderedDict", "MappingProxyType", "Counter", "UserDict", "defaultdict"],
)
def test_any_mapping_is_a_strategy_and_is_left_alone(make, kind):
    strategy = kind({2: 20, 1: 17})
    assert _counts(make, strategy) == [40, 17, 20]
    assert dict(strategy) == {2: 20, 1: 17}


@pytest.mark.parametrize("make", OVER)
def test_a_class_may_keep_its_rows(make):
    assert _counts(make, {1: 16, 2: 12}) == [40, 16, 12]
    assert _counts(make, {}) == [40, 16, 12]
    assert _counts(make, {0: 40, 2: 13}) == [40, 16, 13]


def test_an_under_sampler_may_keep_or_drop_all_rows_of_a_class():
    assert _counts(RandomUnderSampler, {0: 40, 1: 16}) == [40, 16, 12]
    assert _counts(RandomUnderSampler, {0: 0}) == [0, 16, 12]


@pytest.mark.parametrize("make", [*OVER, RandomUnderSampler])
def test_a_callable_gets_labels_in_the_order_of_rows(make):
    seen = []

    def strategy(y):
        seen.append(y)
        return {1: 16}

    make(sampling_strategy=strategy, random_state=0).fit_resample(X, Y)
    assert_array_equal(seen[-1], Y)


@pytest.mark.parametrize("make", OVER)
def test_a_callable_may_return_any_mapping_with_whole_numbers(make):
    assert _counts(make, lambda y: Counter({2: 20})) == [40, 16, 20]
    assert _counts(make, lambda y: MappingProxyType({np.int64(2): np.int64(20)})) == [40, 16, 20]
    assert _counts(make, lambda y: {2: 20.0}) == [40, 16, 20]
    assert _counts(make, lambda y: {c: int(np.sum(y == 0)) for c in set(y.tolist())}) == [40] * 3


@pytest.mark.parametrize("make", [*OVER, RandomUnderSampler])
@pytest.mark.parametrize("answer", [{2: 20.5}, {2: "20"}, {2: float("nan")}])
def test_a_callable_that_asks_for_a_fraction_of_a_row_is_refused_as_a_dict_is(make, answer):
    with pytest.raises(ValueError, match=r"rows of class 2\b.*whole number"):
        make(sampling_strategy=lambda y: answer).fit_resample(X, Y)


@pytest.mark.parametrize("make", [*OVER, RandomUnderSampler])
@pytest.mark.parametrize("answer", [None, "minority", 0.5, [1, 2]])
def test_a_callable_that_returns_no_dict_is_told_what_to_return(make, answer):
    with pytest.raises((ValueError, TypeError), match=r"sampling_strategy.*(dict|mapping)"):
        make(sampling_strategy=lambda y: answer).fit_resample(X, Y)


LABELS = {
    "str": (lambda: np.array(["a", "b", "c"])[Y], "c"),
    "numpy str as key": (lambda: np.array(["a", "b", "c"])[Y], np.str_("c")),
    "bytes": (lambda: np.array([b"a", b"b", b"c"])[Y], b"c"),
    "objects": (lambda: np.array(["a", "b", "c"], dtype=object)[Y], "c"),
    "list": (lambda: [["a", "b", "c"][code] for code in Y], "c"),
    "floats with int key": (lambda: Y.astype(float), 2),
    "int with float key": (lambda: Y, 2.0),
    "uint64": (lambda: Y.astype(np.uint64) + np.uint64(2**63), 2**63 + 2),
    "huge int": (lambda: [2**70 + int(code) for code in Y], 2**70 + 2),
    "python dates": (lambda: [dt.date(2020, 1, 1 + int(code)) for code in Y], dt.date(2020, 1, 3)),
    "numpy dates": (lambda: np.datetime64("2020-01-01") + Y, np.datetime64("2020-01-03")),
    "numpy nanoseconds": (
        lambda: (np.datetime64("2020-01-01") + Y).astype("M8[ns]"),
        np.datetime64("2020-01-03"),
    ),
    "numpy differences": (lambda: Y.astype("m8[s]"), np.timedelta64(2, "s")),
    "indicators by column": (lambda: np.eye(3, dtype=int)[Y], 2),
}


@pytest.mark.parametrize("make", OVER)
@pytest.mark.parametrize("kind", LABELS)
def test_a_dict_names_classes_by_their_labels(make, kind):
    labels, key = LABELS[kind]
    sampler = make(sampling_strategy={key: 20}, random_state=0)
    sampler.fit_resample(X, labels())
    assert_array_equal(np.bincount(Y[sampler.sample_indices_]), [40, 16, 20])
    assert list(sampler.sampling_strategy_.values()) == [8]
    # Not "in": NumPy 2.0 hashes equal dates of different units differently.
    assert list(sampler.sampling_strategy_) == [key]


@pytest.mark.parametrize(
    "key", [(1, 2), None, "2", b"2", float("nan"), 7, frozenset({2})], ids=repr
)
@pytest.mark.parametrize("make", [*OVER, RandomUnderSampler])
def test_a_key_that_is_no_label_is_named_whatever_its_type(make, key):
    with pytest.raises(ValueError, match="not present"):
        make(sampling_strategy={key: 20}).fit_resample(X, Y)


def test_pandas_missing_value_is_no_label():
    pd = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="not present"):
        RandomOverSampler(sampling_strategy={pd.NA: 20}).fit_resample(X, Y)


@pytest.mark.parametrize("key", [True, np.True_, 1])
def test_a_dict_names_bool_classes(key):
    sampler = RandomOverSampler(sampling_strategy={key: 60}, random_state=0)
    _, y_out = sampler.fit_resample(X, Y == 1)
    assert y_out.sum() == 60


@pytest.mark.parametrize(
    ("dtype", "labels", "key"),
    [
        ("category", ["a", "b", "c"], "c"),
        ("string", ["a", "b", "c"], "c"),
        ("Int64", [0, 1, 2], 2),
        ("datetime64[ns]", ["2020-01-01", "2020-01-02", "2020-01-03"], "stamp"),
        ("datetime64[us]", ["2020-01-01", "2020-01-02", "2020-01-03"], "stamp"),
        ("datetime64[ns, UTC]", ["2020-01-01", "2020-01-02", "2020-01-03"], "zoned stamp"),
        ("timedelta64[ns]", ["0s", "1s", "2s"], "difference"),
    ],
)
def test_a_dict_names_classes_of_a_series_by_what_the_series_holds(dtype, labels, key):
    pd = pytest.importorskip("pandas")
    y = pd.Series([labels[code] for code in Y]).astype(dtype)
    key = {
        "stamp": pd.Timestamp("2020-01-03"),
        "zoned stamp": pd.Timestamp("2020-01-03", tz="UTC"),
        "difference": pd.Timedelta("2s"),
    }.get(key, key)
    assert key in set(y)
    sampler = RandomOverSampler(sampling_strategy={key: 20}, random_state=0)
    _, y_out = sampler.fit_resample(X, y)
    assert (y_out == key).sum() == 20


def test_a_dict_names_classes_of_intervals_and_enums():
    pd = pytest.importorskip("pandas")
    y = pd.cut(pd.Series(Y), [-1, 0, 1, 2])
    key = pd.Interval(1, 2)
    sampler = RandomOverSampler(sampling_strategy={key: 20}, random_state=0)
    assert (sampler.fit_resample(X, y)[1] == key).sum() == 20


def test_a_dict_names_classes_of_a_polars_series():
    pl = pytest.importorskip("polars")
    for dtype in (pl.Categorical, pl.Enum(["c", "b", "a"]), pl.String):
        y = pl.Series([["a", "b", "c"][code] for code in Y], dtype=dtype)
        sampler = RandomOverSampler(sampling_strategy={"c": 20}, random_state=0)
        assert sampler.fit_resample(X, y)[1].to_list().count("c") == 20


def test_the_fitted_strategy_is_in_the_order_of_classes_and_in_numbers_of_rows():
    over = RandomOverSampler(sampling_strategy={2: 20, 1: 17}).fit(X, Y)
    assert list(over.sampling_strategy_.items()) == [(1, 1), (2, 8)]
    under = RandomUnderSampler(sampling_strategy={1: 3, 0: 5}).fit(X, Y)
    assert list(under.sampling_strategy_.items()) == [(0, 5), (1, 3)]


@pytest.mark.parametrize("strategy", [[1], (1,), "minor", 3, object(), {1}])
@pytest.mark.parametrize("make", [*OVER, RandomUnderSampler])
def test_what_is_no_strategy_is_refused_by_name(make, strategy):
    with pytest.raises(ValueError, match="sampling_strategy"):
        make(sampling_strategy=strategy).fit_resample(X, Y)
