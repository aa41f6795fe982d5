"""Exact nearest rows on a device: low precision proposes, the fixed float64 distance decides.

The expanded square ``|q|^2 + |c|^2 - 2 q.c`` costs one matrix product in float32. All its rounding
errors are bounded beforehand, so that a list of candidates is proven to hold every neighbour, or is
known not to be; in that case more are proposed and, in the end, every distance is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from balancekit.kernels.torch.comparison import all_compared
from balancekit.kernels.torch.distance import N_STRIPES, sum_in_order
from balancekit.kernels.torch.memory import in_less_memory, tile_bytes

# Rounding of what PyTorch multiplies matrices of float32 in, by the setting of the user's.
ROUNDING = {"highest": 2.0**-24, "high": 2.0**-11, "medium": 2.0**-8}

# Beside what is asked for, so many are proposed at first, and then so many times more.
SPARE = 6
GROWTH = 4
MOST_PROPOSED = 512

# Neighbouring candidates whose smallest value stands for them.
GROUP = 32

# Rows that the centre is taken from.
SAMPLE = 1_000

# What float32 rounds to zero, squared and summed, is less than this.
UNDERFLOW = 2.0**-100


@dataclass(frozen=True)
class Points:
    """Rows twice: as they are, to decide, and centred in float32, to propose.

    Parameters
    ----------
    exact : Tensor of float, shape (n_rows, n_columns)
        Rows.
    low : Tensor of float32, shape (n_rows, n_columns)
        Centred, and divided by a power of two.
    norms : Tensor of float64, shape (n_rows,)
        Squared lengths of these, before they were rounded.
    """

    exact: Tensor
    low: Tensor
    norms: Tensor

    @classmethod
    def of(cls, exact: Tensor, centre: Tensor, shrink: float) -> Points:
        """Centre rows.

        Parameters
        ----------
        exact : Tensor of float, shape (n_rows, n_columns)
            Rows.
        centre : Tensor of float64, shape (n_columns,)
            What is taken away.
        shrink : float
            A power of two that rows are multiplied by.

        Returns
        -------
        points : Points
        """
        low = torch.empty(exact.shape, dtype=torch.float32, device=exact.device)
        norms = torch.empty(len(exact), dtype=torch.float64, device=exact.device)
        size = max(1, tile_bytes(exact.device) // (16 * max(1, exact.shape[1])))
        for start in range(0, len(exact), size):
            rows = slice(start, start + size)
            centred = (exact[rows].double() - centre) * shrink
            low[rows], norms[rows] = centred, centred.square().sum(1)
        return cls(exact, low, norms)

    def __len__(self) -> int:
        return len(self.exact)

    def take(self, rows: Tensor) -> Points:
        """Take rows by number.

        Parameters
        ----------
        rows : Tensor of int64
            Their numbers.

        Returns
        -------
        points : Points
        """
        return Points(self.exact[rows], self.low[rows], self.norms[rows])


def nearest(
    queries: Tensor, candidates: Tensor, own: Tensor, k: int, shrink: float
) -> tuple[Tensor, Tensor]:
    """Find the k nearest candidates of each query.

    Parameters
    ----------
    queries, candidates : Tensor of float32 or float64, shape (n, n_columns)
        Finite rows on one device, whose squares float64 can hold.
    own : Tensor of int64, shape (n_queries,)
        The candidate that is the query itself, and is left out; -1 for none.
    k : int
        Number of neighbours, at most that of the other candidates.
    shrink : float
        A power of two that brings the largest magnitude near one.

    Returns
    -------
    squared : Tensor of float64, shape (n_queries, k)
        Squared distances, ascending.
    rows : Tensor of int64, shape (n_queries, k)
        Positions of the candidates, by (distance, position).

    Raises
    ------
    MemoryError
        If the device has no room for the smallest tiles.

    Notes
    -----
    O(n_queries * n_candidates * n_columns) time. Beside the rows, a copy in float32, the lists, and
    tiles of 8 MiB on a CPU and 512 MiB elsewhere; less where these do not fit.
    """
    step = max(1, len(candidates) // SAMPLE)
    # A few rows far away move a mean, and with it everything into the noise.
    centre = candidates[::step].double().median(dim=0).values
    wanted = Points.of(queries, centre, shrink)
    others = wanted if candidates is queries else Points.of(candidates, centre, shrink)
    squared = torch.empty((len(queries), k), dtype=torch.float64, device=queries.device)
    rows = torch.empty((len(queries), k), dtype=torch.int64, device=queries.device)
    open_ones = torch.arange(len(queries), device=queries.device)
    n_proposed = k + SPARE
    while len(open_ones) and n_proposed < min(len(candidates), MOST_PROPOSED + k):
        part, its_own = wanted.take(open_ones), own[open_ones]
        found, ids, is_proven = in_less_memory(
            partial(_proposed, part, others, its_own, k, n_proposed, shrink),
            tile_bytes(queries.device),
        )
        squared[open_ones[is_proven]], rows[open_ones[is_proven]] = found, ids
        open_ones = open_ones[~is_proven]
        n_proposed *= GROWTH
    if len(open_ones):
        squared[open_ones], rows[open_ones] = in_less_memory(
            partial(_all_compared, queries[open_ones], candidates, own[open_ones], k),
            tile_bytes(queries.device),
        )
    return squared, rows


def _proposed(
    queries: Points, others: Points, own: Tensor, k: int, m: int, shrink: float, n_bytes: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Propose m candidates of each query, and decide; return proven lists, and which those are."""
    n_columns = queries.exact.shape[1]
    slack = (2 * n_columns + 32) * ROUNDING[torch.get_float32_matmul_precision()]
    bias = (others.norms * (1 - slack)).float()
    squared, ids, is_proven = [], [], []
    width = min(len(others), max(4 * m, 4096))
    # A tile of values with the positions of the smallest, and then the rows that are compared.
    per_query = 16 * width + 24 * m * (n_columns + N_STRIPES)
    for rows in _cut(len(queries), n_bytes // per_query):
        values, places = _smallest(queries.low[rows], others.low, bias, own[rows], m, width)
        lower = values[:, -1].double() + queries.norms[rows] * (1 - slack) - UNDERFLOW
        places = places.sort(dim=1).values
        gaps = others.exact[places].double()
        distances = sum_in_order(gaps.sub_(queries.exact[rows].double()[:, None]))
        distances[places == own[rows, None]] = torch.inf
        order = distances.sort(dim=1, stable=True)
        squared.append(order.values[:, :k])
        ids.append(places.gather(1, order.indices[:, :k]))
        # Distances are rounded too, in float64.
        limit = order.values[:, k - 1] * shrink * shrink * (1 + (n_columns + 32) * 2.0**-52)
        is_proven.append(limit < lower)
    proven = torch.cat(is_proven)
    return torch.cat(squared)[proven], torch.cat(ids)[proven], proven


def _smallest(
    queries: Tensor, others: Tensor, bias: Tensor, own: Tensor, m: int, width: int
) -> tuple[Tensor, Tensor]:
    """Return the m smallest of ``bias - 2 q.c`` of each query, and where they are."""
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


def _all_compared(
    queries: Tensor, candidates: Tensor, own: Tensor, k: int, n_bytes: int
) -> tuple[Tensor, Tensor]:
    """Compute every distance."""

    def distances_of(rows: slice, others: slice) -> Tensor:
        return sum_in_order(queries[rows, None].double() - candidates[None, others].double())

    bytes_per_pair = 8 * (2 * candidates.shape[1] + 2 * N_STRIPES + 8)
    return all_compared(distances_of, len(candidates), own, k, bytes_per_pair, n_bytes)


def _cut(n_rows: int, size: int) -> list[slice]:
    size = max(1, size)
    return [slice(start, start + size) for start in range(0, n_rows, size)]
