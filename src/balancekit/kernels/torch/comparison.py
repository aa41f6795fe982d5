"""Every distance, tile by tile, with the nearest so far."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from balancekit.kernels.torch.memory import cut, in_less_memory, tile_bytes

# Rows of a tile for each column of it: choices cost more than distances where tiles are narrow.
ROWS_OF_TILE = 64


def all_compared(
    distances_of: Callable[[slice, slice], Tensor],
    n_candidates: int,
    own: Tensor,
    k: int,
    bytes_per_pair: int,
) -> tuple[Tensor, Tensor]:
    """Find the k nearest candidates of each query by computing every distance.

    Parameters
    ----------
    distances_of : callable
        Takes slices of queries and of candidates; gives a tensor of float64 of that shape.
    n_candidates : int
        How many there are.
    own : Tensor of int64, shape (n_queries,)
        The candidate that is the query itself, and is left out; -1 for none.
    k : int
        Number of neighbours.
    bytes_per_pair : int
        What a distance takes while it is computed.

    Returns
    -------
    distances : Tensor of float64, shape (n_queries, k)
        Ascending.
    rows : Tensor of int64, shape (n_queries, k)
        Positions of candidates, by (distance, position).

    Raises
    ------
    MemoryError
        If the device has no room for the smallest tiles.
    """
    work = partial(_in_tiles, distances_of, n_candidates, own, k, bytes_per_pair)
    return in_less_memory(work, tile_bytes(own.device))


def _in_tiles(
    distances_of: Callable[[slice, slice], Tensor],
    n_candidates: int,
    own: Tensor,
    k: int,
    bytes_per_pair: int,
    n_bytes: int,
) -> tuple[Tensor, Tensor]:
    n_queries, device = len(own), own.device
    width = max(k, min(n_candidates, n_bytes // (ROWS_OF_TILE * bytes_per_pair)))
    found = []
    for queries in cut(n_queries, n_bytes // (bytes_per_pair * width)):
        shape = (queries.stop - queries.start, k)
        best = torch.full(shape, torch.inf, dtype=torch.float64, device=device)
        ids = torch.full(shape, n_candidates, device=device)
        for candidates in cut(n_candidates, width):
            places = torch.arange(candidates.start, candidates.stop, device=device).expand(
                shape[0], -1
            )
            distances = distances_of(queries, candidates)
            distances = distances.masked_fill(places == own[queries, None], torch.inf)
            # Those before are earlier rows, so a stable sort breaks ties by row.
            order = torch.cat([best, distances], dim=1).sort(dim=1, stable=True)
            best = order.values[:, :k]
            ids = torch.cat([ids, places], dim=1).gather(1, order.indices[:, :k])
        found.append((best, ids))
    return torch.cat([best for best, _ in found]), torch.cat([ids for _, ids in found])
