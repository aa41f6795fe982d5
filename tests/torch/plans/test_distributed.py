"""Two processes that train one net."""

import json
import os
import socket
import subprocess
import sys

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from balancekit.deep import BalancedNetClassifier
from balancekit.deep.batches import EpochSampler

pytestmark = pytest.mark.torch

TRAINING = """
import json

import numpy as np
from torch import distributed

from balancekit.deep import BalancedNetClassifier, Phase, _run

distributed.init_process_group("gloo")
rows = np.load("rows.npz")
seen = []
train = _run.Trainer.run


def noted(batches):
    for batch in batches:
        seen.append(batch.codes.tolist())
        yield batch


_run.Trainer.run = lambda self, batches: train(self, noted(batches))
net = BalancedNetClassifier(
    module__hidden=8,
    module__batch_norm=True,
    phases=[Phase(batches="over_sampled", epochs=2), Phase(epochs=1, trainable="last")],
    early_stopping=True,
    batch_size=15,
    checkpoint="shared.ckpt",
).fit(rows["X"], rows["y"])
rank = distributed.get_rank()
net.save(f"{rank}.pt")
with open(f"{rank}.json", "w") as file:
    json.dump({"seen": seen, "history": net.history_}, file)
distributed.destroy_process_group()
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    from balancekit.testing import make_blobs_of_sizes

    folder = tmp_path_factory.mktemp("distributed")
    X, y = make_blobs_of_sizes((101, 30), 4, dtype=np.float32)
    np.savez(folder / "rows.npz", X=X, y=y)
    (folder / "training.py").write_text(TRAINING)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    processes = [
        subprocess.Popen(
            [sys.executable, "training.py"],
            cwd=folder,
            stderr=subprocess.PIPE,
            env={
                **os.environ,
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": str(port),
                "WORLD_SIZE": "2",
                "RANK": str(rank),
                "OMP_NUM_THREADS": "1",
            },
        )
        for rank in range(2)
    ]
    for process in processes:
        errors = process.communicate()[1].decode()
        assert process.returncode == 0, errors
    nets = [torch.load(folder / f"{rank}.pt", weights_only=True) for rank in range(2)]
    notes = [json.loads((folder / f"{rank}.json").read_text()) for rank in range(2)]
    return nets, notes


def test_both_have_the_same_weights_and_running_means(trained):
    first, second = (net["module"] for net in trained[0])
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["layers.2.running_mean"], torch.zeros(8))


def test_each_sees_its_part_of_the_same_balance(trained):
    notes = trained[1]
    history = notes[0]["history"]
    for epoch, record in enumerate(history):
        first = sum(before["n_steps"] for before in history[:epoch])
        steps = slice(first, first + record["n_steps"])
        parts = [np.concatenate(note["seen"][steps]) for note in notes]
        n_draws = sum(record["rows_per_class"])
        assert [len(part) for part in parts] == [-(-n_draws // 2)] * 2
        # A row may be taken twice, to make the parts equal.
        assert_allclose(np.bincount(np.concatenate(parts)), record["rows_per_class"], atol=1)
    over, natural = history[0]["rows_per_class"], history[2]["rows_per_class"]
    assert over[0] == over[1]
    assert natural[0] > 3 * natural[1]


def test_both_have_the_same_history_but_for_the_time(trained):
    first, second = (note["history"] for note in trained[1])
    for ours, theirs in zip(first, second, strict=True):
        assert {**ours, "seconds": 0} == {**theirs, "seconds": 0}


def test_the_seed_that_chance_chose_is_one_for_both(trained):
    assert trained[0][0]["seed"] == trained[0][1]["seed"]


def test_parts_of_a_batch_sampler_are_those_of_a_loader():
    y = np.repeat([0, 1], [9, 3])
    parts = [list(EpochSampler(y, "over_sampled", num_replicas=2, rank=rank)) for rank in (0, 1)]
    together = np.ravel(np.column_stack(parts))
    np.testing.assert_array_equal(together, list(EpochSampler(y, "over_sampled")))


def test_one_process_alone_needs_no_group(blobs):
    assert BalancedNetClassifier(max_epochs=1).fit(*blobs).n_epochs_ == 1
