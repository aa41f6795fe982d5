"""The nearest of some centres, and rows that are nearer to a new one.

Rows and centres are compared in float32. What that may be off by is known for each row, so that the
fixed distance is computed only where it may decide.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, float32, float64, int32, int64, types, void

from balancekit.kernels.compiling import compiled, read_only
from balancekit.kernels.neighbors.gap_tiles import (
    TILE,
    keep_nearest,
    mark_near,
)
from balancekit.kernels.neighbors.target import BLOCK
from balancekit.kernels.neighbors.vectors import lowest_bit, squared_distance

GROUP, LANES = TILE.rows, TILE.columns
ROUNDING = 2.0**-24

# Roots of what squares below the range of float32, and of float64, lose at most.
LOST, LOST_IN_DOUBLE = 2.0**-62, 2.0**-534

TABLE, COLUMN = read_only(float64, 2), read_only(float64)
Scratch = types.Tuple(  # type: ignore[no-untyped-call]
    (
        float32[::1], float32[::1], float32[::1], int32[::1], float32[::1], int64[::1],
        float64[::1],
    )
)  # fmt: skip

# Bounds on their way to float32.
LOWERED = 1.0 - 1e-6

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


@compiled([void(TABLE, COLUMN, float64, float32[::1])])
def pack_centres(values, middle, scale, packed):  # type: ignore[no-untyped-def]
    """Bring centres into the form that is compared.

    Parameters
    ----------
    values, middle, scale
        As for `pack_panels`.
    packed : ndarray of float32, shape (n_groups * n_columns * GROUP,)
        Written to: group by group, column by column. What no centre takes is infinite.
    """
    n_centres, n_columns = values.shape
    packed[:] = np.inf
    for row in range(n_centres):
        start = row // GROUP * n_columns * GROUP + row % GROUP
        for column in range(n_columns):
            packed[start + column * GROUP] = np.float32(
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


@compiled([float64(float32, float64, float64)])
def least_of(total, error, share):  # type: ignore[no-untyped-def]
    """Return how far, in scaled units, a centre is at least whose sum of squared gaps is known."""
    return np.sqrt(np.float64(total)) * (1.0 - share) - error


@compiled([void(float32[::1], int64, read_only(int64), int64, float32[::1])])
def gather_panel(panels, n_columns, rows, n_here, panel):  # type: ignore[no-untyped-def]
    """Copy rows into a panel of their own; places beyond the last keep what they hold."""
    for place in range(n_here):
        block, at = rows[place] // BLOCK, rows[place] % BLOCK
        for column in range(n_columns):
            panel[column * BLOCK + place] = panels[(block * n_columns + column) * BLOCK + at]


@compiled(
    [
        int64(
            TABLE, float32[::1], int64, float32[::1], TABLE, float32[::1], int32[::1],
            float32[::1], read_only(int64), int64, Scratch,
        )
    ]
)  # fmt: skip
def search_all(  # type: ignore[no-untyped-def]
    values, panels, start, errors, centres, packed, labels, lower, rows, n_here, scratch
):
    """Find the nearest of all centres for the rows of a panel.

    Parameters
    ----------
    values, errors, centres, packed, labels, lower
        As for `assign_rows`.
    panels : ndarray of float32
        Panels; one starts at `start`.
    start : int
        Where.
    rows : ndarray of int64
        The rows, in the first `n_here` places.
    n_here : int
        How many there are.
    scratch : tuple
        Memory; see `assign_rows`.

    Returns
    -------
    n_changed : int
        Labels that were others before.
    """
    _, best, second, index, limits, masks, squares = scratch
    n_columns = values.shape[1]
    n_groups = len(packed) // (n_columns * GROUP)
    share, n_changed, n_unclear = share_of(n_columns), 0, 0
    best[:] = np.inf
    second[:] = np.inf
    for lane in range(0, BLOCK, LANES):
        for group in range(n_groups):
            keep_nearest(
                panels, start + lane, packed, group * n_columns * GROUP, n_columns, best, second,
                index, lane, group * GROUP,
            )  # fmt: skip
    limits[:] = -1.0
    for place in range(n_here):
        row = rows[place]
        error = np.float64(errors[row])
        farthest = (np.sqrt(np.float64(best[place])) + error) * (1.0 + share)
        limit = limit_of(farthest, error, share)
        if second[place] > limit:
            lower[row] = np.float32(least_of(second[place], error, share) * LOWERED)
            n_changed += labels[row] != index[place]
            labels[row] = index[place]
        else:
            lower[row] = np.float32(max(0.0, least_of(best[place], error, share) * LOWERED))
            limits[place] = limit
            n_unclear += 1
    if not n_unclear:
        return n_changed
    squares[:] = np.inf
    for group in range(n_groups):
        masks[:] = 0
        for lane in range(0, BLOCK, LANES):
            mark_near(
                panels,
                start + lane,
                packed,
                group * n_columns * GROUP,
                n_columns,
                limits,
                masks,
                lane,
                0,
            )
        for member in range(GROUP):
            mask, centre = masks[member], group * GROUP + member
            while mask:
                place = lowest_bit(mask)
                mask &= mask - 1
                square = squared_distance(values, rows[place], centres, centre)
                if square < squares[place]:
                    squares[place], index[place] = square, centre
    for place in range(n_here):
        if limits[place] >= 0.0:
            n_changed += labels[rows[place]] != index[place]
            labels[rows[place]] = index[place]
    return n_changed


@compiled(
    [
        int64(
            TABLE, float32[::1], float32[::1], TABLE, float32[::1], read_only(int64), float32[::1],
            float64, float64, int32[::1], float32[::1], boolean, int64, int64,
        )
    ]
)  # fmt: skip
def assign_rows(  # type: ignore[no-untyped-def]
    values, panels, errors, centres, packed, moved, packed_moved, drift, unit, labels, lower,
    keeps_bounds, first, last,
):  # fmt: skip
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
        Those of `pack_centres`.
    moved : ndarray of int64, shape (n_moved,)
        Centres that are not where they were before.
    packed_moved : ndarray of float32
        These, packed likewise.
    drift : float
        How far any of them has moved at most, in scaled units.
    unit : float
        Scaled units in one, rounded up.
    labels : ndarray of int32, shape (n_rows,)
        Written to: the nearest centre, of those that tie the first. Before, it was that of the
        centres as they were.
    lower : ndarray of float32, shape (n_rows,)
        How far, in scaled units, all other centres were at least; 0 where that is not known.
        Written to.
    keeps_bounds : bool
        Whether to make use of that. A row whose centre is nearer than all others were then looks
        only at those that have moved, and at none if they have not moved far enough.
    first, last : int
        Blocks.

    Returns
    -------
    n_changed : int
        Labels that were others before.

    Notes
    -----
    O(n_rows * n_centres * n_columns) time at most.
    """
    n_columns, n_changed = values.shape[1], 0
    n_groups = len(packed_moved) // (n_columns * GROUP)
    share = share_of(n_columns)
    scratch = (
        np.zeros(n_columns * BLOCK, np.float32), np.empty(BLOCK, np.float32),
        np.empty(BLOCK, np.float32), np.zeros(BLOCK, np.int32), np.empty(BLOCK, np.float32),
        np.empty(GROUP, np.int64), np.empty(BLOCK, np.float64),
    )  # fmt: skip
    panel, best, second, index = scratch[:4]
    some, full, n_some, n_full = np.empty(BLOCK, np.int64), np.empty(2 * BLOCK, np.int64), 0, 0
    reaches, stop = np.empty(BLOCK, np.float64), min(len(values), last * BLOCK)
    if not keeps_bounds:
        for block in range(first, last):
            n_here = min(BLOCK, stop - block * BLOCK)
            for place in range(n_here):
                some[place] = block * BLOCK + place
            n_changed += search_all(
                values, panels, block * n_columns * BLOCK, errors, centres, packed, labels, lower,
                some, n_here, scratch,
            )  # fmt: skip
        return n_changed
    for row in range(first * BLOCK, stop):
        square = squared_distance(values, row, centres, labels[row])
        reach = np.sqrt(square) * unit * (1.0 + share) + np.float64(errors[row])
        bound = np.float64(lower[row])
        if reach < bound - drift:
            lower[row] = np.float32((bound - drift) * LOWERED)
        elif reach < bound:
            some[n_some], reaches[n_some] = row, reach
            n_some += 1
        else:
            full[n_full] = row
            n_full += 1
        if n_some == BLOCK or (row == stop - 1 and n_some):
            gather_panel(panels, n_columns, some, n_some, panel)
            best[:] = np.inf
            second[:] = np.inf
            for lane in range(0, BLOCK, LANES):
                for group in range(n_groups):
                    keep_nearest(
                        panel, lane, packed_moved, group * n_columns * GROUP, n_columns, best,
                        second, index, lane, group * GROUP,
                    )  # fmt: skip
            for place in range(n_some):
                here = some[place]
                # Of those that have moved, its own centre is no rival.
                is_own = best[place] < np.inf and moved[index[place]] == labels[here]
                rival = second[place] if is_own else best[place]
                bound = least_of(rival, np.float64(errors[here]), share) * LOWERED
                if reaches[place] < bound:
                    lower[here] = min(lower[here], np.float32(bound))
                else:
                    full[n_full] = here
                    n_full += 1
            n_some = 0
        while n_full >= BLOCK or (row == stop - 1 and n_full):
            n_here = min(n_full, BLOCK)
            gather_panel(panels, n_columns, full, n_here, panel)
            n_changed += search_all(
                values, panel, 0, errors, centres, packed, labels, lower, full, n_here, scratch
            )
            n_full -= n_here
            full[:n_full] = full[n_here : n_here + n_full]
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
            read_only(float64), read_only(int64), float64, int64[:, ::1], int64[::1], int64, int64,
        )
    ]
)  # fmt: skip
def try_blocks(  # type: ignore[no-untyped-def]
    values, panels, limits, ids, packed, squares, units, scale, masks, saved, first, last
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
        These rows as `pack_centres` packs them.
    masks : ndarray of int64, shape (n_blocks, n_groups * GROUP)
        Written to: bits of the rows that may be nearer to each of these than they were.
    saved : ndarray of int64, shape (n_trials,)
        Raised.
    first, last : int
        Blocks.
    """
    n_columns = values.shape[1]
    n_groups = len(packed) // (n_columns * GROUP)
    for block in range(first, last):
        start, words = block * n_columns * BLOCK, masks[block]
        words[:] = 0
        for lane in range(0, BLOCK, LANES):
            for group in range(n_groups):
                mark_near(
                    panels, start + lane, packed, group * n_columns * GROUP, n_columns, limits,
                    words, block * BLOCK + lane, group * GROUP,
                )  # fmt: skip
        for trial in range(len(ids)):
            mask = words[trial]
            while mask:
                row = block * BLOCK + lowest_bit(mask)
                mask &= mask - 1
                square = squared_distance(values, row, values, ids[trial])
                if square < squares[row]:
                    saved[trial] += units[row] - np.int64(np.rint(square * scale))


@compiled(
    [
        float64(
            TABLE, int64, int64[:, ::1], int64, float32[::1], float64, float64, float64,
            float64[::1], float32[::1], int64[::1], int64[::1], float64[::1],
        )
    ]
)  # fmt: skip
def lower_squares(  # type: ignore[no-untyped-def]
    values, chosen, masks, trial, errors, scale, unit, share, squares, limits, units, sums, largest
):
    """Lower squared distances to those of a row that was tried.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_columns)
        Rows.
    chosen, trial : int
        The row, and its place among those that were tried.
    masks : ndarray of int64
        Those of `try_blocks`.
    errors, scale, unit, share
        As for `round_squares`.
    squares, limits, units, sums
        Those of `round_squares`; written to.
    largest : ndarray of float64, shape (n_blocks,)
        Largest squared distance of each block; written to where rows have changed.

    Returns
    -------
    largest : float
        Of all squared distances.
    """
    n_rows, largest_of_all = len(squares), 0.0
    for block in range(len(sums)):
        mask, is_lower = masks[block, trial], False
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
        largest_of_all = max(largest_of_all, largest[block])
    return largest_of_all


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
