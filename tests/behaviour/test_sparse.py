"""Sparse input: any format and class, canonical or not, equal to dense and left untouched."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from balancekit.over_sampling import SMOTE
from balancekit.testing import make_blobs_of_sizes

FORMATS = ("csr", "csc", "coo", "lil", "dok", "bsr", "dia")
CLASSES = [f"{name}_{kind}" for name in FORMATS for kind in ("array", "matrix")]
Y = make_blobs_of_sizes((14, 6), 3)[1]
N = len(Y)


def _values(dtype=float, n_columns=5):
    """About half zeros, rows 2 and 7 and column 3 empty."""
    rng = np.random.RandomState(0)
    values = np.where(rng.rand(N, n_columns) < 0.5, 0, 9 * rng.randn(N, n_columns))
    values[[2, 7]] = 0
    values[:, 3] = 0
    dtype = np.dtype(dtype)
    if dtype.kind in "iu":
        return np.abs(np.rint(values)).astype(dtype)
    return values.astype(dtype)


def _parts(matrix):
    """Every array inside a sparse container, as bytes with its dtype."""
    found = {}
    for name in ("data", "indices", "indptr", "row", "col", "coords", "rows", "offsets"):
        part = getattr(matrix, name, None)
        for i, array in enumerate(part if isinstance(part, tuple) else (part,)):
            if isinstance(array, np.ndarray):
                content = array.tolist() if array.dtype == object else array.tobytes()
                found[name, i] = (array.dtype, array.shape, content)
    return found | ({"items": list(matrix.items())} if matrix.format == "dok" else {})


def _resampled(sampler, matrix):
    """Resample, and check type, dtype and that the input is bit-identical afterwards."""
    before = _parts(matrix)
    out, _ = sampler.fit_resample(matrix, Y)
    assert _parts(matrix) == before
    assert type(out) is type(matrix)
    assert out.dtype == matrix.dtype
    assert out.format == matrix.format
    return out


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "u1", "?"])
def test_every_format_gives_the_rows_of_dense_data(sampler, name, dtype):
    values = _values(dtype)
    out = _resampled(sampler, getattr(sparse, name)(values))
    assert_array_equal(out.toarray(), sampler.fit_resample(values, Y)[0])


def _unsorted(kind):
    """Sorted values, written with the columns of each row backwards."""
    plain = kind(_values())
    backwards = np.concatenate(
        [np.arange(plain.nnz)[start:stop][::-1] for start, stop in pairwise(plain.indptr)]
    )
    return kind((plain.data[backwards], plain.indices[backwards], plain.indptr), plain.shape)


def _with_duplicates(kind):
    """Every stored value as the sum of two entries of the same place."""
    plain = kind(_values())
    parts = np.repeat(plain.data, 2) / 2
    return kind((parts, np.repeat(plain.indices, 2), 2 * plain.indptr), plain.shape)


def _with_explicit_zeros(kind):
    full = kind(np.ones((N, 5)))
    full.data[:] = (_values() if full.format == "csr" else _values().T).ravel()
    return full


@pytest.mark.parametrize("kind", [sparse.csr_array, sparse.csr_matrix, sparse.csc_array])
@pytest.mark.parametrize("make", [_unsorted, _with_duplicates, _with_explicit_zeros])
def test_entries_out_of_order_repeated_or_zero_change_no_row_and_stay_as_they_are(
    sampler, make, kind
):
    matrix = make(kind)
    assert_array_equal(matrix.toarray(), _values())
    out = _resampled(sampler, matrix)
    assert_array_equal(out.toarray(), sampler.fit_resample(_values(), Y)[0])


def test_duplicates_in_coordinates_are_summed_and_stay_as_they_are(sampler):
    row, col = np.nonzero(_values())
    data = _values()[row, col]
    matrix = sparse.coo_array(
        (np.r_[data / 2, data / 2], (np.r_[row, row[::-1]], np.r_[col, col[::-1]])), (N, 5)
    )
    matrix.data[len(data) :] = matrix.data[: len(data)][::-1]
    assert_array_equal(matrix.toarray(), _values())
    out = _resampled(sampler, matrix)
    assert_array_equal(out.toarray(), sampler.fit_resample(_values(), Y)[0])


def test_labels_out_of_order_stay_as_they_are(sampler):
    y = sparse.csr_array((np.ones(2 * N) / 2, np.repeat(Y, 2), 2 * np.arange(N + 1)), shape=(N, 2))
    before = _parts(y)
    _, y_out = sampler.fit_resample(_values(), y)
    assert _parts(y) == before
    assert_array_equal(y_out.toarray().argmax(axis=1), sampler.fit_resample(_values(), Y)[1])


@pytest.mark.parametrize("index", [np.int32, np.int64])
def test_indices_of_either_width_give_the_same_rows(sampler, index):
    matrix = sparse.csr_array(_values())
    matrix.indices, matrix.indptr = matrix.indices.astype(index), matrix.indptr.astype(index)
    out = _resampled(sampler, matrix)
    assert_array_equal(out.toarray(), sampler.fit_resample(_values(), Y)[0])


@pytest.mark.parametrize("kind", [sparse.csr_array, sparse.csc_array, sparse.coo_array])
def test_read_only_parts_are_enough_and_none_is_shared(sampler, kind):
    matrix = kind(_values())
    parts = {
        name: getattr(matrix, name)
        for name in ("data", "indices", "indptr", "row", "col")
        if hasattr(matrix, name)
    }
    for part in parts.values():
        part.flags.writeable = False
    out = _resampled(sampler, matrix)
    for name, part in parts.items():
        assert not np.shares_memory(getattr(out, name), part)


def test_a_matrix_of_zeros_is_resampled(sampler):
    out = _resampled(sampler, sparse.csr_array((N, 4)))
    sampler.set_params(random_state=0)
    assert_array_equal(out.toarray(), sampler.fit_resample(np.zeros((N, 4)), Y)[0])


def test_new_rows_of_smote_are_as_sparse_as_their_parents():
    sampler = SMOTE(k_neighbors=3, random_state=0)
    matrix = sparse.csr_array(np.where(np.random.RandomState(0).rand(N, 500) < 0.02, 1.5, 0))
    out = _resampled(sampler, matrix)
    recipe = sampler.plan_.synthesis[0]
    stored = np.diff(out.indptr)[N:]
    parents = np.diff(matrix.indptr)
    assert (stored <= parents[recipe.base] + parents[recipe.partner]).all()


@pytest.mark.parametrize("kind", [sparse.csr_array, sparse.csr_matrix, sparse.csc_array])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_values_near_the_largest_float_stay_finite_and_equal_dense_ones(computer, kind, dtype):
    signs = np.sign(_values())
    values = (signs * 0.97 * float(np.finfo(dtype).max)).astype(dtype)
    out = _resampled(computer, kind(values)).toarray()
    assert np.isfinite(out).all()
    assert_array_equal(out, computer.fit_resample(values, Y)[0])


@pytest.mark.parametrize("kind", [sparse.csr_array, sparse.csc_matrix])
@pytest.mark.parametrize(("offset", "dtype"), [(2**53 + 1, "i8"), (2**63, "u8"), (2**60, "i8")])
def test_integers_beyond_floats_equal_dense_ones_and_stay_between_their_parents(
    kind, offset, dtype
):
    values = _values(dtype) + np.array(offset, dtype=dtype)
    sampler = SMOTE(k_neighbors=3, random_state=0)
    out = _resampled(sampler, kind(values)).toarray()
    recipe = sampler.plan_.synthesis[0]
    base, partner = values[recipe.base], values[recipe.partner]
    assert (out[N:] >= np.minimum(base, partner)).all()
    assert (out[N:] <= np.maximum(base, partner)).all()
    assert_array_equal(out, sampler.fit_resample(values, Y)[0])


@pytest.mark.parametrize("name", ["csr_array", "csc_matrix", "coo_array", "lil_matrix"])
@pytest.mark.parametrize(("bad", "what"), [(np.nan, "NaN"), (-np.inf, "infinity")])
def test_missing_and_infinite_values_are_chosen_but_not_computed_with(
    chooser, computer, name, bad, what
):
    values = _values()
    values[[4, 9], 1] = bad
    matrix = getattr(sparse, name)(values)
    out = _resampled(chooser, matrix)
    assert_array_equal(out.toarray(), values[chooser.sample_indices_])
    with pytest.raises(ValueError, match=rf"column 1: 2 x {what} \(rows 4, 9\)"):
        computer.fit_resample(matrix, Y)


def test_complex_values_are_refused(sampler):
    with pytest.raises(ValueError, match=r"[Cc]omplex"):
        sampler.fit_resample(sparse.csr_array(_values() + 1j), Y)


def test_labels_may_be_fewer_than_rows_by_message_only(sampler):
    with pytest.raises(ValueError, match=r"20 rows.*19 labels"):
        sampler.fit_resample(sparse.csr_array(_values()), Y[:-1])
