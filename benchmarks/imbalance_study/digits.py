"""MNIST, as the study reads it."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from balancekit.datasets import load_mnist

N_MAX = 5000


def first_of_each(labels, size):
    """Return the rows that are among the first of their class, ascending."""
    classes = np.unique(labels)
    return np.sort(np.concatenate([np.flatnonzero(labels == one)[:size] for one in classes]))


@dataclass(frozen=True)
class Digits:
    """Images of shape (n, 1, 28, 28), in float32 from 0 to 1, and their labels."""

    images: torch.Tensor
    labels: np.ndarray
    test_images: torch.Tensor
    test_labels: np.ndarray
    n_max: int = N_MAX

    def training_rows(self, imbalance, seed):
        """Return the rows that a cell trains on."""
        if imbalance.kind == "none":
            return np.arange(len(self.labels))
        balanced = first_of_each(self.labels, self.n_max)
        return balanced[imbalance.rows(self.labels[balanced], seed)]

    def test_set(self, imbalance):
        """Return the images and labels of the test: as many of each class, or all of MNIST's."""
        rows = np.arange(len(self.test_labels))
        if imbalance.kind != "none":
            rows = first_of_each(self.test_labels, np.bincount(self.test_labels).min())
        return self.test_images[rows], self.test_labels[rows]


@cache
def load_digits(n_max=N_MAX):
    """Read MNIST once in each process."""
    (images, labels), (test_images, test_labels) = load_mnist(), load_mnist(subset="test")
    return Digits(_scaled(images), labels, _scaled(test_images), test_labels, n_max)


def _scaled(images):
    return torch.from_numpy(images).unsqueeze(1).float() / 255
