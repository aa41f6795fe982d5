"""Blocks compared in float32: every pair that reaches a limit survives, and few others."""

import numpy as np
import pytest
from numba import njit
from numpy.testing import assert_array_equal
from tests.kernels.packed_tables import TABLES, exact_values, packed, packed_points

from balancekit.kernels.neighbors.comparison import (
    TILE_COLUMNS,
    TILE_ROWS,
    TILES_DOWN,
    compare_blocks,
    make_scratch,
)
from balancekit.kernels.neighbors.lists import ANYTHING, NOTHING
from balancekit.kernels.neighbors.target import BLOCK, MIDDLE, NARROW, NEON, WIDE
from balancekit.kernels.neighbors.vectors import make_tile_kernel

# LLVM splits vectors that are wider than those of the processor: all run everywhere.
TILES = [NARROW, NEON, MIDDLE, WIDE]


def _comparison(tile):
    """Compare two blocks tile by tile, as `compare_blocks` does with the processor's own tile."""
    n_rows, n_columns = tile.rows, tile.columns
    compare_all = make_tile_kernel(tile, resumes=False, stops_early=False)
    compare_first = make_tile_kernel(tile, resumes=False, stops_early=True)
    compare_next = make_tile_kernel(tile, resumes=True, stops_early=True)
    compare_last = make_tile_kernel(tile, resumes=True, stops_early=False)

    @njit
    def compare(left, right, left_bias, right_bias, left_limit, right_limit, edges, left_rest,
                right_rest):  # fmt: skip
        kept, is_tidy = np.zeros((BLOCK, BLOCK), np.bool_), True
        sums, masks = np.empty(BLOCK * BLOCK, np.float32), np.empty(n_rows + 1, np.int64)
        last_part = len(edges) - 2
        for row in range(0, BLOCK, n_rows):
            for column in range(0, BLOCK, n_columns):
                masks[:] = -7
                at, found = row * BLOCK + column, 1
                for part in range(last_part + 1):
                    first, last = edges[part], edges[part + 1]
                    ours, theirs = part * BLOCK + row, part * BLOCK + column
                    if not found:
                        break
                    if last_part == 0:
                        found = compare_all(
                            left, row, right, column, first, last, left_bias, row, right_bias,
                            column, left_limit, right_limit, column, left_bias, 0, right_bias, 0,
                            sums, 0, masks, 1,
                        )  # fmt: skip
                    elif part == 0:
                        found = compare_first(
                            left, row, right, column, first, last, left_bias, row, right_bias,
                            column, left_limit, right_limit, column, left_rest, ours, right_rest,
                            theirs, sums, at, masks, 1,
                        )  # fmt: skip
                    elif part < last_part:
                        found = compare_next(
                            left, row, right, column, first, last, left_bias, row, right_bias,
                            column, left_limit, right_limit, column, left_rest, ours, right_rest,
                            theirs, sums, at, masks, 1,
                        )  # fmt: skip
                    else:
                        found = compare_last(
                            left, row, right, column, first, last, left_bias, row, right_bias,
                            column, left_limit, right_limit, column, left_bias, 0, right_bias, 0,
                            sums, at, masks, 1,
                        )  # fmt: skip
                # Nothing is written before the given place, nor where no pair survives.
                is_tidy &= masks[0] == -7 and (found != 0 or (masks == -7).all())
                for line in range(n_rows if found else 0):
                    for bit in range(n_columns):
                        kept[row + line, column + bit] = (masks[1 + line] >> bit) & 1
        return kept, is_tidy

    return compare


def _norms_after(points, edges):
    """Norms of the columns after each part, rounded up."""
    norms = [np.linalg.norm(points[:, edge:], axis=1) * (1 + 1e-6) for edge in edges[1:-1]]
    return np.array(norms, dtype=np.float32).reshape(-1)


def _assert_kept(kept, value, rounding, limit):
    """What reaches a limit survives; what stays below it by more than rounding does not."""
    assert kept[value - rounding >= limit].all()
    assert not kept[value + rounding < limit].any()


@pytest.fixture(scope="module", params=TILES, ids=str)
def compare(request):
    """Comparison of two blocks with one shape of tile."""
    return _comparison(request.param)


EDGES = [[0, 20], [0, 4, 20], [0, 1, 2, 20], [0, 8, 12, 19, 20]]


@pytest.mark.parametrize("edges", EDGES, ids=str)
def test_every_shape_of_tile_keeps_what_reaches_the_limit_of_either_row(compare, edges):
    rng = np.random.RandomState(0)
    for quantile in (0.0, 0.5, 0.97, 0.999, 1.0):
        points = rng.randn(2, BLOCK, 20) * np.logspace(0, -2, 20) / 20
        points = points.astype(np.float32).astype(np.float64)
        bias = (-0.5 * np.square(points).sum(axis=2)).astype(np.float32)
        value, rounding = exact_values(points[0], bias[0], points[1], bias[1])
        limits = np.quantile(value, quantile) * rng.uniform(0.8, 1.2, (2, BLOCK))
        limits = limits.astype(np.float32)
        # Some rows take anything, others nothing.
        limits[:, :2], limits[:, 2:6] = [ANYTHING, NOTHING][quantile > 0], NOTHING
        panels = [side.T.astype(np.float32).ravel() for side in points]
        rest = [_norms_after(side, edges) for side in points]
        kept, is_tidy = compare(*panels, *bias, *limits, np.array(edges), *rest)
        assert is_tidy
        either = np.minimum(limits[0][:, np.newaxis], limits[1])
        _assert_kept(kept, value, rounding, either)
        assert quantile > 0.5 or kept.any()


@pytest.mark.parametrize("edges", EDGES, ids=str)
def test_a_value_equal_to_the_limit_survives(compare, edges):
    rng = np.random.RandomState(1)
    points = rng.randint(-2, 3, (2, BLOCK, 20)).astype(np.float64)
    bias = (-0.5 * np.square(points).sum(axis=2)).astype(np.float32)
    # Sums of small integers are exact in float32.
    value, _ = exact_values(points[0], bias[0], points[1], bias[1])
    panels = [side.T.astype(np.float32).ravel() for side in points]
    rest = [_norms_after(side, edges) for side in points]
    limit = value.max(axis=1).astype(np.float32)
    nothing = np.full(BLOCK, NOTHING)
    kept, _ = compare(*panels, *bias, limit, nothing, np.array(edges), *rest)
    assert_array_equal(kept, value == limit[:, np.newaxis])
    limit = value.max(axis=0).astype(np.float32)
    kept, _ = compare(*panels, *bias, nothing, limit, np.array(edges), *rest)
    assert_array_equal(kept, value == limit)


def _survivors(blocks, limits, block, other):
    """Run `compare_blocks` and read its tiles and masks."""
    tiles, masks, sums, _ = make_scratch()
    n_tiles = compare_blocks(
        blocks.panels, blocks.panels, blocks.bias, blocks.bias, limits, limits, blocks.edges,
        blocks.rest, blocks.rest, tiles, masks, sums, block, other, other * BLOCK,
    )  # fmt: skip
    kept = np.zeros((BLOCK, BLOCK), bool)
    for index, tile in enumerate(tiles[:n_tiles].tolist()):
        row, column = (tile % TILES_DOWN) * TILE_ROWS, (tile // TILES_DOWN) * TILE_COLUMNS
        words = masks[index * TILE_ROWS : (index + 1) * TILE_ROWS]
        assert words.any()
        bits = words[:, np.newaxis] >> np.arange(TILE_COLUMNS) & 1
        kept[row : row + TILE_ROWS, column : column + TILE_COLUMNS] = bits
    return kept


@pytest.mark.parametrize("edges", [None, [0, 8, 18], [0, 3, 4, 12, 18]], ids=str)
@pytest.mark.parametrize("quantile", [0.5, 0.99])
def test_blocks_are_compared_with_the_tile_of_this_processor(edges, quantile):
    X = TABLES["twelve decades"][:150]
    blocks = packed(X, edges)
    assert (blocks.rest.size > 0) == (edges is not None)
    points = packed_points(blocks)
    value, rounding = exact_values(points, blocks.bias, points, blocks.bias)
    limits = np.quantile(value[:150, :150], quantile, axis=1).astype(np.float32)
    limits = np.append(limits, np.full(len(points) - 150, NOTHING))
    either = np.minimum(limits[:, np.newaxis], limits)
    n_blocks = len(points) // BLOCK
    assert n_blocks == 5
    n_kept = 0
    for block in range(n_blocks):
        for other in range(n_blocks):
            kept = _survivors(blocks, limits, block, other)
            part = np.ix_(block * BLOCK + np.arange(BLOCK), other * BLOCK + np.arange(BLOCK))
            _assert_kept(kept, value[part], rounding[part], either[part])
            n_kept += kept.sum()
    assert 0 < n_kept < 0.9 * 150**2


def test_places_beyond_the_last_row_never_survive():
    blocks = packed(TABLES["normal"])
    limits = np.full(len(blocks.bias), ANYTHING)
    limits[100:] = NOTHING
    kept = _survivors(blocks, limits, 3, 3)
    assert_array_equal(kept, np.outer(np.arange(BLOCK) < 4, np.arange(BLOCK) < 4))
