"""Memory: any layout in, rows of its own out, and no input is ever written to."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes

pytestmark = pytest.mark.thorough

X, Y = make_blobs_of_sizes((14, 6), 3)


def _inside_larger(values, fill):
    """A view that starts at an odd offset of a larger buffer."""
    buffer = np.full((values.shape[0] + 4, values.shape[1] + 3), fill, dtype=values.dtype)
    view = buffer[3:-1, 1:-2]
    view[...] = values
    return view


def _unaligned(values):
    buffer = np.zeros(values.nbytes + 1, dtype=np.uint8)
    view = buffer[1:].view(values.dtype).reshape(values.shape)
    view[...] = values
    return view


def _read_only(values):
    values = values.copy()
    values.flags.writeable = False
    return values


LAYOUTS = {
    "C": lambda values: values.copy(),
    "Fortran": np.asfortranarray,
    "every other row": lambda values: np.repeat(values, 2, axis=0)[::2],
    "every other column": lambda values: np.repeat(values, 2, axis=1)[:, ::2],
    "reversed": lambda values: values[::-1].copy()[::-1],
    "mirrored": lambda values: values[:, ::-1].copy()[:, ::-1],
    "inside a larger array": lambda values: _inside_larger(values, 99),
    "unaligned": _unaligned,
    "read-only": _read_only,
    "read-only Fortran": lambda values: _read_only(np.asfortranarray(values).T).T,
    "subclass": lambda values: values.copy().view(np.recarray),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_do_not_depend_on_the_layout_and_the_input_is_untouched(sampler, layout):
    expected, y_expected = sampler.fit_resample(X, Y)
    rows = LAYOUTS[layout](X)
    labels = LAYOUTS[layout](Y[:, np.newaxis])[:, 0] if layout != "mirrored" else Y
    before = rows.tobytes(), labels.tobytes(), rows.flags.writeable
    X_out, y_out = sampler.fit_resample(rows, labels)
    assert_array_equal(X_out, expected)
    assert_array_equal(y_out, y_expected)
    assert (rows.tobytes(), labels.tobytes(), rows.flags.writeable) == before
    for out, given in ((X_out, rows), (y_out, labels)):
        assert type(out) is np.ndarray
        assert out.flags.writeable
        assert out.flags.c_contiguous
        assert not np.shares_memory(out, given)


def test_a_memory_map_stays_on_disk_and_unchanged(sampler, tmp_path):
    for name, values in (("X", X), ("y", Y)):
        np.save(tmp_path / f"{name}.npy", values)
    before = [path.read_bytes() for path in sorted(tmp_path.iterdir())]
    rows, labels = (np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in ("X", "y"))
    X_out, y_out = sampler.fit_resample(rows, labels)
    assert type(X_out) is np.ndarray
    assert_array_equal(X_out, sampler.fit_resample(X, Y)[0])
    assert not np.shares_memory(X_out, rows)
    X_out[:], y_out[:] = 0, 0
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == before


def test_a_writable_memory_map_is_not_written_to(sampler, tmp_path):
    rows = np.memmap(tmp_path / "X", dtype=X.dtype, mode="w+", shape=X.shape)
    rows[...] = X
    X_out, _ = sampler.fit_resample(rows, Y)
    X_out[:] = 0
    assert_array_equal(rows, X)


def test_rows_repeated_by_a_stride_of_zero_are_rows(sampler):
    rows = np.broadcast_to(X[:1], X.shape)
    X_out, _ = sampler.fit_resample(rows, Y)
    # The deviation of equal numbers is not always exactly zero, hence the last digit.
    np.testing.assert_allclose(X_out, np.broadcast_to(X[:1], X_out.shape), rtol=1e-14)


def test_what_a_plan_gives_away_is_a_copy(sampler):
    sampler.fit_resample(X, Y)
    plan, weights = sampler.plan_, np.ones(len(X))
    expected = plan.sample_indices.copy()
    plan.sample_indices[:] = -1
    plan.carry(weights)[:] = 0
    plan.is_synthetic[:] = True
    assert_array_equal(plan.sample_indices, expected)
    assert weights.min() == 1
    assert not plan.is_synthetic[: len(plan.keep)].any()


def test_changing_the_attribute_does_not_change_the_plan(sampler):
    sampler.fit_resample(X, Y)
    expected = sampler.plan_.sample_indices.copy()
    sampler.sample_indices_[:] = 0
    assert_array_equal(sampler.plan_.sample_indices, expected)


@pytest.mark.parametrize("inner", [list, np.array], ids=["lists", "arrays"])
def test_rows_of_a_list_are_copies_of_their_own(sampler, inner):
    rows = [inner(row) for row in X.tolist()]
    X_out, _ = sampler.fit_resample(rows, Y.tolist())
    for row in X_out:
        row[0] = -99.0
    assert_array_equal(rows, X)
    X_out[0][1] = 77.0
    assert sum(row[1] == 77.0 for row in X_out) == 1


def test_the_input_may_be_changed_after_resampling(sampler):
    rows, labels = X.copy(), Y.copy()
    X_out, y_out = sampler.fit_resample(rows, labels)
    expected = X_out.copy(), y_out.copy()
    rows[:], labels[:] = 0, 0
    assert_array_equal(X_out, expected[0])
    assert_array_equal(y_out, expected[1])


@pytest.mark.torch
def test_tensors_share_no_memory_with_the_output(sampler):
    torch = pytest.importorskip("torch")
    rows, labels = torch.from_numpy(X.copy()), torch.from_numpy(Y.copy())
    X_out, y_out = sampler.fit_resample(rows, labels)
    X_out.zero_()
    y_out.zero_()
    assert_array_equal(rows.numpy(), X)
    assert_array_equal(labels.numpy(), Y)


@pytest.mark.torch
@pytest.mark.parametrize("layout", ["transposed", "strided", "expanded", "flipped"])
def test_tensors_of_any_layout_are_rows(sampler, layout):
    torch = pytest.importorskip("torch")
    plain = torch.from_numpy(X.copy())
    rows = {
        "transposed": lambda: plain.T.contiguous().T,
        "strided": lambda: plain.repeat_interleave(2, 1)[:, ::2],
        "expanded": lambda: plain[:1].expand(20, 3),
        "flipped": lambda: plain.flip(0).flip(0),
    }[layout]()
    X_out, _ = sampler.fit_resample(rows, Y)
    assert_array_equal(X_out.numpy(), sampler.fit_resample(rows.numpy(), Y)[0])


def test_a_large_array_of_one_column_is_interpolated_like_its_small_pieces():
    """More values than a block holds: the seams between blocks do not show."""
    rng = np.random.RandomState(0)
    column, y = rng.randn(40_000, 1), np.repeat([0, 1], (39_800, 200))
    sampler = SMOTE(random_state=0)
    X_out, _ = sampler.fit_resample(column, y)
    recipe = sampler.plan_.synthesis[0]
    base, partner = column[recipe.base, 0], column[recipe.partner, 0]
    assert_array_equal(X_out[40_000:, 0], base + recipe.step * (partner - base))


def test_repeating_rows_takes_no_numbers_out_of_large_arrays_of_objects():
    objects = np.array([[object(), {}] for _ in range(20)], dtype=object)
    sampler = RandomOverSampler(random_state=0)
    X_out, _ = sampler.fit_resample(objects, Y)
    chosen = objects[sampler.sample_indices_]
    assert all(a is b for a, b in zip(X_out.flat, chosen.flat, strict=True))
