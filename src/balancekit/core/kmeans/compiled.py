"""Rows in NumPy, clustered by compiled kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.kmeans.arrays import ArrayRows
from balancekit.core.kmeans.rows import Sums
from balancekit.core.neighbors.crew import Crew, thread_count
from balancekit.core.neighbors.distance import squared_distances
from balancekit.core.neighbors.engine import NeighborEngine
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.kernels.neighbors.centres import (
    GROUP,
    LOST,
    LOST_IN_DOUBLE,
    assign_rows,
    find_thresholds,
    lower_squares,
    measure_rows,
    move_rows,
    pack_centres,
    pack_panels,
    round_squares,
    share_of,
    try_blocks,
)
from balancekit.kernels.neighbors.target import BLOCK

# Rows that the middle is taken from: a few rows far away would move a mean.
SAMPLE = 1_000

# Up to so many numbers of all centres, comparing a row with them costs less than to see which ones
# it can do without.
FEW_NUMBERS = 2048

# Numbers compared that are worth threads of their own.
WORK_WORTH_THREADS = 4_000_000


class CompiledRows(ArrayRows):
    """See `ClusterRows`.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_columns), C-contiguous
        Rows, of magnitudes whose squares stay well within the range of float64.
    engine : NeighborEngine
        Who finds the rows nearest to centres.
    n_jobs : int, optional
        Threads.

    Notes
    -----
    Memory beyond the rows: half of them, and 40 bytes for each row.
    """

    def __init__(self, values: FloatArray, engine: NeighborEngine, n_jobs: int | None) -> None:
        self._n_threads = thread_count(n_jobs)
        super().__init__(values, engine)

    def _prepare(self) -> None:
        """Pack the rows."""
        n_rows, n_columns = self.shape
        self._n_blocks = -(-n_rows // BLOCK)
        n_places = self._n_blocks * BLOCK
        step = max(1, n_rows // SAMPLE)
        self._middle = np.median(self.values[::step], axis=0)
        high, low = self.values.max(axis=0), self.values.min(axis=0)
        largest = max((high - self._middle).max(), (self._middle - low).max())
        self._shrink = 2.0 ** -int(np.frexp(largest)[1])
        self._panels = np.empty(n_places * n_columns, dtype=np.float32)
        self._errors, self._limits = np.empty((2, n_places), dtype=np.float32)
        pack_panels(
            self.values, self._middle, self._shrink, self._panels, self._errors, 0, self._n_blocks
        )
        # Where limits are compared, a distance may have been rounded up before.
        self._unit = self._shrink * (1 + 1e-9)
        self._share = share_of(n_columns)
        self._sums = np.empty(self._n_blocks, dtype=np.int64)
        self._units = np.empty(n_rows, dtype=np.int64)
        self._scale, self._total = 0.0, 0
        self._lower = np.zeros(n_rows, dtype=np.float32)
        self._lost = (LOST + LOST_IN_DOUBLE * self._shrink) * n_columns**0.5
        self._centres: FloatArray | None = None
        self._summed: Any = None

    def _packed(self, centres: FloatArray) -> NDArray[np.float32]:
        n_groups = -(-len(centres) // GROUP)
        packed = np.empty(n_groups * GROUP * self.shape[1], dtype=np.float32)
        pack_centres(centres, self._middle, self._shrink, packed)
        return packed

    def _in_parts(self, task: Callable[[int, int], Any], n: int, work: float) -> list[Any]:
        """Do some work on ranges that cover ``0:n``, in threads where these pay."""
        if self._n_threads == 1 or work < WORK_WORTH_THREADS:
            return [task(0, n)]
        with Crew(self._n_threads) as crew:
            return crew.ranges(task, n)

    def assign(self, centres: FloatArray) -> int:
        """Put every row into the cluster of the nearest centre; see `ClusterRows`."""
        before, everyone = self._centres, np.arange(len(centres))
        if before is None or len(before) != len(centres):
            moved, drift = everyone, np.inf
            self._lower[:] = 0.0
        else:
            moved = np.flatnonzero((centres != before).any(axis=1))
            shifts = squared_distances(centres, moved, before, moved)
            drift = np.sqrt(shifts.max(initial=0.0)) * self._unit * (1 + 1e-6) + self._lost
        self._centres = centres
        packed, packed_moved = self._packed(centres), self._packed(centres[moved])

        keeps_bounds = centres.size > FEW_NUMBERS

        def search(first: int, last: int) -> int:
            changed: int = assign_rows(
                self.values, self._panels, self._errors, centres, packed, moved, packed_moved,
                drift, self._unit, self._labels, self._lower, keeps_bounds, first, last,
            )  # fmt: skip
            return changed

        return sum(self._in_parts(search, self._n_blocks, float(self.values.size) * len(centres)))

    def sums(self, n_clusters: int, scales: FloatArray) -> Sums:
        """Add up the rows of each cluster as integers; see `ClusterRows`."""
        n_rows, n_columns = self.shape
        if self._summed is None or len(self._summed[1]) != n_clusters:
            nowhere = np.full(n_rows, -1, dtype=np.int32)
            self._summed = nowhere, *np.zeros((2, n_clusters, n_columns), dtype=np.int64)
        before, high, low = self._summed

        def move(first: int, last: int) -> None:
            move_rows(self.values, self._labels, before, scales, high, low, first, last)

        self._in_parts(move, n_columns, float(self.values.size))
        before[:] = self._labels
        counts = np.bincount(self._labels, minlength=n_clusters)
        return high.copy(), low.copy(), counts.astype(np.int64, copy=False)

    def measure(self, centres: FloatArray) -> float:
        """Set the distance of every row to that of the centre of its cluster."""
        self._scale = 0.0
        self._in_parts(
            lambda first, last: measure_rows(
                self.values, centres, self._labels, self._squares, first, last
            ),
            len(self.values),
            float(self.values.size),
        )
        starts = np.arange(0, len(self.values), BLOCK)
        self._largest = np.maximum.reduceat(self._squares, starts)
        return float(self._largest.max())

    def cumulate(self, scale: float) -> int:
        """Add up the distances as integers; see `ClusterRows`."""
        if scale != self._scale:
            self._scale = scale
            round_squares(
                self._squares, scale, self._unit, self._share, self._errors, self._limits,
                self._units, self._sums,
            )  # fmt: skip
            self._total = int(self._sums.sum())
        return self._total

    def draw(self, thresholds: NDArray[np.int64]) -> IntArray:
        """Find the first rows at which the sum last cumulated reaches thresholds."""
        found = np.empty(len(thresholds), dtype=np.int64)
        find_thresholds(self._units, self._sums, thresholds, found)
        return found

    def try_rows(self, ids: IntArray) -> list[int]:
        """Add up distances as if each of some rows were one more centre; see `ClusterRows`."""
        packed = self._packed(self.values[ids])
        masks = np.empty((self._n_blocks, len(packed) // self.shape[1]), dtype=np.int64)

        def attempt(first: int, last: int) -> NDArray[np.int64]:
            saved = np.zeros(len(ids), dtype=np.int64)
            try_blocks(
                self.values, self._panels, self._limits, ids, packed, self._squares, self._units,
                self._scale, masks, saved, first, last,
            )  # fmt: skip
            return saved

        work = float(self.values.size) * len(ids)
        saved: Any = sum(self._in_parts(attempt, self._n_blocks, work))
        totals: list[int] = (self._total - saved).tolist()
        self._tried = ids, masks, totals
        return totals

    def adopt(self, trial: int) -> float:
        """Lower distances to those of a row tried last; return the largest squared distance."""
        ids, masks, totals = self._tried
        self._total = totals[trial]
        largest: float = lower_squares(
            self.values, ids[trial], masks, trial, self._errors, self._scale, self._unit,
            self._share, self._squares, self._limits, self._units, self._sums, self._largest,
        )  # fmt: skip
        return largest
