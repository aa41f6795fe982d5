"""Exact nearest rows on a device: low precision proposes, the fixed float64 distance decides.

The expanded square ``|q|^2 + |c|^2 - 2 q.c`` costs one product of matrices. What rounding can do to
it is bounded beforehand. So limits can be kept that no neighbour is beyond (`running`), and a list
of candidates is proven to hold every neighbour, or is known not to be (`proposals`); then more are
proposed, in float64, and in the end every distance is computed.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from balancekit.kernels.torch.comparison import all_compared
from balancekit.kernels.torch.crowds import find_crowds
from balancekit.kernels.torch.distance import N_STRIPES, sum_in_order
from balancekit.kernels.torch.memory import in_less_memory, tile_bytes
from balancekit.kernels.torch.points import Frame, Points
from balancekit.kernels.torch.precision import operand_dtype
from balancekit.kernels.torch.proposals import proposed
from balancekit.kernels.torch.running import is_worth_scanning, positions_of, scanned

# Beside what is asked for, so many are proposed at first, and so many times more then.
SPARE = 6
MORE = 4
MOST_PROPOSED = 512

# Pairs that take longer to compare than rows take to be sorted.
WORTH_SORTING = 2**28


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
    search = _Search(queries, candidates, own, k, Frame.of(candidates, exponent))
    search.scan()
    rungs = search.ladder()
    if rungs:
        search.propose(*rungs[0])
    search.settle_crowds(exponent)
    for rung in rungs[1:]:
        search.propose(*rung)
    search.compare_all()
    return search.squared, search.rows


class _Search:
    """Lists, and the queries whose lists are still open."""

    def __init__(
        self, queries: Tensor, candidates: Tensor, own: Tensor, k: int, frame: Frame
    ) -> None:
        self.queries, self.candidates, self.own, self.k = queries, candidates, own, k
        self.frame = frame
        shape, device = (len(queries), k), queries.device
        self.squared = torch.empty(shape, dtype=torch.float64, device=device)
        self.rows = torch.empty(shape, dtype=torch.int64, device=device)
        self.open = torch.arange(len(queries), device=device)
        self._n_bytes = tile_bytes(device)
        self._points: tuple[torch.dtype, Points] | None = None

    def scan(self) -> None:
        """Try limits that tighten."""
        n_candidates, n_columns = self.candidates.shape
        if is_worth_scanning(n_candidates, n_columns, self.k, self.own.device):
            work = partial(scanned, self.queries, self.candidates, self.own, self.k, self.frame)
            squared, rows, is_complete = in_less_memory(work, self._n_bytes)
            self._close(squared, rows, is_complete)

    def ladder(self) -> list[tuple[torch.dtype, int]]:
        """Return what to propose: better operands first, as most rivals are only seeming ones."""
        few, operand = self.k + SPARE, operand_dtype(self.own.device)
        rungs = [(operand, few), (operand, MORE * few), (torch.float64, MORE * few)]
        if MORE**2 * few <= MOST_PROPOSED + self.k:
            rungs.append((torch.float64, MORE**2 * few))
        return [(operand, m) for operand, m in rungs if m < len(self.candidates)]

    def propose(self, operand: torch.dtype, m: int) -> None:
        """Try the m smallest values of a product."""
        if not len(self.open):
            return
        if self._points is None or self._points[0] != operand:
            self._points = None
            self._points = operand, self._rounded(self.candidates, operand)
        others = self._points[1]
        if self.queries is self.candidates:
            wanted = others if len(self.open) == len(self.queries) else others.take(self.open)
        else:
            wanted = self._rounded(self.queries[self.open], operand)
        own, factor = self.own[self.open], self.frame.factor
        work = partial(proposed, wanted, others, own, self.k, m, factor)
        self._close(*in_less_memory(work, self._n_bytes))

    def _rounded(self, rows: Tensor, operand: torch.dtype) -> Points:
        storage = operand if operand == torch.float64 else torch.float32
        work = partial(Points.of, rows, self.frame, operand, storage)
        return in_less_memory(work, self._n_bytes)

    def settle_crowds(self, exponent: int) -> None:
        """Leave copies of rows out, if so many queries are open that they may be why."""
        if len(self.open) * len(self.candidates) < WORTH_SORTING:
            return
        crowds = find_crowds(self.candidates, self.own[self.open], self.k)
        if crowds is None:
            return
        self._points = None
        settled, others = self.open[crowds.is_settled], self.open[~crowds.is_settled]
        self.squared[settled], self.rows[settled] = 0, crowds.neighbors
        if len(others):
            own = positions_of(crowds.needed, self.own[others])
            fewer = self.candidates[crowds.needed]
            squared, found = nearest(self.queries[others], fewer, own, self.k, exponent)
            self.squared[others], self.rows[others] = squared, crowds.needed[found]
        self.open = self.open[:0]

    def compare_all(self) -> None:
        """Compute every distance."""
        if len(self.open):
            queries, own = self.queries[self.open], self.own[self.open]
            found = _all_compared(queries, self.candidates, own, self.k)
            self._close(*found, torch.ones_like(own, dtype=torch.bool))

    def _close(self, squared: Tensor, rows: Tensor, is_done: Tensor) -> None:
        done = self.open[is_done]
        self.squared[done], self.rows[done] = squared[is_done], rows[is_done]
        self.open = self.open[~is_done]


def _all_compared(
    queries: Tensor, candidates: Tensor, own: Tensor, k: int
) -> tuple[Tensor, Tensor]:
    """Compute every distance."""

    def distances_of(rows: slice, others: slice) -> Tensor:
        return sum_in_order(queries[rows, None].double() - candidates[None, others].double())

    bytes_per_pair = 8 * (2 * candidates.shape[1] + 2 * N_STRIPES + 8)
    return all_compared(distances_of, len(candidates), own, k, bytes_per_pair)
