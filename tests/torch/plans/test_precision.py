"""Layers in half precision."""

import numpy as np
import pytest
import torch
from torch import nn

from balancekit.deep import BalancedNetClassifier

pytestmark = pytest.mark.torch


class Watching(nn.Module):
    seen: list

    def __init__(self, n_features_in, n_classes):
        super().__init__()
        self.output = nn.Linear(n_features_in, n_classes)

    def forward(self, rows):
        logits = self.output(rows)
        type(self).seen.append((self.training, logits.dtype))
        return logits


@pytest.mark.parametrize("halves", ["bfloat16", "float16"])
def test_layers_compute_in_halves_in_training_and_weights_stay_whole(blobs, halves):
    Watching.seen = []
    net = BalancedNetClassifier(
        Watching, mixed_precision=halves, max_epochs=3, optimizer__lr=0.05, random_state=0
    ).fit(*blobs)
    assert {dtype for training, dtype in Watching.seen if training} == {getattr(torch, halves)}
    assert net.module_.output.weight.dtype == torch.float32
    assert net.history_[-1]["train_loss"] < net.history_[0]["train_loss"]
    net.predict(blobs[0])
    assert Watching.seen[-1] == (False, torch.float32)


def test_losses_are_those_of_float32_up_to_the_rounding_of_halves(blobs):
    losses = [
        BalancedNetClassifier(
            mixed_precision=halves, max_gradient_norm=1.0, random_state=0, max_epochs=4
        )
        .fit(*blobs)
        .history_[-1]["train_loss"]
        for halves in (None, "bfloat16", "float16")
    ]
    np.testing.assert_allclose(losses, losses[0], rtol=0.02)


def test_unknown_precisions_are_refused(blobs):
    with pytest.raises(ValueError, match="mixed_precision"):
        BalancedNetClassifier(mixed_precision="float8").fit(*blobs)
