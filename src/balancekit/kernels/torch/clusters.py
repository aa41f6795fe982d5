"""What k-means asks of rows on a device; see `balancekit.core.kmeans.rows.ClusterRows`.

Products of matrices in float64 propose, the fixed distance decides, and what is added up are
integers, so that every answer is that of the other kinds of rows, bit for bit. The rows stay where
they are; centres and single numbers come and go.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from balancekit.kernels.torch.devices import check_device
from balancekit.kernels.torch.distance import N_STRIPES, squared_distances, sum_in_order
from balancekit.kernels.torch.memory import cut, in_less_memory, tile_bytes
from balancekit.kernels.torch.transfer import downloaded, uploaded

ROUNDING = 2.0**-53

# Squares and products below the range of float64 lose less than this.
UNDERFLOW = 2.0**-1066

# Numbers are integers in two halves, the lower one of so many bits.
HALF = 31
LOW_HALF = 2**HALF - 1


class DeviceRows:
    """Rows on a device, each in a cluster and at a distance.

    Parameters
    ----------
    rows : Tensor of float64, shape (n_rows, n_columns)
        Finite rows, of magnitudes whose squares stay well within the range of float64.
    """

    def __init__(self, rows: Tensor) -> None:
        self.shape = (rows.shape[0], rows.shape[1])
        self._rows, self._device = rows.contiguous(), rows.device
        self._labels = torch.zeros(len(rows), dtype=torch.int64, device=rows.device)
        self._squares = torch.zeros(len(rows), dtype=torch.float64, device=rows.device)
        self._scale = 1.0
        # Less is lost in products of small numbers.
        self._middle = rows.mean(dim=0)

    @classmethod
    def of(cls, table: Any, ids: NDArray[np.intp] | None, device: Any) -> DeviceRows:
        """Bring rows to a device.

        Parameters
        ----------
        table : Tensor or ndarray, shape (n_table, n_columns)
            Numbers.
        ids : ndarray of intp, optional
            Which rows; all by default.
        device : str, torch.device or None
            Where to; None is where a tensor is, and the CPU for an array.

        Returns
        -------
        rows : DeviceRows

        Raises
        ------
        ValueError
            If there is no such device.
        """
        if isinstance(table, np.ndarray):
            place = check_device("cpu" if device is None else device)
            return cls(uploaded(table, place, rows=ids, dtype=torch.float64))
        rows = table.detach()
        place = rows.device if device is None else check_device(device)
        if not rows.is_floating_point():
            rows = rows.double()
        if ids is not None:
            rows = rows.index_select(0, torch.from_numpy(ids).to(rows.device))
        return cls(rows.to(place).double())

    def in_range(self, most: int) -> tuple[DeviceRows, int]:
        """Take the exponent out where it is beyond a limit.

        Parameters
        ----------
        most : int
            The limit, on either side.

        Returns
        -------
        rows : DeviceRows
            ``rows * 2**-exponent``.
        exponent : int
            That of the largest magnitude, or 0 within the limit.
        """
        exponent = int(np.frexp(float(self._rows.abs().max()))[1])
        if abs(exponent) <= most:
            return self, 0
        # Two steps: the factor itself may be beyond the range.
        half = -exponent // 2
        return DeviceRows(self._rows * 2.0**half * 2.0 ** (-exponent - half)), exponent

    def count_different(self, most: int) -> int:
        """Count the rows that differ, up to a number."""
        # Column by column, every row is rounded alike, so that equal rows have equal sums.
        factors = np.random.RandomState(0).standard_normal(self.shape[1]).tolist()
        sums = torch.zeros_like(self._squares)
        for column, factor in enumerate(factors):
            sums += self._rows[:, column] * factor
        count = len(torch.unique(sums))
        if count < most:
            count = len(torch.unique(self._rows, dim=0))
        return min(most, count)

    def magnitudes(self) -> NDArray[np.float64]:
        """Return the largest magnitude of each column."""
        return downloaded(torch.maximum(self._rows.amax(dim=0), -self._rows.amin(dim=0)))

    def take(self, ids: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return rows."""
        return downloaded(self._rows[uploaded(ids, self._device)])

    def labels(self) -> NDArray[np.int32]:
        """Return the cluster of each row."""
        return downloaded(self._labels.int()).copy()

    def assign(self, centres: NDArray[np.float64]) -> int:
        """Put every row into the cluster of the nearest centre; see `ClusterRows`."""
        found = self._nearest(self._rows, uploaded(centres, self._device))
        n_changed = int((found != self._labels).sum())
        self._labels = found
        return n_changed

    def nearest(self, centres: NDArray[np.float64]) -> NDArray[np.intp]:
        """Find the row that is nearest to each centre, the first of those that tie."""
        found = downloaded(self._nearest(uploaded(centres, self._device), self._rows))
        return found.astype(np.intp, copy=False)

    def sums(
        self, n_clusters: int, scales: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Add up the rows of each cluster as integers; see `ClusterRows`."""
        factors = uploaded(scales, self._device)

        def add(n_bytes: int) -> tuple[Tensor, Tensor]:
            shape = (n_clusters, self.shape[1])
            high, low = torch.zeros((2, *shape), dtype=torch.int64, device=self._device)
            for part in cut(len(self._rows), n_bytes // (32 * self.shape[1])):
                units = (self._rows[part] * factors).round_().long()
                high.index_add_(0, self._labels[part], units >> HALF)
                low.index_add_(0, self._labels[part], units & LOW_HALF)
            return high, low

        high, low = in_less_memory(add, tile_bytes(self._device))
        counts = torch.bincount(self._labels, minlength=n_clusters)
        return downloaded(high).copy(), downloaded(low).copy(), downloaded(counts).copy()

    def measure(self, centres: NDArray[np.float64]) -> float:
        """Set the distance of every row to that of the centre of its cluster."""
        self._squares = self._distances(
            self._rows, uploaded(centres, self._device), None, self._labels
        )
        return float(self._squares.max())

    def cumulate(self, scale: float) -> int:
        """Add up the distances as integers; see `ClusterRows`."""
        self._scale = scale
        self._cumulated = (self._squares * scale).round_().long().cumsum(0)
        return int(self._cumulated[-1])

    def draw(self, thresholds: NDArray[np.int64]) -> NDArray[np.intp]:
        """Find the first rows at which the sum last cumulated reaches thresholds."""
        found = torch.searchsorted(self._cumulated, uploaded(thresholds, self._device))
        ids: NDArray[np.intp] = downloaded(found.clamp_(max=len(self._rows) - 1)).astype(
            np.intp, copy=False
        )
        return ids

    def try_rows(self, ids: NDArray[np.intp]) -> list[int]:
        """Add up distances as if each of some rows were one more centre; see `ClusterRows`."""
        tried = self._rows[uploaded(ids, self._device)]

        def lower(n_bytes: int) -> Tensor:
            lowered = self._squares.repeat(len(tried), 1)
            size = n_bytes // (8 * len(tried) * (2 * self.shape[1] + 2 * N_STRIPES))
            for part in cut(len(self._rows), size):
                squares = sum_in_order(self._rows[None, part] - tried[:, None])
                lowered[:, part] = torch.minimum(lowered[:, part], squares)
            return lowered

        self._lowered = in_less_memory(lower, tile_bytes(self._device))
        sums: list[int] = (self._lowered * self._scale).round_().long().sum(dim=1).tolist()
        return sums

    def adopt(self, trial: int) -> float:
        """Lower distances to those of a row tried last; return the largest squared distance."""
        self._squares = self._lowered[trial].clone()
        return float(self._squares.max())

    def farthest(self, n: int) -> NDArray[np.intp]:
        """Return the rows with the largest distances, of those that tie the first."""
        order = self._squares.sort(descending=True, stable=True).indices[:n]
        return downloaded(order).astype(np.intp, copy=False)

    def _distances(
        self, left: Tensor, right: Tensor, left_ids: Tensor | None, right_ids: Tensor
    ) -> Tensor:
        """Compute squared distances pair by pair; without ids, all rows of `left` in order."""
        work = partial(squared_distances, left, left_ids, right, right_ids)
        return in_less_memory(work, tile_bytes(self._device))

    def _nearest(self, queries: Tensor, candidates: Tensor) -> Tensor:
        """Find the nearest candidate of each query, of those that tie the first."""
        return in_less_memory(
            partial(self._nearest_in_tiles, queries, candidates), tile_bytes(self._device)
        )

    def _nearest_in_tiles(self, queries: Tensor, candidates: Tensor, n_bytes: int) -> Tensor:
        others = candidates - self._middle
        norms = others.square().sum(dim=1)
        # Rounding is, of a squared distance, less than half of this share of either squared norm,
        # as (a + b)^2 <= 2 a^2 + 2 b^2.
        share = 2 * (4 * self.shape[1] + 64) * ROUNDING
        lowered = norms * (1 - share)
        found = torch.empty(len(queries), dtype=torch.int64, device=self._device)
        for part in cut(len(queries), n_bytes // (24 * len(candidates))):
            wanted = queries[part] - self._middle
            values = torch.addmm(lowered, wanted, others.T, alpha=-2)
            best = values.min(dim=1)
            limits = best.values + 2 * share * (norms[best.indices] + wanted.square().sum(dim=1))
            limits += self.shape[1] * UNDERFLOW
            possible = values <= limits[:, None]
            unclear = (possible.sum(dim=1) > 1).nonzero()[:, 0]
            found[part] = best.indices
            if len(unclear):
                owner, other = possible[unclear].nonzero(as_tuple=True)
                places = unclear + part.start
                squares = self._distances(queries, candidates, places[owner], other)
                found[places] = _first_smallest(squares, owner, other, len(unclear))
        return found


def _first_smallest(squares: Tensor, owner: Tensor, other: Tensor, n_owners: int) -> Tensor:
    """Return, for each owner, the lowest of the others with the smallest square."""
    smallest = squares.new_full((n_owners,), torch.inf)
    smallest.scatter_reduce_(0, owner, squares, "amin")
    is_nearest = squares == smallest[owner]
    first = torch.full_like(other[:1], torch.iinfo(torch.int64).max).repeat(n_owners)
    return first.scatter_reduce_(0, owner[is_nearest], other[is_nearest], "amin")
