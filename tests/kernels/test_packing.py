"""Packed rows: the layout of panels, boxes around blocks, and biases that miss no neighbour."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from tests.kernels.packed_tables import (
    TABLES,
    exact_values,
    packed,
    packed_bias,
    packed_points,
)

from balancekit.core.neighbors.distance import all_squared_distances
from balancekit.core.neighbors.packed import aligned
from balancekit.kernels.neighbors.lists import ANYTHING, empty_lists, offer
from balancekit.kernels.neighbors.packing import (
    BOX_COLUMNS,
    LARGEST_NORM,
    NOBODY,
    SHARE,
    UNDERFLOW,
    measure_rest,
    pack_gaps,
    pack_products,
)
from balancekit.kernels.neighbors.target import BLOCK

FORMS = pytest.mark.parametrize("by_gaps", [False, True], ids=["products", "gaps"])


@FORMS
@pytest.mark.parametrize("name", TABLES)
def test_a_panel_holds_a_block_word_by_word(name, by_gaps):
    X = TABLES[name]
    blocks = packed(X, by_gaps=by_gaps)
    n_rows, n_places, n_columns = len(X), len(blocks.bias), X.shape[1]
    assert n_places == -(-n_rows // BLOCK) * BLOCK
    assert blocks.n_words == (2 * n_columns if by_gaps else -(-n_columns // 2))
    assert_array_equal(np.sort(blocks.rows[:n_rows]), np.arange(n_rows))
    assert_array_equal(blocks.rows[n_rows:], -1)
    assert_array_equal(blocks.at, blocks.rows)
    points = packed_points(blocks)
    for place in (0, n_rows // 2, n_rows - 1):
        block, within = divmod(place, BLOCK)
        start = block * blocks.n_words * BLOCK + within
        words = np.ascontiguousarray(blocks.panels[start::BLOCK][: blocks.n_words])
        numbers = words.view(np.float32 if by_gaps else np.int16).astype(np.float64)
        if by_gaps:
            numbers = numbers[::2] + numbers[1::2]
        assert_array_equal(numbers, points[place])
    assert_array_equal(points[:, n_columns:], 0)
    assert_array_equal(points[n_rows:], 0)
    assert_array_equal(packed_bias(blocks)[n_rows:], NOBODY)
    assert_array_equal(blocks.error[n_rows:], 0)
    assert np.linalg.norm(points, axis=1).max() <= LARGEST_NORM + 0.5 * n_columns**0.5


@FORMS
@pytest.mark.parametrize("name", TABLES)
def test_boxes_are_those_of_the_leading_columns(name, by_gaps):
    X = TABLES[name]
    blocks = packed(X, by_gaps=by_gaps)
    n_box = min(X.shape[1], BOX_COLUMNS)
    assert blocks.low.shape == blocks.high.shape == (len(blocks.slack), n_box)
    points = packed_points(blocks)[: len(X), :n_box]
    for block, (low, high) in enumerate(zip(blocks.low, blocks.high, strict=True)):
        inside = points[block * BLOCK : (block + 1) * BLOCK]
        # Boxes are those of the points before they are rounded to integers.
        rounding = 0.01 if by_gaps else 0.51
        assert_allclose(low, inside.min(axis=0), rtol=0, atol=rounding)
        assert_allclose(high, inside.max(axis=0), rtol=0, atol=rounding)
        assert not by_gaps or ((low <= inside).all() and (inside <= high).all())


@FORMS
@pytest.mark.parametrize("name", TABLES)
def test_packed_rows_are_as_near_as_their_errors_say(name, by_gaps):
    X = TABLES[name]
    blocks = packed(X, by_gaps=by_gaps)
    points, error = packed_points(blocks)[: len(X)], blocks.error[: len(X)]
    table = X[blocks.rows[: len(X)]].astype(np.float64)
    true = blocks.unit * np.sqrt(all_squared_distances(table, table))
    ours = np.sqrt(all_squared_distances(points, points))
    # `unit` is rounded up, so that it bounds from above what a packed distance may be.
    assert (ours <= (true + error[:, np.newaxis] + error) * (1 + 1e-12)).all()
    apart = 0.5 * (1 + 1 / SHARE) * error**2
    slack = np.repeat(blocks.slack, BLOCK)[: len(X)]
    assert (apart <= slack + UNDERFLOW).all()


@FORMS
@pytest.mark.parametrize("name", TABLES)
def test_biases_never_make_two_rows_seem_farther_apart_than_packed(name, by_gaps):
    blocks = packed(TABLES[name], by_gaps=by_gaps)
    n_rows = len(TABLES[name])
    points, bias = packed_points(blocks)[:n_rows], packed_bias(blocks)[:n_rows]
    value, _ = exact_values(points, bias, points, bias, by_gaps)
    half = 0.5 * all_squared_distances(points, points)
    assert (value >= -half).all()
    raised = bias + (0 if by_gaps else 0.5 * np.square(points).sum(axis=1))
    assert (raised <= np.repeat(blocks.slack, BLOCK)[:n_rows]).all()


def _limits(squared, unit, error):
    """Return the limit of each row for a list that ends at each other row."""
    n_rows = len(squared)
    limits = np.empty((n_rows, n_rows), np.float32)
    lists = empty_lists(BLOCK, BLOCK, 1)
    for here in range(n_rows):
        for there in range(n_rows):
            lists.distances[0], lists.limits[0] = np.inf, ANYTHING
            offer(
                lists.distances, lists.rows, lists.limits, 0, squared[here, there], there,
                unit, error[here],
            )  # fmt: skip
            limits[here, there] = lists.limits[0]
    assert (limits > ANYTHING).all()
    return limits


@FORMS
@pytest.mark.parametrize("name", TABLES)
def test_the_value_of_a_pair_reaches_the_limit_that_its_own_distance_sets(name, by_gaps):
    X = TABLES[name]
    blocks = packed(X, by_gaps=by_gaps)
    some = slice(0, min(len(X), 4 * BLOCK))
    points, bias = packed_points(blocks)[some], packed_bias(blocks)[some]
    value, rounding = exact_values(points, bias, points, bias, by_gaps)
    rows = X[blocks.rows[some]].astype(np.float64)
    limits = _limits(all_squared_distances(rows, rows), blocks.unit, blocks.error)
    assert (value - rounding >= limits).all()


@FORMS
@pytest.mark.parametrize("relative", [0.0, 1e-7, 1e-4, 0.02])
@pytest.mark.parametrize("n_columns", [2, 40])
def test_no_error_that_is_allowed_for_hides_a_pair(relative, n_columns, by_gaps):
    rng = np.random.RandomState(0)
    n_rows = 2 * BLOCK
    # Copies and near ones, of several lengths.
    points = np.repeat(rng.randn(n_rows // 4, n_columns) / n_columns, 4, axis=0)
    points *= rng.choice([1e-3, 0.1, 1.0], (n_rows, 1)) * (1 + 0.1 * rng.rand(n_rows, 1))
    points *= 0.99 * LARGEST_NORM / np.linalg.norm(points, axis=1).max()
    points = points.astype(np.float32)
    order, n_words = np.arange(n_rows), 2 * n_columns if by_gaps else n_columns // 2
    panels = np.empty(n_rows * n_words, np.int32)
    error = np.empty(n_rows)
    slack, boxes = np.empty(2, np.float32), np.empty((2, 2, 1), np.float32)
    bias = np.empty(n_rows, np.float32 if by_gaps else np.int32)
    words = panels.view(np.float32 if by_gaps else np.int16)
    written = (order, relative, words, bias, error, slack, *boxes, 0, 2)
    if by_gaps:
        rest = points * np.float32(2.0**-26)
        pack_gaps(points, rest, *written)
        exact = points.astype(np.float64) + rest
        packed = exact
    else:
        pack_products(points, *written)
        exact = points.astype(np.float64)
        packed = words.reshape(2, n_words, BLOCK, 2).transpose(0, 2, 1, 3).reshape(n_rows, -1)
        packed = packed.astype(np.float64)
    rounded = np.linalg.norm(exact - packed, axis=1)
    expected = rounded + relative * np.linalg.norm(exact, axis=1)
    assert (error >= expected * (1 - 1e-7)).all()
    assert_allclose(error, expected, rtol=1e-3, atol=UNDERFLOW)
    apart = np.sqrt(all_squared_distances(packed, packed))
    # At worst, both rows have moved straight away from each other.
    true = np.maximum(apart - error[:, np.newaxis] - error, 0)
    limits = _limits(true**2, 1.0, error)
    value, rounding = exact_values(packed, bias, packed, bias, by_gaps)
    assert (value - rounding >= limits).all()
    # Where boxes are single rows, their gap is the packed distance.
    assert (0.5 * apart**2 <= -limits + np.repeat(slack, BLOCK)).all()
    # What is far beyond is told apart.
    far = apart > 0.5 * LARGEST_NORM
    assert relative > 1e-3 or (value < _limits((0.5 * apart) ** 2, 1.0, error))[far].all()


@pytest.mark.parametrize("edges", [[0, 2, 9], [0, 1, 2, 9], [0, 4, 5, 8, 9]])
def test_the_rest_is_the_norm_of_the_words_after_each_part_rounded_up(edges):
    blocks = packed(TABLES["twelve decades"])
    edges, n_places = np.array(edges), len(blocks.bias)
    rest = np.full((len(edges) - 2) * n_places, -1, np.float32)
    measure_rest(blocks.panels.view(np.int16), blocks.n_words, edges, rest, 0, n_places // BLOCK)
    points = packed_points(blocks)
    for part, norms in enumerate(rest.reshape(-1, n_places)):
        expected = np.linalg.norm(points[:, 2 * edges[part + 1] :], axis=1)
        assert (norms >= expected).all()
        assert_allclose(norms, expected, rtol=2e-6)


def test_the_rest_of_some_blocks_leaves_that_of_others_alone():
    blocks = packed(TABLES["twelve decades"])
    rest = np.full(len(blocks.bias), -1, np.float32)
    measure_rest(blocks.panels.view(np.int16), blocks.n_words, np.array([0, 1, 9]), rest, 2, 4)
    inside = slice(2 * BLOCK, 4 * BLOCK)
    assert (rest[inside] > 0).all()
    assert_array_equal(np.delete(rest, inside), -1)


@pytest.mark.parametrize("offset", range(0, 64, 4))
def test_panels_start_at_a_cache_line(offset):
    memory = np.zeros(400, np.uint8)
    start = -memory.ctypes.data % 64 + offset
    numbers = memory[start : start + 4 * 50].view(np.int32)
    view = aligned(numbers)
    assert view.ctypes.data % 64 == 0
    assert len(view) == 50 - 16
    view[:] = 1
    assert numbers.sum() == len(view)
