"""What k-means asks of the rows that it clusters."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray, IntArray

Sums = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


class ClusterRows(Protocol):
    """Rows that stay where they are, with a cluster and a squared distance for each.

    Every answer is exactly defined, so that it does not matter who gives it: distances are those of
    `balancekit.core.neighbors.distance`, and everything that is added up is an integer. All rows
    are in cluster 0 at first.
    """

    shape: tuple[int, int]

    def count_different(self, most: int) -> int:
        """Count the rows that differ, up to a number."""

    def magnitudes(self) -> FloatArray:
        """Return the largest magnitude of each column."""

    def take(self, ids: IntArray) -> FloatArray:
        """Return rows."""

    def assign(self, centres: FloatArray) -> int:
        """Put every row into the cluster of the nearest centre, the first of those that tie.

        Returns
        -------
        n_changed : int
            Rows that were in another cluster before.
        """

    def labels(self) -> NDArray[np.int32]:
        """Return the cluster of each row."""

    def sums(self, n_clusters: int, scales: FloatArray) -> Sums:
        """Add up the rows of each cluster, column by column, as integers.

        Parameters
        ----------
        n_clusters : int
            How many there are.
        scales : ndarray of float64, shape (n_columns,)
            Those of `Grid`.

        Returns
        -------
        high, low : ndarray of int64, shape (n_clusters, n_columns)
            Sums of the halves of `Grid.cut`.
        counts : ndarray of int64, shape (n_clusters,)
            Rows of each. All are the caller's to change.
        """

    def measure(self, centres: FloatArray) -> float:
        """Set the distance of every row to that of the centre of its cluster.

        Returns
        -------
        largest : float
            Of the squared distances.
        """

    def cumulate(self, scale: float) -> int:
        """Add up the distances, each rounded to an integer of units.

        Parameters
        ----------
        scale : float
            Units in one: a power of two that leaves the sum below 2**62.

        Returns
        -------
        total : int
        """

    def draw(self, thresholds: NDArray[np.int64]) -> IntArray:
        """Find the first rows at which the sum last cumulated reaches thresholds."""

    def try_rows(self, ids: IntArray) -> list[int]:
        """Add up distances as if each of some rows were one more centre, in the units cumulated."""

    def adopt(self, trial: int) -> float:
        """Lower distances to those of a row tried last; return the largest squared distance."""

    def farthest(self, n: int) -> IntArray:
        """Return the rows with the largest distances, of those that tie the first."""

    def nearest(self, centres: FloatArray) -> IntArray:
        """Find the row that is nearest to each centre, the first of those that tie."""
