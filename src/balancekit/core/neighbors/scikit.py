"""scikit-learn's search made exact: it proposes candidates, direct distances decide."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.direct import nearest_directly, own_positions
from balancekit.core.neighbors.distance import as_points, squared_distances
from balancekit.core.neighbors.selection import nearest_of_lists
from balancekit.core.recipes import IntArray

# Candidates beyond the k wanted and the row itself: enough to tell near ties apart.
SPARE_CANDIDATES = 3


class ScikitLearnEngine:
    """Exact search on top of `sklearn.neighbors.NearestNeighbors`.

    scikit-learn's brute force expands the square, which loses digits far from the origin, and
    leaves ties to chance. So the points are centred, a few candidates more than needed are asked
    for, and their distances are computed directly. A query whose last candidate is not provably
    farther than its k-th neighbour, as happens with many ties, is searched exhaustively.

    Parameters
    ----------
    n_jobs : int, optional
        Threads for the tree searches, which scikit-learn uses up to 15 dense columns.
    """

    def __init__(self, n_jobs: int | None = None) -> None:
        self.n_jobs = n_jobs

    def kneighbors(
        self, X: Numbers, queries: IntArray, among: IntArray, k: int
    ) -> tuple[NDArray[np.float64], IntArray]:
        """Find the nearest other rows of each query row; see `NeighborEngine`."""
        same = queries is among or np.array_equal(queries, among)
        points = as_points(X[among if same else np.concatenate([among, queries])])
        candidates = points[: len(among)]
        wanted = points if same else points[len(among) :]
        own = own_positions(queries, among)
        squared, positions = self._search(wanted, candidates, own, k)
        return np.sqrt(squared), among[positions]

    def _search(
        self, queries: Any, candidates: Any, own: IntArray, k: int
    ) -> tuple[NDArray[np.float64], IntArray]:
        n_queries, n_candidates = len(own), candidates.shape[0]
        n_proposed = min(k + 1 + SPARE_CANDIDATES, n_candidates)
        centre = 0.0 if sparse.issparse(candidates) else candidates.mean(axis=0)
        centred = candidates if sparse.issparse(candidates) else candidates - centre
        search = NearestNeighbors(n_neighbors=n_proposed, n_jobs=self.n_jobs).fit(centred)
        error = _error_bounds(candidates.shape[1])
        largest = _squared_norms(centred).max()
        squared = np.empty((n_queries, k))
        positions = np.empty((n_queries, k), dtype=np.intp)
        undecided = np.zeros(n_queries, dtype=bool)
        per_row = 8 * n_proposed * (3 * candidates.shape[1] + 12)
        for block in row_blocks(n_queries, per_row):
            rows = queries[block]
            shifted = rows if sparse.issparse(rows) else rows - centre
            proposed_distance, proposed = search.kneighbors(shifted)
            size = len(proposed)
            query = np.repeat(np.arange(size), n_proposed)
            candidate = proposed.ravel().astype(np.intp)
            distances = squared_distances(rows[query], candidates[candidate])
            # The row itself goes to the end of its list, by id and not by distance.
            distances[candidate == own[block][query]] = np.inf
            squared[block], positions[block] = nearest_of_lists(
                query, candidate, distances, size, k
            )
            slack = error * (np.sqrt(_squared_norms(shifted)) + np.sqrt(largest)) ** 2
            provable = squared[block][:, -1] < proposed_distance[:, -1] ** 2 - slack
            complete = n_proposed == n_candidates
            undecided[block] = ~(provable | complete) | np.isinf(squared[block][:, -1])
        hard = np.flatnonzero(undecided)
        if hard.size:
            squared[hard], positions[hard] = nearest_directly(
                queries[hard], candidates, own[hard], k
            )
        return squared, positions


def _error_bounds(n_columns: int) -> float:
    """Bound the relative error of an expanded square, against the sum of the norms squared."""
    return 8 * (n_columns + 16) * float(np.finfo(np.float64).eps)


def _squared_norms(points: Any) -> NDArray[np.float64]:
    if sparse.issparse(points):
        return np.asarray(points.multiply(points).sum(axis=1)).ravel()
    norms: NDArray[np.float64] = np.einsum("ij,ij->i", points, points)
    return norms
