"""Where a net lives."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from tests.torch.net.cases import CODES, X, small, weights  # noqa: E402

without_cuda = pytest.mark.skipif(torch.cuda.is_available(), reason="there is CUDA")
with_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA")


@pytest.mark.parametrize("device", [None, "cpu", torch.device("cpu")])
def test_the_cpu_is_the_default(device):
    net = small(device=device).fit(X, CODES)
    assert net._place == torch.device("cpu")
    assert_array_equal(weights(net), weights(small().fit(X, CODES)))


@without_cuda
@pytest.mark.parametrize("device", ["cuda", "cuda:7", torch.device("cuda", 1)])
def test_cuda_that_is_not_there_is_named(device):
    with pytest.raises(ValueError, match=r"finds no CUDA devices. Pass device='cpu'"):
        small(device=device).fit(X, CODES)


@without_cuda
def test_auto_is_the_cpu_where_there_is_nothing_else():
    assert small(device="auto").fit(X, CODES)._place.type == "cpu"


@with_cuda
def test_devices_beyond_the_last_are_named():
    with pytest.raises(ValueError, match=r"device='cuda:99' was asked for.* CUDA devices"):
        small(device="cuda:99").fit(X, CODES)


@pytest.mark.parametrize("device", ["nonsense", "cpu:x", object, 1.5])
def test_nonsense_is_refused(device):
    with pytest.raises(ValueError, match=r"device=.* Pass"):
        small(device=device).fit(X, CODES)


@with_cuda
@pytest.mark.parametrize("is_tensor", [False, True])
def test_a_net_trains_on_cuda_as_on_the_cpu(is_tensor):
    rows = torch.from_numpy(X).cuda() if is_tensor else X
    net = small(device=None if is_tensor else "cuda").fit(rows, CODES)
    assert net._place.type == "cuda"
    expected = small().fit(X, CODES)
    # Both make the first weights on the CPU.
    assert_allclose(weights(net), weights(expected), atol=1e-3)
    assert isinstance(net.predict_proba(rows), np.ndarray)
    assert_allclose(net.predict_proba(X), expected.predict_proba(X), atol=1e-3)


@with_cuda
@pytest.mark.parametrize("name", ["class_aware", "over_sampled"])
@pytest.mark.parametrize("criterion", ["ldam", "ghmc", "focal", "dice"])
def test_losses_and_batches_work_on_cuda(name, criterion):
    net = small(device="cuda", batches=name, criterion=criterion, early_stopping=True)
    net.fit(torch.from_numpy(X).cuda(), torch.from_numpy(CODES).cuda())
    assert np.isfinite(net.predict_proba(X)).all()
    assert net.criterion_.class_counts.device.type == "cuda"


@with_cuda
def test_a_net_from_cuda_is_loaded_on_the_cpu(tmp_path):
    net = small(device="cuda").fit(X, CODES)
    net.save(tmp_path / "net.pt")
    loaded = small(device="cpu").load(tmp_path / "net.pt")
    assert loaded._place.type == "cpu"
    assert_allclose(loaded.predict_proba(X), net.predict_proba(X), atol=1e-5)
