"""Rows in the form that the sweeps read: panels, biases, errors and boxes.

Half the squared distance of two rows is ``|x|^2/2 + |y|^2/2 - x.y``. The kernel computes its
negative, ``bias(x) + bias(y) + x.y``, from coordinates rounded to 16 bits: processors multiply
twice as many of them as of float32 at once, and add them up without rounding. What an error of the
coordinates may add to the distance is taken off beforehand: each bias is raised by the error that
its row can cause, so that no neighbour is ever missed.

Where neighbours are much closer to each other than to the centre, or a few rows are much
farther away than all others, little is left of such a sum but its error. Squared gaps are added up
then, of coordinates that are sums of two numbers of float32, and the biases are the errors alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from balancekit.kernels.compiling import compiled
from balancekit.kernels.neighbors.target import BLOCK

# Coordinates that a box has at most: the leading ones carry most of the distance.
BOX_COLUMNS = 16

FLOAT32_ROUNDING = 2.0**-24

# A bias or a limit that is rounded to an integer is off by no more.
ROUNDED = 1.0

# Roundings of float32 where a part of the words is compared.
FEW_ROUNDINGS = 8 * FLOAT32_ROUNDING

# (a + e)^2 <= (1 + SHARE) a^2 + (1 + 1 / SHARE) e^2 keeps the errors of two rows apart.
SHARE = 2.0**-10

# Products below the range of float32 lose less than this.
UNDERFLOW = 1e-36

# Norm that packed rows have at most. All values of products then fit 32 bits, and so does
# the lowest limit.
LARGEST_NORM = 32_700.0

# The bias of places beyond the last row.
NOBODY = -1_000_000_000


class Blocks(NamedTuple):
    """Packed rows; see `pack_products` and `pack_gaps`.

    Attributes
    ----------
    panels : ndarray of int32, shape (n_blocks * n_words * BLOCK,)
        Coordinates, block by block; within a block word by word. A word is two neighbouring
        coordinates in 16 bits, or the bits of one part of a coordinate in float32.
    bias : ndarray of int32, shape (n_places,)
        Minus half the squared norm, raised by the error. Or the bits of the error alone in float32,
        for sums of squared gaps.
    error : ndarray of float64, shape (n_places,)
        How far the packed row may be from the true one, in packed units.
    slack : ndarray of float32, shape (n_blocks,)
        By how much the biases of a block's rows are raised at most. Errors of the rows take no more
        off half a squared distance.
    low, high : ndarray of float32, shape (n_blocks, n_box_columns)
        Bounding boxes.
    rows : ndarray of int64, shape (n_places,)
        Number of the row at each place, -1 beyond the last.
    at : ndarray of int64, shape (n_places,)
        Where the table of exact distances has it.
    edges : ndarray of int64, shape (n_parts + 1,)
        Parts in which words are compared; after each, pairs that are too far apart are dropped.
    rest : ndarray of float32, shape ((n_parts - 1) * n_places,)
        Norm of the words after each part but the last, rounded up.
    unit : float
        Packed units in one unit of the table, rounded up.
    n_words : int
        Words of a row.
    by_gaps : bool
        Whether rows are compared by sums of squared gaps, not by products.
    """

    panels: Any
    bias: Any
    error: Any
    slack: Any
    low: Any
    high: Any
    rows: Any
    at: Any
    edges: Any
    rest: Any
    unit: float
    n_words: int
    by_gaps: bool


@compiled()
def pack_products(  # type: ignore[no-untyped-def]
    points, order, relative, panels, bias, error, slack, low, high, first, last
):
    """Fill the arrays of blocks ``first:last`` for products of 16-bit integers.

    Parameters
    ----------
    points : ndarray of float32, shape (n_rows, n_columns)
        Centred, scaled and possibly rotated rows, of norm at most `LARGEST_NORM`.
    order : ndarray of int64, shape (n_rows,)
        Row at each place.
    relative : float
        Error of a row, relative to its norm.
    panels : ndarray of int16, shape (2 * n_blocks * n_words * BLOCK,)
        Those of `Blocks`, as halves of words; written to.
    bias, error, slack, low, high : ndarray
        Those of `Blocks`; written to.
    first, last : int
        Blocks.

    Notes
    -----
    O(n_rows * n_columns) time.
    """
    n_columns = points.shape[1]
    panel_size = (n_columns + 1) // 2 * BLOCK
    for block in range(first, last):
        _start_block(points, order, block, low, high, slack)
        panels[2 * block * panel_size : 2 * (block + 1) * panel_size] = 0
        for place in range(BLOCK):
            at = block * BLOCK + place
            if at >= len(order):
                bias[at] = NOBODY
                error[at] = 0.0
                continue
            row = order[at]
            squares, lost, true_squares = 0.0, 0.0, 0.0
            for column in range(n_columns):
                value = np.float64(points[row, column])
                short = np.rint(value)
                word = block * panel_size + (column // 2) * BLOCK + place
                panels[2 * word + column % 2] = np.int16(short)
                squares += short * short
                lost += (value - short) ** 2
                true_squares += value * value
            error[at] = (np.sqrt(lost) + np.sqrt(true_squares) * relative) * (
                1.0 + 1e-9
            ) + UNDERFLOW
            raised = squares * FEW_ROUNDINGS + _lost_to(error[at]) + ROUNDED
            bias[at] = np.int32(np.ceil(raised - 0.5 * squares))
            slack[block] = max(slack[block], np.float32((raised + ROUNDED) * (1.0 + 1e-6)))


@compiled()
def pack_gaps(  # type: ignore[no-untyped-def]
    points, rest, order, relative, panels, bias, error, slack, low, high, first, last
):
    """Fill the arrays of blocks ``first:last`` for squared gaps.

    Parameters
    ----------
    points, rest : ndarray of float32, shape (n_rows, n_columns)
        Rows as for `pack_products`, and what float32 leaves over of them.
    order, relative, error, slack, low, high, first, last
        As for `pack_products`.
    panels, bias : ndarray of float32
        Those of `Blocks`, as numbers; written to.

    Notes
    -----
    O(n_rows * n_columns) time.
    """
    n_columns = points.shape[1]
    panel_size = 2 * n_columns * BLOCK
    for block in range(first, last):
        _start_block(points, order, block, low, high, slack)
        panels[block * panel_size : (block + 1) * panel_size] = 0.0
        for place in range(BLOCK):
            at = block * BLOCK + place
            if at >= len(order):
                bias[at] = NOBODY
                error[at] = 0.0
                continue
            row = order[at]
            squares = 0.0
            for column in range(n_columns):
                value = points[row, column]
                word = block * panel_size + 2 * column * BLOCK + place
                panels[word] = value
                panels[word + BLOCK] = rest[row, column]
                squares += np.float64(value) * np.float64(value)
            error[at] = np.sqrt(squares) * relative + UNDERFLOW
            bias[at] = np.float32(_lost_to(error[at]) * (1.0 + 1e-6))
            slack[block] = max(slack[block], bias[at])


@compiled(borrows=True)
def _start_block(points, order, block, low, high, slack):  # type: ignore[no-untyped-def]
    """Set the box of a block, and its slack to nothing."""
    low[block] = np.inf
    high[block] = -np.inf
    slack[block] = 0.0
    for at in range(block * BLOCK, min(len(order), (block + 1) * BLOCK)):
        for column in range(low.shape[1]):
            value = points[order[at], column]
            # Points are rounded; the box is around what they are rounded from.
            rounding = abs(value) * np.float32(2.0 * FLOAT32_ROUNDING)
            low[block, column] = min(low[block, column], value - rounding)
            high[block, column] = max(high[block, column], value + rounding)


@compiled(borrows=True)
def _lost_to(error):  # type: ignore[no-untyped-def]
    """Bound what an error of one of two rows takes off half their squared distance."""
    return 0.5 * (1.0 + 1.0 / SHARE) * error * error * (1.0 + 1e-6) + UNDERFLOW


@compiled()
def measure_rest(panels, n_words, edges, rest, first, last):  # type: ignore[no-untyped-def]
    """Compute the norms of the words after each part, for blocks ``first:last``.

    Parameters
    ----------
    panels : ndarray of int16, shape (2 * n_blocks * n_words * BLOCK,)
        Those of `Blocks`, as halves of words.
    n_words, edges, rest
        Those of `Blocks`; `rest` is written to.
    first, last : int
        Blocks.

    Notes
    -----
    O(n_rows * n_columns) time.
    """
    n_places = len(rest) // (len(edges) - 2)
    for block in range(first, last):
        for place in range(BLOCK):
            squares = 0.0
            for part in range(len(edges) - 2, -1, -1):
                if part < len(edges) - 2:
                    at = part * n_places + block * BLOCK + place
                    rest[at] = np.float32(np.sqrt(squares) * (1.0 + 1e-6))
                for word in range(edges[part], edges[part + 1]):
                    half = 2 * ((block * n_words + word) * BLOCK + place)
                    for short in (panels[half], panels[half + 1]):
                        squares += np.float64(short) * np.float64(short)
