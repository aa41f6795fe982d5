"""Values survive: whatever the dtype, originals are copies and new values are rounded once."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes

BEYOND_FLOAT = 2**53 + 1


def _between_two(low, high, dtype, n_new=40):
    """SMOTE on a minority of two rows; returns new values, and base, partner, step by hand."""
    column = np.array([low, high, *[low] * (n_new + 2)], dtype=dtype)
    y = np.array([1, 1, *[0] * (n_new + 2)])
    sampler = SMOTE(k_neighbors=1, random_state=np.random.RandomState(5))
    X_out, _ = sampler.fit_resample(column[:, np.newaxis], y)
    rng = np.random.RandomState(5)
    base, step = rng.randint(0, 2, size=n_new), rng.uniform(size=n_new)
    ends = column[:2].tolist()
    by_hand = [(ends[b], ends[1 - b], s) for b, s in zip(base.tolist(), step.tolist(), strict=True)]
    return X_out[len(y) :, 0], by_hand


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "i8", "u8"])
def test_new_integers_are_the_rounded_point_between_their_parents(dtype):
    new, by_hand = _between_two(3, 120, dtype)
    assert new.dtype == dtype
    assert new.tolist() == [round(a + s * (b - a)) for a, b, s in by_hand]


@pytest.mark.parametrize(
    ("low", "high", "dtype"), [(1, 254, "u1"), (-128, 127, "i1"), (0, 65535, "u2")]
)
def test_new_small_integers_do_not_wrap_around(low, high, dtype):
    new, by_hand = _between_two(low, high, dtype)
    assert new.tolist() == [round(a + s * (b - a)) for a, b, s in by_hand]


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        (BEYOND_FLOAT, BEYOND_FLOAT, "i8"),
        (BEYOND_FLOAT, BEYOND_FLOAT + 2, "i8"),
        (-(2**63), 2**63 - 1, "i8"),
        (2**63 - 2, 2**63 - 1, "i8"),
        (2**64 - 2, 2**64 - 1, "u8"),
        (0, 2**64 - 1, "u8"),
    ],
)
def test_new_integers_beyond_floats_stay_between_their_parents(low, high, dtype):
    new, _ = _between_two(low, high, dtype)
    assert min(new.tolist()) >= low
    assert max(new.tolist()) <= high


def test_a_new_bool_is_that_of_the_nearer_parent():
    new, by_hand = _between_two(False, True, bool)
    assert new.dtype == bool
    assert new.tolist() == [a if s <= 0.5 else b for a, b, s in by_hand]


def test_the_share_of_true_does_not_drift():
    rng = np.random.RandomState(0)
    y = np.repeat([0, 1], (2400, 400))
    flags = rng.rand(len(y)) < 0.3
    rows = np.array([flags, rng.rand(len(y)) < 0.3, rng.rand(len(y)) < 0.3]).T
    X_out, _ = SMOTE(random_state=0).fit_resample(rows, y)
    assert X_out[len(y) :].mean() == pytest.approx(rows[y == 1].mean(), abs=0.03)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_values_near_the_largest_float_stay_finite(computer, dtype):
    y = make_blobs_of_sizes((14, 6), 3)[1]
    signs = np.where(np.random.RandomState(1).rand(20, 3) < 0.5, -1, 1)
    X = (signs * (0.95 * float(np.finfo(dtype).max))).astype(dtype)
    X_out, _ = computer.fit_resample(X, y)
    assert X_out.dtype == X.dtype
    assert np.isfinite(X_out).all()


def test_a_new_value_between_opposite_extremes_is_the_weighted_mean():
    top = 1.7e308
    new, by_hand = _between_two(-top, top, "f8")
    assert new.tolist() == pytest.approx([(1 - s) * a + s * b for a, b, s in by_hand])


@pytest.mark.parametrize("value", [1e100, 1e160, 1e308, -1.7e308])
@pytest.mark.parametrize("kind", ["constant", "outlier"])
def test_a_large_column_takes_no_noise_from_the_others(blobs, value, kind):
    X, y = blobs
    sampler = RandomOverSampler(shrinkage=1.0, random_state=0)
    expected, _ = sampler.fit_resample(X, y)
    wide = X.copy()
    wide[np.flatnonzero(y == 1)[0] if kind == "outlier" else slice(None), 1] = value
    X_out, _ = sampler.fit_resample(wide, y)
    assert_array_equal(X_out[:, [0, 2]], expected[:, [0, 2]])
    assert np.isfinite(X_out).all()


@pytest.mark.parametrize("power", [-1000, -700, -300, 300, 700, 1000])
def test_noise_follows_a_change_of_units_of_one_column(blobs, power):
    X, y = blobs
    sampler = RandomOverSampler(shrinkage=1.0, random_state=0)
    expected, _ = sampler.fit_resample(X, y)
    units = np.array([0, power, 0])
    X_out, _ = sampler.fit_resample(np.ldexp(X, units), y)
    assert_array_equal(X_out, np.ldexp(expected, units))


@pytest.mark.parametrize("dtype", [">f8", ">f4", ">i4", ">u2", "f2", "f4"])
def test_dtype_and_byte_order_are_kept(sampler, blobs, dtype):
    X, y = blobs
    X = np.rint(40 + 8 * X).astype(dtype)
    native = X.astype(X.dtype.newbyteorder("="))
    X_out, _ = sampler.fit_resample(X, y)
    assert X_out.dtype == X.dtype
    assert_array_equal(X_out, sampler.fit_resample(native, y)[0])


def test_long_doubles_keep_digits_that_doubles_lack(sampler, blobs):
    X, y = blobs[0].astype(np.longdouble), blobs[1]
    X += np.finfo(np.longdouble).eps * 3
    X_out, _ = sampler.fit_resample(X, y)
    kept = ~sampler.plan_.is_synthetic
    assert X_out.dtype == np.longdouble
    assert_array_equal(X_out[kept], X[sampler.sample_indices_[kept]])


def _first_column(table):
    if hasattr(table, "to_pylist"):
        return [row["id"] for row in table.to_pylist()]
    return list(table["id"]) if hasattr(table, "columns") else [row[0] for row in table]


@pytest.mark.parametrize("kind", ["list", "object", "pandas", "nullable", "polars", "pyarrow"])
def test_an_integer_beyond_floats_beside_a_float_column_is_left_alone(sampler, blobs, kind):
    X, y = blobs
    large = [BEYOND_FLOAT + 2 * row for row in range(len(y))]
    columns = {"id": large, "x": X[:, 0].tolist()}
    if kind in ("list", "object"):
        table = [list(row) for row in zip(*columns.values(), strict=True)]
        table = np.array(table, dtype=object) if kind == "object" else table
    elif kind in ("pandas", "nullable"):
        table = pytest.importorskip("pandas").DataFrame(columns)
        table = table.astype({"id": "Int64"}) if kind == "nullable" else table
    else:
        library = pytest.importorskip(kind)
        table = library.DataFrame(columns) if kind == "polars" else library.table(columns)
    X_out, _ = sampler.fit_resample(table, y)
    ids = _first_column(X_out)
    for row in np.flatnonzero(~sampler.plan_.is_synthetic):
        assert ids[row] == large[sampler.sample_indices_[row]]


@pytest.mark.parametrize("top", [BEYOND_FLOAT, 2**63 - 25])
def test_without_noise_the_smoothed_bootstrap_repeats_rows_exactly(top):
    X = np.array([[top + row, row] for row in range(20)])
    y = np.repeat([0, 1], (14, 6))
    sampler = RandomOverSampler(shrinkage=0, random_state=0)
    X_out, _ = sampler.fit_resample(X, y)
    assert_array_equal(X_out, X[sampler.sample_indices_])


def test_noise_is_clipped_to_the_dtype_and_does_not_wrap_around():
    X = np.random.RandomState(0).choice([0, 255], size=(60, 2)).astype(np.uint8)
    y = np.repeat([0, 1], (50, 10))
    sampler = RandomOverSampler(shrinkage=0.2, random_state=0)
    X_out, _ = sampler.fit_resample(X, y)
    moved = X_out.astype(int) - X[sampler.sample_indices_].astype(int)
    assert np.abs(moved).max() < 128


@pytest.mark.parametrize(
    "values",
    [
        np.array(["b", "", "ü", "longer"]),
        np.array([b"b", b"", b"\x00x"]),
        np.array(["2020-01-01", "NaT"], dtype="M8[ns]"),
        np.array([1, -1], dtype="m8[s]"),
        np.array([0.0, -0.0, np.nan, -np.nan, np.inf]),
        np.frombuffer(b"\x01\x00\x00\x00\x00\x00\xf8\x7f", dtype="f8"),
        np.array(["a", "b"], dtype=np.dtypes.StringDType()),
    ],
    ids=lambda values: str(values.dtype),
)
def test_choosing_copies_values_of_any_dtype_bit_for_bit(chooser, blobs, values):
    y = blobs[1]
    X = np.resize(values, (len(y), 2))
    X_out, _ = chooser.fit_resample(X, y)
    expected = X[chooser.sample_indices_]
    assert X_out.dtype == X.dtype
    if X.dtype.kind == "T":
        assert_array_equal(X_out, expected)
    else:
        assert X_out.tobytes() == expected.tobytes()


def test_new_values_in_an_object_array_have_the_type_of_their_column(blobs):
    X, y = blobs
    rows = [[x > 0, round(9 * x), x, 1 if x > 0 else 0.5] for x in X[:, 0].tolist()]
    X_out, _ = SMOTE(k_neighbors=3, random_state=0).fit_resample(np.array(rows, dtype=object), y)
    assert X_out.dtype == object
    for row in X_out[len(y) :]:
        assert [type(value) for value in row] == [bool, int, float, float]


@pytest.mark.parametrize("kind", [Decimal, Fraction, np.float32, np.int16])
def test_numbers_of_any_type_in_an_object_array_are_numbers(blobs, kind):
    X, y = np.rint(50 * blobs[0]), blobs[1]
    objects = np.array([[kind(int(value)) for value in row] for row in X], dtype=object)
    sampler = SMOTE(k_neighbors=3, random_state=0)
    X_out, _ = sampler.fit_resample(objects, y)
    assert all(a is b for a, b in zip(X_out[: len(y)].flat, objects.flat, strict=True))
    plan = sampler.plan_
    sampler.fit_resample(X, y)
    assert_array_equal(plan.synthesis[0].partner, sampler.plan_.synthesis[0].partner)


def test_python_integers_beyond_64_bits_are_kept_as_they_are(sampler, blobs):
    y = blobs[1]
    rows = [[2**70 + 3**row, row % 7] for row in range(len(y))]
    X_out, _ = sampler.fit_resample(np.array(rows, dtype=object), y)
    for row in np.flatnonzero(~sampler.plan_.is_synthetic):
        assert list(X_out[row]) == rows[sampler.sample_indices_[row]]
