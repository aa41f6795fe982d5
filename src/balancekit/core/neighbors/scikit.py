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
from balancekit.core.neighbors.selection import nearest_in_rows
from balancekit.core.recipes import IntArray

# Numbers in memory at once for each pair of a query and a candidate.
BUFFERS_PER_PAIR = 16


class ScikitLearnEngine:
    """Exact search on top of `sklearn.neighbors.NearestNeighbors`.

    scikit-learn's brute force expands the square, which loses digits far from the origin, and
    leaves ties to chance. So the points are centred, one candidate more than needed is asked for,
    and the distances of the candidates are computed directly. A query whose last candidate is not
    provably farther than its k-th neighbour, as with tied distances, is searched exhaustively.

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
        points = as_points(X[among if queries is among else np.concatenate([among, queries])])
        is_sparse = sparse.issparse(points)
        centre = 0.0 if is_sparse else points[: len(among)].mean(axis=0)
        centred = points if is_sparse else points - centre
        if not is_sparse:
            points = np.asfortranarray(points)
        first = 0 if queries is among else len(among)
        squared, positions = self._search(
            points[first:],
            centred[first:],
            points[: len(among)],
            centred[: len(among)],
            own_positions(queries, among),
            k,
        )
        return np.sqrt(squared), among[positions]

    def _search(
        self,
        queries: Any,
        centred_queries: Any,
        candidates: Any,
        centred: Any,
        own: IntArray,
        k: int,
    ) -> tuple[NDArray[np.float64], IntArray]:
        """Propose with the centred points, decide with the points themselves."""
        n_queries, n_candidates = len(own), candidates.shape[0]
        # The row itself, and one more: its distance bounds that of all that are not proposed.
        n_proposed = min(k + 2, n_candidates)
        search = NearestNeighbors(n_neighbors=n_proposed, n_jobs=self.n_jobs).fit(centred)
        largest = np.sqrt(_squared_norms(centred).max())
        squared = np.empty((n_queries, k))
        positions = np.empty((n_queries, k), dtype=np.intp)
        undecided = np.zeros(n_queries, dtype=bool)
        for block in row_blocks(n_queries, 8 * n_proposed * BUFFERS_PER_PAIR):
            bound, proposed = search.kneighbors(centred_queries[block])
            proposed = proposed.astype(np.intp, copy=False)
            query = np.repeat(np.arange(block.start, block.stop), n_proposed)
            distances = squared_distances(queries, query, candidates, proposed.ravel())
            distances = distances.reshape(proposed.shape)
            # The row itself goes to the end of its list, by id and not by distance.
            distances[proposed == own[block, np.newaxis]] = np.inf
            squared[block], positions[block] = nearest_in_rows(distances, proposed, k)
            if n_proposed < n_candidates:
                norms = np.sqrt(_squared_norms(centred_queries[block]))
                slack = _relative_error(candidates.shape[1]) * (norms + largest) ** 2
                undecided[block] = squared[block, -1] >= bound[:, -1] ** 2 - slack
        hard = np.flatnonzero(undecided)
        if hard.size:
            squared[hard], positions[hard] = nearest_directly(
                queries[hard], candidates, own[hard], k
            )
        return squared, positions


def _relative_error(n_columns: int) -> float:
    """Bound the error of an expanded square, relative to the square of the sum of the norms."""
    return 8 * (n_columns + 16) * float(np.finfo(np.float64).eps)


def _squared_norms(points: Any) -> NDArray[np.float64]:
    if sparse.issparse(points):
        return np.asarray(points.multiply(points).sum(axis=1)).ravel()
    norms: NDArray[np.float64] = np.einsum("ij,ij->i", points, points)
    return norms
