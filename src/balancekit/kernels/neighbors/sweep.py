"""The symmetric search: every row among all rows, each pair of blocks visited once for both.

Limits are there before, from near blocks (see `seeding`). All pairs of blocks are visited whose
boxes are not too far apart. Blocks are grouped into superblocks, and pairs of superblocks that
have no superblock in common may be worked on at the same time: no thread ever writes to the lists
of another.
"""

from __future__ import annotations

import numpy as np

from balancekit.kernels.compiling import compiled
from balancekit.kernels.neighbors.comparison import (
    TILE_COLUMNS,
    TILE_ROWS,
    TILES_DOWN,
    compare_blocks,
    make_scratch,
)
from balancekit.kernels.neighbors.lists import block_reach, offer
from balancekit.kernels.neighbors.target import BLOCK
from balancekit.kernels.neighbors.vectors import lowest_bit, squared_distance

# Blocks in a superblock: two of them, and their lists, stay in a core's second-level cache.
SUPERBLOCK = 32

# Panels that stay in a core's second-level cache while others are compared with all of them.
GROUP_BYTES = 2**16

# Rounding in a sum of BOX_COLUMNS squares stays below this.
BOX_SHRINK = np.float32(0.5 * (1 - 1e-5))


@compiled(proposes=True, borrows=True)
def half_gap(low, high, box, other_low, other_high, other):  # type: ignore[no-untyped-def]
    """Bound half the squared distance of two boxes from below.

    Parameters
    ----------
    low, high, other_low, other_high : ndarray of float32, shape (n_boxes, n_box_columns)
        Boxes on either side.
    box, other : int
        Which.

    Returns
    -------
    half : float32
    """
    total = np.float32(0.0)
    for column in range(low.shape[1]):
        gap = max(
            low[box, column] - other_high[other, column],
            other_low[other, column] - high[box, column],
        )
        gap = max(gap, np.float32(0.0))
        total += gap * gap
    return total * BOX_SHRINK


@compiled(borrows=True)
def examine(  # type: ignore[no-untyped-def]
    table, at, other_at, ids, other_ids, distances, found_ids, limits, errors, unit,
    tiles, masks, n_tiles, block, other, both, exclude,
):  # fmt: skip
    """Compute the distances of the pairs that survived a comparison, and offer them to the lists.

    Parameters
    ----------
    table : ndarray of float32 or float64, shape (n_table, n_columns), C-contiguous
        Rows as they are, for the distances that decide.
    at, other_at, ids, other_ids : ndarray of int64
        Of the `Blocks` that look for neighbours, and of those they look among.
    distances, found_ids, limits : ndarray
        Of the `Lists` of the former; written to.
    errors, unit
        Of the former.
    tiles, masks : ndarray of int64
        What `compare_blocks` wrote into a `Scratch`.
    n_tiles : int
        What it returned.
    block, other : int
        The block on either side.
    both : bool
        Whether the rows of `other` look for neighbours too; both sides are the same then.
    exclude : bool
        Whether both sides number the same rows, so that a row is not its own neighbour.

    Returns
    -------
    n_survivors : int
        Pairs whose distance was computed exactly.
    """
    once = both and block == other
    n_survivors = 0
    for index in range(n_tiles):
        tile = tiles[index]
        there = other * BLOCK + (tile // TILES_DOWN) * TILE_COLUMNS
        place = block * BLOCK + (tile % TILES_DOWN) * TILE_ROWS
        for line in range(TILE_ROWS):
            mask = masks[index * TILE_ROWS + line]
            here = place + line
            identity, row = ids[here], at[here]
            while mask:
                found = there + lowest_bit(mask)
                mask &= mask - 1
                found_id = other_ids[found]
                if min(identity, found_id) < 0:
                    continue
                if (exclude and identity == found_id) or (once and found < here):
                    continue
                n_survivors += 1
                distance = squared_distance(table, row, table, other_at[found])
                offer(distances, found_ids, limits, here, distance, found_id, unit, errors[here])
                if both:
                    offer(
                        distances, found_ids, limits, found, distance, identity, unit, errors[found]
                    )  # fmt: skip
    return n_survivors


@compiled()
def sweep(table, blocks, lists, superlow, superhigh, pairs, work):  # type: ignore[no-untyped-def]
    """Visit the pairs of blocks in pairs of superblocks.

    Parameters
    ----------
    table : ndarray of float32 or float64, shape (n_table, n_columns), C-contiguous
        Rows as they are.
    blocks : Blocks
        The rows.
    lists : Lists
        Seeded lists; written to.
    superlow, superhigh : ndarray of float32, shape (n_superblocks, n_box_columns)
        Bounding boxes of the superblocks.
    pairs : ndarray of int64, shape (n_pairs, 2)
        Superblocks; the two of a pair may be the same.
    work : ndarray of int64, shape (2,)
        Raised by the pairs of rows compared, and by those that survived.
    """
    n_blocks = len(blocks.low)
    scratch = make_scratch()
    panels, bias, limits, edges, rest = (
        blocks.panels, blocks.bias, lists.limits, blocks.edges, blocks.rest
    )  # fmt: skip
    tiles, masks, sums, by_gaps = scratch.tiles, scratch.masks, scratch.sums, blocks.by_gaps
    low, high, reaches, slacks = blocks.low, blocks.high, lists.reach, blocks.slack
    at, ids, errors, unit = blocks.at, blocks.rows, blocks.error, blocks.unit
    distances, found_ids = lists.distances, lists.rows
    group = max(1, min(SUPERBLOCK, GROUP_BYTES // (4 * BLOCK * blocks.n_words)))
    is_near = np.ones(group, np.bool_)
    for pair in range(len(pairs)):
        one, two = pairs[pair]
        start, stop = two * SUPERBLOCK, min(n_blocks, (two + 1) * SUPERBLOCK)
        other_start, other_stop = one * SUPERBLOCK, min(n_blocks, (one + 1) * SUPERBLOCK)
        reach, slack = _farthest(reaches, slacks, start, stop)
        if one != two:
            other_reach, other_slack = _farthest(reaches, slacks, other_start, other_stop)
            gap = half_gap(superlow, superhigh, one, superlow, superhigh, two)
            if gap > max(reach + other_slack, other_reach + slack):
                continue
        for first in range(other_start, other_stop, group):
            last = min(other_stop, first + group)
            if one != two:
                for other in range(first, last):
                    gap = half_gap(low, high, other, superlow, superhigh, two)
                    is_near[other - first] = gap <= max(
                        reach + slacks[other], reaches[other] + slack
                    )
            for block in range(start, stop if one != two else last):
                for other in range(first if one != two else max(first, block), last):
                    if not is_near[other - first]:
                        continue
                    gap = half_gap(low, high, other, low, high, block)
                    if gap > max(reaches[other] + slacks[block], reaches[block] + slacks[other]):
                        continue
                    work[0] += BLOCK * BLOCK
                    n_tiles = compare_blocks(
                        panels, panels, bias, bias, limits, limits, edges, rest, rest,
                        by_gaps, tiles, masks, sums, block, other, other * BLOCK,
                    )  # fmt: skip
                    if n_tiles:
                        work[1] += examine(
                            table, at, at, ids, ids, distances, found_ids, limits, errors, unit,
                            tiles, masks, n_tiles, block, other, True, True,
                        )  # fmt: skip
                        reaches[block] = block_reach(limits, block)
                        reaches[other] = block_reach(limits, other)


@compiled(borrows=True)
def _farthest(reaches, slacks, first, last):  # type: ignore[no-untyped-def]
    """Return the largest reach and the largest slack of blocks ``first:last``."""
    reach, slack = np.float32(0.0), np.float32(0.0)
    for block in range(first, last):
        reach = max(reach, reaches[block])
        slack = max(slack, slacks[block])
    return reach, slack
