"""k-means on tensors: the clusters of NumPy, bit for bit."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from tests.core.test_kmeans import CASES, _assert_same, _clustered

from balancekit.core.foreign import in_range
from balancekit.core.kmeans.arrays import ArrayRows
from balancekit.core.neighbors import DirectEngine
from balancekit.kernels.torch import clusters
from balancekit.kernels.torch.clusters import DeviceRows
from balancekit.kernels.torch.memory import OutOfMemoryError
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import ClusterCentroids

pytestmark = pytest.mark.torch

X, Y = make_blobs_of_sizes((140, 60, 21), 4)


def _same_as_arrays(values, n_clusters, device=None, seed=0):
    rows = DeviceRows.of(values, None, device)
    expected = ArrayRows(values, DirectEngine())
    _assert_same(_clustered(rows, n_clusters, seed), _clustered(expected, n_clusters, seed))
    for most in (2, 1000):
        assert rows.count_different(most) == expected.count_different(most)


@pytest.mark.parametrize("name", CASES)
def test_tensors_and_arrays_agree(name):
    for seed in range(2):
        _same_as_arrays(*CASES[name], seed=seed)


@pytest.mark.parametrize("name", CASES)
def test_tiles_do_not_show(name, monkeypatch):
    monkeypatch.setattr(clusters, "tile_bytes", lambda device: 5_000)
    _same_as_arrays(*CASES[name])


def test_short_memory_makes_tiles_smaller(monkeypatch):
    asked = []
    inner = DeviceRows._nearest_in_tiles

    def short(self, queries, candidates, n_bytes):
        asked.append(n_bytes)
        if n_bytes > 2**21:
            raise OutOfMemoryError
        return inner(self, queries, candidates, n_bytes)

    monkeypatch.setattr(DeviceRows, "_nearest_in_tiles", short)
    _same_as_arrays(*CASES["normal"])
    assert max(asked) > 2**21 >= min(asked)


@pytest.mark.parametrize("exponent", [0, 1000, -900])
def test_magnitudes_are_brought_into_range(exponent):
    values = np.ldexp(X, exponent)
    expected, taken_out = in_range(values)
    rows, ours = DeviceRows.of(values, None, None).in_range(100)
    assert ours == taken_out
    assert_array_equal(rows.take(np.arange(len(X))), expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.int32, torch.uint8])
def test_rows_of_any_dtype_become_float64(dtype):
    table = (torch.from_numpy(X) * 3).to(dtype)
    ids = np.array([7, 3, 3])
    assert_array_equal(DeviceRows.of(table, ids, None).take(np.arange(3)), table[ids].double())


@pytest.mark.parametrize("sampler", [{"device": "cpu"}, {"engine": "torch"}])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int16])
def test_a_sampler_clusters_where_it_is_told(sampler, dtype, monkeypatch):
    values, uploads = (X * 10).astype(dtype), []
    inner = DeviceRows.of.__func__

    def noted(cls, table, ids, device):
        uploads.append(device)
        return inner(cls, table, ids, device)

    monkeypatch.setattr(DeviceRows, "of", classmethod(noted))
    for voting in ("soft", "hard"):
        plain = ClusterCentroids(random_state=0, voting=voting)
        expected, _ = plain.fit_resample(values, Y)
        assert not uploads
        named = ClusterCentroids(random_state=0, voting=voting, **sampler)
        found, _ = named.fit_resample(values, Y)
        # Once for each class, whatever the number of rounds.
        assert uploads == [sampler.get("device")] * 2
        uploads.clear()
        assert_array_equal(found, expected)
        assert_array_equal(named.sample_indices_, plain.sample_indices_)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
@pytest.mark.parametrize("name", CASES)
def test_a_gpu_clusters_alike(name):
    _same_as_arrays(*CASES[name], device="cuda")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_tensors_on_a_gpu_are_clustered_there():
    expected, _ = ClusterCentroids(random_state=0).fit_resample(X, Y)
    found, _ = ClusterCentroids(random_state=0).fit_resample(
        torch.from_numpy(X).cuda(), torch.from_numpy(Y).cuda()
    )
    assert found.is_cuda
    assert_array_equal(found.cpu().numpy(), expected)
