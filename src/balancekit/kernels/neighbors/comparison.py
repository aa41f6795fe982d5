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
from balancekit.kernels.neighbors.tile_kernel import (
    TILE,
    compare_all,
    compare_first,
    compare_gaps,
    compare_last,
    compare_next,
    compute_gaps,
    compute_products,
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
        Values; or sums of the words so far, in bits of int32.
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


@compiled(borrows=True)
def compare_blocks(  # type: ignore[no-untyped-def]
    panels, other_panels, bias, other_bias, limits, other_limits, edges, rest, other_rest,
    by_gaps, tiles, masks, sums, block, other, limits_at,
):  # fmt: skip
    """Find the pairs of rows of two blocks that may be neighbours.

    Parameters
    ----------
    panels, bias, edges, rest, other_panels, other_bias, other_rest : ndarray
        Of the `Blocks` on either side.
    by_gaps : bool
        Of both `Blocks`.
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

    Notes
    -----
    With edges between parts, part after part of the words is compared, until no pair is left. The
    first part holds most of a distance where data has few dimensions of its own; and parts of wide
    rows stay in a core's first-level cache.
    """
    n_parts, n_words = len(edges) - 1, edges[-1]
    if by_gaps:
        n_tiles = compare_gaps(
            panels, other_panels, bias, other_bias, limits, other_limits, limits_at, rest, 0,
            other_rest, 0, sums, tiles, masks, 0, block, other, n_words, 0, n_words,
        )  # fmt: skip
    elif n_parts == 1:
        n_tiles = compare_all(
            panels, other_panels, bias, other_bias, limits, other_limits, limits_at, rest, 0,
            other_rest, 0, sums, tiles, masks, 0, block, other, n_words, 0, n_words,
        )  # fmt: skip
    else:
        n_tiles = compare_first(
            panels, other_panels, bias, other_bias, limits, other_limits, limits_at, rest, 0,
            other_rest, 0, sums, tiles, masks, 0, block, other, n_words, 0, edges[1],
        )  # fmt: skip
        for part in range(1, n_parts - 1):
            n_tiles = compare_next(
                panels, other_panels, bias, other_bias, limits, other_limits, limits_at, rest,
                part * len(bias), other_rest, part * len(other_bias), sums, tiles, masks, n_tiles,
                block, other, n_words, edges[part], edges[part + 1],
            )  # fmt: skip
        n_tiles = compare_last(
            panels, other_panels, bias, other_bias, limits, other_limits, limits_at, rest, 0,
            other_rest, 0, sums, tiles, masks, n_tiles, block, other, n_words,
            edges[n_parts - 1], n_words,
        )  # fmt: skip
    return n_tiles


@compiled(borrows=True)
def compute_values(  # type: ignore[no-untyped-def]
    panels, bias, other_panels, other_bias, by_gaps, n_words, block, other, sums, tiles, masks
):
    """Compute what the kernels compare, for all pairs of rows of two blocks.

    Parameters
    ----------
    panels, bias, other_panels, other_bias : ndarray
        Of the `Blocks` on either side.
    by_gaps, n_words
        Of both `Blocks`.
    block, other : int
        The block on either side.
    sums, tiles, masks : ndarray
        Of `Scratch`. `sums` is written to: row after row of `block`, a value for each row of
        `other`.
    """
    # No limits and norms are read.
    if by_gaps:
        compute_gaps(
            panels, other_panels, bias, other_bias, sums, sums, 0, sums, 0, sums, 0, sums, tiles,
            masks, 0, block, other, n_words, 0, n_words,
        )  # fmt: skip
    else:
        compute_products(
            panels, other_panels, bias, other_bias, sums, sums, 0, sums, 0, sums, 0, sums, tiles,
            masks, 0, block, other, n_words, 0, n_words,
        )  # fmt: skip
