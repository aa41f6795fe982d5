"""Small images, in place of MNIST."""

import numpy as np
import pytest
import torch
from benchmarks.imbalance_study.digits import Digits


def _images(rng, patterns, n_rows):
    labels = rng.permutation(np.repeat(np.arange(10), n_rows))
    images = patterns[labels] + 0.3 * rng.uniform(size=(len(labels), 28, 28))
    return torch.from_numpy(images).unsqueeze(1).float(), labels


@pytest.fixture(scope="session")
def digits():
    """Ten classes of 22 images to train on, of which 20 are taken, and of 3 for the test."""
    rng = np.random.default_rng(0)
    patterns = rng.uniform(size=(10, 28, 28))
    return Digits(*_images(rng, patterns, 22), *_images(rng, patterns, 3), n_max=20)
