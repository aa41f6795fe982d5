"""Any plan gives the rows of the dense array, whatever holds the data and whatever its dtype."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.testing import assert_array_equal
from scipy import sparse

from balancekit.core.containers import wrap
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation, Noise, Rows
from balancekit.testing import CONTAINERS, from_numpy, to_numpy

pytestmark = pytest.mark.thorough

N_COLUMNS = 3
DTYPES = ("f8", "f4", "i8", "i2", "u1", "?")


@st.composite
def plans(draw):
    """Draw a plan with steps beyond both parents, in recipes in any order, and a table."""
    n_rows = draw(st.integers(2, 8))
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    elements = None
    if dtype.kind == "f":
        widest = draw(st.sampled_from((float(np.finfo(dtype).max), 50.0)))
        elements = st.floats(-widest, widest, width=8 * dtype.itemsize)
    table = draw(npst.arrays(dtype, (n_rows, N_COLUMNS), elements=elements))
    ids = npst.arrays(np.intp, st.integers(0, 6), elements=st.integers(0, n_rows - 1))

    def numbers(*shape):
        return draw(npst.arrays(float, shape, elements=st.floats(-2, 3, width=32)))

    recipes = []
    for kind in draw(st.lists(st.sampled_from((Interpolation, Noise, Rows)), max_size=3)):
        base = draw(ids)
        if kind is Interpolation:
            recipes.append(Interpolation(base, (base + 1) % n_rows, numbers(len(base))))
        elif kind is Noise:
            recipes.append(Noise(base, np.abs(numbers(N_COLUMNS)), numbers(len(base), N_COLUMNS)))
        else:
            recipes.append(Rows(base, numbers(len(base), N_COLUMNS)))
    keep = draw(ids)
    total = len(keep) + sum(len(recipe.base) for recipe in recipes)
    return Plan(n_rows, keep, np.zeros(total, dtype=int), recipes), table


def _native(table, container):
    pytest.importorskip(CONTAINERS[container].library)
    return from_numpy(table, container)


def _built(native, plan):
    container = wrap(native)
    return container.finish(container.build(plan), plan)


@given(case=plans())
def test_every_container_holds_the_rows_of_the_dense_array(container, case):
    plan, table = case
    assume(plan.n_output)
    # A list holds Python's numbers, which have one width: it would be another table.
    assume(container != "list" or table.dtype in (np.float64, np.int64, np.bool_))
    expected = _built(table, plan)
    built = _built(_native(table, container), plan)
    assert_array_equal(to_numpy(built).reshape(expected.shape), expected)


@given(case=plans())
def test_finite_tables_stay_finite_even_beyond_the_parents(case):
    plan, table = case
    assert np.isfinite(_built(table, plan)).all()


@pytest.mark.parametrize("make", [np.array, np.asfortranarray, sparse.csr_array])
@pytest.mark.parametrize(("partner", "step"), [(0.5, -3.0), (-1.0, 4.0), (1.0, -9.0), (0.9, 30.0)])
def test_a_point_far_beyond_large_parents_is_clipped_and_not_nan(make, partner, step):
    largest = np.finfo(float).max
    ends = np.array([largest, partner * largest])
    recipe = Interpolation(np.array([0]), np.array([1]), np.array([step]))
    built = _built(make(ends[:, np.newaxis]), Plan(2, [0, 1], [0, 0, 0], [recipe]))
    exact = Fraction(ends[0]) + Fraction(step) * (Fraction(ends[1]) - Fraction(ends[0]))
    clipped = max(min(exact, Fraction(largest)), -Fraction(largest))
    assert float(built[[2]].sum()) == pytest.approx(float(clipped))


@given(case=plans())
def test_what_is_carried_agrees_with_the_rows(container, case):
    plan, table = case
    row_numbers = np.arange(plan.n_rows)
    carried = to_numpy(plan.carry(_native(row_numbers, container)))
    assert_array_equal(np.asarray(carried, dtype=int), plan.sample_indices)
    kept = ~plan.is_synthetic
    assert_array_equal(_built(table, plan)[kept], table[carried.astype(int)[kept]])
    assert plan.is_first_copy.sum() == len(set(plan.keep.tolist()))
    assert not (plan.is_first_copy & plan.is_synthetic).any()


@given(case=plans())
def test_the_compiled_kernel_does_not_show(case):
    plan, table = case
    expected = _built(np.asfortranarray(table), plan)
    import balancekit.kernels.interpolation  # noqa: F401, loading it puts it to use

    assert _built(np.ascontiguousarray(table), plan).tobytes() == expected.tobytes()


NARROW = {"int32": lambda ids: ids.astype(np.int32), "strided": lambda ids: np.repeat(ids, 2)[::2]}


@pytest.mark.parametrize("kind", NARROW)
def test_row_ids_of_any_layout_serve_with_and_without_the_compiled_kernel(kind):
    table = np.random.RandomState(0).randn(6, N_COLUMNS)
    ids, steps = np.arange(5), np.linspace(0, 1, 5)
    codes = np.zeros(11, dtype=int)
    expected = _built(table, Plan(6, np.arange(6), codes, [Interpolation(ids, ids + 1, steps)]))
    import balancekit.kernels.interpolation  # noqa: F401, loading it puts it to use

    recipe = Interpolation(NARROW[kind](ids), NARROW[kind](ids + 1), steps)
    assert_array_equal(_built(table, Plan(6, np.arange(6), codes, [recipe])), expected)


def test_steps_in_single_precision_serve_with_and_without_the_compiled_kernel():
    table = np.random.RandomState(0).randn(6, N_COLUMNS)
    ids, steps = np.arange(5), np.linspace(0, 1, 5, dtype=np.float32)
    plan = Plan(6, np.arange(6), np.zeros(11, dtype=int), [Interpolation(ids, ids + 1, steps)])
    expected = _built(np.asfortranarray(table), plan)
    import balancekit.kernels.interpolation  # noqa: F401, loading it puts it to use

    assert_array_equal(_built(table, plan), expected)


@pytest.mark.parametrize("keep", [[0.7, 1.9], [True, False, True]])
def test_a_mask_or_fractions_are_no_row_ids(keep):
    with pytest.raises((TypeError, ValueError)):
        Plan(3, np.array(keep), np.zeros(len(keep), dtype=int))


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize("dtype", ["str", "category"])
def test_nominal_columns_of_frames_are_copied_from_their_donors(library, dtype):
    module = pytest.importorskip(library)
    colours = ["red", "blue", "red", "green"]
    column = {
        ("pandas", "str"): lambda: module.Series(colours),
        ("pandas", "category"): lambda: module.Categorical(colours, ordered=True),
        ("polars", "str"): lambda: module.Series(colours),
        ("polars", "category"): lambda: module.Series(colours, dtype=module.Categorical),
        ("pyarrow", "str"): lambda: module.array(colours),
        ("pyarrow", "category"): lambda: module.array(colours).dictionary_encode(),
    }[library, dtype]()
    build = module.table if library == "pyarrow" else module.DataFrame
    frame = build({"size": [0.0, 1.0, 2.0, 4.0], "colour": column})
    recipe = Interpolation(
        np.array([0, 2]),
        np.array([1, 3]),
        np.array([0.5, 0.25]),
        np.array([1]),
        np.array([[3], [1]]),
    )
    built = _built(frame, Plan(4, np.arange(4), np.zeros(6, dtype=int), [recipe]))
    if library == "pandas":
        assert list(built.dtypes) == list(frame.dtypes)
    else:
        assert built.schema == frame.schema
    assert list(map(str, built["colour"])) == [*colours, "green", "blue"]
    assert [float(str(size)) for size in built["size"]] == [0.0, 1.0, 2.0, 4.0, 0.5, 2.5]
