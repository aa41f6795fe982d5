"""Neighbours by one product of matrices: the smallest values are proposed, and often proven."""

from __future__ import annotations

import torch
from torch import Tensor

from balancekit.kernels.torch.distance import N_STRIPES, sum_in_order
from balancekit.kernels.torch.memory import cut
from balancekit.kernels.torch.points import Points
from balancekit.kernels.torch.precision import summing_error

# Neighbouring candidates whose smallest value stands for them.
GROUP = 32

# Least width of a tile of values.
LEAST_WIDTH = 4_096


def proposed(
    queries: Points, others: Points, own: Tensor, k: int, m: int, factor: float, n_bytes: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Propose candidates of each query, and let the distance decide between them.

    Parameters
    ----------
    queries, others : Points
        Queries and candidates, rounded to what their product takes as it is.
    own : Tensor of int64, shape (n_queries,)
        The candidate that is the query itself, and is left out; -1 for none.
    k : int
        Number of neighbours.
    m : int
        Number of candidates to propose, more than k.
    factor : float
        That of the points' frame.
    n_bytes : int
        What a tile may take.

    Returns
    -------
    squared : Tensor of float64, shape (n_queries, k)
        Squared distances, ascending.
    rows : Tensor of int64, shape (n_queries, k)
        Positions of the candidates, by (distance, position).
    is_proven : Tensor of bool, shape (n_queries,)
        Whether no other candidate can be as near.
    """
    n_columns = queries.exact.shape[1]
    share = summing_error(n_columns, others.rounded.dtype)
    bias = others.bias(share).to(others.rounded.dtype)
    largest_error = others.errors.max()
    found = []
    width = min(len(others), max(4 * m, LEAST_WIDTH))
    # A tile of values with the positions of the smallest, and then the rows that are compared.
    per_query = 16 * width + 24 * m * (n_columns + N_STRIPES)
    for part in cut(len(queries), n_bytes // per_query):
        some = queries.take(torch.arange(part.start, part.stop, device=own.device))
        values, places = smallest(some.rounded, others.rounded, bias, own[part], m, width)
        squared, rows = decided(some.exact, others.exact, own[part], places, k)
        # Of what was not proposed, nothing is smaller than the last of what was.
        nearest = (values[:, -1].double() + some.bias(share)).clamp(min=0).sqrt()
        reach = some.reach(squared[:, k - 1], factor) + largest_error
        found.append((squared, rows, reach < nearest))
    squared, rows, is_proven = (torch.cat(parts) for parts in zip(*found, strict=True))
    return squared, rows, is_proven


def decided(
    queries: Tensor, candidates: Tensor, own: Tensor, places: Tensor, k: int
) -> tuple[Tensor, Tensor]:
    """Order some candidates of each query.

    Parameters
    ----------
    queries, candidates : Tensor of float, shape (n, n_columns)
        Rows.
    own : Tensor of int64, shape (n_queries,)
        The candidate to leave out.
    places : Tensor of int64, shape (n_queries, m)
        Positions of the candidates.
    k : int
        How many to return.

    Returns
    -------
    squared : Tensor of float64, shape (n_queries, k)
    rows : Tensor of int64, shape (n_queries, k)
        By (distance, position).
    """
    places = places.sort(dim=1).values
    gaps = candidates[places].double()
    distances = sum_in_order(gaps.sub_(queries.double()[:, None]))
    distances[places == own[:, None]] = torch.inf
    order = distances.sort(dim=1, stable=True)
    return order.values[:, :k], places.gather(1, order.indices[:, :k])


def smallest(
    queries: Tensor, others: Tensor, bias: Tensor, own: Tensor, m: int, width: int
) -> tuple[Tensor, Tensor]:
    """Return the m smallest of ``bias - 2 q.c`` of each query, and where they are.

    Parameters
    ----------
    queries, others : Tensor of float, shape (n, n_columns)
        Rounded rows.
    bias : Tensor of float, shape (n_others,)
        See `Points.bias`.
    own : Tensor of int64, shape (n_queries,)
        The candidate to leave out.
    m : int
        How many.
    width : int
        Candidates of a tile.

    Returns
    -------
    values : Tensor of float, shape (n_queries, m)
        Ascending.
    places : Tensor of int64, shape (n_queries, m)
    """
    n_queries = len(queries)
    values = queries.new_full((n_queries, m), torch.inf)
    places = torch.full((n_queries, m), -1, dtype=torch.int64, device=queries.device)
    for start in range(0, len(others), width):
        stop = min(start + width, len(others))
        tile = torch.addmm(bias[start:stop], queries, others[start:stop].T, alpha=-2)
        here = ((own >= start) & (own < stop)).nonzero()[:, 0]
        tile[here, own[here] - start] = torch.inf
        best, at = _smallest_of_tile(tile, min(m, stop - start))
        kept = torch.cat([values, best], dim=1).topk(m, dim=1, largest=False)
        values = kept.values
        places = torch.cat([places, at + start], dim=1).gather(1, kept.indices)
    return values, places


def _smallest_of_tile(tile: Tensor, m: int) -> tuple[Tensor, Tensor]:
    n_queries, width = tile.shape
    n_groups = width // GROUP
    if width % GROUP or n_groups < 2 * m:
        best = tile.topk(m, dim=1, largest=False)
        return best.values, best.indices
    # The m smallest values are in the m groups with the smallest minima: one pass over the tile,
    # and choices among far fewer.
    groups = tile.view(n_queries, n_groups, GROUP)
    nearest_groups = groups.amin(dim=2).topk(m, dim=1, largest=False).indices
    members = groups.gather(1, nearest_groups[:, :, None].expand(-1, -1, GROUP))
    best = members.view(n_queries, m * GROUP).topk(m, dim=1, largest=False)
    group = nearest_groups.gather(1, best.indices // GROUP)
    return best.values, group * GROUP + best.indices % GROUP
