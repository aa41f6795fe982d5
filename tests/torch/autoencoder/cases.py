"""Rows, and modules that reproduce them in a known way."""

import numpy as np
import torch
from torch import nn

from balancekit.deep import Autoencoder, AutoencoderNoveltyDetector

RNG = np.random.RandomState(0)
# Whole numbers, which every container and dtype holds exactly.
X = RNG.randint(0, 16, (60, 4)).astype(np.float32)
X[:, 3] = X[:, 0]


class Times(nn.Module):
    """Rows times a number, in float64."""

    def __init__(self, factor=0.5):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(factor, dtype=torch.float64))

    def forward(self, rows):
        return self.factor * rows


def halving(**parameters):
    """A detector that learns nothing and leaves the half of each number."""
    parameters = {
        "scale": False,
        "noise": 0.0,
        "optimizer": "sgd",
        "optimizer__lr": 0.0,
        "max_epochs": 1,
        **parameters,
    }
    return AutoencoderNoveltyDetector(Times(), **parameters)


def small(module="autoencoder", **parameters):
    """A detector of 8 hidden units and three epochs."""
    parameters = {"max_epochs": 3, "batch_size": 16, "random_state": 0, **parameters}
    if module == "autoencoder" and "module__hidden" not in parameters:
        parameters["module__hidden"] = 8
    return AutoencoderNoveltyDetector(module, **parameters)


def double_autoencoder(n_features_in):
    """A net in float64, whose sums do not depend on their order for all that tests can see."""
    return Autoencoder(n_features_in, hidden=16).double()


def weights(detector):
    """All weights as one vector."""
    state = detector.module_.state_dict().values()
    return torch.cat([part.double().flatten() for part in state]).numpy()
