"""scikit-learn's search made exact: it proposes candidates, direct distances decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.direct import DirectEngine, nearest_directly, own_positions
from balancekit.core.neighbors.distance import as_points, excess_exponent, squared_distances
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
        same = queries is among
        points, exponent = as_points(X[among if same else np.concatenate([among, queries])])
        if excess_exponent(points.data if sparse.issparse(points) else points):
            # Squares overflow, and with them every proposal.
            return DirectEngine().kneighbors(X, queries, among, k)
        both = _Points.of(points, len(among))
        wanted = both if same else both[len(among) :]
        own = own_positions(queries, among)
        distances, positions = self._search(wanted, both[: len(among)], own, k)
        return np.ldexp(distances, exponent), among[positions]

    def _search(
        self, queries: _Points, candidates: _Points, own: IntArray, k: int
    ) -> tuple[NDArray[np.float64], IntArray]:
        n_queries, (n_candidates, n_columns) = len(own), candidates.exact.shape
        # The row itself, and one more: its distance bounds that of all that are not proposed.
        n_proposed = min(k + 2, n_candidates)
        search = NearestNeighbors(n_neighbors=n_proposed, n_jobs=self.n_jobs)
        search.fit(candidates.centred)
        largest = _norms(candidates.centred).max()
        distances = np.empty((n_queries, k))
        positions = np.empty((n_queries, k), dtype=np.intp)
        undecided = np.zeros(n_queries, dtype=bool)
        for block in row_blocks(n_queries, 8 * n_proposed * BUFFERS_PER_PAIR):
            bound, proposed = search.kneighbors(queries.centred[block])
            proposed = proposed.astype(np.intp, copy=False)
            query = np.repeat(np.arange(block.start, block.stop), n_proposed)
            squared = squared_distances(queries.exact, query, candidates.exact, proposed.ravel())
            squared = squared.reshape(proposed.shape)
            # The row itself goes to the end of its list, by id and not by distance.
            squared[proposed == own[block, np.newaxis]] = np.inf
            squared, positions[block] = nearest_in_rows(squared, proposed, k)
            distances[block] = np.sqrt(squared)
            if n_proposed < n_candidates:
                reach = (_norms(queries.centred[block]) + largest) ** 2
                slack = _relative_error(n_columns) * reach
                undecided[block] = squared[:, -1] >= bound[:, -1] ** 2 - slack
        hard = np.flatnonzero(undecided)
        if hard.size:
            distances[hard], positions[hard] = nearest_directly(
                queries.exact[hard], candidates.exact, own[hard], k
            )
        return distances, positions


@dataclass(frozen=True)
class _Points:
    """Rows twice: as they are, to decide, and centred, to propose."""

    exact: Any
    centred: Any

    @classmethod
    def of(cls, points: Any, n_candidates: int) -> _Points:
        if sparse.issparse(points):
            return cls(points, points)
        centre = points[:n_candidates].mean(axis=0)
        # Distances of pairs are computed column by column.
        return cls(np.asfortranarray(points), points - centre)

    def __getitem__(self, rows: slice) -> _Points:
        return _Points(self.exact[rows], self.centred[rows])


def _relative_error(n_columns: int) -> float:
    """Bound the error of an expanded square, relative to the square of the sum of the norms."""
    return 8 * (n_columns + 16) * float(np.finfo(np.float64).eps)


def _norms(points: Any) -> NDArray[np.float64]:
    if sparse.issparse(points):
        squares = np.asarray(points.multiply(points).sum(axis=1)).ravel()
    else:
        squares = np.einsum("ij,ij->i", points, points)
    norms: NDArray[np.float64] = np.sqrt(squares)
    return norms
