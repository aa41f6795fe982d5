"""The two searches, kernel by kernel, against every distance computed directly."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from tests.kernels.packed_tables import TABLES, packed

from balancekit.core.neighbors import DirectEngine
from balancekit.core.neighbors.coordinates import Coordinates
from balancekit.core.neighbors.crew import Crew
from balancekit.core.neighbors.packed import in_parts, pack_rows, superblock_boxes
from balancekit.core.neighbors.parts import best_edges
from balancekit.kernels.neighbors.cross import GROUP, cross
from balancekit.kernels.neighbors.lists import NOTHING, empty_lists
from balancekit.kernels.neighbors.seeding import seed, seed_among_others
from balancekit.kernels.neighbors.sweep import SUPERBLOCK, half_gap, sweep
from balancekit.kernels.neighbors.target import BLOCK

rng = np.random.RandomState(0)
MANY = {
    "three superblocks": rng.randn(2100, 3),
    "float32 superblocks": rng.randn(1500, 6).astype(np.float32),
    "clusters": np.vstack([rng.randn(300, 4) + 50 * rng.randn(4) for _ in range(5)]),
    "ties in superblocks": rng.randint(0, 9, (1300, 3)).astype(float),
}
SEARCHED = TABLES | MANY
FORMS = pytest.mark.parametrize("by_gaps", [False, True], ids=["products", "gaps"])


def _by_row(lists, blocks, n_rows):
    """Return the lists in the order of the rows."""
    order = np.argsort(blocks.rows[:n_rows])
    return np.sqrt(lists.distances[:n_rows][order]), lists.rows[:n_rows][order]


def _packed_among_others(X, by_gaps):
    among = np.flatnonzero(np.arange(len(X)) % 3 > 0)
    queries = np.flatnonzero(np.arange(len(X)) % 5 < 2)[::-1].copy()
    with Crew(1) as crew:
        coordinates = Coordinates(X, among, queries, crew)
        candidates = pack_rows(coordinates, X, among, crew, by_gaps=by_gaps)
        wanted = pack_rows(coordinates, X, queries, crew, by_gaps=by_gaps)
    return queries, among, wanted, candidates


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


def _kth_distance(X, queries, among, k):
    return DirectEngine().kneighbors(X, queries, among, k)[0][:, -1]


@FORMS
@pytest.mark.parametrize("k", [1, 5, 40])
@pytest.mark.parametrize("name", [*TABLES, "clusters"])
def test_seeded_limits_let_the_nearest_pass_and_little_else(name, k, by_gaps):
    X = SEARCHED[name]
    blocks = packed(X, by_gaps=by_gaps)
    lists = empty_lists(len(X), len(blocks.bias), k)
    seed(blocks, lists, 0, len(blocks.low))
    limits, rows = lists.limits[: len(X)], blocks.rows[: len(X)]
    everyone = np.arange(len(X))
    nearest = _kth_distance(X, everyone, everyone, k)[rows]
    radius = nearest * blocks.unit + blocks.error[: len(X)]
    assert (-limits >= 0.5 * radius**2).all()
    assert_array_equal(lists.limits[len(X) :], NOTHING)
    expected = -lists.limits.reshape(-1, BLOCK).min(axis=1)
    assert_array_equal(lists.reach, expected)
    # Nobody looked farther than at a few blocks.
    slack = np.repeat(blocks.slack, BLOCK)[: len(X)]
    assert np.median(-limits / (0.5 * radius**2 + 16 * slack.max() + 1)) < 8


@FORMS
@pytest.mark.parametrize("k", [1, 6])
@pytest.mark.parametrize("name", SEARCHED)
def test_limits_seeded_among_others_let_the_nearest_pass(name, k, by_gaps):
    X = SEARCHED[name]
    queries, among, wanted, candidates = _packed_among_others(X, by_gaps)
    lists = empty_lists(len(queries), len(wanted.bias), k)
    boxes = superblock_boxes(candidates)
    seed_among_others(wanted, candidates, lists, *boxes, 0, len(wanted.low))
    rows = wanted.rows[: len(queries)]
    radius = _kth_distance(X, np.sort(queries), among, k)
    radius = radius[np.searchsorted(np.sort(queries), rows)] * wanted.unit
    radius += wanted.error[: len(queries)]
    assert (-lists.limits[: len(queries)] >= 0.5 * radius**2).all()


def _sweep_all(X, k, edges=None, by_gaps=False):
    blocks = packed(X, by_gaps=by_gaps)
    lists = empty_lists(len(X), len(blocks.bias), k)
    seed(blocks, lists, 0, len(blocks.low))
    if not by_gaps:
        with Crew(1) as crew:
            edges = best_edges(blocks, blocks, lists) if edges is None else np.array(edges)
            blocks = in_parts(blocks, edges, crew)
    low, high = superblock_boxes(blocks)
    pairs = np.array([(one, two) for one in range(len(low)) for two in range(one + 1)])
    work = np.zeros(2, np.int64)
    sweep(X, blocks, lists, low, high, pairs, work)
    return blocks, lists, work


@pytest.mark.parametrize("name", SEARCHED)
@pytest.mark.parametrize("k", [1, 6])
@FORMS
def test_seed_and_sweep_find_the_nearest_of_all(name, k, by_gaps):
    X = SEARCHED[name]
    blocks, lists, _ = _sweep_all(X, k, by_gaps=by_gaps)
    everyone = np.arange(len(X))
    expected_distances, expected_rows = DirectEngine().kneighbors(X, everyone, everyone, k)
    distances, rows = _by_row(lists, blocks, len(X))
    assert_array_equal(rows, expected_rows)
    assert_array_equal(distances, expected_distances)


@pytest.mark.parametrize("edges", [[0, 9], [0, 2, 9], [0, 1, 2, 3, 9]], ids=str)
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
    assert blocks.edges[-1] == blocks.n_words == -(-X.shape[1] // 2)
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
@pytest.mark.parametrize("is_seeded", [True, False])
@FORMS
def test_cross_finds_the_nearest_among_others(name, k, is_seeded, by_gaps):
    X = SEARCHED[name]
    queries, among, wanted, candidates = _packed_among_others(X, by_gaps)
    lists = empty_lists(len(queries), len(wanted.bias), k)
    boxes = superblock_boxes(candidates)
    if is_seeded:
        seed_among_others(wanted, candidates, lists, *boxes, 0, len(wanted.low))
        if not by_gaps:
            with Crew(1) as crew:
                edges = best_edges(wanted, candidates, lists)
                candidates, wanted = (in_parts(side, edges, crew) for side in (candidates, wanted))
    work = np.zeros(2, np.int64)
    n_groups = -(-len(wanted.low) // GROUP)
    cross(X, wanted, candidates, lists, *boxes, True, 0, n_groups, work)
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
