"""Two blocks of rows compared: which pairs may be neighbours.

Everything is passed array by array: numba counts a reference for every look into a tuple of arrays,
which would cost as much as the comparison itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from balancekit.kernels.compiling import compiled
from balancekit.kernels.neighbors.lists import NOTHING
from balancekit.kernels.neighbors.target import BLOCK
from balancekit.kernels.neighbors.vectors import (
    TILE,
    compare_all,
    compare_first,
    compare_last,
    compare_next,
)

TILE_ROWS, TILE_COLUMNS = TILE.rows, TILE.columns
TILES_DOWN = BLOCK // TILE_ROWS
N_TILES = TILES_DOWN * (BLOCK // TILE_COLUMNS)


class Scratch(NamedTuple):
    """Memory of one thread for one pair of blocks.

    Attributes
    ----------
    tiles : ndarray of int64, shape (N_TILES,)
        Tiles in which pairs survive, in the first places.
    masks : ndarray of int64, shape (N_TILES * TILE_ROWS,)
        Bits of the surviving pairs: a word for each row of each of those tiles.
    sums : ndarray of float32, shape (BLOCK * BLOCK,)
        Sums of the columns so far.
    nothing : ndarray of float32, shape (BLOCK,)
        Limits of rows that look for no neighbours.
    """

    tiles: Any
    masks: Any
    sums: Any
    nothing: Any


@compiled()
def make_scratch():  # type: ignore[no-untyped-def]
    """Allocate what one thread needs."""
    return Scratch(
        np.empty(N_TILES, np.int64),
        np.zeros(N_TILES * TILE_ROWS, np.int64),
        np.empty(BLOCK * BLOCK, np.float32),
        np.full(BLOCK, NOTHING),
    )


@compiled()
def compare_blocks(  # type: ignore[no-untyped-def]
    panels, other_panels, bias, other_bias, limits, other_limits, edges, rest, other_rest,
    tiles, masks, sums, block, other, limits_at,
):  # fmt: skip
    """Compare all rows of two blocks in float32.

    Parameters
    ----------
    panels, bias, edges, rest, other_panels, other_bias, other_rest : ndarray
        Of the `Blocks` on either side.
    limits, other_limits : ndarray of float32
        What the value of a pair must reach to interest its row on either side.
    tiles, masks, sums : ndarray
        Of `Scratch`; written to.
    block, other : int
        The block on either side.
    limits_at : int
        Where the limits of `other` begin in `other_limits`.

    Returns
    -------
    n_tiles : int
        Tiles in which pairs survive.
    """
    n_columns = edges[-1]
    panel, other_panel = block * n_columns * BLOCK, other * n_columns * BLOCK
    start, other_start = block * BLOCK, other * BLOCK
    if len(edges) > 2:
        return _compare_in_parts(
            panels, other_panels, bias, other_bias, limits, other_limits, edges, rest, other_rest,
            tiles, masks, sums, panel, other_panel, start, other_start, limits_at,
        )  # fmt: skip
    n_found = 0
    for tile in range(N_TILES):
        column, row = (tile // TILES_DOWN) * TILE_COLUMNS, (tile % TILES_DOWN) * TILE_ROWS
        if compare_all(
            panels, panel + row, other_panels, other_panel + column, 0, n_columns,
            bias, start + row, other_bias, other_start + column,
            limits, other_limits, limits_at + column, bias, 0, other_bias, 0, sums, 0,
            masks, n_found * TILE_ROWS,
        ):  # fmt: skip
            tiles[n_found] = tile
            n_found += 1
    return n_found


@compiled()
def _compare_in_parts(  # type: ignore[no-untyped-def]
    panels, other_panels, bias, other_bias, limits, other_limits, edges, rest, other_rest,
    tiles, masks, sums, panel, other_panel, start, other_start, limits_at,
):  # fmt: skip
    """Compare part after part of the columns, and stop where no pair is left.

    The first part holds most of a distance where data has few dimensions of its own; and parts of
    wide rows stay in a core's first-level cache.
    """
    n_places, n_other = len(bias), len(other_bias)
    last_part, n_alive = len(edges) - 2, N_TILES
    for tile in range(N_TILES):
        tiles[tile] = tile
    for part in range(last_part + 1):
        first, last = edges[part], edges[part + 1]
        n_left = 0
        for index in range(n_alive):
            tile = tiles[index]
            column, row = (tile // TILES_DOWN) * TILE_COLUMNS, (tile % TILES_DOWN) * TILE_ROWS
            at = row * BLOCK + column
            ours, theirs = start + row, other_start + column
            if part == 0:
                found = compare_first(
                    panels, panel + row, other_panels, other_panel + column, first, last,
                    bias, ours, other_bias, theirs, limits, other_limits, limits_at + column,
                    rest, ours, other_rest, theirs, sums, at, masks, 0,
                )  # fmt: skip
            elif part < last_part:
                found = compare_next(
                    panels, panel + row, other_panels, other_panel + column, first, last,
                    bias, ours, other_bias, theirs, limits, other_limits, limits_at + column,
                    rest, part * n_places + ours, other_rest, part * n_other + theirs, sums, at,
                    masks, 0,
                )  # fmt: skip
            else:
                found = compare_last(
                    panels, panel + row, other_panels, other_panel + column, first, last,
                    bias, ours, other_bias, theirs, limits, other_limits, limits_at + column,
                    bias, 0, other_bias, 0, sums, at, masks, n_left * TILE_ROWS,
                )  # fmt: skip
            if found:
                tiles[n_left] = tile
                n_left += 1
        n_alive = n_left
        if n_alive == 0:
            break
    return n_alive
