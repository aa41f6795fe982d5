"""Exact search by compiled kernels: low precision proposes, the fixed float64 distance decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.coordinates import Coordinates
from balancekit.core.neighbors.crew import Crew, thread_count
from balancekit.core.neighbors.crowds import settle_crowds
from balancekit.core.neighbors.direct import own_positions
from balancekit.core.neighbors.distance import as_points, excess_exponent
from balancekit.core.neighbors.inverted import nearest_among_sparse
from balancekit.core.neighbors.packed import (
    in_parts,
    is_blurred,
    pack_by_gaps,
    pack_rows,
    superblock_boxes,
    with_rows_at_hand,
)
from balancekit.core.neighbors.parts import best_edges
from balancekit.core.neighbors.scikit import ScikitLearnEngine
from balancekit.core.recipes import IntArray
from balancekit.kernels.neighbors.cross import GROUP, cross
from balancekit.kernels.neighbors.lists import Lists, empty_lists, read_lists
from balancekit.kernels.neighbors.seeding import seed, seed_among_others
from balancekit.kernels.neighbors.sweep import sweep
from balancekit.kernels.neighbors.target import BLOCK

FloatArray = NDArray[np.float64]

# Longer lists are kept by insertion no more.
LONGEST_LIST = 256

# Stored values of sparse rows take as much memory as so many of dense ones.
VALUES_WORTH_CELLS = 1.5

LARGEST_INDEX = 2**31 - 1

# Up to so many columns, sums of squared gaps cost no more than sums of products.
FEW_COLUMNS = 4

# From this share of queries among the candidates on, searching for all of them is no slower.
MOST_OF_THEM = 0.5

# Distances computed exactly for each list entry before the search is given up, if low precision
# does not tell more rows apart than that.
EXACT_PER_ENTRY = 64


class _NotToldApart(Exception):
    """Too many rows are as near as low precision can tell."""


class CompiledEngine:
    """Exact search by numba kernels.

    Rows are centred, rotated and packed in blocks of near rows. A fused kernel compares blocks
    in low precision with a margin for every rounding error, so that no neighbour is missed; what it
    lets through gets the distance of `balancekit.core.neighbors.distance`. Blocks whose bounding
    boxes are too far apart are skipped. The result does not depend on threads, blocks or processor.

    Sparse rows are found by way of the rows that hold each of their columns
    (`balancekit.core.neighbors.inverted`), or as dense ones where that takes no more memory. Lists
    longer than 256, magnitudes whose squares leave the range of float64 and data that low precision
    cannot tell apart go to `ScikitLearnEngine`, with the same answer.

    Parameters
    ----------
    n_jobs : int, optional
        Threads; see `balancekit.core.neighbors.crew.thread_count`.

    Notes
    -----
    At most O(n_queries * n_candidates * n_columns) time, far less where boxes tell blocks apart.
    Memory: 2 bytes for each number of the rows involved, 6 while they are packed, and 16 for each
    list entry. Dense C-contiguous float32 and float64 rows are read where they are, others
    are copied.
    """

    def __init__(self, n_jobs: int | None = None) -> None:
        self.n_jobs = n_jobs

    def kneighbors(
        self, X: Numbers, queries: IntArray, among: IntArray, k: int
    ) -> tuple[FloatArray, IntArray]:
        """Find the nearest other rows of each query row; see `NeighborEngine`."""
        fallback = ScikitLearnEngine(self.n_jobs)
        if k > LONGEST_LIST or not len(queries) or not X.shape[1]:
            return fallback.kneighbors(X, queries, among, k)
        if sparse.issparse(X):
            return self._among_sparse(X, queries, among, k)
        same = queries is among or np.array_equal(queries, among)
        table, ids = _as_table(X, among if same else np.union1d(queries, among))
        if excess_exponent(table if ids is not None else table[among]) or (
            ids is None and not same and excess_exponent(table[queries])
        ):
            return fallback.kneighbors(X, queries, among, k)
        if ids is not None:
            queries, among = np.searchsorted(ids, queries), np.searchsorted(ids, among)
        try:
            distances, rows = self._search(table, queries, among, k, same)
        except _NotToldApart:
            try:
                distances, rows = self._search_without_crowds(table, queries, among, k)
            except _NotToldApart:
                distances, rows = fallback.kneighbors(table, queries, among, k)
        return distances, rows if ids is None else ids[rows]

    def _among_sparse(
        self, X: Any, queries: IntArray, among: IntArray, k: int
    ) -> tuple[FloatArray, IntArray]:
        ids = among if queries is among else np.union1d(queries, among)
        rows = X if len(ids) == X.shape[0] else X[ids]
        n_values = max(rows.nnz, *rows.shape)
        queries, among = np.searchsorted(ids, queries), np.searchsorted(ids, among)
        if np.prod(rows.shape, dtype=float) <= VALUES_WORTH_CELLS * rows.nnz:
            distances, found = self.kneighbors(rows.toarray(), queries, among, k)
            return distances, ids[found]
        points, exponent = as_points(rows)
        if excess_exponent(points.data) or n_values > LARGEST_INDEX:
            distances, found = ScikitLearnEngine(self.n_jobs).kneighbors(rows, queries, among, k)
            return distances, ids[found]
        with Crew(thread_count(self.n_jobs)) as crew:
            distances, found = nearest_among_sparse(points, queries, among, k, crew)
        return np.ldexp(distances, exponent), ids[found]

    def _search(
        self, table: NDArray[Any], queries: IntArray, among: IntArray, k: int, same: bool
    ) -> tuple[FloatArray, IntArray]:
        with Crew(thread_count(self.n_jobs)) as crew:
            if same:
                return _read(*_all_among_themselves(table, among, k, crew), among, crew)
            if len(queries) >= MOST_OF_THEM * len(among):
                place = np.searchsorted(among, queries)
                if (among[np.minimum(place, len(among) - 1)] == queries).all():
                    return _read(*_all_among_themselves(table, among, k, crew), queries, crew)
            return _read(*_some_among_others(table, queries, among, k, crew), queries, crew)

    def _search_without_crowds(
        self, table: NDArray[Any], queries: IntArray, among: IntArray, k: int
    ) -> tuple[FloatArray, IntArray]:
        own = own_positions(queries, among)
        is_settled, neighbors, is_needed = settle_crowds(table[among], own, k)
        if is_needed.all():
            raise _NotToldApart
        distances = np.zeros((len(queries), k))
        rows = np.empty((len(queries), k), dtype=np.intp)
        rows[is_settled] = among[neighbors]
        others = ~is_settled
        if others.any():
            distances[others], rows[others] = self._search(
                table, queries[others], among[is_needed], k, same=False
            )
        return distances, rows


def _as_table(X: Any, rows: IntArray) -> tuple[NDArray[Any], IntArray | None]:
    """Return rows that kernels can read, and their ids unless these are their positions."""
    if isinstance(X, np.ndarray) and X.dtype in (np.float32, np.float64) and X.flags.c_contiguous:
        return X, None
    values = X[rows]
    dtype = np.float32 if values.dtype == np.float32 else np.float64
    return np.ascontiguousarray(values, dtype=dtype), rows


def _all_among_themselves(
    table: NDArray[Any], rows: IntArray, k: int, crew: Crew
) -> tuple[IntArray, Lists]:
    """Return the row at each place, and its list."""
    n_columns = table.shape[1]
    coordinates = Coordinates(table, rows, rows[:0], crew)
    blocks = pack_rows(coordinates, table, rows, crew, by_gaps=n_columns <= FEW_COLUMNS)
    near_table, blocks = with_rows_at_hand(table, blocks)
    lists = empty_lists(len(rows), len(blocks.bias), k)

    def find_limits() -> None:
        crew.ranges(lambda first, last: seed(blocks, lists, first, last), len(blocks.low))

    find_limits()
    if not blocks.by_gaps and is_blurred(blocks.slack, lists):
        blocks = pack_by_gaps(coordinates, table, blocks, crew)
        find_limits()
    if not blocks.by_gaps:
        blocks = in_parts(blocks, best_edges(blocks, blocks, lists), crew)
    low, high = superblock_boxes(blocks)
    most = EXACT_PER_ENTRY * k * len(rows)
    work = np.zeros(2, np.int64)
    for pairs in _tournament(len(low)):

        def play(first: int, last: int, pairs: IntArray = pairs) -> NDArray[np.int64]:
            done = np.zeros(2, np.int64)
            sweep(near_table, blocks, lists, low, high, pairs[first:last], done)
            return done

        work += sum(crew.ranges(play, len(pairs)))
        if work[1] > max(most, work[0] // 8):
            raise _NotToldApart
    return blocks.rows[: len(rows)], lists


def _some_among_others(
    table: NDArray[Any], queries: IntArray, among: IntArray, k: int, crew: Crew
) -> tuple[IntArray, Lists]:
    """Return the row at each place of the queries, and its list."""
    n_columns = table.shape[1]
    coordinates = Coordinates(table, among, queries, crew)
    is_narrow = n_columns <= FEW_COLUMNS
    candidates = pack_rows(coordinates, table, among, crew, by_gaps=is_narrow)
    wanted = pack_rows(coordinates, table, queries, crew, by_gaps=is_narrow)
    lists = empty_lists(len(queries), len(wanted.bias), k)
    low, high = superblock_boxes(candidates)

    def find_limits() -> None:
        crew.ranges(
            lambda first, last: seed_among_others(
                wanted, candidates, lists, low, high, first, last
            ),
            len(wanted.low),
        )

    find_limits()
    if not is_narrow and is_blurred(wanted.slack + candidates.slack.max(), lists):
        candidates = pack_by_gaps(coordinates, table, candidates, crew)
        wanted = pack_by_gaps(coordinates, table, wanted, crew)
        find_limits()
    if not wanted.by_gaps:
        edges = best_edges(wanted, candidates, lists)
        candidates, wanted = in_parts(candidates, edges, crew), in_parts(wanted, edges, crew)
    most = EXACT_PER_ENTRY * k * GROUP * BLOCK

    def search(first: int, last: int) -> bool:
        for group in range(first, last):
            done = np.zeros(2, np.int64)
            cross(table, wanted, candidates, lists, low, high, True, group, group + 1, done)
            if done[1] > max(most, done[0] // 8):
                return False
        return True

    if not all(crew.ranges(search, -(-len(wanted.low) // GROUP))):
        raise _NotToldApart
    return wanted.rows[: len(queries)], lists


def _tournament(n: int) -> Iterator[IntArray]:
    """Yield rounds of pairs: everyone alone, then with everyone else, nobody twice in a round."""
    everyone = np.arange(n)
    yield np.stack([everyone, everyone], axis=1)
    even = n + n % 2
    step = np.arange(1, even // 2)
    for day in range(even - 1):
        ones = np.append((day + step) % (even - 1), even - 1)
        twos = np.append((day - step) % (even - 1), day)
        pairs = np.stack([np.maximum(ones, twos), np.minimum(ones, twos)], axis=1)
        yield pairs[pairs[:, 0] < n]


def _read(
    placed: IntArray, lists: Lists, rows: IntArray, crew: Crew
) -> tuple[FloatArray, IntArray]:
    """Return distances and ids in the order of `rows`, given the row at each place."""
    k = lists.distances.shape[1]
    places = np.empty(placed.max() + 1, dtype=np.intp)
    places[placed] = np.arange(len(placed))
    places = places[rows]
    distances, found = np.empty((len(rows), k)), np.empty((len(rows), k), dtype=np.intp)
    crew.ranges(
        lambda first, last: read_lists(
            lists.distances, lists.rows, places, distances, found, first, last
        ),
        len(rows),
    )
    return distances, found
