"""Exact nearest rows by limits that tighten: each part of the candidates shortens the next lists.

The first few candidates tell how near a neighbour has to be. In every further part, four times as
large as all before it, whatever is near enough by rounded rows is written down, compared exactly,
and tightens the limits. No distance is kept but of the few that were written down.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from balancekit.kernels.torch.distance import N_STRIPES, squared_distances
from balancekit.kernels.torch.memory import cut
from balancekit.kernels.torch.points import Frame, Points
from balancekit.kernels.torch.precision import summing_error
from balancekit.kernels.torch.proposals import decided, smallest
from balancekit.kernels.torch.scan import Hits, Limits, Table, is_there

# Candidates that tell the first limits: whole tiles of the scan. The first part is so many times as
# large, and each further one makes the whole so many times as large.
FIRST = 4_096
GROWTH = 4

# Lists of more neighbours are long, whatever the limits.
MOST_NEIGHBORS = 256

# For each neighbour, GROWTH rows of a part are expected to be nearer than what came before; few
# queries have many times more.
CAPACITY = 3 * GROWTH
LEAST_CAPACITY = 64


def is_worth_scanning(n_candidates: int, n_columns: int, k: int, device: torch.device) -> bool:
    """Whether limits pay.

    Parameters
    ----------
    n_candidates, n_columns : int
        How many there are, and of how many columns.
    k : int
        Number of neighbours.
    device : torch.device
        Where they are.

    Returns
    -------
    is_worth_scanning : bool
        Only where Triton's kernel runs.
    """
    return n_candidates > 2 * FIRST and k <= MOST_NEIGHBORS and is_there(device, n_columns)


def scanned(
    queries: Tensor, candidates: Tensor, own: Tensor, k: int, frame: Frame, n_bytes: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Find the k nearest candidates of those queries that have few rivals.

    Parameters
    ----------
    queries, candidates : Tensor of float, shape (n, n_columns)
        Rows; more than `FIRST` candidates.
    own : Tensor of int64, shape (n_queries,)
        The candidate that is the query itself, and is left out; -1 for none.
    k : int
        Number of neighbours, fewer than `FIRST`.
    frame : Frame
        What to take from rows before they are rounded.
    n_bytes : int
        What a tile may take.

    Returns
    -------
    squared : Tensor of float64, shape (n_queries, k)
        Squared distances, ascending.
    rows : Tensor of int64, shape (n_queries, k)
        Positions of the candidates, by (distance, position).
    is_complete : Tensor of bool, shape (n_queries,)
        False where there was no room for all rivals. What is said of such queries is worth nothing.
    """
    device, n_queries = own.device, len(queries)
    others = Points.of(candidates, frame, torch.float16, torch.float16, n_bytes)
    order = _spread(len(candidates), device)
    table = Table.of(others, order)
    capacity = max(LEAST_CAPACITY, CAPACITY * k)
    squared = torch.empty((n_queries, k), dtype=torch.float64, device=device)
    rows = torch.empty((n_queries, k), dtype=torch.int64, device=device)
    is_complete = torch.ones(n_queries, dtype=torch.bool, device=device)
    # Lists of candidates, and their copies while they are sorted.
    per_query = 128 * (k + capacity) + 16 * queries.shape[1]
    for part in cut(n_queries, n_bytes // per_query):
        if queries is candidates:
            wanted = others.take(torch.arange(part.start, part.stop, device=device))
        else:
            wanted = Points.of(queries[part], frame, torch.float16, torch.float16, n_bytes)
        near = _near_enough(wanted, others, table, own[part], k, n_bytes)
        best = near.new_full((len(wanted), k), torch.inf)
        ids = torch.full(best.shape, len(candidates), device=device)
        for first, last in pairwise(_stops(len(table))):
            limits = Limits.of(wanted, wanted.reach(near, frame.factor))
            hits = table.within(limits, first, last, capacity)
            pairs, has_all = _listed(hits, table, own[part], capacity)
            best, ids = _merged(wanted.exact, candidates, pairs, best, ids, n_bytes)
            is_complete[part] &= has_all
            near = torch.minimum(near, best[:, k - 1])
        squared[part], rows[part] = best, ids
    return squared, rows, is_complete


def _spread(n: int, device: torch.device) -> Tensor:
    """Return an order in which neighbouring rows are far apart, so that parts are alike."""
    # Steps by the golden section leave no large gaps. An odd step is coprime with a power of two;
    # what lies beyond n is left out.
    size = 1 << (n - 1).bit_length()
    step = int(size * 0.6180339887498949) | 1
    order = torch.arange(size, device=device) * step % size
    return order[order < n]


def _stops(n_places: int) -> list[int]:
    stops = [0, GROWTH * FIRST]
    while stops[-1] * GROWTH < n_places:
        stops.append(stops[-1] * GROWTH)
    return [*(stop for stop in stops if stop < n_places), n_places]


def _near_enough(
    queries: Points, others: Points, table: Table, own: Tensor, k: int, n_bytes: int
) -> Tensor:
    """Return squared distances within which k candidates are: some of the first."""
    ids = table.ids[:FIRST].sort().values
    few = others.take(ids)
    rows = few.rounded.float()
    bias = few.bias(summing_error(rows.shape[1], torch.float32)).float()
    found = []
    per_query = 16 * FIRST + 24 * k * (rows.shape[1] + N_STRIPES)
    for part in cut(len(queries), n_bytes // per_query):
        itself = positions_of(ids, own[part])
        places = smallest(queries.rounded[part].float(), rows, bias, itself, k, FIRST)[1]
        found.append(decided(queries.exact[part], few.exact, itself, places, k)[0][:, k - 1])
    return torch.cat(found)


def positions_of(ids: Tensor, wanted: Tensor) -> Tensor:
    """Find numbers among others.

    Parameters
    ----------
    ids : Tensor of int64, shape (n,)
        Ascending.
    wanted : Tensor of int64, shape (n_wanted,)
        Numbers.

    Returns
    -------
    positions : Tensor of int64, shape (n_wanted,)
        Where each is; -1 where it is not.
    """
    at = torch.searchsorted(ids, wanted).clamp(max=len(ids) - 1)
    return torch.where(ids[at] == wanted, at, -1)


def _listed(
    hits: Hits, table: Table, own: Tensor, capacity: int
) -> tuple[tuple[Tensor, Tensor], Tensor]:
    """List pairs of queries and candidates, and which queries have all of theirs."""
    rows, found = hits.pairs(table.ids)
    is_other = found != own[rows]
    rows, found = rows[is_other], found[is_other]
    # A word may hold many, and lists are as wide as the longest.
    has_all = hits.is_complete & (torch.bincount(rows, minlength=len(own)) <= capacity)
    is_kept = has_all[rows]
    return (rows[is_kept], found[is_kept]), has_all


def _merged(
    queries: Tensor,
    candidates: Tensor,
    pairs: tuple[Tensor, Tensor],
    best: Tensor,
    ids: Tensor,
    n_bytes: int,
) -> tuple[Tensor, Tensor]:
    """Compare pairs of queries, ascending, and candidates with the best so far."""
    rows, found = pairs
    squared = squared_distances(candidates, found, queries, rows, n_bytes)
    n_queries, k = best.shape
    counts = torch.bincount(rows, minlength=n_queries)
    slots = k + torch.arange(len(rows), device=rows.device) - (counts.cumsum(0) - counts)[rows]
    width = k + int(counts.max())
    all_ids = torch.full((n_queries, width), len(candidates), device=ids.device)
    all_ids[:, :k], all_ids[rows, slots] = ids, found
    all_squared = best.new_full((n_queries, width), torch.inf)
    all_squared[:, :k], all_squared[rows, slots] = best, squared
    # The nearer first; of those that are equally near, the earlier row.
    by_id = all_ids.sort(dim=1)
    by_distance = all_squared.gather(1, by_id.indices).sort(dim=1, stable=True)
    nearest = by_distance.indices[:, :k]
    return by_distance.values[:, :k], by_id.values.gather(1, nearest)
