"""Rows brought into the form that the compiled sweeps read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.neighbors.coordinates import Coordinates
from balancekit.core.neighbors.crew import Crew
from balancekit.core.recipes import IntArray
from balancekit.kernels.neighbors.lists import ANYTHING, Lists
from balancekit.kernels.neighbors.ordering import order_blocks, split
from balancekit.kernels.neighbors.packing import BOX_COLUMNS, Blocks, measure_rest, pack
from balancekit.kernels.neighbors.sweep import SUPERBLOCK
from balancekit.kernels.neighbors.target import BLOCK

# Columns of two blocks that a core's first-level cache holds.
PART_COLUMNS = 112

# Blocks looked at to find where the columns are best parted.
PARTED_SAMPLE = 64

# A first part is worth its while if the columns after it blur half a squared radius by no more.
LARGEST_BLUR = 0.25
LARGEST_PART = 0.67


def pack_rows(coordinates: Coordinates, table: NDArray[Any], rows: IntArray, crew: Crew) -> Blocks:
    """Put rows into an order in which neighbours stand together, and pack them.

    Parameters
    ----------
    coordinates : Coordinates
        The coordinates to pack.
    table : ndarray of float32 or float64, shape (n_table, n_columns), C-contiguous
        Rows.
    rows : ndarray of int, shape (n_rows,)
        Which.
    crew : Crew
        Who does it. The result does not depend on their number.

    Returns
    -------
    blocks : Blocks

    Notes
    -----
    O(n_rows * (n_columns + log(n_rows))) time; four bytes for each number stay, and as many again
    are needed meanwhile.
    """
    points = coordinates.of(table, rows)
    n_columns = points.shape[1]
    n_blocks = -(-len(rows) // BLOCK)
    n_places, n_box = n_blocks * BLOCK, min(n_columns, BOX_COLUMNS)
    order = _order(points[:, :n_box], n_blocks, crew)
    panels = np.empty(n_places * n_columns, np.float32)
    bias, error = np.empty(n_places, np.float32), np.empty(n_places)
    slack = np.empty(n_blocks, np.float32)
    low, high = np.empty((2, n_blocks, n_box), np.float32)
    relative = coordinates.relative
    crew.ranges(
        lambda first, last: pack(
            points, order, relative, panels, bias, error, slack, low, high, first, last
        ),
        n_blocks,
    )
    places = np.full(n_places, -1, dtype=np.int64)
    places[: len(rows)] = rows[order]
    unit = coordinates.unit
    edges, rest = np.array([0, n_columns]), np.empty(0, np.float32)
    return Blocks(panels, bias, error, slack, low, high, places, edges, rest, unit, n_columns)


def _order(points: NDArray[np.float32], n_blocks: int, crew: Crew) -> NDArray[np.int64]:
    order = np.arange(len(points), dtype=np.int64)
    spans = [(0, n_blocks)]
    # The first splits give every thread a part of its own.
    while len(spans) < 2 * crew.n_threads and spans[0][1] - spans[0][0] > SUPERBLOCK:
        middles = crew.each(lambda span: split(points, order, *span), spans)
        spans = [
            half
            for (first, last), middle in zip(spans, middles, strict=True)
            for half in ((first, middle), (middle, last))
        ]
    crew.each(lambda span: order_blocks(points, order, *span), spans)
    return order


def superblock_boxes(blocks: Blocks) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the bounding boxes of superblocks.

    Parameters
    ----------
    blocks : Blocks
        Packed rows.

    Returns
    -------
    low, high : ndarray of float32, shape (n_superblocks, n_box_columns)
    """
    starts = np.arange(0, len(blocks.low), SUPERBLOCK)
    return np.minimum.reduceat(blocks.low, starts), np.maximum.reduceat(blocks.high, starts)


def best_edges(blocks: Blocks, lists: Lists) -> NDArray[np.int64]:
    """Choose the parts in which columns are compared.

    Parameters
    ----------
    blocks : Blocks
        Packed rows.
    lists : Lists
        Their lists, seeded: how near neighbours are tells how many columns are needed to see that
        others are not.

    Returns
    -------
    edges : ndarray of int64, shape (n_parts + 1,)
    """
    n_columns = blocks.n_columns
    step = -(-len(blocks.low) // PARTED_SAMPLE)
    panels = blocks.panels.reshape(-1, n_columns, BLOCK)[::step]
    radius = -lists.limits.reshape(-1, BLOCK)[::step]
    squares = np.where(radius > 0, 1.0, 0.0)[:, np.newaxis] * np.square(panels, dtype=np.float64)
    after = squares.sum(axis=(0, 2))[::-1].cumsum()[::-1]
    enough = after <= LARGEST_BLUR * radius[(radius > 0) & (radius < -ANYTHING)].sum()
    first = int(np.argmax(enough)) if enough.any() else n_columns
    edges = [0] if first > LARGEST_PART * n_columns or not first else [0, -(-first // 4) * 4]
    n_parts = -(-(n_columns - edges[-1]) // PART_COLUMNS)
    edges = [*edges[:-1], *np.linspace(edges[-1], n_columns, n_parts + 1).astype(int).tolist()]
    return np.array(edges, dtype=np.int64)


def in_parts(blocks: Blocks, edges: NDArray[np.int64], crew: Crew) -> Blocks:
    """Return blocks whose columns are compared in parts.

    Parameters
    ----------
    blocks : Blocks
        Packed rows.
    edges : ndarray of int64, shape (n_parts + 1,)
        The parts.
    crew : Crew
        Who computes the norms of the columns after each part.

    Returns
    -------
    blocks : Blocks
        On the same arrays.
    """
    if len(edges) == 2:
        return blocks
    rest = np.empty((len(edges) - 2) * len(blocks.bias), np.float32)
    crew.ranges(
        lambda first, last: measure_rest(blocks.panels, blocks.n_columns, edges, rest, first, last),
        len(blocks.low),
    )
    return blocks._replace(edges=edges, rest=rest)
