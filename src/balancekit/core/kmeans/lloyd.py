"""k-means whose outcome is defined to the last bit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from balancekit.core.kmeans.fixed_point import Grid, units_in_one
from balancekit.core.kmeans.rows import ClusterRows
from balancekit.core.kmeans.seeding import spread_seeds
from balancekit.core.neighbors.distance import squared_distances
from balancekit.core.recipes import FloatArray

# Those of scikit-learn.
MOST_ROUNDS = 300
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Clustering:
    """What k-means found.

    Parameters
    ----------
    centres : ndarray of float64, shape (n_clusters, n_columns)
        Means of the clusters.
    labels : ndarray of int32, shape (n_rows,)
        Cluster of each row.
    inertia : float
        Sum of the squared distances of the rows to their centres.
    n_rounds : int
        How many rounds it took.
    """

    centres: FloatArray
    labels: NDArray[np.int32]
    inertia: float
    n_rounds: int


def k_means(rows: ClusterRows, n_clusters: int, rng: np.random.RandomState) -> Clustering:
    """Cluster rows by Lloyd's rounds from the seeds of k-means++.

    Parameters
    ----------
    rows : ClusterRows
        Finite rows, wherever they are; none was clustered before.
    n_clusters : int
        Number of clusters, at most that of rows.
    rng : RandomState
        The stream; see `spread_seeds`.

    Returns
    -------
    clustering : Clustering
        As of scikit-learn's `KMeans`, but for rounding: there, it depends on threads and on the
        library of linear algebra. Here nothing does, as distances are added up in one fixed order
        and everything else is a sum of integers.

    Notes
    -----
    It ends when no row changes its cluster, or when the centres have moved, as a sum of squares, by
    no more than 1e-4 times the mean variance of the columns; after 300 rounds at the latest.
    """
    n_rows, n_columns = rows.shape
    grid = Grid(rows.magnitudes())
    middle = grid.means(*rows.sums(1, grid.scales))
    tolerance = TOLERANCE * _sum_of_distances(rows, middle) / (n_rows * n_columns)
    centres = rows.take(spread_seeds(rows, n_clusters, rng))
    each, is_settled, n_rounds = np.arange(n_clusters), False, 0
    while n_rounds < MOST_ROUNDS:
        n_rounds += 1
        n_changed = rows.assign(centres)
        before, centres = centres, _means(rows, centres, grid)
        is_settled = n_rounds > 1 and not n_changed
        if is_settled or math.fsum(squared_distances(centres, each, before, each)) <= tolerance:
            break
    if not is_settled:
        rows.assign(centres)
    return Clustering(centres, rows.labels(), _sum_of_distances(rows, centres), n_rounds)


def _sum_of_distances(rows: ClusterRows, centres: FloatArray) -> float:
    scale = units_in_one(rows.measure(centres), rows.shape[0])
    return rows.cumulate(scale) / scale


def _means(rows: ClusterRows, centres: FloatArray, grid: Grid) -> FloatArray:
    """Return the means of clusters; one that is empty gets the row farthest from its centre."""
    high, low, counts = rows.sums(len(centres), grid.scales)
    empty = np.flatnonzero(counts == 0)
    if len(empty) and rows.measure(centres) > 0:
        moved = rows.farthest(len(empty))
        old, (high_moved, low_moved) = rows.labels()[moved], grid.cut(rows.take(moved))
        for sums, part in ((high, high_moved), (low, low_moved)):
            np.subtract.at(sums, old, part)
            sums[empty] = part
        np.subtract.at(counts, old, 1)
        counts[empty] = 1
    fullest = int(counts.argmax())
    means = grid.means(high, low, np.maximum(counts, 1))
    means[counts == 0] = means[fullest]
    return means
