"""Rows in NumPy: products of matrices propose, the fixed distance decides."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.clusters import count_different, nearest_rows
from balancekit.core.kmeans.fixed_point import HALF, LOW_HALF
from balancekit.core.kmeans.rows import Sums
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.distance import N_STRIPES, add_stripes
from balancekit.core.neighbors.engine import NeighborEngine
from balancekit.core.recipes import FloatArray, IntArray

ROUNDING = 2.0**-53

# Squares and products below the range of float64 lose less than this.
UNDERFLOW = 2.0**-1066

# Blocks of a core's cache in one of memory.
CACHE_SHARE = 16

# Differences that stay in a core's second-level cache.
BLOCK_VALUES = 2**15

# Sums of integers below this are exact in float64.
EXACT_INTEGERS = 2**53


class ArrayRows:
    """See `ClusterRows`.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_columns), C-contiguous
        Rows, of magnitudes whose squares stay well within the range of float64.
    engine : NeighborEngine
        Who finds the rows nearest to centres.
    """

    def __init__(self, values: FloatArray, engine: NeighborEngine) -> None:
        self.values = values
        self.shape = (values.shape[0], values.shape[1])
        self._engine = engine
        self._labels = np.zeros(len(values), dtype=np.int32)
        self._squares: FloatArray = np.zeros(len(values))
        self._scale = 1.0
        self._tried: Any = None
        self._prepare()

    def _prepare(self) -> None:
        """Centre the rows: the smaller the numbers, the less products of them are off."""
        self._middle = self.values.mean(axis=0)
        # With one more column, products add the norm of the other side.
        self._low = np.ones((self.shape[0], self.shape[1] + 1))
        low = np.subtract(self.values, self._middle, out=self._low[:, :-1])
        self._norms = np.einsum("ij,ij->i", low, low)
        # Rounding in products, in norms, in the rows themselves and in the fixed distance is, of a
        # squared distance, less than half of this times the squared sum of both lengths, and by
        # (a + b)^2 <= 2 a^2 + 2 b^2 less than a share of both norms.
        self._share = 2 * (4 * self.shape[1] + 64) * ROUNDING
        self._lost = self.shape[1] * UNDERFLOW

    def count_different(self, most: int) -> int:
        """Count the rows that differ, up to a number."""
        return count_different(self.values, most)

    def magnitudes(self) -> FloatArray:
        """Return the largest magnitude of each column."""
        largest: FloatArray = np.maximum(self.values.max(axis=0), -self.values.min(axis=0))
        return largest

    def take(self, ids: IntArray) -> FloatArray:
        """Return rows."""
        taken: FloatArray = self.values[ids]
        return taken

    def labels(self) -> NDArray[np.int32]:
        """Return the cluster of each row."""
        return self._labels.copy()

    def assign(self, centres: FloatArray) -> int:
        """Put every row into the cluster of the nearest centre; see `ClusterRows`."""
        factors, norms = self._factors(centres)
        raised, n_changed = 2 * self._share * norms, 0
        # So that a block stays in a cache.
        for rows in row_blocks(len(self.values), CACHE_SHARE * 24 * len(centres)):
            values = self._low[rows] @ factors.T
            found = values.argmin(axis=1)
            at_best = np.take_along_axis(values, found[:, np.newaxis], axis=1)[:, 0]
            limits = at_best + raised[found] + 2 * self._share * self._norms[rows] + self._lost
            possible = values <= limits[:, np.newaxis]
            if np.count_nonzero(possible) > len(found):
                unclear = np.flatnonzero(np.count_nonzero(possible, axis=1) > 1)
                found[unclear] = self._decided(unclear + rows.start, possible[unclear], centres)
            n_changed += int(np.count_nonzero(found != self._labels[rows]))
            self._labels[rows] = found
        return n_changed

    def _factors(self, centres: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what to multiply rows by for squared distances, less the norms of the rows.

        Returns
        -------
        factors : ndarray of float64, shape (n_centres, n_columns + 1)
            Lowered by the share of the centre's norm that rounding may add.
        norms : ndarray of float64, shape (n_centres,)
            Those of the centres.
        """
        low = centres - self._middle
        norms = np.einsum("ij,ij->i", low, low)
        return np.column_stack([-2 * low, norms * (1 - self._share)]), norms

    def _decided(self, ids: IntArray, possible: NDArray[np.bool_], centres: FloatArray) -> IntArray:
        """Return the nearest of the centres that are possible for each of some rows."""
        owner, centre = possible.nonzero()
        squares = _squared_distances(self.values, ids[owner], centres, centre)
        starts = np.searchsorted(owner, np.arange(len(ids)))
        smallest = np.minimum.reduceat(squares, starts)
        is_nearest = np.flatnonzero(squares == smallest[owner])
        _, first = np.unique(owner[is_nearest], return_index=True)
        nearest: IntArray = centre[is_nearest[first]]
        return nearest

    def sums(self, n_clusters: int, scales: FloatArray) -> Sums:
        """Add up the rows of each cluster as integers; see `ClusterRows`."""
        n_rows, n_columns = self.shape
        high, low = np.zeros((2, n_clusters, n_columns), dtype=np.int64)
        counts = np.bincount(self._labels, minlength=n_clusters)
        size = EXACT_INTEGERS >> HALF
        for start in range(0, n_rows, size):
            labels = self._labels[start : start + size]
            for column in range(n_columns):
                units = np.rint(self.values[start : start + size, column] * scales[column])
                whole = units.astype(np.int64)
                for sums, part in ((high, whole >> HALF), (low, whole & LOW_HALF)):
                    added = np.bincount(labels, weights=part, minlength=n_clusters)
                    sums[:, column] += added.astype(np.int64)
        return high, low, counts.astype(np.int64, copy=False)

    def measure(self, centres: FloatArray) -> float:
        """Set the distance of every row to that of the centre of its cluster."""
        self._squares = _squared_distances(self.values, None, centres, self._labels)
        return float(self._squares.max())

    def cumulate(self, scale: float) -> int:
        """Add up the distances as integers; see `ClusterRows`."""
        self._scale = scale
        self._units = np.rint(self._squares * scale).astype(np.int64)
        self._cumulated = np.cumsum(self._units)
        return int(self._cumulated[-1])

    def draw(self, thresholds: NDArray[np.int64]) -> IntArray:
        """Find the first rows at which the sum last cumulated reaches thresholds."""
        found: IntArray = np.searchsorted(self._cumulated, thresholds)
        return np.minimum(found, len(self.values) - 1)

    def try_rows(self, ids: IntArray) -> list[int]:
        """Add up distances as if each of some rows were one more centre; see `ClusterRows`."""
        values = self._factors(self.values[ids])[0] @ self._low.T
        limits = self._squares - self._norms * (1 - self._share) + self._lost
        # Faster than to look for both coordinates at once.
        trial, near = np.divmod(np.flatnonzero(values < limits), len(self.values))
        squares = _squared_distances(self.values, near, self.values, ids[trial])
        squares = np.minimum(squares, self._squares[near])
        saved = self._units[near] - np.rint(squares * self._scale).astype(np.int64)
        edges = np.searchsorted(trial, np.arange(len(ids) + 1))
        before = np.concatenate([[0], np.cumsum(saved)])[edges]
        self._tried = near, squares, edges
        total = int(self._cumulated[-1])
        return [total - int(part) for part in np.diff(before)]

    def adopt(self, trial: int) -> float:
        """Lower distances to those of a row tried last; return the largest squared distance."""
        near, squares, edges = self._tried
        part = slice(edges[trial], edges[trial + 1])
        self._squares[near[part]] = squares[part]
        return float(self._squares.max())

    def farthest(self, n: int) -> IntArray:
        """Return the rows with the largest distances, of those that tie the first."""
        order: IntArray = np.argsort(-self._squares, kind="stable")[:n]
        return order

    def nearest(self, centres: FloatArray) -> IntArray:
        """Find the row that is nearest to each centre, the first of those that tie."""
        return nearest_rows(self.values, centres, self._engine)


def _squared_distances(
    left: FloatArray, left_rows: IntArray | None, right: FloatArray, right_rows: NDArray[Any]
) -> FloatArray:
    """Compute the fixed distance pair by pair, of C-contiguous rows; None stands for all."""
    n_columns = left.shape[1]
    squares = np.empty(len(right_rows))
    size = max(1, BLOCK_VALUES // max(n_columns, N_STRIPES))
    for start in range(0, len(squares), size):
        part = slice(start, start + size)
        ones = left[part] if left_rows is None else left.take(left_rows[part], axis=0)
        gaps = ones - right.take(right_rows[part], axis=0)
        np.square(gaps, out=gaps)
        if n_columns < N_STRIPES:
            narrow, gaps = gaps, np.zeros((len(gaps), N_STRIPES))
            gaps[:, :n_columns] = narrow
        for column in range(N_STRIPES, n_columns, N_STRIPES):
            more = gaps[:, column : column + N_STRIPES]
            gaps[:, : more.shape[1]] += more
        squares[part] = add_stripes(gaps[:, :N_STRIPES].T)
    return squares
