"""Exact nearest rows on a device: low precision proposes, the fixed float64 distance decides.

The expanded square ``|q|^2 + |c|^2 - 2 q.c`` costs one product of matrices. What rounding can do to
it is bounded beforehand, so that a list of candidates is proven to hold every neighbour, or is
known not to be; then more are proposed, in float64, and in the end every distance is computed.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from balancekit.kernels.torch.comparison import all_compared
from balancekit.kernels.torch.distance import N_STRIPES, sum_in_order
from balancekit.kernels.torch.memory import in_less_memory, tile_bytes
from balancekit.kernels.torch.points import Frame, Points
from balancekit.kernels.torch.precision import operand_dtype
from balancekit.kernels.torch.proposals import proposed
from balancekit.kernels.torch.running import is_worth_scanning, scanned

# Beside what is asked for, so many are proposed at first, and so many times more then.
SPARE = 6
GROWTH = 4
MOST_PROPOSED = 512


def nearest(
    queries: Tensor, candidates: Tensor, own: Tensor, k: int, exponent: int
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
    exponent : int
        That of the largest magnitude.

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
    O(n_queries * n_candidates * n_columns) time. Beside the rows, a copy in float16, float32 or
    float64, the lists, and tiles of 8 MiB on a CPU and 512 MiB elsewhere; less where these do not
    fit.
    """
    frame = Frame.of(candidates, exponent)
    device = queries.device
    squared = torch.empty((len(queries), k), dtype=torch.float64, device=device)
    rows = torch.empty((len(queries), k), dtype=torch.int64, device=device)
    open_ones = torch.arange(len(queries), device=device)
    if is_worth_scanning(len(candidates), k, device):
        squared, rows, is_complete = in_less_memory(
            partial(scanned, queries, candidates, own, k, frame), tile_bytes(device)
        )
        open_ones = open_ones[~is_complete]
    others, made_of = None, None
    for operand, n_proposed in _ladder(k, operand_dtype(device)):
        if not len(open_ones) or n_proposed >= len(candidates):
            break
        storage = operand if operand == torch.float64 else torch.float32
        if others is None or operand != made_of:
            others, made_of = Points.of(candidates, frame, operand, storage), operand
        if queries is candidates:
            wanted = others if len(open_ones) == len(queries) else others.take(open_ones)
        else:
            wanted = Points.of(queries[open_ones], frame, operand, storage)
        found, ids, is_proven = in_less_memory(
            partial(proposed, wanted, others, own[open_ones], k, n_proposed, frame.factor),
            tile_bytes(device),
        )
        proven = open_ones[is_proven]
        squared[proven], rows[proven] = found[is_proven], ids[is_proven]
        open_ones = open_ones[~is_proven]
    if len(open_ones):
        squared[open_ones], rows[open_ones] = in_less_memory(
            partial(_all_compared, queries[open_ones], candidates, own[open_ones], k),
            tile_bytes(device),
        )
    return squared, rows


def _ladder(k: int, operand: torch.dtype) -> list[tuple[torch.dtype, int]]:
    """Return what is tried: better operands first, as most rivals are only seeming ones."""
    few = k + SPARE
    steps = [(operand, few), (operand, GROWTH * few), (torch.float64, GROWTH * few)]
    if GROWTH**2 * few <= MOST_PROPOSED + k:
        steps.append((torch.float64, GROWTH**2 * few))
    return steps


def _all_compared(
    queries: Tensor, candidates: Tensor, own: Tensor, k: int, n_bytes: int
) -> tuple[Tensor, Tensor]:
    """Compute every distance."""

    def distances_of(rows: slice, others: slice) -> Tensor:
        return sum_in_order(queries[rows, None].double() - candidates[None, others].double())

    bytes_per_pair = 8 * (2 * candidates.shape[1] + 2 * N_STRIPES + 8)
    return all_compared(distances_of, len(candidates), own, k, bytes_per_pair, n_bytes)
