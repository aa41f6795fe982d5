"""The symmetric search: every row among all rows, each pair of blocks visited once for both.

Lists are seeded from nearby blocks, which makes the limits tight. Then all pairs of blocks
are visited whose boxes are not too far apart. Blocks are grouped into superblocks, and pairs of
superblocks that have no superblock in common may be worked on at the same time: no thread ever
writes to the lists of another.
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

# Nearby blocks that lists are seeded from, found among so many on each side.
SEEDS = 2
WINDOW = 32

# Blocks in a superblock: two of them, and their lists, stay in a core's second-level cache.
SUPERBLOCK = 32

# Rounding in a sum of BOX_COLUMNS squares stays below this.
BOX_SHRINK = np.float32(0.5 * (1 - 1e-5))


@compiled(proposes=True)
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


@compiled()
def examine(  # type: ignore[no-untyped-def]
    table, left, right, lists, block, other, both, exclude, scratch, n_tiles
):
    """Compute the distances of the pairs that survived a comparison, and offer them to the lists.

    Parameters
    ----------
    table : ndarray of float32 or float64, shape (n_table, n_columns), C-contiguous
        All rows as they are, for the distances that decide.
    left, right : Blocks
        The rows that look for neighbours, and those they look among.
    lists : Lists
        Of the rows of `left`; written to.
    block, other : int
        A block of `left` and one of `right`; they may be the same.
    both : bool
        Whether the rows of `other` look for neighbours too; `right` is `left` then.
    exclude : bool
        Whether both sides number the same rows, so that a row is not its own neighbour.
    scratch : Scratch
        What `compare_blocks` wrote.
    n_tiles : int
        What it returned.

    Returns
    -------
    n_survivors : int
        Pairs whose distance was computed exactly.
    """
    rows, other_rows = left.rows, right.rows
    distances, found_rows, limits = lists.distances, lists.rows, lists.limits
    unit, errors, tiles, masks = left.unit, left.error, scratch.tiles, scratch.masks
    once = both and block == other
    n_survivors = 0
    for index in range(n_tiles):
        tile = tiles[index]
        there = other * BLOCK + (tile // TILES_DOWN) * TILE_COLUMNS
        place = block * BLOCK + (tile % TILES_DOWN) * TILE_ROWS
        for line in range(TILE_ROWS):
            mask = masks[index * TILE_ROWS + line]
            here = place + line
            row = rows[here]
            while mask:
                found = there + lowest_bit(mask)
                mask &= mask - 1
                found_row = other_rows[found]
                if (exclude and row == found_row) or (once and found < here):
                    continue
                n_survivors += 1
                distance = squared_distance(table, row, table, found_row)
                offer(
                    distances, found_rows, limits, here, distance, found_row, unit, errors[here]
                )  # fmt: skip
                if both:
                    offer(
                        distances, found_rows, limits, found, distance, row, unit, errors[found]
                    )  # fmt: skip
    return n_survivors


@compiled()
def seed(table, blocks, lists, first, last):  # type: ignore[no-untyped-def]
    """Fill the lists of blocks ``first:last`` from each block itself and the nearest around it.

    Parameters
    ----------
    table : ndarray of float32 or float64, shape (n_table, n_columns), C-contiguous
        All rows as they are.
    blocks : Blocks
        The rows.
    lists : Lists
        Written to.
    first, last : int
        Blocks.
    """
    n_blocks = len(blocks.low)
    scratch = make_scratch()
    panels, bias, limits, edges, rest = (
        blocks.panels, blocks.bias, lists.limits, blocks.edges, blocks.rest
    )  # fmt: skip
    tiles, masks, sums, nothing = scratch.tiles, scratch.masks, scratch.sums, scratch.nothing
    low, high = blocks.low, blocks.high
    gaps, places = np.empty(2 * WINDOW, np.float32), np.empty(2 * WINDOW, np.int64)
    for block in range(first, last):
        n_tiles = compare_blocks(
            panels, panels, bias, bias, limits, limits, edges, rest, rest,
            tiles, masks, sums, block, block, block * BLOCK,
        )  # fmt: skip
        examine(table, blocks, blocks, lists, block, block, True, True, scratch, n_tiles)
        n_near = 0
        for other in range(max(0, block - WINDOW), min(n_blocks, block + WINDOW + 1)):
            if other != block:
                gaps[n_near] = half_gap(low, high, block, low, high, other)
                places[n_near] = other
                n_near += 1
        for near in range(min(SEEDS, n_near)):
            best = near
            for later in range(near + 1, n_near):
                if gaps[later] < gaps[best]:
                    best = later
            gaps[near], gaps[best] = gaps[best], gaps[near]
            places[near], places[best] = places[best], places[near]
            other = places[near]
            if gaps[near] > block_reach(lists.limits, block) + blocks.slack[other]:
                break
            n_tiles = compare_blocks(
                panels, panels, bias, bias, limits, nothing, edges, rest, rest,
                tiles, masks, sums, block, other, 0,
            )  # fmt: skip
            examine(table, blocks, blocks, lists, block, other, False, True, scratch, n_tiles)
        lists.reach[block] = block_reach(lists.limits, block)


@compiled()
def sweep(table, blocks, lists, superlow, superhigh, pairs, work):  # type: ignore[no-untyped-def]
    """Visit the pairs of blocks in pairs of superblocks.

    Parameters
    ----------
    table : ndarray of float32 or float64, shape (n_table, n_columns), C-contiguous
        All rows as they are.
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
    tiles, masks, sums = scratch.tiles, scratch.masks, scratch.sums
    low, high, reaches, slacks = blocks.low, blocks.high, lists.reach, blocks.slack
    for pair in range(len(pairs)):
        one, two = pairs[pair]
        start, stop = two * SUPERBLOCK, min(n_blocks, (two + 1) * SUPERBLOCK)
        reach, slack = np.float32(0.0), np.float32(0.0)
        for block in range(start, stop):
            reach = max(reach, reaches[block])
            slack = max(slack, slacks[block])
        for other in range(one * SUPERBLOCK, min(n_blocks, (one + 1) * SUPERBLOCK)):
            if one != two:
                gap = half_gap(low, high, other, superlow, superhigh, two)
                if gap > max(reach + slacks[other], reaches[other] + slack):
                    continue
            for block in range(start, stop if one != two else other):
                gap = half_gap(low, high, other, low, high, block)
                if gap > reaches[other] + slacks[block] and gap > reaches[block] + slacks[other]:
                    continue
                work[0] += BLOCK * BLOCK
                n_tiles = compare_blocks(
                    panels, panels, bias, bias, limits, limits, edges, rest, rest,
                    tiles, masks, sums, block, other, other * BLOCK,
                )  # fmt: skip
                if n_tiles:
                    work[1] += examine(
                        table, blocks, blocks, lists, block, other, True, True, scratch, n_tiles
                    )
                    reaches[block] = block_reach(lists.limits, block)
                    reaches[other] = block_reach(lists.limits, other)
