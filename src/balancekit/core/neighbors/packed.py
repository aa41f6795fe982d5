"""Rows brought into the form that the compiled sweeps read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.neighbors.coordinates import Coordinates
from balancekit.core.neighbors.crew import Crew
from balancekit.core.recipes import IntArray
from balancekit.kernels.neighbors.lists import Lists
from balancekit.kernels.neighbors.ordering import order_blocks, split
from balancekit.kernels.neighbors.packing import (
    BOX_COLUMNS,
    FLOAT32_ROUNDING,
    Blocks,
    measure_rest,
    pack_gaps,
    pack_products,
)
from balancekit.kernels.neighbors.sweep import SUPERBLOCK
from balancekit.kernels.neighbors.target import BLOCK

# Bytes that are read at once.
CACHE_LINE = 64

# The slack of most blocks should be a small share of half a squared radius.
MOST_SLACK = 1 / 32
MOST_BLURRED = 0.1


def pack_rows(
    coordinates: Coordinates, table: NDArray[Any], rows: IntArray, crew: Crew, *, by_gaps: bool
) -> Blocks:
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
    by_gaps : bool
        Whether rows are compared by sums of squared gaps, not by products.

    Returns
    -------
    blocks : Blocks

    Notes
    -----
    O(n_rows * (n_columns + log(n_rows))) time. For each number of the rows two bytes stay, or eight
    for sums of squared gaps; four or eight more are needed meanwhile.
    """
    points, rest = coordinates.of(table, rows, crew, in_two=by_gaps)
    n_blocks = -(-len(rows) // BLOCK)
    order = _order(points[:, :BOX_COLUMNS], n_blocks, crew)
    places = np.full(n_blocks * BLOCK, -1, dtype=np.int64)
    places[: len(rows)] = rows[order]
    return _pack(coordinates, points, rest, order, places, crew)


def pack_by_gaps(
    coordinates: Coordinates, table: NDArray[Any], blocks: Blocks, crew: Crew
) -> Blocks:
    """Pack rows again, to be compared by sums of squared gaps.

    Parameters
    ----------
    coordinates, table, crew
        As for `pack_rows`.
    blocks : Blocks
        The rows, in an order that is kept.

    Returns
    -------
    blocks : Blocks
    """
    rows = blocks.rows[blocks.rows >= 0]
    points, rest = coordinates.of(table, rows, crew, in_two=True)
    packed = _pack(coordinates, points, rest, np.arange(len(rows)), blocks.rows, crew)
    return packed._replace(at=blocks.at)


def pack_far_first(
    coordinates: Coordinates, table: NDArray[Any], rows: IntArray, crew: Crew
) -> Blocks:
    """Pack rows for products in the order of their distance from the centre, the largest first.

    Parameters
    ----------
    coordinates, table, rows, crew
        As for `pack_rows`.

    Returns
    -------
    blocks : Blocks
    """
    points, _ = coordinates.of(table, rows, crew, in_two=False)
    order = np.argsort(-np.einsum("ij,ij->i", points, points), kind="stable")
    places = np.full(-(-len(rows) // BLOCK) * BLOCK, -1, dtype=np.int64)
    places[: len(rows)] = rows[order]
    return _pack(coordinates, points, None, order, places, crew)


def _pack(
    coordinates: Coordinates,
    points: NDArray[np.float32],
    rest: NDArray[np.float32] | None,
    order: NDArray[np.int64],
    places: NDArray[np.int64],
    crew: Crew,
) -> Blocks:
    n_columns, n_places = points.shape[1], len(places)
    n_blocks, n_box = n_places // BLOCK, min(n_columns, BOX_COLUMNS)
    n_words = (n_columns + 1) // 2 if rest is None else 2 * n_columns
    panels = aligned(np.empty(n_places * n_words + CACHE_LINE // 4, np.int32))
    bias, error = np.empty(n_places, np.int32), np.empty(n_places)
    slack = np.empty(n_blocks, np.float32)
    low, high = np.empty((2, n_blocks, n_box), np.float32)
    unit = coordinates.unit
    pack: Callable[[int, int], None]
    if rest is None:
        pack = partial(
            pack_products, points, order, coordinates.relative, panels.view(np.int16), bias, error,
            slack, low, high,
        )  # fmt: skip
    else:
        pack = partial(
            pack_gaps, points, rest, order, coordinates.relative_in_two, panels.view(np.float32),
            bias.view(np.float32), error, slack, low, high,
        )  # fmt: skip
        # Rounding in a sum of squares is relative to the sum.
        unit *= 1 + (n_columns + 16) * FLOAT32_ROUNDING
    crew.ranges(pack, n_blocks)
    edges, left = np.array([0, n_words]), np.empty(0, np.float32)
    by_gaps = rest is not None
    return Blocks(
        panels, bias, error, slack, low, high, places, places, edges, left, unit, n_words, by_gaps
    )


def aligned(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return a view that starts at a cache line: vectors that lie in two of them are slow to read.

    Parameters
    ----------
    numbers : ndarray, one-dimensional
        A cache line longer than needed.

    Returns
    -------
    view : ndarray
        A cache line shorter.
    """
    skipped = -numbers.ctypes.data % CACHE_LINE // numbers.itemsize
    return numbers[skipped : len(numbers) - CACHE_LINE // numbers.itemsize + skipped]


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


def with_rows_at_hand(table: NDArray[Any], blocks: Blocks) -> tuple[NDArray[Any], Blocks]:
    """Put rows of few columns into the order of the blocks.

    Distances between near rows are then read from near places. With many columns a row fills
    cache lines of its own anyway, and a copy would be large.

    Parameters
    ----------
    table : ndarray of float32 or float64, shape (n_table, n_columns), C-contiguous
        Rows.
    blocks : Blocks
        Some of them, packed.

    Returns
    -------
    table : ndarray of the same dtype
        To read rows from.
    blocks : Blocks
        That say where in it.
    """
    if table.shape[1] > CACHE_LINE // table.itemsize:
        return table, blocks
    return table[blocks.rows], blocks._replace(at=np.arange(len(blocks.rows)))


def is_blurred(slack: NDArray[np.float32], lists: Lists) -> bool:
    """Tell whether rounding in the sums of products hides which rows are near.

    Parameters
    ----------
    slack : ndarray of float32, shape (n_blocks,)
        By how much values are raised.
    lists : Lists
        Those of the blocks, seeded.

    Returns
    -------
    is_blurred : bool
    """
    return float(np.mean(slack > MOST_SLACK * lists.reach)) > MOST_BLURRED


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


def in_parts(blocks: Blocks, edges: NDArray[np.int64], crew: Crew) -> Blocks:
    """Return blocks whose words are compared in parts.

    Parameters
    ----------
    blocks : Blocks
        Rows packed for products.
    edges : ndarray of int64, shape (n_parts + 1,)
        The parts.
    crew : Crew
        Who computes the norms of the words after each part.

    Returns
    -------
    blocks : Blocks
        On the same arrays.
    """
    if len(edges) == 2:
        return blocks
    rest = np.empty((len(edges) - 2) * len(blocks.bias), np.float32)
    shorts, n_words = blocks.panels.view(np.int16), blocks.n_words
    crew.ranges(
        lambda first, last: measure_rest(shorts, n_words, edges, rest, first, last),
        len(blocks.low),
    )
    return blocks._replace(edges=edges, rest=rest)
