"""The nearest of some centres, and rows that are nearer to a new one.

Rows and centres are compared in float32. What that may be off by is known for each row, so that the
fixed distance is computed only where it may decide.
"""

from __future__ import annotations

import numpy as np
from numba import float32, float64, int32, int64, void

from balancekit.kernels.compiling import compiled, read_only
from balancekit.kernels.neighbors.gap_tiles import (
    TILE,
    keep_nearest,
    mark_near,
    mark_near_one,
)
from balancekit.kernels.neighbors.target import BLOCK
from balancekit.kernels.neighbors.vectors import lowest_bit, squared_distance

GROUP, LANES = TILE.rows, TILE.columns
ROUNDING = 2.0**-24

# Roots of what squares below the range of float32, and of float64, lose at most.
LOST, LOST_IN_DOUBLE = 2.0**-62, 2.0**-534

TABLE, COLUMN = read_only(float64, 2), read_only(float64)
LOW_HALF = np.int64(2**31 - 1)


@compiled([void(TABLE, COLUMN, float64, float32[::1], float32[::1], int64, int64)])
def pack_panels(values, middle, scale, panels, errors, first, last):  # type: ignore[no-untyped-def]
    """Bring rows into the form that is compared, for blocks ``first:last``.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_columns)
        Rows.
    middle : ndarray of float64, shape (n_columns,)
        What is taken off them.
    scale : float
        A power of two that brings the rest to a magnitude of at most 1.
    panels : ndarray of float32, shape (n_blocks * n_columns * BLOCK,)
        Written to: block by block, column by column.
    errors : ndarray of float32, shape (n_blocks * BLOCK,)
        Written to: by how much the distance of a row to any centre may be off, beyond a share of
        the distance itself; see `share_of`.
    first, last : int
        Blocks.
    """
    n_rows, n_columns = values.shape
    for block in range(first, last):
        start = block * n_columns * BLOCK
        for place in range(BLOCK):
            row = block * BLOCK + place
            squares = 0.0
            for column in range(n_columns):
                value = np.float32(0.0)
                if row < n_rows:
                    value = np.float32((values[row, column] - middle[column]) * scale)
                panels[start + column * BLOCK + place] = value
                squares += np.float64(value) * np.float64(value)
            # A centre is at most as far from the middle as row and distance together.
            error = 2.0 * ROUNDING * np.sqrt(squares)
            error += (LOST + LOST_IN_DOUBLE * scale) * np.sqrt(np.float64(n_columns))
            errors[row] = np.float32(error * (1.0 + 1e-5))


@compiled([void(TABLE, COLUMN, float64, float32[::1], int64)])
def pack_centres(values, middle, scale, packed, width):  # type: ignore[no-untyped-def]
    """Bring centres into the form that is compared.

    Parameters
    ----------
    values, middle, scale
        As for `pack_panels`.
    packed : ndarray of float32, shape (n_groups * n_columns * width,)
        Written to: group by group, column by column. What no centre takes is infinite.
    width : int
        Centres of a group.
    """
    n_centres, n_columns = values.shape
    packed[:] = np.inf
    for row in range(n_centres):
        start = row // width * n_columns * width + row % width
        for column in range(n_columns):
            packed[start + column * width] = np.float32(
                (values[row, column] - middle[column]) * scale
            )


@compiled([float64(int64)])
def share_of(n_columns):  # type: ignore[no-untyped-def]
    """Return the share of a distance that it may be off by, in float32 and in float64."""
    return (n_columns + 16.0) * ROUNDING


@compiled([float32(float64, float64, float64)])
def limit_of(distance, error, share):  # type: ignore[no-untyped-def]
    """Return the sum below which that of every centre is that is no farther.

    Parameters
    ----------
    distance : float
        How far that is, in scaled units.
    error, share : float
        Those of the row, and `share_of`.

    Returns
    -------
    limit : float32
    """
    reach = (distance + error) * (1.0 + share)
    return np.float32(reach * reach * (1.0 + 1e-6) + 1e-37)


@compiled([int64(TABLE, float32[::1], float32[::1], TABLE, float32[::1], int32[::1], int64, int64)])
def assign_blocks(  # type: ignore[no-untyped-def]
    values, panels, errors, centres, packed, labels, first, last
):
    """Find the nearest centre of each row of blocks ``first:last``.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_columns)
        Rows.
    panels, errors
        Those of `pack_panels`.
    centres : ndarray of float64, shape (n_centres, n_columns)
        The centres.
    packed : ndarray of float32
        Those of `pack_centres`, in groups of `GROUP`.
    labels : ndarray of int32, shape (n_rows,)
        Written to: the nearest centre, of those that tie the first.
    first, last : int
        Blocks.

    Returns
    -------
    n_changed : int
        Labels that were others before.
    """
    n_rows, n_columns = values.shape
    n_groups = len(packed) // (n_columns * GROUP)
    share, n_changed = share_of(n_columns), 0
    best, second = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    limits, index = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.int32)
    masks, squares = np.empty(GROUP, np.int64), np.empty(BLOCK)
    for block in range(first, last):
        start, n_here = block * n_columns * BLOCK, min(BLOCK, n_rows - block * BLOCK)
        best[:] = np.inf
        second[:] = np.inf
        index[:] = 0
        for lane in range(0, BLOCK, LANES):
            for group in range(n_groups):
                keep_nearest(
                    panels, start + lane, packed, group * n_columns * GROUP, n_columns, best,
                    second, index, lane, group * GROUP,
                )  # fmt: skip
        n_unclear = 0
        for place in range(n_here):
            row = block * BLOCK + place
            farthest = (np.sqrt(np.float64(best[place])) + errors[row]) * (1.0 + share)
            limits[place] = limit_of(farthest, errors[row], share)
            if second[place] > limits[place]:
                limits[place] = -1.0
                if labels[row] != index[place]:
                    n_changed += 1
                    labels[row] = index[place]
            else:
                n_unclear += 1
        if not n_unclear:
            continue
        limits[n_here:] = -1.0
        squares[:] = np.inf
        for group in range(n_groups):
            masks[:] = 0
            for lane in range(0, BLOCK, LANES):
                mark_near(
                    panels, start + lane, packed, group * n_columns * GROUP, n_columns, limits,
                    masks, lane, 0,
                )  # fmt: skip
            for member in range(GROUP):
                mask, centre = masks[member], group * GROUP + member
                while mask:
                    place = lowest_bit(mask)
                    mask &= mask - 1
                    square = squared_distance(values, block * BLOCK + place, centres, centre)
                    if square < squares[place]:
                        squares[place], index[place] = square, centre
        for place in range(n_here):
            row = block * BLOCK + place
            if limits[place] >= 0.0 and labels[row] != index[place]:
                n_changed += 1
                labels[row] = index[place]
    return n_changed


@compiled([void(TABLE, TABLE, read_only(int32), float64[::1], int64, int64)])
def measure_rows(values, centres, labels, squares, first, last):  # type: ignore[no-untyped-def]
    """Compute the squared distances of rows ``first:last`` to their centres.

    Parameters
    ----------
    values, centres : ndarray of float64, shape (n, n_columns)
        Rows and centres.
    labels : ndarray of int32, shape (n_rows,)
        Centre of each row.
    squares : ndarray of float64, shape (n_rows,)
        Written to.
    first, last : int
        Rows.
    """
    for row in range(first, last):
        squares[row] = squared_distance(values, row, centres, labels[row])


@compiled(
    [
        void(
            read_only(float64), float64, float64, float64, float32[::1], float32[::1],
            int64[::1], int64[::1],
        )
    ]
)  # fmt: skip
def round_squares(squares, scale, unit, share, errors, limits, units, sums):  # type: ignore[no-untyped-def]
    """Round squared distances to integers, and find below which sums others are smaller.

    Parameters
    ----------
    squares : ndarray of float64, shape (n_rows,)
        Squared distances.
    scale : float
        Integers in one.
    unit : float
        Scaled units of distance in one.
    share : float
        See `share_of`.
    errors : ndarray of float32, shape (n_places,)
        Those of `pack_panels`.
    limits : ndarray of float32, shape (n_places,)
        Written to; -1 beyond the last row.
    units : ndarray of int64, shape (n_rows,)
        Written to: the integers.
    sums : ndarray of int64, shape (n_blocks,)
        Written to: their sums, block by block.
    """
    limits[len(squares) :] = -1.0
    sums[:] = 0
    for row in range(len(squares)):
        units[row] = np.int64(np.rint(squares[row] * scale))
        sums[row // BLOCK] += units[row]
        limits[row] = limit_of(np.sqrt(squares[row]) * unit, errors[row], share)


@compiled(
    [
        void(
            TABLE, float32[::1], float32[::1], read_only(int64), float32[::1],
            read_only(float64), read_only(int64), float64, int64[::1], int64, int64,
        )
    ]
)  # fmt: skip
def try_blocks(  # type: ignore[no-untyped-def]
    values, panels, limits, ids, packed, squares, units, scale, saved, first, last
):
    """Add up by how much some rows would lower the distances in blocks ``first:last``.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_columns)
        Rows.
    panels : ndarray of float32
        Those of `pack_panels`.
    limits, squares, units, scale
        Those of `round_squares`.
    ids : ndarray of int64, shape (n_trials,)
        The rows that are tried.
    packed : ndarray of float32
        These rows as `pack_centres` packs them, in groups of `GROUP`.
    saved : ndarray of int64, shape (n_trials,)
        Raised.
    first, last : int
        Blocks.
    """
    n_columns = values.shape[1]
    n_groups = len(packed) // (n_columns * GROUP)
    masks = np.empty(n_groups * GROUP, np.int64)
    for block in range(first, last):
        start = block * n_columns * BLOCK
        masks[:] = 0
        for lane in range(0, BLOCK, LANES):
            for group in range(n_groups):
                mark_near(
                    panels, start + lane, packed, group * n_columns * GROUP, n_columns, limits,
                    masks, block * BLOCK + lane, group * GROUP,
                )  # fmt: skip
        for trial in range(len(ids)):
            mask = masks[trial]
            while mask:
                row = block * BLOCK + lowest_bit(mask)
                mask &= mask - 1
                square = squared_distance(values, row, values, ids[trial])
                if square < squares[row]:
                    saved[trial] += units[row] - np.int64(np.rint(square * scale))


@compiled(
    [
        void(
            TABLE, float32[::1], int64, float32[::1], float32[::1], float64, float64, float64,
            float64[::1], float32[::1], int64[::1], int64[::1], float64[::1],
        )
    ]
)  # fmt: skip
def lower_squares(  # type: ignore[no-untyped-def]
    values, panels, chosen, packed, errors, scale, unit, share, squares, limits, units, sums,
    largest,
):  # fmt: skip
    """Lower squared distances to those of one row.

    Parameters
    ----------
    values, panels, errors
        Those of `pack_panels`.
    chosen : int
        The row.
    packed : ndarray of float32, shape (n_columns,)
        This row as `pack_centres` packs it.
    scale, unit, share
        As for `round_squares`.
    squares, limits, units, sums
        Those of `round_squares`; written to.
    largest : ndarray of float64, shape (n_blocks,)
        Largest squared distance of each block; written to where rows have changed.
    """
    n_rows, n_columns = values.shape
    masks = np.empty(1, np.int64)
    for block in range(len(sums)):
        masks[0] = 0
        mark_near_one(
            panels, block * n_columns * BLOCK, packed, 0, n_columns, limits, masks, block * BLOCK, 0
        )  # fmt: skip
        mask, is_lower = masks[0], False
        while mask:
            row = block * BLOCK + lowest_bit(mask)
            mask &= mask - 1
            square = squared_distance(values, row, values, chosen)
            if square < squares[row]:
                is_lower = True
                squares[row] = square
                sums[block] -= units[row]
                units[row] = np.int64(np.rint(square * scale))
                sums[block] += units[row]
                limits[row] = limit_of(np.sqrt(square) * unit, errors[row], share)
        if is_lower:
            largest[block] = 0.0
            for row in range(block * BLOCK, min(n_rows, (block + 1) * BLOCK)):
                largest[block] = max(largest[block], squares[row])


@compiled([void(read_only(int64), read_only(int64), read_only(int64), int64[::1])])
def find_thresholds(units, sums, thresholds, found):  # type: ignore[no-untyped-def]
    """Find the first rows at which a cumulated sum reaches thresholds.

    Parameters
    ----------
    units, sums : ndarray of int64
        Those of `round_squares`.
    thresholds : ndarray of int64, shape (n,)
        The thresholds.
    found : ndarray of int64, shape (n,)
        Written to: the rows, the last one where there is none.
    """
    for place in range(len(thresholds)):
        block, before = 0, 0
        while block < len(sums) - 1 and before + sums[block] < thresholds[place]:
            before += sums[block]
            block += 1
        row = block * BLOCK
        last = min(len(units), row + BLOCK) - 1
        before += units[row]
        while row < last and before < thresholds[place]:
            row += 1
            before += units[row]
        found[place] = row


@compiled(
    [
        void(
            TABLE, read_only(int32), read_only(int32), COLUMN, int64[:, ::1], int64[:, ::1],
            int64, int64,
        )
    ]
)  # fmt: skip
def move_rows(values, labels, before, scales, high, low, first, last):  # type: ignore[no-untyped-def]
    """Move rows from one sum to another, for columns ``first:last``.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_columns)
        Rows.
    labels, before : ndarray of int32, shape (n_rows,)
        Which sum a row belongs to, and belonged to before; -1 for none.
    scales : ndarray of float64, shape (n_columns,)
        Integers in one.
    high, low : ndarray of int64, shape (n_clusters, n_columns)
        Sums of both halves; written to.
    first, last : int
        Columns.
    """
    for row in range(len(labels)):
        new, old = labels[row], before[row]
        if new == old:
            continue
        for column in range(first, last):
            whole = np.int64(np.rint(values[row, column] * scales[column]))
            upper, lower = whole >> 31, whole & LOW_HALF
            high[new, column] += upper
            low[new, column] += lower
            if old >= 0:
                high[old, column] -= upper
                low[old, column] -= lower
