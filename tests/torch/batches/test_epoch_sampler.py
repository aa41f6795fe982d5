"""Batch samplers in a DataLoader."""

import doctest
from importlib import import_module

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from balancekit.deep import batches as face  # noqa: E402
from balancekit.deep.batches import (  # noqa: E402
    ClassAwareBatches,
    EpochSampler,
    OverSampledBatches,
    PlannedBatches,
    epoch_generator,
)
from balancekit.over_sampling import SMOTE, RandomOverSampler  # noqa: E402
from balancekit.testing import CONTAINERS, from_numpy  # noqa: E402
from balancekit.under_sampling import RandomUnderSampler, TomekLinks  # noqa: E402

CODES = np.array([0, 0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 0, 0])
X = np.random.RandomState(0).randn(13, 2)


def test_examples_give_what_they_show():
    # Doctests carry no mark, so the environment with torch would not run them otherwise.
    result = doctest.testmod(import_module(EpochSampler.__module__))
    assert result.attempted >= 4
    assert result.failed == 0


@pytest.mark.parametrize("name", face.__all__)
def test_public_names_are_there(name):
    assert getattr(face, name).__name__ == name


@pytest.mark.parametrize("size", [3, 6])
def test_a_loader_gives_balanced_batches(size):
    data = TensorDataset(torch.arange(13), torch.from_numpy(CODES))
    sampler = EpochSampler(CODES, ClassAwareBatches(n_draws=18))
    for _ in range(2):
        counts = [
            torch.bincount(labels).tolist()
            for _, labels in DataLoader(data, batch_size=size, sampler=sampler)
        ]
        assert counts == [[size // 3] * 3] * (18 // size)
    assert sampler.epoch == 2


def test_each_iteration_is_an_epoch_of_its_own():
    sampler = EpochSampler(CODES, "natural", seed=4)
    epochs = [list(sampler) for _ in range(3)]
    assert all(type(row) is int for row in epochs[0])
    expected = [epoch_generator(4, epoch).permutation(13).tolist() for epoch in range(3)]
    assert epochs == expected
    sampler.set_epoch(1)
    assert (len(sampler), sampler.epoch) == (13, 1)
    next(iter(sampler))
    assert list(sampler) == epochs[2]


def test_the_default_is_class_aware():
    sampler = EpochSampler(CODES)
    assert isinstance(sampler.batches, ClassAwareBatches)
    assert len(sampler) == len(list(sampler)) == 13


@pytest.mark.parametrize("name", [*CONTAINERS, "strings", "tensor of int8", "indicators"])
def test_labels_of_any_kind_give_the_same_rows(name):
    expected = list(EpochSampler(CODES, OverSampledBatches()))
    if name == "strings":
        y = np.array(["good", "poor", "zero"])[CODES].tolist()
    elif name == "tensor of int8":
        y = torch.from_numpy(CODES).to(torch.int8)
    elif name == "indicators":
        y = np.eye(3)[CODES]
    else:
        pytest.importorskip(CONTAINERS[name].library or "numpy")
        y = from_numpy(CODES, name)
    assert list(EpochSampler(y, OverSampledBatches())) == expected


def test_strategies_name_labels():
    y = np.array(["good", "poor", "zero"])[CODES]
    sampler = EpochSampler(y, OverSampledBatches({"zero": 5}))
    assert sampler.classes.tolist() == ["good", "poor", "zero"]
    assert len(sampler) == 17


def test_what_draws_is_a_clone():
    batches = OverSampledBatches()
    sampler = EpochSampler(CODES, batches)
    assert sampler.batches is not batches
    assert not hasattr(batches, "classes_")


@pytest.mark.parametrize("n_draws", [1, 4, 12, 13])
@pytest.mark.parametrize("num_replicas", [1, 2, 3, 5])
def test_processes_share_an_epoch_evenly(n_draws, num_replicas):
    batches = ClassAwareBatches(n_draws=n_draws)
    order = list(EpochSampler(CODES, batches, seed=1))
    samplers = [
        EpochSampler(CODES, batches, seed=1, num_replicas=num_replicas, rank=rank)
        for rank in range(num_replicas)
    ]
    sizes = {len(sampler) for sampler in samplers}
    shards = [list(sampler) for sampler in samplers]
    assert sizes == {len(shard) for shard in shards} == {-(-n_draws // num_replicas)}
    together = [row for rows in zip(*shards, strict=True) for row in rows]
    assert together[:n_draws] == order
    filled = len(together) - n_draws
    assert filled < num_replicas
    assert together[n_draws:] == (order * num_replicas)[:filled]


def test_torch_distributed_tells_which_process_this_is(monkeypatch):
    monkeypatch.setattr("torch.distributed.is_initialized", lambda: True)
    monkeypatch.setattr("torch.distributed.get_world_size", lambda: 4)
    monkeypatch.setattr("torch.distributed.get_rank", lambda: 2)
    sampler = EpochSampler(CODES, "natural")
    assert (sampler.num_replicas, sampler.rank, len(sampler)) == (4, 2, 4)
    sampler = EpochSampler(CODES, "natural", num_replicas=1, rank=0)
    assert (sampler.num_replicas, sampler.rank, len(sampler)) == (1, 0, 13)


def test_samplers_that_choose_rows_will_do():
    assert len(list(EpochSampler(CODES, RandomUnderSampler()))) == 3
    assert len(list(EpochSampler(CODES, RandomOverSampler()))) == 27
    sampler = EpochSampler(CODES, TomekLinks(), X=X)
    expected = TomekLinks().fit_resample(X, CODES)[1]
    assert len(sampler) == len(expected)
    assert sorted(CODES[list(sampler)]) == sorted(expected)


def test_new_rows_are_refused():
    y = np.where(CODES == 2, 1, CODES)
    sampler = EpochSampler(y, PlannedBatches(SMOTE(k_neighbors=1)), X=X)
    for ask in (len, iter):
        with pytest.raises(ValueError, match=r"draws rows beyond the 13 .* resample before"):
            ask(sampler)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"seed": -1}, ValueError, "seed=-1 is negative"),
        ({"seed": None}, TypeError, "seed=None is no integer"),
        ({"num_replicas": 0}, ValueError, "num_replicas=0 leaves no process"),
        ({"num_replicas": 2}, ValueError, r"num_replicas=2, and rank is not given.* from 0 to 1"),
        ({"num_replicas": 2, "rank": 2}, ValueError, "rank=2 is not among 2 processes"),
        ({"rank": 1}, ValueError, "rank=1 is not among 1 processes.* and num_replicas with it"),
        ({"rank": -1}, ValueError, "rank=-1 is negative"),
        ({"batches": "weightedd"}, ValueError, "Did you mean 'weighted'"),
    ],
)
def test_arguments_that_make_no_sense_are_named(arguments, error, says):
    with pytest.raises(error, match=says):
        EpochSampler(CODES, **arguments)


def test_labels_and_epochs_that_make_no_sense_are_named():
    with pytest.raises(ValueError, match="y holds fractions"):
        EpochSampler([0.5, 1.5])
    with pytest.raises(ValueError, match="y has no rows"):
        EpochSampler(np.empty(0, dtype=int))
    with pytest.raises(TypeError, match="epoch='1' is no integer"):
        EpochSampler(CODES).set_epoch("1")
