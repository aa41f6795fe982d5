"""Lists of the nearest rows found so far, by (squared distance, row)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from balancekit.kernels.compiling import compiled
from balancekit.kernels.neighbors.packing import SHARE, UNDERFLOW
from balancekit.kernels.neighbors.target import BLOCK
from balancekit.kernels.neighbors.vectors import smallest_of_block

# Limits of lists that are not full, and of places that take no neighbours.
# They fit 32 bits as integers.
ANYTHING = np.float32(-2_147_483_520)
NOTHING = np.float32(2_147_483_520)
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


@compiled(borrows=True)
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
        limit = np.float32(-0.5 * (1.0 + SHARE) * (1.0 + 1e-6) * radius * radius - UNDERFLOW)
        # A seed's limit may be the tighter one until all of its rows are in the list.
        limits[place] = max(limits[place], limit)


@compiled()
def read_lists(distances, rows, places, found_distances, found_rows, first, last):  # type: ignore[no-untyped-def]
    """Copy lists in a given order, with distances that are squared no more.

    Parameters
    ----------
    distances, rows : ndarray
        Those of `Lists`.
    places : ndarray of int, shape (n,)
        Whose lists.
    found_distances, found_rows : ndarray, shape (n, k)
        Written to: entries ``first:last``.
    first, last : int
        Entries.
    """
    for entry in range(first, last):
        place = places[entry]
        for level in range(distances.shape[1]):
            found_distances[entry, level] = np.sqrt(distances[place, level])
            found_rows[entry, level] = rows[place, level]


@compiled(borrows=True)
def limit_of_value(value, slack):  # type: ignore[no-untyped-def]
    """Return the limit that lets every row pass that is as near as one of a given value.

    Parameters
    ----------
    value : float
        What the tile kernel gave for a pair of rows.
    slack : float
        Sum of the `Blocks.slack` of both, and what squares may lose at the end of the range.

    Returns
    -------
    limit : float32
    """
    # With r the sum of what both biases were raised by: half the packed distance is at most
    # -value + 2 r, half the true one at most (1 + SHARE) times that and 2 r. One more factor and
    # one more r lead from there to what the kernel may give for a pair as far apart.
    half = np.float64(max(-value, np.float32(0.0)))
    limit = np.float32(-(1.0 + 4.0 * SHARE) * half - 8.0 * slack - UNDERFLOW)
    return max(limit, ANYTHING)


@compiled(borrows=True)
def block_reach(limits, block):  # type: ignore[no-untyped-def]
    """Return the largest radius of a block's lists, as half a square."""
    return -smallest_of_block(limits, block * BLOCK)
