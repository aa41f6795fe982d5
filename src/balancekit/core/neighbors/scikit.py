"""scikit-learn's search made exact: it proposes candidates, direct distances decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn import config_context, get_config
from sklearn.neighbors import NearestNeighbors

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.crowds import settle_crowds
from balancekit.core.neighbors.direct import DirectEngine, nearest_directly, own_positions
from balancekit.core.neighbors.distance import as_points, excess_exponent, squared_distances
from balancekit.core.neighbors.selection import nearest_in_rows
from balancekit.core.recipes import IntArray

# Numbers in memory at once for each pair of a query and a candidate.
BUFFERS_PER_PAIR = 16

# Queries that proposals do not decide get so many times more, up to so many times the first.
GROWTH = 4
MOST_PROPOSED = 64

# MiB of such tables; larger ones are no faster.
MOST_MEMORY = 32

# If so many are left undecided, rows may occur many times over.
MANY = 0.1

# Rows that the centre is taken from.
SAMPLE = 1_000


class ScikitLearnEngine:
    """Exact search on top of `sklearn.neighbors.NearestNeighbors`.

    scikit-learn's brute force expands the square, which loses digits far from the origin, and
    leaves ties to chance. So the points are centred, one candidate more than needed is asked for,
    and the distances of the candidates are computed directly. A query whose last candidate is not
    provably farther than its k-th neighbour, as with tied distances, gets more candidates and, in
    the end, is searched exhaustively.

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
        n_queries, n_candidates = len(own), candidates.exact.shape[0]
        search = NearestNeighbors(n_jobs=self.n_jobs).fit(candidates.centred)
        distances = np.empty((n_queries, k))
        positions = np.empty((n_queries, k), dtype=np.intp)
        # The row itself, and one more: its distance bounds that of all that are not proposed.
        n_proposed = k + 2
        undecided = np.arange(n_queries)
        while undecided.size and n_proposed < min(n_candidates, MOST_PROPOSED * (k + 2)):
            undecided = self._propose(
                search, queries, candidates, own, undecided, n_proposed, distances, positions
            )
            n_proposed *= GROWTH
            if undecided.size > MANY * n_queries and not sparse.issparse(candidates.exact):
                is_settled, neighbors, is_needed = settle_crowds(
                    candidates.exact, own[undecided], k
                )
                distances[undecided[is_settled]] = 0.0
                positions[undecided[is_settled]] = neighbors
                undecided = undecided[~is_settled]
                if undecided.size and not is_needed.all():
                    needed = np.flatnonzero(is_needed)
                    distances[undecided], found = self._search(
                        queries[undecided],
                        candidates[needed],
                        own_positions(own[undecided], needed),
                        k,
                    )
                    positions[undecided] = needed[found]
                    return distances, positions
        if undecided.size:
            distances[undecided], positions[undecided] = nearest_directly(
                queries.exact[undecided], candidates.exact, own[undecided], k
            )
        return distances, positions

    def _propose(
        self,
        search: NearestNeighbors,
        queries: _Points,
        candidates: _Points,
        own: IntArray,
        wanted: IntArray,
        n_proposed: int,
        distances: NDArray[np.float64],
        positions: IntArray,
    ) -> IntArray:
        """Fill in the wanted rows from proposals, and return those that are not proven."""
        k, n_columns = distances.shape[1], queries.exact.shape[1]
        # Of sparse rows, scikit-learn makes tables of distances.
        memory = min(get_config()["working_memory"], MOST_MEMORY)
        unproven = [wanted[:0]]
        for block in row_blocks(len(wanted), 8 * n_proposed * BUFFERS_PER_PAIR):
            rows = wanted[block]
            with config_context(working_memory=memory):
                bound, proposed = search.kneighbors(queries.centred[rows], n_proposed)
            proposed = proposed.astype(np.intp, copy=False)
            squared = squared_distances(
                queries.exact, np.repeat(rows, n_proposed), candidates.exact, proposed.ravel()
            ).reshape(proposed.shape)
            # The row itself goes to the end of its list, by id and not by distance.
            squared[proposed == own[rows, np.newaxis]] = np.inf
            squared, positions[rows] = nearest_in_rows(squared, proposed, k)
            distances[rows] = np.sqrt(squared)
            # A row at the bound has a norm of no more than this, and so has any nearer one.
            reach = 2 * (2 * _norms(queries.centred[rows]) + bound[:, -1]) ** 2
            slack = _error(n_columns, reach)
            unproven.append(rows[squared[:, -1] >= bound[:, -1] ** 2 - slack])
        return np.concatenate(unproven)


@dataclass(frozen=True)
class _Points:
    """Rows twice: as they are, to decide, and centred, to propose."""

    exact: Any
    centred: Any

    @classmethod
    def of(cls, points: Any, n_candidates: int) -> _Points:
        if sparse.issparse(points):
            return cls(points, points)
        # A few rows far away move a mean, and with it everything into the noise.
        centre = np.median(points[: n_candidates : max(1, n_candidates // SAMPLE)], axis=0)
        # Distances of pairs are computed column by column.
        return cls(np.asfortranarray(points), points - centre)

    def __getitem__(self, rows: Any) -> _Points:
        return _Points(self.exact[rows], self.centred[rows])


def _error(n_columns: int, reach: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bound the error of an expanded square whose parts add up to `reach`, underflow included."""
    numbers = np.finfo(np.float64)
    errors: NDArray[np.float64] = 8 * (n_columns + 16) * (float(numbers.eps) * reach + 5e-324)
    return errors


def _norms(points: Any) -> NDArray[np.float64]:
    if sparse.issparse(points):
        squares = np.asarray(points.multiply(points).sum(axis=1)).ravel()
    else:
        squares = np.einsum("ij,ij->i", points, points)
    norms: NDArray[np.float64] = np.sqrt(squares)
    return norms
