import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.testing import assert_array_equal

from balancekit.core.arithmetic import (
    as_dtype,
    integer_limits,
    interpolate_between,
    scatter,
    synthesise,
)
from balancekit.core.recipes import Interpolation, Noise, Rows

FLOATS = (np.float16, np.float32, np.float64)
INTEGERS = (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64)


def _between(base, partner, step, dtype):
    ends = np.array([base], dtype=dtype), np.array([partner], dtype=dtype)
    return interpolate_between(*ends, np.array([step]))[0]


def test_a_new_value_lies_at_its_step():
    assert _between(2.0, 6.0, 0.25, float) == 3.0
    assert _between(2.0, 6.0, -0.5, float) == 0.0


@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers_are_rounded_to_nearest_and_not_towards_zero(dtype):
    assert _between(10, 20, 0.16, dtype) == 12
    assert _between(20, 10, 0.16, dtype) == 18


def test_unsigned_differences_do_not_wrap_around():
    assert _between(200, 100, 0.5, np.uint8) == 150


def test_bool_is_rounded():
    assert not _between(False, True, 0.49, bool)
    assert _between(False, True, 0.51, bool)
    assert _between(True, True, 0.3, bool)


def test_the_difference_has_the_dtype_of_the_data():
    base, partner, step = np.float32(0.1), np.float32(0.7), 0.3
    expected = np.float32(np.float64(base) + step * np.float64(np.float32(partner - base)))
    assert _between(base, partner, step, np.float32) == expected


@pytest.mark.parametrize("dtype", FLOATS)
def test_an_overflowing_difference_gives_the_weighted_mean(dtype):
    top = float(np.finfo(dtype).max)
    assert _between(-top, top, 0.5, dtype) == 0
    assert _between(-top, top, 0.75, dtype) == pytest.approx(0.5 * top)


@pytest.mark.parametrize("dtype", FLOATS)
def test_extrapolation_beyond_the_dtype_is_clipped_to_it(dtype):
    top = np.finfo(dtype).max
    assert _between(top, -top, -0.5, dtype) == top
    assert _between(-top, top, -0.5, dtype) == -top


def test_an_end_that_is_missing_is_where_the_other_is():
    new = interpolate_between(
        np.array([1.0, np.nan, 5.0, np.nan, -1e308]),
        np.array([3.0, 1.0, np.nan, np.nan, 1e308]),
        np.full(5, 0.5),
    )
    assert_array_equal(new, [2.0, 1.0, 5.0, np.nan, 0.0])


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
def test_64_bit_integers_stay_between_their_parents(dtype):
    low = 2**62 + 1
    assert _between(low, low + 2, 0.5, dtype) in (low, low + 1, low + 2)
    assert _between(low, low, 0.5, dtype) == low


@pytest.mark.parametrize("dtype", INTEGERS)
def test_limits_of_integers_are_representable_in_both_worlds(dtype):
    low, high = integer_limits(np.dtype(dtype))
    info = np.iinfo(dtype)
    assert info.min == int(low)
    assert int(high) <= info.max
    assert as_dtype(np.array([-1e300, 1e300]), np.dtype(dtype)).tolist() == [int(low), int(high)]


def test_noise_is_scaled_draws_around_the_base():
    draws, scale = np.array([2.0, -1]), np.array([0.5, 4])
    assert_array_equal(scatter(np.array([1.0, 2]), draws, scale), [2, -2])
    assert scatter(np.array([3], np.uint8), np.array([-9.0]), np.array([1.0])) == 0
    assert scatter(np.array([3], np.int32), np.array([0.6]), np.array([1.0])) == 4


@st.composite
def tables(draw):
    """Draw a table of any dtype, up to its largest finite values."""
    dtype = np.dtype(draw(st.sampled_from((*FLOATS, *INTEGERS, bool))))
    elements = None
    if dtype.kind == "f":
        largest = float(np.finfo(dtype).max)
        elements = st.floats(-largest, largest, width=8 * dtype.itemsize)
    return draw(npst.arrays(dtype, (5, 3), elements=elements))


@given(tables(), st.floats(0, 1, exclude_max=True))
def test_new_values_are_finite_and_within_the_span_of_their_parents(table, step):
    base, partner = np.array([0, 1, 2, 3]), np.array([4, 0, 1, 2])
    new = interpolate_between(table[base], table[partner], np.full((4, 1), step))
    low, high = np.minimum(table[base], table[partner]), np.maximum(table[base], table[partner])
    assert new.dtype == table.dtype
    if table.dtype.kind == "f":
        assert np.isfinite(new).all()
        # One rounding of the difference may carry a value past its parent by its last digit.
        with np.errstate(over="ignore"):
            spare = np.spacing(np.maximum(np.abs(low), np.abs(high)))
            assert ((low - spare <= new) & (new <= high + spare)).all()
    else:
        assert ((low <= new) & (new <= high)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1.0, 1e300])
def test_the_compiled_kernel_equals_numpy_bit_for_bit(dtype, scale):
    rng = np.random.RandomState(0)
    with np.errstate(over="ignore"):
        source = (rng.randn(200, 13) * min(scale, float(np.finfo(dtype).max) / 8)).astype(dtype)
    source[3, 2] = np.nan
    base, partner = rng.randint(0, 200, 500), rng.randint(0, 200, 500)
    recipe = Interpolation(base, partner, 2 * rng.uniform(size=500) - 0.5)
    compiled, vectorised = np.empty((500, 13), dtype), np.empty((500, 13), dtype)
    synthesise(recipe, source, compiled, kernel=True)
    synthesise(recipe, source, vectorised, kernel=False)
    assert compiled.tobytes() == vectorised.tobytes()


def test_blocks_do_not_show(monkeypatch):
    rng = np.random.RandomState(0)
    source = rng.randn(50, 7)
    recipe = Interpolation(rng.randint(0, 50, 90), rng.randint(0, 50, 90), rng.uniform(size=90))
    whole, cut = np.empty((90, 7)), np.empty((90, 7))
    synthesise(recipe, source, whole, kernel=False)
    monkeypatch.setattr("balancekit.core.arithmetic.BLOCK_VALUES", 20)
    synthesise(recipe, source, cut, kernel=False)
    assert whole.tobytes() == cut.tobytes()


def test_nominal_columns_are_copied_from_their_donors():
    source = np.array([[0.0, 5, 1], [10, 6, 2], [20, 7, 3]])
    recipe = Interpolation(
        np.array([0, 1]),
        np.array([1, 2]),
        np.array([0.5, 0.1]),
        nominal=np.array([2, 1]),
        donor=np.array([[2, 1], [0, 0]]),
    )
    out = np.empty((2, 3))
    synthesise(recipe, source, out)
    assert_array_equal(out, [[5, 6, 3], [11, 5, 1]])


def test_columns_of_a_recipe_give_the_columns_of_its_rows():
    rng = np.random.RandomState(0)
    source = rng.randn(6, 3)
    base = rng.randint(0, 6, 10)
    for recipe in (
        Interpolation(base, rng.randint(0, 6, 10), rng.uniform(size=10)),
        Noise(base, rng.uniform(size=3), rng.randn(10, 3)),
        Rows(base, rng.randn(10, 3)),
    ):
        whole, column = np.empty((10, 3)), np.empty(10)
        synthesise(recipe, source, whole)
        for index in range(3):
            synthesise(recipe.column(index), source[:, index].copy(), column)
            assert_array_equal(column, whole[:, index])


def _unaligned(values):
    memory = np.empty(values.nbytes + 1, dtype=np.uint8)
    shifted = np.frombuffer(memory.data, values.dtype, values.size, offset=1)
    shifted = shifted.reshape(values.shape)
    shifted[...] = values
    return shifted


SOURCES = {
    "C": lambda values: values,
    "Fortran": np.asfortranarray,
    "every other column": lambda values: np.repeat(values, 2, axis=1)[:, ::2],
    "unaligned": _unaligned,
    "one column": lambda values: values[:, 1],
}


@pytest.mark.parametrize("layout", SOURCES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
@pytest.mark.parametrize("kind", ["Interpolation", "Noise", "Rows"])
def test_memory_beside_the_output_does_not_grow_with_the_rows(layout, dtype, kind):
    rng = np.random.RandomState(0)
    n_rows, n_new = 400_000, 200_000
    source = SOURCES[layout](np.full((n_rows, 4), 3, dtype=dtype))
    out = np.empty((n_new, *source.shape[1:]), dtype=dtype)
    base = rng.randint(0, n_rows, n_new)
    recipe = {
        "Interpolation": lambda: Interpolation(base, base[::-1], np.full(n_new, 0.5)),
        "Noise": lambda: Noise(base, np.ones(out.shape[1:]), np.zeros(out.shape)),
        "Rows": lambda: Rows(base, np.full(out.shape, 3.0)),
    }[kind]()
    tracemalloc.start()
    synthesise(recipe, source, out, kernel=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (out == 3).all()
    assert peak < 4 * 2**20


def test_a_step_of_zero_gives_the_base_as_exactly_as_float64_holds_it():
    assert _between(2**53, 0, 0.0, np.int64) == 2**53
    assert _between(2**63 - 1, 0, 0.0, np.int64) == 2**63 - 1024
