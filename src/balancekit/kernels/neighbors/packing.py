"""Rows in the form that the sweeps read: panels, biases, errors and boxes.

The half squared distance of two rows is ``|x|^2/2 + |y|^2/2 - x.y``. The tile kernel computes its
negative, ``bias(x) + bias(y) + x.y``, in float32. What rounding may add to the distance is taken
off beforehand: each bias is raised by the error that its row can cause, so that no neighbour
is ever missed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from balancekit.kernels.compiling import compiled
from balancekit.kernels.neighbors.target import BLOCK

# Coordinates that a box has at most: the leading ones carry most of the distance.
BOX_COLUMNS = 16

FLOAT32_ROUNDING = 2.0**-24

# (a + e)^2 <= (1 + SHARE) a^2 + (1 + 1 / SHARE) e^2 keeps the errors of two rows apart.
SHARE = 2.0**-10

# Products below the range of float32 lose less than this.
UNDERFLOW = 1e-36

# The bias of places beyond the last row; no limit is as low.
NOBODY = -1e32


class Blocks(NamedTuple):
    """Packed rows; see `pack`.

    Attributes
    ----------
    panels : ndarray of float32, shape (n_blocks * n_columns * BLOCK,)
        Coordinates, block by block; within a block column by column.
    bias : ndarray of float32, shape (n_places,)
        Minus half the squared norm, raised by the error.
    error : ndarray of float64, shape (n_places,)
        How far the packed row may be from the true one, in packed units.
    slack : ndarray of float32, shape (n_blocks,)
        Largest part that errors of a block's rows may take off half a squared distance.
    low, high : ndarray of float32, shape (n_blocks, n_box_columns)
        Bounding boxes.
    rows : ndarray of int64, shape (n_places,)
        Row of the table at each place, -1 beyond the last.
    edges : ndarray of int64, shape (n_parts + 1,)
        Parts in which columns are compared; after each, pairs that are too far apart are dropped.
    rest : ndarray of float32, shape ((n_parts - 1) * n_places,)
        Norm of the columns after each part but the last, rounded up.
    unit : float
        Packed units in one unit of the table, rounded up.
    n_columns : int
        Columns packed.
    """

    panels: Any
    bias: Any
    error: Any
    slack: Any
    low: Any
    high: Any
    rows: Any
    edges: Any
    rest: Any
    unit: float
    n_columns: int


@compiled()
def pack(  # type: ignore[no-untyped-def]
    points, order, relative, panels, bias, error, slack, low, high, first, last
):
    """Fill the arrays of blocks ``first:last``.

    Parameters
    ----------
    points : ndarray of float32, shape (n_rows, n_columns)
        Centred, scaled and possibly rotated rows, of norm at most 1.
    order : ndarray of int64, shape (n_rows,)
        Row at each place.
    relative : float
        Error of a row, relative to its norm.
    panels, bias, error, slack, low, high : ndarray
        Those of `Blocks`, written to.
    first, last : int
        Blocks.

    Notes
    -----
    O(n_rows * n_columns) time.
    """
    n_columns, n_box = points.shape[1], low.shape[1]
    rounding = (n_columns + 8) * FLOAT32_ROUNDING
    for block in range(first, last):
        low[block] = np.inf
        high[block] = -np.inf
        slack[block] = 0.0
        panel = block * n_columns * BLOCK
        for place in range(BLOCK):
            at = block * BLOCK + place
            if at >= len(order):
                bias[at] = NOBODY
                error[at] = 0.0
                for column in range(n_columns):
                    panels[panel + column * BLOCK + place] = 0.0
                continue
            row = order[at]
            squares = 0.0
            for column in range(n_columns):
                value = points[row, column]
                panels[panel + column * BLOCK + place] = value
                squares += np.float64(value) * np.float64(value)
            for column in range(n_box):
                low[block, column] = min(low[block, column], points[row, column])
                high[block, column] = max(high[block, column], points[row, column])
            off = np.sqrt(squares) * relative + UNDERFLOW
            apart = 0.5 * (1.0 + 1.0 / SHARE) * off * off * (1.0 + 1e-6)
            error[at] = off
            bias[at] = np.float32(-0.5 * squares * (1.0 - 2.5 * rounding) + apart + UNDERFLOW)
            slack[block] = max(slack[block], np.float32(apart * (1.0 + 1e-6)))


@compiled()
def measure_rest(panels, n_columns, edges, rest, first, last):  # type: ignore[no-untyped-def]
    """Compute the norms of the columns after each part, for blocks ``first:last``.

    Parameters
    ----------
    panels, n_columns, edges, rest
        Those of `Blocks`; `rest` is written to.
    first, last : int
        Blocks.

    Notes
    -----
    O(n_rows * n_columns) time.
    """
    n_places = len(rest) // (len(edges) - 2)
    for block in range(first, last):
        panel = block * n_columns * BLOCK
        for place in range(BLOCK):
            squares = 0.0
            for part in range(len(edges) - 2, -1, -1):
                if part < len(edges) - 2:
                    at = part * n_places + block * BLOCK + place
                    rest[at] = np.float32(np.sqrt(squares) * (1.0 + 1e-6))
                for column in range(edges[part], edges[part + 1]):
                    value = np.float64(panels[panel + column * BLOCK + place])
                    squares += value * value
