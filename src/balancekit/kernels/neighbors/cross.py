"""The one-sided search: some rows among others.

Groups of query blocks visit the superblocks of the candidates from the nearest on, until the
next is farther away than any list of the group reaches.
"""

from __future__ import annotations

import numpy as np

from balancekit.kernels.compiling import compiled
from balancekit.kernels.neighbors.comparison import compare_blocks, make_scratch
from balancekit.kernels.neighbors.lists import block_reach
from balancekit.kernels.neighbors.sweep import SUPERBLOCK, examine, half_gap
from balancekit.kernels.neighbors.target import BLOCK

# Query blocks that read a candidate block together, while it is in the cache.
GROUP = 16


@compiled()
def cross(  # type: ignore[no-untyped-def]
    table, queries, candidates, lists, low, high, exclude, first, last, work
):
    """Search for the rows of query groups ``first:last``.

    Parameters
    ----------
    table : ndarray of float32 or float64, shape (n_table, n_columns), C-contiguous
        Rows as they are.
    queries, candidates : Blocks
        Packed alike.
    lists : Lists
        Of the queries; written to.
    low, high : ndarray of float32, shape (n_superblocks, n_box_columns)
        Bounding boxes of the superblocks of the candidates.
    exclude : bool
        Whether both sides number the same rows, so that a row is not its own neighbour.
    first, last : int
        Groups of `GROUP` blocks.
    work : ndarray of int64, shape (2,)
        Raised by the pairs of rows compared, and by those that survived.
    """
    n_blocks, n_superblocks, n_box = len(candidates.low), len(low), low.shape[1]
    scratch = make_scratch()
    panels, other_panels, bias, other_bias = (
        queries.panels, candidates.panels, queries.bias, candidates.bias
    )  # fmt: skip
    query_low, query_high, reaches = queries.low, queries.high, lists.reach
    block_low, block_high = candidates.low, candidates.high
    limits, edges, rest, other_rest = lists.limits, queries.edges, queries.rest, candidates.rest
    tiles, masks, sums, nothing = scratch.tiles, scratch.masks, scratch.sums, scratch.nothing
    by_gaps = queries.by_gaps
    at, ids, errors, unit = queries.at, queries.rows, queries.error, queries.unit
    other_at, other_ids = candidates.at, candidates.rows
    distances, found_ids = lists.distances, lists.rows
    gaps = np.empty(n_superblocks, np.float32)
    slacks = np.zeros(n_superblocks, np.float32)
    for block in range(n_blocks):
        slacks[block // SUPERBLOCK] = max(slacks[block // SUPERBLOCK], candidates.slack[block])
    group_low, group_high = np.empty((1, n_box), np.float32), np.empty((1, n_box), np.float32)
    near, order = np.empty(SUPERBLOCK, np.float32), np.empty(SUPERBLOCK, np.int64)
    for group in range(first, last):
        start, stop = group * GROUP, min(len(queries.low), (group + 1) * GROUP)
        for column in range(n_box):
            group_low[0, column] = query_low[start:stop, column].min()
            group_high[0, column] = query_high[start:stop, column].max()
        for superblock in range(n_superblocks):
            gaps[superblock] = half_gap(group_low, group_high, 0, low, high, superblock)
        for superblock in np.argsort(gaps):
            reach, slack = np.float32(0.0), np.float32(0.0)
            for block in range(start, stop):
                reach = max(reach, reaches[block])
            if gaps[superblock] > reach + slacks[superblock]:
                continue
            n_here = min(n_blocks, (superblock + 1) * SUPERBLOCK) - superblock * SUPERBLOCK
            for there in range(n_here):
                other = superblock * SUPERBLOCK + there
                near[there] = half_gap(group_low, group_high, 0, block_low, block_high, other)
                order[there] = other
            nearest = np.argsort(near[:n_here])
            for place in range(n_here):
                other = order[nearest[place]]
                slack = candidates.slack[other]
                for block in range(start, stop):
                    if near[nearest[place]] > reaches[block] + slack:
                        continue
                    gap = half_gap(query_low, query_high, block, block_low, block_high, other)
                    if gap > reaches[block] + slack:
                        continue
                    work[0] += BLOCK * BLOCK
                    n_tiles = compare_blocks(
                        panels, other_panels, bias, other_bias, limits, nothing, edges, rest,
                        other_rest, by_gaps, tiles, masks, sums, block, other, 0,
                    )  # fmt: skip
                    if n_tiles:
                        work[1] += examine(
                            table, at, other_at, ids, other_ids, distances, found_ids, limits,
                            errors, unit, tiles, masks, n_tiles, block, other, False, exclude,
                        )  # fmt: skip
                        reaches[block] = block_reach(limits, block)
