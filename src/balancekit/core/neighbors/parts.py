"""Where words of packed rows are best parted, so that far pairs are seen to be far early."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from balancekit.kernels.neighbors.comparison import TILE_COLUMNS, TILE_ROWS
from balancekit.kernels.neighbors.lists import Lists
from balancekit.kernels.neighbors.packing import Blocks
from balancekit.kernels.neighbors.target import BLOCK

# Pairs of blocks looked at.
N_PAIRS = 64

# Places where a part may end are this many words apart, or so many in all.
STEP = 4
MOST_PLACES = 24

# What starting and ending a part costs, in words; and what words cost that a core's first-level
# cache does not hold.
COST_OF_PART = 8.0
CACHED_WORDS = 112
COST_UNCACHED = 1.25


def best_edges(blocks: Blocks, others: Blocks, lists: Lists) -> NDArray[np.int64]:
    """Choose the parts in which words are compared.

    Parameters
    ----------
    blocks : Blocks
        Rows packed for products, that look for neighbours.
    others : Blocks
        Those that they look among. If they are the same, both sides of a pair look for neighbours.
    lists : Lists
        Lists of `blocks`, with limits.

    Returns
    -------
    edges : ndarray of int64, shape (n_parts + 1,)
        The cheapest parts for the share of tiles that, in a sample of pairs of blocks, still hold a
        pair of rows after so many words.
    """
    n_places = min(MOST_PLACES, max(1, blocks.n_words // STEP))
    places = np.linspace(0, blocks.n_words, n_places + 1).astype(np.int64)
    left = np.append(1.0, _share_left(blocks, others, lists, places[1:-1]))
    cost, before = np.zeros(len(places)), np.zeros(len(places), dtype=np.int64)
    for end in range(1, len(places)):
        n_words = places[end] - places[:end]
        words = np.where(n_words > CACHED_WORDS, COST_UNCACHED, 1.0) * n_words
        costs = cost[:end] + left[:end] * (COST_OF_PART + words)
        before[end] = np.argmin(costs)
        cost[end] = costs[before[end]]
    edges = [n_places]
    while edges[-1]:
        edges.append(int(before[edges[-1]]))
    return places[edges[::-1]]


def _share_left(
    blocks: Blocks, others: Blocks, lists: Lists, places: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the share of tiles in which a pair may be near, judged by the words before a place."""
    rng = np.random.RandomState(0)
    chosen = [rng.randint(0, len(side.low), N_PAIRS) for side in (blocks, others)]
    points, squares, bias = (
        np.stack(both) for both in zip(*map(_sample, (blocks, others), chosen), strict=True)
    )
    limits = lists.limits.reshape(-1, BLOCK)
    lowest = np.repeat(limits[chosen[0]][:, :, np.newaxis], BLOCK, axis=2)
    if others is blocks:
        lowest = np.minimum(lowest, limits[chosen[1]][:, np.newaxis])
    value = bias[0][:, :, np.newaxis] + bias[1][:, np.newaxis]
    shares = np.empty(len(places))
    for index, (start, stop) in enumerate(zip([0, *places], places, strict=False)):
        one, other = points[:, :, :, start:stop].reshape(2, N_PAIRS, BLOCK, -1)
        value = value + one @ other.transpose(0, 2, 1)
        rest = np.sqrt(squares[:, :, :, stop:].sum(axis=-1))
        may_be_near = value + rest[0][:, :, np.newaxis] * rest[1][:, np.newaxis] >= lowest
        tiles = may_be_near.reshape(
            N_PAIRS, BLOCK // TILE_ROWS, TILE_ROWS, BLOCK // TILE_COLUMNS, TILE_COLUMNS
        )
        shares[index] = tiles.any(axis=(2, 4)).mean()
    return shares


def _sample(
    blocks: Blocks, chosen: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return coordinates of some blocks by pairs, their squares by pairs, and biases."""
    n_blocks = len(blocks.low)
    words = blocks.panels.view(np.int16).reshape(n_blocks, blocks.n_words, BLOCK, 2)
    points = words[chosen].transpose(0, 2, 1, 3).astype(np.float32)
    bias = blocks.bias.reshape(n_blocks, BLOCK)[chosen].astype(np.float32)
    return points, np.square(points).sum(axis=-1), bias
