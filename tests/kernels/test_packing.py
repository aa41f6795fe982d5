"""Packed rows: the layout of panels, boxes around blocks, and biases that miss no neighbour."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from tests.kernels.packed_tables import TABLES, exact_values, packed, packed_points

from balancekit.core.neighbors.distance import all_squared_distances
from balancekit.kernels.neighbors.lists import ANYTHING, empty_lists, offer
from balancekit.kernels.neighbors.packing import (
    BOX_COLUMNS,
    NOBODY,
    SHARE,
    UNDERFLOW,
    measure_rest,
    pack,
)
from balancekit.kernels.neighbors.target import BLOCK


@pytest.mark.parametrize("name", TABLES)
def test_a_panel_holds_a_block_column_by_column(name):
    X = TABLES[name]
    blocks = packed(X)
    n_rows, n_places = len(X), len(blocks.bias)
    assert n_places == -(-n_rows // BLOCK) * BLOCK
    assert_array_equal(np.sort(blocks.rows[:n_rows]), np.arange(n_rows))
    assert_array_equal(blocks.rows[n_rows:], -1)
    points = packed_points(blocks)
    for place in (0, n_rows // 2, n_rows - 1):
        block, within = divmod(place, BLOCK)
        start = block * blocks.n_columns * BLOCK + within
        panel = blocks.panels[start::BLOCK][: blocks.n_columns]
        assert_array_equal(panel, points[place])
    assert_array_equal(points[n_rows:], 0)
    assert_array_equal(blocks.bias[n_rows:], np.float32(NOBODY))
    assert_array_equal(blocks.error[n_rows:], 0)
    assert np.linalg.norm(points, axis=1).max() <= 1 + 1e-6


@pytest.mark.parametrize("name", TABLES)
def test_boxes_are_those_of_the_leading_columns(name):
    X = TABLES[name]
    blocks = packed(X)
    n_box = min(X.shape[1], BOX_COLUMNS)
    assert blocks.low.shape == blocks.high.shape == (len(blocks.slack), n_box)
    points = packed_points(blocks)[: len(X), :n_box]
    for block, (low, high) in enumerate(zip(blocks.low, blocks.high, strict=True)):
        inside = points[block * BLOCK : (block + 1) * BLOCK]
        assert_array_equal(low, inside.min(axis=0))
        assert_array_equal(high, inside.max(axis=0))


@pytest.mark.parametrize("name", TABLES)
def test_packed_rows_are_as_near_as_their_errors_say(name):
    X = TABLES[name]
    blocks = packed(X)
    points, error = packed_points(blocks)[: len(X)], blocks.error[: len(X)]
    table = X[blocks.rows[: len(X)]].astype(np.float64)
    true = blocks.unit * np.sqrt(all_squared_distances(table, table))
    ours = np.sqrt(all_squared_distances(points, points))
    # `unit` is rounded up, so that it bounds from above what a packed distance may be.
    assert (ours <= (true + error[:, np.newaxis] + error) * (1 + 1e-12)).all()
    apart = 0.5 * (1 + 1 / SHARE) * error**2
    slack = np.repeat(blocks.slack, BLOCK)[: len(X)]
    assert (apart <= slack + UNDERFLOW).all()


@pytest.mark.parametrize("name", TABLES)
def test_biases_never_make_two_rows_seem_farther_apart_than_packed(name):
    blocks = packed(TABLES[name])
    n_rows = len(TABLES[name])
    points, bias = packed_points(blocks)[:n_rows], blocks.bias[:n_rows]
    value, rounding = exact_values(points, bias, points, bias)
    half = 0.5 * all_squared_distances(points, points)
    assert (value - rounding >= -half - UNDERFLOW).all()


def _limits(squared, unit, error):
    """Return the limit of each row for a list that ends at each other row."""
    n_rows = len(squared)
    limits = np.empty((n_rows, n_rows), np.float32)
    lists = empty_lists(BLOCK, BLOCK, 1)
    for here in range(n_rows):
        for there in range(n_rows):
            lists.distances[0] = np.inf
            offer(
                lists.distances, lists.rows, lists.limits, 0, squared[here, there], there,
                unit, error[here],
            )  # fmt: skip
            limits[here, there] = lists.limits[0]
    assert (limits > ANYTHING).all()
    return limits


@pytest.mark.parametrize("name", TABLES)
def test_the_value_of_a_pair_reaches_the_limit_that_its_own_distance_sets(name):
    X = TABLES[name]
    blocks = packed(X)
    some = slice(0, min(len(X), 4 * BLOCK))
    points, bias = packed_points(blocks)[some], blocks.bias[some]
    value, rounding = exact_values(points, bias, points, bias)
    rows = X[blocks.rows[some]].astype(np.float64)
    limits = _limits(all_squared_distances(rows, rows), blocks.unit, blocks.error)
    assert (value - rounding >= limits).all()


@pytest.mark.parametrize("relative", [0.0, 1e-7, 1e-4, 0.02, 0.3])
@pytest.mark.parametrize("n_columns", [2, 40])
def test_no_error_that_is_allowed_for_hides_a_pair(relative, n_columns):
    rng = np.random.RandomState(0)
    n_rows = 2 * BLOCK
    # Copies and near ones, of several lengths.
    points = np.repeat(rng.randn(n_rows // 4, n_columns) / n_columns, 4, axis=0)
    points *= rng.choice([1e-3, 0.1, 1.0], (n_rows, 1)) * (1 + 0.1 * rng.rand(n_rows, 1))
    points = points.astype(np.float32)
    order = np.arange(n_rows)
    panels = np.empty(n_rows * n_columns, np.float32)
    bias, error = np.empty(n_rows, np.float32), np.empty(n_rows)
    slack, boxes = np.empty(2, np.float32), np.empty((2, 2, 1), np.float32)
    pack(points, order, relative, panels, bias, error, slack, *boxes, 0, 2)
    points = points.astype(np.float64)
    assert_allclose(error, relative * np.linalg.norm(points, axis=1), rtol=1e-12, atol=UNDERFLOW)
    apart = np.sqrt(all_squared_distances(points, points))
    # At worst, both rows have moved straight away from each other.
    true = np.maximum(apart - error[:, np.newaxis] - error, 0)
    limits = _limits(true**2, 1.0, error)
    value, rounding = exact_values(points, bias, points, bias)
    assert (value - rounding >= limits).all()
    # Where boxes are single rows, their gap is the packed distance.
    assert (0.5 * apart**2 <= -limits + np.repeat(slack, BLOCK)).all()
    # What is far beyond is told apart.
    assert relative > 1e-3 or (value < _limits((0.5 * apart) ** 2, 1.0, error))[apart > 0.5].all()


@pytest.mark.parametrize("edges", [[0, 4, 18], [0, 1, 2, 18], [0, 8, 9, 17, 18]])
def test_the_rest_is_the_norm_of_the_columns_after_each_part_rounded_up(edges):
    blocks = packed(TABLES["twelve decades"])
    edges, n_places = np.array(edges), len(blocks.bias)
    rest = np.full((len(edges) - 2) * n_places, -1, np.float32)
    measure_rest(blocks.panels, blocks.n_columns, edges, rest, 0, n_places // BLOCK)
    points = packed_points(blocks)
    for part, norms in enumerate(rest.reshape(-1, n_places)):
        expected = np.linalg.norm(points[:, edges[part + 1] :], axis=1)
        assert (norms >= expected).all()
        assert_allclose(norms, expected, rtol=2e-6)


def test_the_rest_of_some_blocks_leaves_that_of_others_alone():
    blocks = packed(TABLES["twelve decades"])
    rest = np.full(len(blocks.bias), -1, np.float32)
    measure_rest(blocks.panels, blocks.n_columns, np.array([0, 4, 18]), rest, 2, 4)
    inside = slice(2 * BLOCK, 4 * BLOCK)
    assert (rest[inside] > 0).all()
    assert_array_equal(np.delete(rest, inside), -1)
