"""One pass of Hart's rule: rows that too few of the rows chosen so far are near to are chosen."""

from __future__ import annotations

from numba import boolean, float64, int64

from balancekit.kernels.compiling import compiled, read_only
from balancekit.kernels.neighbors.vectors import squared_distance

POINTS = read_only(float64, 2)
SIGNATURE = int64(POINTS, float64[::1], int64[::1], int64, boolean[::1], int64[::1], int64)


@compiled([SIGNATURE])
def condense_points(points, radii, ids, needed, is_passed_over, chosen, n_chosen):  # type: ignore[no-untyped-def]
    """Choose, in ascending order, the rows that have too few chosen ones within their radius.

    Parameters
    ----------
    points : ndarray of float64, shape (n_rows, n_columns)
        Rows of a class.
    radii : ndarray of float64, shape (n_rows,)
        Squared radius of each.
    ids : ndarray of int64, shape (n_rows,)
        Ids of the rows. Once a row is chosen, its id is taken for a position and passed over; see
        `balancekit.core.neighborhood.condense`.
    needed : int
        So many chosen rows nearer than the radius spare a row.
    is_passed_over : ndarray of bool, shape (n_rows,)
        Rows that are not asked about; written to.
    chosen : ndarray of int64, shape (n_rows,)
        Rows that are chosen from the start, followed by room for more; written to.
    n_chosen : int
        How many are chosen from the start.

    Returns
    -------
    n_chosen : int
        How many are chosen in the end.

    Notes
    -----
    O(n_rows * n_chosen * n_columns) time at most.
    """
    n_rows = len(points)
    for row in range(n_rows):
        if is_passed_over[row]:
            continue
        n_near = 0
        # Rows chosen last are the likeliest to be near where rows are ordered.
        place = n_chosen - 1
        while place >= 0 and n_near < needed:
            if squared_distance(points, row, points, chosen[place]) < radii[row]:
                n_near += 1
            place -= 1
        if n_near < needed:
            chosen[n_chosen] = row
            n_chosen += 1
            if ids[row] < n_rows:
                is_passed_over[ids[row]] = True
    return n_chosen
