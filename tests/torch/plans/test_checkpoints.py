"""Trainings that are cut off, and go on."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import torch

from balancekit.deep import BalancedNetClassifier, Phase

pytestmark = pytest.mark.torch


class Interruption(Exception):
    pass


def _net(path=None, **parameters):
    defaults = {
        "module__hidden": 8,
        "module__dropout": 0.2,
        "batch_size": 30,
        "max_epochs": 6,
        "random_state": 0,
    }
    return BalancedNetClassifier(checkpoint=path, **{**defaults, **parameters})


def _interrupt_at(epoch):
    def interrupt(net):
        if net.n_epochs_ == epoch:
            raise Interruption

    return interrupt


PLAN = [
    Phase(batches="over_sampled", epochs=2),
    Phase(batches="class_aware", iterations=7, loss="ghmc"),
    Phase(batches="natural", epochs=2, trainable="last", lr_mult=0.1),
]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"optimizer": "sgd", "optimizer__momentum": 0.9, "optimizer__lr": 0.1},
        {"scheduler": "onecycle", "scheduler__max_lr": 0.1, "scheduler_step": "batch"},
        {"scheduler": "reducelronplateau", "scheduler__patience": 0},
        {"early_stopping": True, "n_iter_no_change": 2, "validation_fraction": 0.3},
        {"phases": PLAN},
        {"criterion": "ghmc", "mixed_precision": "bfloat16"},
        {"module__batch_norm": True, "batches": "under_sampled"},
    ],
    ids=["adam", "momentum", "cycle", "plateau", "early", "plan", "halves", "norm"],
)
@pytest.mark.parametrize("epoch", [1, 3, 5])
def test_a_training_goes_on_to_the_same_weights(blobs, same_weights, tmp_path, parameters, epoch):
    path = tmp_path / "net.pt"
    whole = _net(**parameters).fit(*blobs)
    with pytest.raises(Interruption):
        # The file holds the epoch before.
        _net(path, callbacks=_interrupt_at(min(epoch, len(whole.history_))), **parameters).fit(
            *blobs
        )
    resumed = _net(path, **parameters).fit(*blobs)
    same_weights(whole, resumed)
    for first, second in zip(whole.history_, resumed.history_, strict=True):
        assert {**first, "seconds": 0} == {**second, "seconds": 0}
    assert whole.best_epoch_ == resumed.best_epoch_


STOPPING = """
import os
import sys

from torch import nn


class Stopping(nn.Module):
    def __init__(self, n_features_in, n_classes):
        super().__init__()
        self.output = nn.Linear(n_features_in, n_classes)
        self.n_calls = 0

    def forward(self, rows):
        self.n_calls += 1
        if str(self.n_calls) == os.environ.get("STOP_AT"):
            print("stopped", flush=True)
            sys.stdin.read()
        return self.output(rows)
"""

TRAINING = """
import numpy as np
from stopping import Stopping

from balancekit.deep import BalancedNetClassifier

rows = np.load("rows.npz")
net = BalancedNetClassifier(
    Stopping, batch_size=30, max_epochs=6, random_state=0, checkpoint="net.ckpt"
)
net.fit(rows["X"], rows["y"])
"""


def test_a_process_that_is_killed_in_an_epoch_goes_on_to_the_same_weights(
    blobs, same_weights, tmp_path, monkeypatch
):
    np.savez(tmp_path / "rows.npz", X=blobs[0], y=blobs[1])
    (tmp_path / "stopping.py").write_text(STOPPING)
    killed = subprocess.Popen(
        [sys.executable, "-c", TRAINING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        # Of four batches an epoch, the second of the fourth epoch.
        env={**os.environ, "STOP_AT": "14"},
    )
    assert killed.stdout.readline() == b"stopped\n"
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    path = tmp_path / "net.ckpt"
    assert torch.load(path, weights_only=True)["n_epochs"] == 3
    monkeypatch.syspath_prepend(tmp_path)
    from stopping import Stopping

    make = {"module": Stopping, "batch_size": 30, "max_epochs": 6, "random_state": 0}
    resumed = BalancedNetClassifier(checkpoint=path, **make).fit(*blobs)
    assert len(resumed.history_) == 6
    same_weights(BalancedNetClassifier(**make).fit(*blobs), resumed)


def test_a_training_that_is_over_is_not_repeated(blobs, same_weights, tmp_path):
    path = tmp_path / "net.pt"
    first = _net(path).fit(*blobs)
    calls = []
    second = _net(path, callbacks=calls.append).fit(*blobs)
    same_weights(first, second)
    assert not calls
    assert second.history_ == first.history_


def test_a_seed_that_chance_chose_is_in_the_file(blobs, same_weights, tmp_path):
    path = tmp_path / "net.pt"
    first = _net(path, random_state=None).fit(*blobs)
    second = _net(path, random_state=None).fit(*blobs)
    same_weights(first, second)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"batch_size": 31}, "'batch_size'"),
        ({"criterion": "focal"}, "'criterion'"),
        ({"optimizer__lr": 0.5}, "'optimizer__lr'"),
    ],
)
def test_a_file_of_another_training_is_refused(blobs, tmp_path, change, named):
    path = tmp_path / "net.pt"
    _net(path, max_epochs=1).fit(*blobs)
    with pytest.raises(ValueError, match=f"another training: {named} differ"):
        _net(path, max_epochs=1, **change).fit(*blobs)


def test_other_rows_are_refused(blobs, tmp_path):
    X, y = blobs
    path = tmp_path / "net.pt"
    _net(path, max_epochs=1).fit(X, y)
    for rows, labels in ((X + 1, y), (X, 1 - y), (X[1:], y[1:])):
        with pytest.raises(ValueError, match="'X and y' differ"):
            _net(path, max_epochs=1).fit(rows, labels)


def test_a_file_of_something_else_is_refused_and_left_alone(blobs, tmp_path):
    path = tmp_path / "weights.pt"
    torch.save({"weights": torch.zeros(2)}, path)
    with pytest.raises(ValueError, match="holds something else"):
        _net(path).fit(*blobs)
    assert torch.load(path, weights_only=True).keys() == {"weights"}


def test_nothing_but_the_checkpoint_is_left_behind(blobs, tmp_path):
    _net(tmp_path / "net.pt", max_epochs=2).fit(*blobs)
    assert [path.name for path in tmp_path.iterdir()] == ["net.pt"]
