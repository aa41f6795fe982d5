"""Rows in every container give the same net, and are left as they were."""

import tracemalloc

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from scipy import sparse  # noqa: E402
from tests.torch.net.cases import (  # noqa: E402
    CODES,
    Pictures,
    Words,
    X,
    double_mlp,
    small,
    weights,
)
from torch import nn  # noqa: E402

from balancekit.deep._rows import SparseRows  # noqa: E402
from balancekit.testing import from_numpy, to_numpy  # noqa: E402

EXPECTED = small().fit(X, CODES)
# Halves and small integers hold these exactly.
WHOLE = (X * 4).round().clip(0, 15).astype(np.float32)
OF_WHOLE = small().fit(WHOLE, CODES)


def test_the_same_rows_give_the_same_net_in_every_container(container):
    rows = from_numpy(X, container)
    net = small().fit(rows, from_numpy(CODES, container))
    assert_array_equal(weights(net), weights(EXPECTED))
    assert_array_equal(net.predict_proba(rows), EXPECTED.predict_proba(X))
    assert_array_equal(to_numpy(rows), X)


@pytest.mark.parametrize(
    "dtype", ["f8", ">f4", ">f8", "f2", "g", "i1", "i4", "i8", ">i8", "u1", "u2", ">u4", "O"]
)
def test_whole_numbers_of_every_dtype_give_the_same_net(dtype):
    rows = WHOLE.astype(dtype)
    net = small().fit(rows, CODES)
    assert_array_equal(weights(net), weights(OF_WHOLE))
    assert_array_equal(net.predict_proba(rows), OF_WHOLE.predict_proba(WHOLE))


@pytest.mark.parametrize(
    "dtype", [torch.float64, torch.float16, torch.bfloat16, torch.int32, torch.int64, torch.uint8]
)
def test_tensors_of_every_dtype_give_the_same_net(dtype):
    net = small().fit(torch.from_numpy(WHOLE).to(dtype), torch.from_numpy(CODES))
    assert_array_equal(weights(net), weights(OF_WHOLE))


def test_flags_are_zeros_and_ones():
    flags = X > 0
    expected = small().fit(flags.astype(np.float32), CODES)
    for rows in (flags, torch.from_numpy(flags)):
        assert_array_equal(weights(small().fit(rows, CODES)), weights(expected))


def test_read_only_rows_are_read_and_shared_rows_not_written_to():
    rows = X.copy()
    rows.flags.writeable = False
    net = small().fit(rows, CODES)
    assert_array_equal(weights(net), weights(EXPECTED))
    assert_array_equal(net.predict(rows), EXPECTED.predict(X))


def test_tensors_that_want_gradients_get_none():
    rows = torch.tensor(X, requires_grad=True)
    assert_array_equal(weights(small().fit(rows, CODES)), weights(EXPECTED))
    assert rows.grad is None


@pytest.mark.parametrize("kind", [sparse.csr_array, sparse.csc_array, sparse.coo_matrix])
def test_sparse_rows_become_dense_batch_by_batch(kind, monkeypatch):
    sizes = []
    take = SparseRows.take

    def counting(self, rows):
        sizes.append(len(rows))
        return take(self, rows)

    monkeypatch.setattr(SparseRows, "take", counting)
    rows = kind(np.where(X > 0, X, 0))
    net = small(early_stopping=True).fit(rows, CODES)
    net.predict(rows)
    # A last row by itself joins the batch before it.
    assert max(sizes) == 17
    dense = small(early_stopping=True).fit(rows.toarray(), CODES)
    assert_allclose(weights(net), weights(dense), rtol=0, atol=1e-6)


def test_a_wide_sparse_matrix_never_needs_the_memory_of_a_dense_one():
    rows = sparse.random_array((500, 40_000), density=1e-4, format="csr", rng=0)
    net = small(module__hidden=(), max_epochs=1)
    tracemalloc.start()
    net.fit(rows, np.arange(500) % 2).predict(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < rows.shape[0] * rows.shape[1] * 4 / 10


def test_modules_in_float64_are_fed_float64():
    expected = small(double_mlp).fit(X.astype(np.float64) / 3, CODES)
    assert expected._input_dtype == torch.float64
    narrow = small(double_mlp).fit(X / np.float32(3), CODES)
    # What was rounded before it was passed stays rounded.
    assert_allclose(weights(narrow), weights(expected), atol=1e-5)
    assert not np.array_equal(weights(narrow), weights(expected))
    as_list = small(double_mlp).fit((X.astype(np.float64) / 3).tolist(), CODES)
    assert_array_equal(weights(as_list), weights(expected))


@pytest.mark.parametrize("kind", ["array", "tensor", "pixels"])
def test_pictures_keep_their_shape(kind):
    pictures = np.random.RandomState(0).randint(0, 255, (55, 1, 5, 6)).astype(np.uint8)
    pictures[CODES == 1] //= 2
    rows = pictures if kind == "pixels" else pictures.astype(np.float32)
    net = small(Pictures).fit(torch.from_numpy(rows) if kind == "tensor" else rows, CODES)
    expected = small(Pictures).fit(pictures.astype(np.float64), CODES)
    assert_array_equal(weights(net), weights(expected))
    assert net.predict_proba(rows).shape == (55, 2)
    with pytest.raises(ValueError, match=r"shape \(1, 6, 6\), and .* on rows of shape \(1, 5, 6\)"):
        net.predict(np.zeros((2, 1, 6, 6)))
    with pytest.raises(ValueError, match=r"Rows of X have shape \(30,\)"):
        net.predict(np.zeros((2, 30)))


def test_the_mlp_flattens_pictures():
    pictures = X.reshape(55, 1, 2, 2)
    assert_array_equal(weights(small().fit(pictures, CODES)), weights(EXPECTED))


def test_tokens_stay_integers():
    tokens = np.random.RandomState(0).randint(0, 20, (55, 3))
    net = small(Words, input_dtype="int64").fit(tokens, CODES)
    expected = net.predict_proba(tokens)
    for rows in (tokens.astype(np.int32), torch.from_numpy(tokens), tokens.tolist()):
        assert_array_equal(
            small(Words, input_dtype=torch.int64).fit(rows, CODES).predict_proba(rows), expected
        )


@pytest.mark.parametrize("given", ["int46", "nonsense", 3, "Tensor"])
def test_unknown_dtypes_are_refused_by_name(given):
    with pytest.raises(ValueError, match=f"input_dtype={given!r} is no dtype.* Pass"):
        small(input_dtype=given).fit(X, CODES)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.full((55, 4), np.nan), "NaN"),
        (np.full((55, 2, 2), np.inf), r"NaN or infinity \(rows 0, 1, 2, 3, 4, \.\.\.\)"),
        (torch.full((55, 4), torch.nan), r"NaN or infinity \(rows 0, 1"),
        (np.zeros((0, 4)), "0 sample"),
        (torch.zeros(0, 4), "Expected 2D array"),
        (torch.zeros(55), r"Expected 2D array, got a tensor of shape \(55,\)"),
        (np.zeros(55), "Expected 2D array"),
        (np.zeros((55, 2, 0)), r"shape \(55, 2, 0\)"),
        (torch.zeros(55, 2, dtype=torch.complex64), "Complex data not supported"),
        (np.zeros((55, 2, 2), dtype=complex), "complex128"),
        (np.full((55, 2, 2), "a"), "U1"),
        (np.zeros((54, 4)), "54 rows, y has 55 labels"),
    ],
)
def test_rows_that_cannot_be_used_are_refused_in_words(rows, message):
    with pytest.raises(ValueError, match=message):
        small().fit(rows, CODES)


def test_sparse_tensors_are_refused_with_a_way_out():
    with pytest.raises(TypeError, match=r"sparse tensor.*to_dense"):
        small().fit(torch.from_numpy(X).to_sparse(), CODES)


def test_predicting_other_columns_is_refused():
    net = small().fit(X, CODES)
    for rows in (X[:, :3], torch.from_numpy(X[:, :3]), sparse.csr_array(X[:, :3])):
        with pytest.raises(ValueError, match=r"X has 3 features, but .* is expecting 4 features"):
            net.predict(rows)


def test_a_module_with_no_parameters_reads_float32():
    class Given(nn.Module):
        def forward(self, rows):
            assert rows.dtype == torch.float32
            return rows[:, :2]

    net = small(Given(), max_epochs=1)
    with pytest.raises(ValueError, match=r"no parameter to train"):
        net.fit(X, CODES)
