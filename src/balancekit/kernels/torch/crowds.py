"""Rows that occur many times over, on a device; see `balancekit.core.neighbors.crowds`."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

# The square of a smaller difference may vanish.
SMALLEST_GAP = 1e-150


@dataclass(frozen=True)
class Crowds:
    """What copies tell about neighbours.

    Parameters
    ----------
    is_settled : Tensor of bool, shape (n_queries,)
        Queries that have enough copies.
    neighbors : Tensor of int64, shape (n_settled, k)
        The first of these, at distance 0.
    needed : Tensor of int64, shape (n_needed,)
        Candidates that the others may need, ascending.
    """

    is_settled: Tensor
    neighbors: Tensor
    needed: Tensor


def find_crowds(candidates: Tensor, own: Tensor, k: int) -> Crowds | None:
    """Answer the queries that are among more than `k` copies of one row.

    Parameters
    ----------
    candidates : Tensor of float32 or float64, shape (n_candidates, n_columns)
        Rows.
    own : Tensor of int64, shape (n_queries,)
        The candidate that a query is; -1, and never answered, if it is none of them.
    k : int
        Number of neighbours.

    Returns
    -------
    crowds : Crowds or None
        None if there are none, or if rows that differ may be at a computed distance of 0.

    Notes
    -----
    Sorts the rows, and every column.
    """
    if _has_vanishing_gaps(candidates):
        return None
    # Adding zero turns -0.0 into 0.0, which compares equal to it and differs in a bit.
    _, code, counts = torch.unique(candidates + 0.0, dim=0, return_inverse=True, return_counts=True)
    if int(counts.max()) <= k + 1:
        return None
    order = code.argsort(stable=True)
    starts = counts.cumsum(0) - counts
    rank = torch.empty_like(order)
    rank[order] = torch.arange(len(order), device=order.device) - starts.repeat_interleave(counts)
    is_settled = (own >= 0) & (counts[code[own]] > k)
    settled = own[is_settled]
    steps = torch.arange(k + 1, device=order.device)
    copies = order[starts[code[settled]][:, None] + steps]
    # The row itself makes room, or else the last copy does.
    is_out = copies == settled[:, None]
    is_out[:, -1] |= ~is_out.any(dim=1)
    neighbors = copies[~is_out].view(len(settled), k)
    return Crowds(is_settled, neighbors, (rank <= k).nonzero()[:, 0])


def _has_vanishing_gaps(rows: Tensor) -> bool:
    if rows.dtype == torch.float32:
        return False
    for column in rows.T:
        gaps = column.double().sort().values.diff()
        if bool(((gaps > 0) & (gaps < SMALLEST_GAP)).any()):
            return True
    return False
