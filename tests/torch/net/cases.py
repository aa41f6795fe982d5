"""Rows, and small nets that train on them in no time."""

import numpy as np
import torch
from torch import nn

from balancekit.deep import MLP, BalancedNetClassifier

RNG = np.random.RandomState(0)
CODES = np.repeat([0, 1], [40, 15])
X = (RNG.standard_normal((55, 4)) + 1.5 * CODES[:, None]).astype(np.float32)
ORDER = RNG.permutation(55)
X, CODES = X[ORDER], CODES[ORDER]

MANY_CODES = np.repeat([0, 1, 2], [30, 12, 6])
X_MANY = (RNG.standard_normal((48, 4)) + MANY_CODES[:, None]).astype(np.float32)


def small(module="mlp", **parameters):
    """A net of 8 units and two epochs of 16 rows a batch."""
    parameters = {"max_epochs": 2, "batch_size": 16, "random_state": 0, **parameters}
    if module == "mlp" and "module__hidden" not in parameters:
        parameters["module__hidden"] = 8
    return BalancedNetClassifier(module, **parameters)


def weights(net):
    """All weights of a fitted net as one vector."""
    state = net.module_.state_dict().values()
    return torch.cat([part.detach().double().flatten() for part in state]).numpy()


def double_mlp(n_features_in, n_classes):
    """A net in float64, whose sums do not depend on their order for all that tests can see."""
    return MLP(n_features_in, n_classes, hidden=32).double()


class OneLogit(nn.Module):
    """One logit a row, as a vector or as a column."""

    def __init__(self, n_features, is_column=True):
        super().__init__()
        self.linear = nn.Linear(n_features, 1)
        self.is_column = is_column

    def forward(self, rows):
        logits = self.linear(rows)
        return logits if self.is_column else logits[:, 0]


class Pictures(nn.Module):
    """A convolution, for rows of shape (1, height, width)."""

    def __init__(self, n_outputs):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 3, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
        )
        self.output = nn.Linear(3, n_outputs)

    def forward(self, pictures):
        return self.output(self.layers(pictures))


class Words(nn.Module):
    """An embedding, for rows of token numbers."""

    def __init__(self, n_classes):
        super().__init__()
        self.words = nn.EmbeddingBag(20, 5)
        self.output = nn.Linear(5, n_classes)

    def forward(self, tokens):
        return self.output(self.words(tokens))


class TwoInputs(nn.Module):
    """A net that reads numbers and tokens."""

    def __init__(self, n_classes):
        super().__init__()
        self.words = nn.EmbeddingBag(20, 5)
        self.output = nn.Linear(9, n_classes)

    def forward(self, numbers, tokens):
        return self.output(torch.cat([numbers, self.words(tokens)], dim=1))


class Recorder(nn.Module):
    """A linear net that keeps every row it is trained on."""

    def __init__(self, n_features_in, n_classes):
        super().__init__()
        self.linear = nn.Linear(n_features_in, n_classes)
        self.seen = []

    def forward(self, rows):
        if self.training:
            self.seen.append(rows.detach().clone())
        return self.linear(rows)
