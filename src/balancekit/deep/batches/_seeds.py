"""Seeds that depend on the epoch."""

from __future__ import annotations

import numpy as np


def epoch_generator(seed: int, epoch: int) -> np.random.Generator:
    """Make the generator of one epoch.

    Parameters
    ----------
    seed : int
        0 or more.
    epoch : int
        From 0.

    Returns
    -------
    rng : Generator
        The same for the same seed and epoch, so an epoch can be drawn without those before it: to
        resume a training, or in several processes at once. Streams of different epochs and seeds
        have nothing in common.

    Examples
    --------
    >>> from balancekit.deep.batches import epoch_generator
    >>> epoch_generator(0, 3).permutation(4)
    array([0, 2, 3, 1])
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch,)))


def plan_generator(seed: int, epoch: int) -> np.random.Generator:
    """Make the generator that seeds the sampler of the plan of an epoch.

    Parameters
    ----------
    seed : int
        0 or more.
    epoch : int
        The first epoch that the plan is for.

    Returns
    -------
    rng : Generator
        Its stream is not that of `epoch_generator`.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch, 1)))


def torch_seed(seed: int, epoch: int) -> int:
    """Make the seed of PyTorch's generator for an epoch: of drop-out, and of a user's own draws.

    Parameters
    ----------
    seed : int
        0 or more.
    epoch : int
        From 0.

    Returns
    -------
    seed : int
        Below 2 ** 32.
    """
    return int(np.random.SeedSequence(seed, spawn_key=(epoch, 2)).generate_state(1)[0])
