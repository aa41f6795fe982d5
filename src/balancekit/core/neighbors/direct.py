"""The definition as an engine: every distance computed directly, in blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.distance import (
    N_STRIPES,
    all_squared_distances,
    as_points,
    excess_exponent,
)
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
        points, exponent = as_points(X[np.concatenate([among, queries])])
        distances, positions = nearest_directly(
            points[len(among) :], points[: len(among)], own_positions(queries, among), k
        )
        return np.ldexp(distances, exponent), among[positions]


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
    if len(among) and among[-1] - among[0] == len(among) - 1:
        # Without a gap, so nothing has to be looked for.
        position = queries - among[0]
        return np.where((position >= 0) & (position < len(among)), position, -1)
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
    distances : ndarray of float64, shape (n_queries, k)
    positions : ndarray of int, shape (n_queries, k)
        Positions of the candidates, by (distance, position). Where squares overflow, the order is
        that of the points divided by a power of two, after all distances that do not.
    """
    n_queries = queries.shape[0]
    distances = np.empty((n_queries, k))
    positions = np.empty((n_queries, k), dtype=np.intp)
    excess = max(_excess(queries), _excess(candidates))
    shrink = 2.0**-excess
    for block in row_blocks(n_queries, 8 * (N_STRIPES + 4) * candidates.shape[0]):
        left_out = (np.flatnonzero(own[block] >= 0), own[block][own[block] >= 0])
        squared = all_squared_distances(queries[block], candidates)
        squared[left_out] = np.inf
        if excess:
            reduced = all_squared_distances(queries[block] * shrink, candidates * shrink)
            reduced[left_out] = np.inf
            order = np.lexsort((reduced, squared), axis=1)[:, :k]
            near = np.sqrt(np.take_along_axis(squared, order, axis=1))
            beyond = np.sqrt(np.take_along_axis(reduced, order, axis=1))
            with np.errstate(over="ignore"):
                beyond = np.ldexp(beyond, excess)
            distances[block], positions[block] = np.where(np.isinf(near), beyond, near), order
        else:
            squared, positions[block] = nearest_in_table(squared, k)
            distances[block] = np.sqrt(squared)
    return distances, positions


def _excess(points: Any) -> int:
    return max(0, excess_exponent(points.data if sparse.issparse(points) else points))
