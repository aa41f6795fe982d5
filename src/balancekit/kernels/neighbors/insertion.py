"""Lists of the nearest rows, one row after another."""

from __future__ import annotations

from numba import float64, int64, void

from balancekit.kernels.compiling import compiled


@compiled([void(float64[:, ::1], int64[:, ::1], int64, float64, int64)], borrows=True)
def insert(distances, found, query, distance, other):  # type: ignore[no-untyped-def]
    """Put a row into the list of a query, behind those that are as near; the last one drops out.

    Parameters
    ----------
    distances, found : ndarray of float64 and int64, shape (n_queries, k)
        Distances, ascending, and rows; written to.
    query : int
        Whose list.
    distance : float
        Less than the last one of the list.
    other : int
        The row.
    """
    spot = distances.shape[1] - 1
    while spot > 0 and distances[query, spot - 1] > distance:
        distances[query, spot] = distances[query, spot - 1]
        found[query, spot] = found[query, spot - 1]
        spot -= 1
    distances[query, spot] = distance
    found[query, spot] = other
