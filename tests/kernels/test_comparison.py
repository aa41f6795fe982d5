"""Blocks compared in low precision: every pair that reaches a limit survives, and few others."""

from functools import partial

import numpy as np
import pytest
from numba import njit
from numpy.testing import assert_allclose, assert_array_equal
from tests.kernels.packed_tables import TABLES, exact_values, packed, packed_bias, packed_points

from balancekit.kernels.neighbors.comparison import (
    TILE_COLUMNS,
    TILE_ROWS,
    compare_blocks,
    compute_values,
    make_scratch,
)
from balancekit.kernels.neighbors.lists import ANYTHING, NOTHING
from balancekit.kernels.neighbors.packing import LARGEST_NORM
from balancekit.kernels.neighbors.target import BLOCK, MIDDLE, NARROW, NEON, WIDE
from balancekit.kernels.neighbors.tile_kernel import make_kernel

# LLVM splits vectors that are wider than those of the processor: all run everywhere.
TILES = [NARROW, NEON, MIDDLE, WIDE]


def _comparison(tile):
    """Compare two blocks part by part, as `compare_blocks` does with the processor's own tile."""
    make = partial(make_kernel, tile, squares_gaps=False)
    compare_all = make(resumes=False, leaves="masks")
    compare_first = make(resumes=False, leaves="sums")
    compare_next = make(resumes=True, leaves="sums")
    compare_last = make(resumes=True, leaves="masks")
    n_tiles = (BLOCK // tile.rows) * (BLOCK // tile.columns)

    @njit
    def compare(panels, other_panels, bias, other_bias, limits, other_limits, edges, rest,
                other_rest, tiles, masks):  # fmt: skip
        sums = np.empty(BLOCK * BLOCK, np.float32)
        n_words, n_parts = edges[-1], len(edges) - 1
        n_left = n_tiles
        for part in range(n_parts):
            first, last, at = edges[part], edges[part + 1], part * BLOCK
            if n_parts == 1:
                n_left = compare_all(
                    panels, other_panels, bias, other_bias, limits, other_limits, 0, rest, 0,
                    other_rest, 0, sums, tiles, masks, 0, 0, 0, n_words, first, last,
                )  # fmt: skip
            elif part == 0:
                n_left = compare_first(
                    panels, other_panels, bias, other_bias, limits, other_limits, 0, rest, 0,
                    other_rest, 0, sums, tiles, masks, 0, 0, 0, n_words, first, last,
                )  # fmt: skip
            elif part < n_parts - 1:
                n_left = compare_next(
                    panels, other_panels, bias, other_bias, limits, other_limits, 0, rest, at,
                    other_rest, at, sums, tiles, masks, n_left, 0, 0, n_words, first, last,
                )  # fmt: skip
            else:
                n_left = compare_last(
                    panels, other_panels, bias, other_bias, limits, other_limits, 0, rest, 0,
                    other_rest, 0, sums, tiles, masks, n_left, 0, 0, n_words, first, last,
                )  # fmt: skip
        return n_left

    def survivors(*arguments):
        # One more word than needed: nothing may be written there.
        tiles, masks = np.full(n_tiles + 1, -7), np.full(n_tiles * tile.rows + 1, -7)
        n_left = compare(*arguments, tiles, masks)
        assert tiles[-1] == masks[-1] == -7
        assert (masks[n_left * tile.rows :] == -7).all()
        return _kept(tiles[:n_left], masks, tile.rows, tile.columns)

    return survivors


def _kept(tiles, masks, n_rows, n_columns):
    """Read tiles and masks; every tile has something."""
    kept = np.zeros((BLOCK, BLOCK), bool)
    down = BLOCK // n_rows
    for index, tile in enumerate(tiles.tolist()):
        row, column = (tile % down) * n_rows, (tile // down) * n_columns
        words = masks[index * n_rows : (index + 1) * n_rows]
        assert words.any()
        bits = words[:, np.newaxis] >> np.arange(n_columns) & 1
        kept[row : row + n_rows, column : column + n_columns] = bits
    return kept


def _panel(points):
    """Pack the rows of one block as pairs of 16-bit integers."""
    return np.ascontiguousarray(points.astype(np.int16)).view(np.int32).T.ravel()


def _norms_after(points, edges):
    """Norms of the words after each part, rounded up."""
    norms = [np.linalg.norm(points[:, 2 * edge :], axis=1) * (1 + 1e-6) for edge in edges[1:-1]]
    return np.array(norms, dtype=np.float32).reshape(-1)


def _assert_kept(kept, value, rounding, limit):
    """What reaches a limit survives; what stays below it by more than rounding does not."""
    assert kept[value - rounding >= limit].all()
    assert not kept[value + rounding + 1 < limit].any()


@pytest.fixture(scope="module", params=TILES, ids=str)
def compare(request):
    """Comparison of two blocks with one shape of tile."""
    return _comparison(request.param)


EDGES = [[0, 10], [0, 2, 10], [0, 1, 2, 10], [0, 4, 6, 9, 10]]


@pytest.mark.parametrize("edges", EDGES, ids=str)
def test_every_shape_of_tile_keeps_what_reaches_the_limit_of_either_row(compare, edges):
    rng = np.random.RandomState(0)
    for quantile in (0.0, 0.5, 0.97, 0.999, 1.0):
        points = np.rint(rng.randn(2, BLOCK, 20) * np.logspace(0, -2, 20) * 4000)
        bias = np.ceil(-0.5 * np.square(points).sum(axis=2)).astype(np.int32)
        value, _ = exact_values(points[0], bias[0], points[1], bias[1])
        limits = np.quantile(value, quantile) * rng.uniform(0.8, 1.2, (2, BLOCK))
        limits = limits.astype(np.float32)
        # Some rows take anything, others nothing.
        limits[:, :2], limits[:, 2:6] = [ANYTHING, NOTHING][quantile > 0], NOTHING
        panels = [_panel(side) for side in points]
        rest = [_norms_after(side, edges) for side in points]
        kept = compare(*panels, *bias, *limits, np.array(edges), *rest)
        either = np.minimum(limits[0][:, np.newaxis], limits[1])
        _assert_kept(kept, value, 0, either)
        assert quantile > 0.5 or kept.any()


@pytest.mark.parametrize("edges", EDGES, ids=str)
def test_a_value_equal_to_the_limit_survives(compare, edges):
    rng = np.random.RandomState(1)
    points = rng.randint(-2, 3, (2, BLOCK, 20)).astype(np.float64)
    points[:, :, -1] = np.square(points[:, :, :-1]).sum(axis=2) % 2
    bias = (-0.5 * np.square(points).sum(axis=2)).astype(np.int32)
    value, _ = exact_values(points[0], bias[0], points[1], bias[1])
    panels = [_panel(side) for side in points]
    rest = [_norms_after(side, edges) for side in points]
    limit = value.max(axis=1).astype(np.float32)
    nothing = np.full(BLOCK, NOTHING)
    kept = compare(*panels, *bias, limit, nothing, np.array(edges), *rest)
    assert_array_equal(kept, value == limit[:, np.newaxis])
    limit = value.max(axis=0).astype(np.float32)
    kept = compare(*panels, *bias, nothing, limit, np.array(edges), *rest)
    assert_array_equal(kept, value == limit)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_longest_rows_do_not_overflow(compare, sign):
    points = np.zeros((2, BLOCK, 20))
    points[0, :, 3] = LARGEST_NORM
    points[1, :, 3] = sign * LARGEST_NORM
    bias = np.full((2, BLOCK), -0.5 * LARGEST_NORM**2).astype(np.int32)
    value = (sign - 1) * LARGEST_NORM**2
    limits = np.full((2, BLOCK), np.float32(value * (1 + 1e-6) - 1))
    kept = compare(*map(_panel, points), *bias, *limits, np.array([0, 10]), *np.zeros((2, 0), "f"))
    assert kept.all()
    limits = np.full((2, BLOCK), np.float32(value * (1 - 1e-6) + 1000))
    kept = compare(*map(_panel, points), *bias, *limits, np.array([0, 10]), *np.zeros((2, 0), "f"))
    assert not kept.any()


def _survivors(blocks, limits, block, other):
    """Run `compare_blocks` and read its tiles and masks."""
    tiles, masks, sums, _ = make_scratch()
    n_tiles = compare_blocks(
        blocks.panels, blocks.panels, blocks.bias, blocks.bias, limits, limits, blocks.edges,
        blocks.rest, blocks.rest, blocks.by_gaps, tiles, masks, sums, block, other, other * BLOCK,
    )  # fmt: skip
    return _kept(tiles[:n_tiles], masks, TILE_ROWS, TILE_COLUMNS)


@pytest.mark.parametrize(
    ("edges", "by_gaps"),
    [(None, False), ([0, 4, 9], False), ([0, 1, 2, 6, 9], False), (None, True)],
    ids=str,
)
@pytest.mark.parametrize("quantile", [0.5, 0.99])
def test_blocks_are_compared_with_the_tile_of_this_processor(edges, by_gaps, quantile):
    X = TABLES["twelve decades"][:150]
    blocks = packed(X, edges, by_gaps)
    assert (blocks.rest.size > 0) == (edges is not None)
    points, bias = packed_points(blocks), packed_bias(blocks)
    value, rounding = exact_values(points, bias, points, bias, by_gaps)
    limits = np.quantile(value[:150, :150], quantile, axis=1).astype(np.float32)
    limits = np.append(limits, np.full(len(points) - 150, NOTHING))
    either = np.minimum(limits[:, np.newaxis], limits)
    n_blocks = len(points) // BLOCK
    assert n_blocks == 5
    n_kept = 0
    inside = np.arange(len(points)) < 150
    for block in range(n_blocks):
        for other in range(n_blocks):
            part = np.ix_(block * BLOCK + np.arange(BLOCK), other * BLOCK + np.arange(BLOCK))
            # Of places beyond the last row, only that they are nobody's neighbours matters.
            real = inside[part[0]] & inside[part[1]]
            kept = _survivors(blocks, limits, block, other) & real
            limit = np.where(real, either[part], NOTHING)
            _assert_kept(kept, value[part], rounding[part], limit)
            n_kept += kept.sum()
    assert 0 < n_kept < 0.9 * 150**2


@pytest.mark.parametrize("by_gaps", [False, True])
def test_all_values_are_computed(by_gaps):
    blocks = packed(TABLES["twelve decades"], by_gaps=by_gaps)
    points, bias = packed_points(blocks), packed_bias(blocks)
    tiles, masks, sums, _ = make_scratch()
    for block, other in ((0, 0), (1, 4), (5, 2)):
        compute_values(
            blocks.panels, blocks.bias, blocks.panels, blocks.bias, by_gaps, blocks.n_words, block,
            other, sums, tiles, masks,
        )  # fmt: skip
        ours, theirs = (slice(place * BLOCK, (place + 1) * BLOCK) for place in (block, other))
        value, _ = exact_values(points[ours], bias[ours], points[theirs], bias[theirs], by_gaps)
        assert_allclose(sums.reshape(BLOCK, BLOCK), value, rtol=2e-6, atol=1e-2)
