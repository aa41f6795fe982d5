"""The definition as an engine: every distance computed directly, in blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.distance import N_STRIPES, all_squared_distances, as_points
from balancekit.core.neighbors.selection import nearest_in_table
from balancekit.core.recipes import IntArray


class DirectEngine:
    """Exhaustive search without any shortcut: the reference for all other engines.

    O(n_queries * n_candidates * n_columns) time; blocks within scikit-learn's `working_memory`.
    """

    def kneighbors(
        self, X: Numbers, queries: IntArray, among: IntArray, k: int
    ) -> tuple[NDArray[np.float64], IntArray]:
        """Find the nearest other rows of each query row; see `NeighborEngine`."""
        points = as_points(X[np.concatenate([among, queries])])
        squared, positions = nearest_directly(
            points[len(among) :], points[: len(among)], own_positions(queries, among), k
        )
        return np.sqrt(squared), among[positions]


def own_positions(queries: IntArray, among: IntArray) -> IntArray:
    """Return where each query stands among the candidates, -1 if it does not.

    Parameters
    ----------
    queries : ndarray of int, shape (n_queries,)
        Row ids.
    among : ndarray of int, shape (n_candidates,)
        Row ids, ascending.

    Returns
    -------
    own : ndarray of int, shape (n_queries,)
    """
    position = np.searchsorted(among, queries)
    inside = position < len(among)
    found = np.zeros(len(queries), dtype=bool)
    found[inside] = among[position[inside]] == queries[inside]
    return np.where(found, position, -1)


def nearest_directly(
    queries: Any, candidates: Any, own: IntArray, k: int
) -> tuple[NDArray[np.float64], IntArray]:
    """Find the k nearest candidates by computing every distance.

    Parameters
    ----------
    queries, candidates : ndarray of float64 or CSR matrix, shape (n, n_columns)
        Points.
    own : ndarray of int, shape (n_queries,)
        Position of the candidate that is the query itself and is left out; -1 for none.
    k : int
        Number of neighbours.

    Returns
    -------
    squared_distances : ndarray of float64, shape (n_queries, k)
    positions : ndarray of int, shape (n_queries, k)
        Positions of the candidates, by (distance, position).
    """
    n_queries = queries.shape[0]
    squared = np.empty((n_queries, k))
    positions = np.empty((n_queries, k), dtype=np.intp)
    for block in row_blocks(n_queries, 8 * (N_STRIPES + 4) * candidates.shape[0]):
        distances = all_squared_distances(queries[block], candidates)
        inside = np.flatnonzero(own[block] >= 0)
        distances[inside, own[block][inside]] = np.inf
        squared[block], positions[block] = nearest_in_table(distances, k)
    return squared, positions
