"""Rows that occur many times over, which need no search."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import IntArray

# Half the digits of a square are left at this difference.
SMALLEST_GAP = 1e-150


def settle_crowds(
    candidates: NDArray[Any], own: IntArray, k: int
) -> tuple[NDArray[np.bool_], IntArray, NDArray[np.bool_]]:
    """Answer the queries that are among more than `k` copies of one row.

    Their neighbours are the first k copies, at distance 0. Any other query needs no more than the
    first k + 1 of them either, since equal distances go by row.

    Parameters
    ----------
    candidates : ndarray of float32 or float64, shape (n_candidates, n_columns)
        Rows.
    own : ndarray of int, shape (n_queries,)
        The candidate that a query is, -1 if it is none of them: such a query is never answered.
    k : int
        Number of neighbours.

    Returns
    -------
    is_settled : ndarray of bool, shape (n_queries,)
        Which queries are answered. None is where rows that differ may be at a computed distance
        of 0, because the square of their difference vanishes.
    neighbors : ndarray of int, shape (n_settled, k)
        Their neighbours, as positions among the candidates.
    is_needed : ndarray of bool, shape (n_candidates,)
        Which candidates the other queries may need.

    Notes
    -----
    O(n_candidates * n_columns * log(n_candidates)) time: sorts the rows.
    """
    if _has_vanishing_gaps(candidates):
        n_candidates = len(candidates)
        none = np.zeros(len(own), dtype=bool)
        return none, np.empty((0, k), dtype=np.intp), np.ones(n_candidates, dtype=bool)
    # Adding zero turns -0.0 into 0.0, which compares equal to it and differs in a bit.
    values = np.ascontiguousarray(candidates + 0.0)
    keys = values.view(np.dtype((np.void, values.dtype.itemsize * values.shape[1]))).ravel()
    _, code, counts = np.unique(keys, return_inverse=True, return_counts=True)
    order = np.argsort(code, kind="stable")
    starts = np.cumsum(counts) - counts
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order)) - np.repeat(starts, counts)
    is_needed = rank <= k
    is_settled = (own >= 0) & (counts[code[own]] > k)
    settled = own[is_settled]
    copies = order[starts[code[settled]][:, np.newaxis] + np.arange(k + 1)]
    # The row itself makes room, or else the last copy does.
    is_out = copies == settled[:, np.newaxis]
    is_out[~is_out.any(axis=1), -1] = True
    return is_settled, copies[~is_out].reshape(len(settled), k), is_needed


def _has_vanishing_gaps(rows: NDArray[Any]) -> bool:
    for column in rows.T:
        gaps = np.diff(np.unique(column.astype(np.float64)))
        if gaps.size and gaps.min() < SMALLEST_GAP:
            return True
    return False
