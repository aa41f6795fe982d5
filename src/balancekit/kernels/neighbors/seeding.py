"""Limits before any exact distance is known.

The k-th best value that low precision finds among a few near blocks bounds how far away the k-th
neighbour can be. With such limits the sweeps hand on few pairs; without, nearly all pairs of the
first blocks would be computed exactly.
"""

from __future__ import annotations

import numpy as np

from balancekit.kernels.compiling import compiled
from balancekit.kernels.neighbors.comparison import compute_values, make_scratch
from balancekit.kernels.neighbors.lists import (
    ANYTHING,
    LOST,
    NOTHING,
    block_reach,
    limit_of_value,
)
from balancekit.kernels.neighbors.sweep import SUPERBLOCK, half_gap
from balancekit.kernels.neighbors.target import BLOCK
from balancekit.kernels.neighbors.vectors import keep_largest, smallest_of_block

# Blocks near a block that are looked into, and how many more for each that the lists would fill.
SEEDS = 12

# Blocks on each side among which the near ones are found.
WINDOW = 32


@compiled()
def seed(blocks, lists, first, last):  # type: ignore[no-untyped-def]
    """Set the limits of blocks ``first:last`` from each block itself and the nearest around it.

    Parameters
    ----------
    blocks : Blocks
        The rows.
    lists : Lists
        Its limits and reaches are written to.
    first, last : int
        Blocks.
    """
    n_blocks, k = len(blocks.low), lists.distances.shape[1]
    scratch = make_scratch()
    panels, bias, limits, reaches = blocks.panels, blocks.bias, lists.limits, lists.reach
    by_gaps, n_words = blocks.by_gaps, blocks.n_words
    low, high, slack, sums, rows = blocks.low, blocks.high, blocks.slack, scratch.sums, blocks.rows
    tiles, masks = scratch.tiles, scratch.masks
    gaps, places = np.empty(2 * WINDOW, np.float32), np.empty(2 * WINDOW, np.int64)
    best, lost = np.empty(k * BLOCK, np.float32), LOST * blocks.unit * blocks.unit
    for block in range(first, last):
        best[:] = ANYTHING
        compute_values(
            panels, bias, panels, bias, by_gaps, n_words, block, block, sums, tiles, masks
        )
        for row in range(BLOCK):
            sums[row * BLOCK + row] = ANYTHING
            if rows[block * BLOCK + row] >= 0:
                keep_largest(best, k, sums, row * BLOCK)
        n_near = 0
        for other in range(max(0, block - WINDOW), min(n_blocks, block + WINDOW + 1)):
            if other != block:
                gaps[n_near] = half_gap(low, high, block, low, high, other)
                places[n_near] = other
                n_near += 1
        n_seeds = min(n_near, SEEDS + k // BLOCK)
        _nearest_first(gaps, places, n_near, n_seeds)
        _look_into(
            panels, bias, slack, panels, bias, slack, rows, by_gaps, n_words, limits, reaches,
            sums, tiles, masks, best, k, block, gaps, places, n_seeds, slack[block], lost,
        )  # fmt: skip


@compiled()
def seed_among_others(queries, candidates, lists, low, high, first, last):  # type: ignore[no-untyped-def]
    """Set the limits of query blocks ``first:last`` from the nearest superblock of candidates.

    Parameters
    ----------
    queries, candidates : Blocks
        Packed alike.
    lists : Lists
        Of the queries; its limits and reaches are written to.
    low, high : ndarray of float32, shape (n_superblocks, n_box_columns)
        Bounding boxes of the superblocks of the candidates.
    first, last : int
        Blocks.
    """
    n_blocks, n_levels = len(candidates.low), lists.distances.shape[1] + 1
    scratch = make_scratch()
    panels, bias, limits, reaches = queries.panels, queries.bias, lists.limits, lists.reach
    other_panels, other_bias, other_rows = candidates.panels, candidates.bias, candidates.rows
    by_gaps, n_words, sums = queries.by_gaps, queries.n_words, scratch.sums
    query_low, query_high, slack = queries.low, queries.high, queries.slack
    block_low, block_high, other_slack = candidates.low, candidates.high, candidates.slack
    tiles, masks = scratch.tiles, scratch.masks
    gaps, places = np.empty(SUPERBLOCK, np.float32), np.empty(SUPERBLOCK, np.int64)
    # A query may itself be among the candidates: one level more leaves k others.
    best, lost = np.empty(n_levels * BLOCK, np.float32), LOST * queries.unit * queries.unit
    for block in range(first, last):
        nearest, least = 0, np.float32(np.inf)
        for superblock in range(len(low)):
            gap = half_gap(query_low, query_high, block, low, high, superblock)
            if gap < least:
                nearest, least = superblock, gap
        start = nearest * SUPERBLOCK
        n_near = min(n_blocks, start + SUPERBLOCK) - start
        for near in range(n_near):
            gaps[near] = half_gap(query_low, query_high, block, block_low, block_high, start + near)
            places[near] = start + near
        n_seeds = min(n_near, 1 + SEEDS + n_levels // BLOCK)
        _nearest_first(gaps, places, n_near, n_seeds)
        best[:] = ANYTHING
        _look_into(
            panels, bias, slack, other_panels, other_bias, other_slack, other_rows, by_gaps,
            n_words, limits, reaches, sums, tiles, masks, best, n_levels, block, gaps, places,
            n_seeds, np.float32(0.0), lost,
        )  # fmt: skip


@compiled(borrows=True)
def _nearest_first(gaps, places, n, n_sorted):  # type: ignore[no-untyped-def]
    """Bring the smallest of `n` gaps, and their places, to the front in ascending order."""
    for near in range(n_sorted):
        nearest = near
        for later in range(near + 1, n):
            if gaps[later] < gaps[nearest]:
                nearest = later
        gaps[near], gaps[nearest] = gaps[nearest], gaps[near]
        places[near], places[nearest] = places[nearest], places[near]


@compiled(borrows=True)
def _look_into(  # type: ignore[no-untyped-def]
    panels, bias, slack, other_panels, other_bias, other_slack, other_rows, by_gaps, n_words,
    limits, reaches, sums, tiles, masks, best, n_levels, block, gaps, places, n_seeds,
    largest_slack, lost,
):  # fmt: skip
    """Raise the best values of a block by those of near blocks, and set its limits."""
    last_level = (n_levels - 1) * BLOCK
    for near in range(n_seeds):
        other = places[near]
        # Farther blocks hold no nearer rows. Lists that are not full yet reach anywhere.
        if gaps[near] > slack[block] + other_slack[other] - smallest_of_block(best, last_level):
            break
        compute_values(
            other_panels,
            other_bias,
            panels,
            bias,
            by_gaps,
            n_words,
            other,
            block,
            sums,
            tiles,
            masks,
        )
        largest_slack = max(largest_slack, other_slack[other])
        for row in range(BLOCK):
            if other_rows[other * BLOCK + row] >= 0:
                keep_largest(best, n_levels, sums, row * BLOCK)
    for place in range(BLOCK):
        here = block * BLOCK + place
        if limits[here] < NOTHING:
            slacks = slack[block] + largest_slack + lost
            limits[here] = limit_of_value(best[last_level + place], slacks)
    reaches[block] = block_reach(limits, block)
