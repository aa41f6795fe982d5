"""The farthest rows of each row among others.

The tile kernel computes ``bias(x) + bias(y) + x.y``. With the coordinates of one side negated, and
biases of plus half the squared norm, that is half the squared distance itself, and limits from
below let the far pairs through.
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
from balancekit.kernels.neighbors.packing import NOBODY, SHARE
from balancekit.kernels.neighbors.target import BLOCK
from balancekit.kernels.neighbors.vectors import lowest_bit, squared_distance

# Roundings of a limit on its way to float32.
LOWERED = 1.0 - 1e-5


@compiled()
def turn_biases(bias, slack, rows):  # type: ignore[no-untyped-def]
    """Make biases of plus half the squared norm from those of minus half of it.

    Parameters
    ----------
    bias, slack, rows : ndarray
        Those of `Blocks`.

    Returns
    -------
    turned : ndarray of int32, shape (n_places,)
        Raised by what the error of the row can take off half a squared distance.
    """
    turned = np.empty_like(bias)
    for place in range(len(bias)):
        # What the bias was raised by is raised by again, and not taken off.
        raised = np.int32(np.ceil(2.0 * slack[place // BLOCK]))
        turned[place] = NOBODY if rows[place] < 0 else raised - bias[place]
    return turned


@compiled()
def find_farthest(  # type: ignore[no-untyped-def]
    table, panels, bias, at, errors, other_panels, other_bias, other_at, edges, unit, limits,
    squares, first, last,
):  # fmt: skip
    """Find the largest distances of the rows of blocks ``first:last``.

    Parameters
    ----------
    table : ndarray of float32 or float64, shape (n_table, n_columns), C-contiguous
        Rows as they are, for the distances that count.
    panels, at, errors : ndarray
        Of the `Blocks` that look for rows.
    other_panels, other_at : ndarray
        Of the `Blocks` they look among, their coordinates negated. The first ones should be far
        from the centre.
    bias, other_bias : ndarray of int32
        Those of `turn_biases`.
    edges : ndarray of int64, shape (2,)
        Of both `Blocks`.
    unit : float
        Packed units in one unit of the table, rounded down.
    limits : ndarray of float32, shape (n_places,)
        Zeros; written to.
    squares : ndarray of float64, shape (n_places, k)
        The largest squared distances, ascending, filled with -1; written to.
    first, last : int
        Blocks.

    Returns
    -------
    n_exact : int
        Pairs whose distance was computed exactly.
    """
    n_others, k = len(other_bias) // BLOCK, squares.shape[1]
    scratch = make_scratch()
    tiles, masks, sums, nothing = scratch.tiles, scratch.masks, scratch.sums, scratch.nothing
    n_exact = 0
    for block in range(first, last):
        for other in range(n_others):
            n_tiles = compare_blocks(
                panels, other_panels, bias, other_bias, limits, nothing, edges, sums, sums, False,
                tiles, masks, sums, block, other, 0,
            )  # fmt: skip
            for index in range(n_tiles):
                tile = tiles[index]
                there = other * BLOCK + (tile // TILES_DOWN) * TILE_COLUMNS
                place = block * BLOCK + (tile % TILES_DOWN) * TILE_ROWS
                for line in range(TILE_ROWS):
                    mask, here = masks[index * TILE_ROWS + line], place + line
                    while mask:
                        found = there + lowest_bit(mask)
                        mask &= mask - 1
                        row, far = at[here], other_at[found]
                        if min(row, far) < 0:
                            continue
                        n_exact += 1
                        square = squared_distance(table, row, table, far)
                        if square > squares[here, 0]:
                            _insert(squares, here, square, k)
                            limits[here] = _limit(squares[here, 0], unit, errors[here])
    return n_exact


@compiled(borrows=True)
def _insert(squares, place, square, k):  # type: ignore[no-untyped-def]
    """Put a square into an ascending list; the smallest one drops out."""
    spot = 0
    while spot + 1 < k and squares[place, spot + 1] < square:
        squares[place, spot] = squares[place, spot + 1]
        spot += 1
    squares[place, spot] = square


@compiled(borrows=True)
def _limit(square, unit, error):  # type: ignore[no-untyped-def]
    """Return what the value of a pair must reach to be as far apart."""
    if square < 0.0:
        return np.float32(0.0)
    radius = max(0.0, np.sqrt(square) * unit - error)
    return np.float32(max(0.0, 0.5 * LOWERED / (1.0 + SHARE) * radius * radius - 1.0))
