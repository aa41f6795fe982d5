"""Rounded rows: what bounds them is true, and what PyTorch's settings say is heeded."""

import numpy as np
import pytest
import torch

from balancekit.core.neighbors import DirectEngine
from balancekit.core.neighbors.tensors import TorchEngine
from balancekit.kernels.torch.points import Frame, Points
from balancekit.kernels.torch.precision import operand_dtype, summing_error

pytestmark = pytest.mark.torch

rng = np.random.default_rng(0)
OPERANDS = [torch.float16, torch.bfloat16, torch.float32, torch.float64]


def _points(X, operand, storage=torch.float64):
    rows = torch.from_numpy(X)
    frame = Frame.of(rows, int(np.frexp(np.abs(X).max())[1]))
    return Points.of(rows, frame, operand, storage, 2**16), frame


@pytest.mark.parametrize("operand", OPERANDS)
@pytest.mark.parametrize("spread", [0, 5, 30])
def test_errors_bound_what_rounding_moves(operand, spread):
    X = rng.standard_normal((60, 7)) * 10.0 ** rng.uniform(-spread, 0, (60, 7))
    points, frame = _points(X, operand)
    wide = X.astype(np.longdouble) - frame.centre.numpy()
    moved = wide * frame.factor - points.rounded.numpy()
    lengths = np.sqrt((moved**2).sum(1))
    errors = points.errors.numpy()
    assert (lengths <= errors).all()
    # A bound that is far too large would prove nothing.
    if operand != torch.float64:
        assert np.median(errors) < 1.01 * np.median(lengths) + 1e-9


@pytest.mark.parametrize("operand", OPERANDS)
def test_a_rival_is_never_beyond_reach(operand):
    X = rng.standard_normal((80, 5)) + 3
    points, frame = _points(X, operand)
    squared = torch.from_numpy(((X[:, None] - X) ** 2).sum(2))
    rounded = points.rounded
    apart = (rounded[:, None] - rounded).square().sum(2).sqrt()
    # Each candidate in turn is a neighbour, and its own rival.
    for candidate in range(len(X)):
        reach = points.reach(squared[:, candidate], frame.factor) + points.errors[candidate]
        assert (apart[:, candidate] <= reach).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_sums_of_products_are_within_their_bound(dtype):
    X = rng.standard_normal((200, 40)) + 5
    points, _ = _points(X, dtype, dtype)
    share = summing_error(40, dtype)
    values = torch.addmm(points.bias(share).to(dtype), points.rounded, points.rounded.T, alpha=-2)
    rounded = points.rounded.double()
    squared = (rounded[:, None] - rounded).square().sum(2)
    below = values.double() + points.bias(share)[:, None]
    assert (below <= squared).all()
    assert (squared - below).max() < 5 * share * points.norms.max()


@pytest.fixture
def settings():
    """Put PyTorch's settings back, of the CPU's products."""
    yield torch.backends.mkldnn.matmul
    if hasattr(torch.backends.mkldnn.matmul, "fp32_precision"):
        torch.backends.mkldnn.matmul.fp32_precision = "none"
    torch.set_float32_matmul_precision("highest")


@pytest.mark.parametrize(
    ("precision", "expected"),
    [("highest", torch.float32), ("high", torch.float16), ("medium", torch.bfloat16)],
)
def test_the_precision_of_products_is_heeded(settings, precision, expected):
    torch.set_float32_matmul_precision(precision)
    assert operand_dtype(torch.device("cpu")) == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("STRICT", torch.float32), ("BF16", torch.bfloat16), ("any", torch.bfloat16)],
)
def test_the_setting_of_onednn_is_heeded(monkeypatch, mode, expected):
    monkeypatch.setenv("ONEDNN_DEFAULT_FPMATH_MODE", mode)
    assert operand_dtype(torch.device("cpu")) == expected


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("n_columns", [2, 20])
def test_mixed_precision_around_a_search_does_not_show(dtype, n_columns):
    X, among = rng.standard_normal((600, n_columns)).astype(np.float32), np.arange(600)
    with torch.autocast("cpu", dtype=dtype):
        found = TorchEngine().kneighbors(X, among, among, 5)
    np.testing.assert_array_equal(found[1], DirectEngine().kneighbors(X, among, among, 5)[1])


@pytest.mark.skipif(
    not hasattr(torch.backends.mkldnn.matmul, "fp32_precision"),
    reason="PyTorch has no setting for each backend",
)
def test_settings_of_a_backend_are_heeded_too(settings):
    settings.fp32_precision = "bf16"
    assert operand_dtype(torch.device("cpu")) == torch.bfloat16
    X, among = rng.standard_normal((300, 9)), np.arange(300)
    found = TorchEngine().kneighbors(X, among, among, 4)
    np.testing.assert_array_equal(found[1], DirectEngine().kneighbors(X, among, among, 4)[1])
