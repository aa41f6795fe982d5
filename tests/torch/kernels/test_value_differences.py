"""Nearest rows of names by PyTorch, against the search without it."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from balancekit.core.neighbors.value_differences import ValueDifferences
from balancekit.kernels.torch import comparison, value_differences
from balancekit.over_sampling import SMOTEN

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("n_bytes", [2**12, 2**17, 2**23])
@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize("sizes", [[2], [3, 9, 4], [200, 2, 2], [150, 120, 60]])
def test_the_nearest_are_those_of_the_search_without_it(monkeypatch, n_bytes, n_classes, sizes):
    monkeypatch.setattr(comparison, "tile_bytes", lambda device: n_bytes)
    rng = np.random.RandomState(n_bytes % 7)
    codes = np.column_stack([rng.randint(0, size, 170) for size in sizes])
    labels = rng.permutation(170) % n_classes
    members = np.flatnonzero(labels < 2)
    for k in (1, 6):
        expected = ValueDifferences(codes, labels).nearest(members, k)
        found = ValueDifferences(codes, labels, device="cpu").nearest(members, k)
        assert_array_equal(found, expected)


@pytest.fixture
def places(monkeypatch):
    """Devices that were searched on."""
    seen = []
    inner = value_differences.nearest_names

    def noted(*arguments):
        seen.append(arguments[-1])
        return inner(*arguments)

    monkeypatch.setattr(value_differences, "nearest_names", noted)
    return seen


def test_names_on_a_device_are_searched_there(far_away, places):
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 5, (120, 4)), np.repeat([0, 1], [90, 30])
    sampler = SMOTEN(random_state=0)
    expected, _ = sampler.fit_resample(X, y)
    assert not places
    found, _ = sampler.fit_resample(torch.from_numpy(X), torch.from_numpy(y))
    assert_array_equal(found.numpy(), expected)
    assert places == [torch.device("cpu")]
    text = np.array(["a", "b", "c", "d", "e"])[X]
    named, _ = SMOTEN(random_state=0, device="cpu").fit_resample(text, y)
    assert_array_equal(named, np.array(["a", "b", "c", "d", "e"])[expected])
    assert places[1:] == ["cpu"]
    with pytest.raises(ValueError, match="none that PyTorch knows"):
        SMOTEN(device="nowhere").fit_resample(X, y)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_a_gpu_finds_the_same():
    rng = np.random.default_rng(0)
    codes, labels = rng.integers(0, [3, 900, 40], (3_000, 3)), rng.integers(0, 3, 3_000)
    members = np.flatnonzero(labels == 1)
    expected = ValueDifferences(codes, labels).nearest(members, 5)
    found = ValueDifferences(codes, labels, device="cuda").nearest(members, 5)
    assert_array_equal(found, expected)
