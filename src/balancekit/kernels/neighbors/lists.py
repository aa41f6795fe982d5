"""Lists of the nearest rows found so far, by (squared distance, row)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from balancekit.kernels.compiling import compiled
from balancekit.kernels.neighbors.packing import SHARE, UNDERFLOW
from balancekit.kernels.neighbors.target import BLOCK

# Limits of lists that are not full, and of places that take no neighbours.
ANYTHING = np.float32(-1e30)
NOTHING = np.float32(1e30)
# Squares below the range of float64 lose no more than this in a sum of 200,000 of them.
LOST = 1e-318
NO_ROW = np.int64(2**62)


class Lists(NamedTuple):
    """The lists of all places.

    Attributes
    ----------
    distances : ndarray of float64, shape (n_places, k)
        Squared distances, ascending; infinity where none was found yet.
    rows : ndarray of int64, shape (n_places, k)
        Their rows.
    limits : ndarray of float32, shape (n_places,)
        What the tile kernel's value must reach for a pair to be of interest: minus half the
        squared radius of the list, with the errors that the packed rows may have.
    reach : ndarray of float32, shape (n_blocks,)
        Largest radius of each block, as half a square.
    """

    distances: Any
    rows: Any
    limits: Any
    reach: Any


def empty_lists(n_rows: int, n_places: int, k: int) -> Lists:
    """Make lists that hold nothing yet.

    Parameters
    ----------
    n_rows : int
        Rows; places beyond them take nothing.
    n_places : int
        Places, a multiple of `BLOCK`.
    k : int
        Length of the lists.

    Returns
    -------
    lists : Lists
    """
    limits = np.full(n_places, ANYTHING)
    limits[n_rows:] = NOTHING
    return Lists(
        np.full((n_places, k), np.inf),
        np.full((n_places, k), NO_ROW),
        limits,
        np.full(n_places // BLOCK, -ANYTHING),
    )


@compiled()
def offer(distances, rows, limits, place, distance, row, unit, error):  # type: ignore[no-untyped-def]
    """Put a row into the list of a place, if it is near enough and not there yet.

    Parameters
    ----------
    distances, rows, limits : ndarray
        Those of `Lists`, one by one and written to: numba counts a reference for every look into a
        tuple of arrays.
    place : int
        Whose list.
    distance : float
        Squared distance.
    row : int
        The row offered.
    unit, error : float
        Packed units in one unit of the table, and the error of the packed row at `place`.

    Notes
    -----
    O(k) time.
    """
    last = distances.shape[1] - 1
    if distance > distances[place, last]:
        return
    if distance == distances[place, last] and row >= rows[place, last]:
        return
    spot = last
    while spot:
        before = distances[place, spot - 1]
        if before < distance or (before == distance and rows[place, spot - 1] <= row):
            break
        spot -= 1
    if spot and distances[place, spot - 1] == distance and rows[place, spot - 1] == row:
        return
    for moved in range(last, spot, -1):
        distances[place, moved] = distances[place, moved - 1]
        rows[place, moved] = rows[place, moved - 1]
    distances[place, spot] = distance
    rows[place, spot] = row
    if distances[place, last] < np.inf:
        radius = np.sqrt(distances[place, last] + LOST) * unit + error
        limits[place] = np.float32(
            -0.5 * (1.0 + SHARE) * (1.0 + 1e-6) * radius * radius - UNDERFLOW
        )


@compiled()
def block_reach(limits, block):  # type: ignore[no-untyped-def]
    """Return the largest radius of a block's lists, as half a square."""
    lowest = limits[block * BLOCK]
    for place in range(block * BLOCK + 1, (block + 1) * BLOCK):
        lowest = min(lowest, limits[place])
    return -lowest
