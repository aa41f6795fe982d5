"""The two searches, kernel by kernel, against every distance computed directly."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from tests.kernels.packed_tables import TABLES, packed

from balancekit.core.neighbors import DirectEngine
from balancekit.core.neighbors.coordinates import Coordinates
from balancekit.core.neighbors.crew import Crew
from balancekit.core.neighbors.packed import best_edges, in_parts, pack_rows, superblock_boxes
from balancekit.kernels.neighbors.cross import GROUP, cross
from balancekit.kernels.neighbors.lists import NO_ROW, empty_lists
from balancekit.kernels.neighbors.sweep import SUPERBLOCK, half_gap, seed, sweep
from balancekit.kernels.neighbors.target import BLOCK

rng = np.random.RandomState(0)
MANY = {
    "three superblocks": rng.randn(2100, 3),
    "float32 superblocks": rng.randn(1500, 6).astype(np.float32),
    "clusters": np.vstack([rng.randn(300, 4) + 50 * rng.randn(4) for _ in range(5)]),
    "ties in superblocks": rng.randint(0, 9, (1300, 3)).astype(float),
}
SEARCHED = TABLES | MANY


def _by_row(lists, blocks, n_rows):
    """Return the lists in the order of the rows."""
    order = np.argsort(blocks.rows[:n_rows])
    return np.sqrt(lists.distances[:n_rows][order]), lists.rows[:n_rows][order]


@pytest.mark.parametrize("n_columns", [1, 3, 16])
@pytest.mark.parametrize("scale", [1e-12, 1.0])
def test_a_gap_is_never_above_the_true_one_and_hardly_below(n_columns, scale):
    rng = np.random.RandomState(n_columns)
    centre = scale * rng.randn(2, 60, n_columns)
    width = scale * rng.exponential(0.3, (2, 60, n_columns))
    low, high = (centre - width).astype(np.float32), (centre + width).astype(np.float32)
    ours = np.array(
        [[half_gap(low[0], high[0], box, low[1], high[1], other) for other in range(60)]
         for box in range(60)]
    )  # fmt: skip
    below = low[0][:, np.newaxis].astype(float) - high[1]
    above = low[1].astype(float) - high[0][:, np.newaxis]
    true = 0.5 * np.square(np.maximum(np.maximum(below, above), 0)).sum(axis=2)
    assert (ours <= true).all()
    assert (ours >= true * (1 - 2e-5)).all()
    assert (true > 0).any()


def test_boxes_that_overlap_have_no_gap():
    low, high = np.zeros((2, 3), np.float32), np.ones((2, 3), np.float32)
    low[1], high[1] = 0.5, 2.0
    assert half_gap(low, high, 0, low, high, 1) == 0
    assert half_gap(low, high, 0, low, high, 0) == 0


@pytest.mark.parametrize("name", [*TABLES, "clusters"])
def test_seeds_are_rows_at_their_true_distance_and_no_row_twice(name):
    X, k = SEARCHED[name], 5
    blocks = packed(X)
    lists = empty_lists(len(X), len(blocks.bias), k)
    seed(X, blocks, lists, 0, len(blocks.low))
    assert_array_equal(lists.rows[len(X) :], NO_ROW)
    distances, rows = _by_row(lists, blocks, len(X))
    everyone = np.arange(len(X))
    nearest, _ = DirectEngine().kneighbors(X, everyone, everyone, k)
    assert (distances >= nearest).all()
    for row, (of_row, others) in enumerate(zip(distances, rows, strict=True)):
        found = others[others != NO_ROW]
        assert row not in found
        assert len(set(found)) == len(found) >= min(k, 3)
        in_order, ids = DirectEngine().kneighbors(X, np.array([row]), np.sort(found), len(found))
        assert_array_equal(of_row[: len(found)], in_order[0])
        assert_array_equal(found, ids[0])


def _sweep_all(X, k, edges=None):
    blocks = packed(X)
    lists = empty_lists(len(X), len(blocks.bias), k)
    seed(X, blocks, lists, 0, len(blocks.low))
    with Crew(1) as crew:
        edges = best_edges(blocks, lists) if edges is None else np.array(edges)
        blocks = in_parts(blocks, edges, crew)
    low, high = superblock_boxes(blocks)
    pairs = np.array([(one, two) for one in range(len(low)) for two in range(one + 1)])
    work = np.zeros(2, np.int64)
    sweep(X, blocks, lists, low, high, pairs, work)
    return blocks, lists, work


@pytest.mark.parametrize("name", SEARCHED)
@pytest.mark.parametrize("k", [1, 6])
def test_seed_and_sweep_find_the_nearest_of_all(name, k):
    X = SEARCHED[name]
    blocks, lists, _ = _sweep_all(X, k)
    everyone = np.arange(len(X))
    expected_distances, expected_rows = DirectEngine().kneighbors(X, everyone, everyone, k)
    distances, rows = _by_row(lists, blocks, len(X))
    assert_array_equal(rows, expected_rows)
    assert_array_equal(distances, expected_distances)


@pytest.mark.parametrize("edges", [[0, 18], [0, 4, 18], [0, 1, 2, 3, 18]], ids=str)
def test_parts_do_not_change_the_neighbours(edges):
    X = TABLES["twelve decades"]
    blocks, lists, _ = _sweep_all(X, 5, edges)
    assert_array_equal(blocks.edges, edges)
    everyone = np.arange(len(X))
    assert_array_equal(
        _by_row(lists, blocks, len(X))[1], DirectEngine().kneighbors(X, everyone, everyone, 5)[1]
    )


@pytest.mark.parametrize("name", SEARCHED)
def test_parts_are_ascending_and_end_at_the_last_column(name):
    X = SEARCHED[name]
    blocks, _, _ = _sweep_all(X, 3)
    assert blocks.edges[0] == 0
    assert blocks.edges[-1] == X.shape[1]
    assert (np.diff(blocks.edges) > 0).all()
    assert blocks.rest.size == (len(blocks.edges) - 2) * len(blocks.bias)


def test_far_blocks_are_not_compared():
    X = MANY["clusters"]
    *_, (n_compared, n_survived) = _sweep_all(X, 3)
    assert n_compared % BLOCK**2 == 0
    assert 0 < n_compared < 0.2 * len(X) ** 2
    assert 0 < n_survived < n_compared


@pytest.mark.parametrize("name", SEARCHED)
@pytest.mark.parametrize("k", [1, 6])
def test_cross_finds_the_nearest_among_others(name, k):
    X = SEARCHED[name]
    among = np.flatnonzero(np.arange(len(X)) % 3 > 0)
    queries = np.flatnonzero(np.arange(len(X)) % 5 < 2)[::-1].copy()
    coordinates = Coordinates(X, among, queries)
    with Crew(1) as crew:
        candidates = pack_rows(coordinates, X, among, crew)
        wanted = pack_rows(coordinates, X, queries, crew)
    lists = empty_lists(len(queries), len(wanted.bias), k)
    work = np.zeros(2, np.int64)
    n_groups = -(-len(wanted.low) // GROUP)
    cross(X, wanted, candidates, lists, *superblock_boxes(candidates), True, 0, n_groups, work)
    expected_distances, expected_rows = DirectEngine().kneighbors(X, queries, among, k)
    at = np.argsort(np.argsort(queries))
    distances, rows = _by_row(lists, wanted, len(queries))
    assert_array_equal(rows[at], expected_rows)
    assert_array_equal(distances[at], expected_distances)
    assert work[1] >= k * len(queries)


def test_superblocks_have_the_boxes_of_their_blocks():
    blocks = packed(MANY["three superblocks"])
    low, high = superblock_boxes(blocks)
    assert len(low) == len(high) == 3
    for index, (lower, upper) in enumerate(zip(low, high, strict=True)):
        inside = slice(index * SUPERBLOCK, (index + 1) * SUPERBLOCK)
        assert_array_equal(lower, blocks.low[inside].min(axis=0))
        assert_array_equal(upper, blocks.high[inside].max(axis=0))
