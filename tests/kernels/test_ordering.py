"""The order of rows: a permutation whose halves are apart, down to blocks of 32."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.kernels.neighbors.ordering import order_blocks, split
from balancekit.kernels.neighbors.target import BLOCK

rng = np.random.RandomState(0)
POINTS = {
    "normal": rng.randn(900, 3) * [1, 2, 3],
    "one column": rng.randn(500, 1),
    "few values": rng.randint(0, 3, (700, 4)) * [4, 3, 2, 1],
    "constant": np.ones((300, 2)),
    "ascending": np.arange(1000.0)[:, np.newaxis],
    "descending": -np.arange(1000.0)[:, np.newaxis],
    "organ pipe": np.abs(np.arange(-400.0, 400.0))[:, np.newaxis],
    "outlier": np.append(rng.randn(400), 1e12)[:, np.newaxis],
}


def _points(name, n_rows=None):
    return POINTS[name][:n_rows].astype(np.float32)


def _n_blocks(points):
    return -(-len(points) // BLOCK)


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("n_rows", [33, 64, 65, 97, 260, None])
def test_a_split_moves_the_smaller_values_of_the_widest_coordinate_ahead(name, n_rows):
    points = _points(name, n_rows)
    order = np.random.RandomState(1).permutation(len(points))
    n_blocks = _n_blocks(points)
    middle = split(points, order, 0, n_blocks)
    assert middle == (n_blocks + 1) // 2
    assert_array_equal(np.sort(order), np.arange(len(points)))
    widest = points[order, points.astype(float).var(axis=0).argmax()]
    assert widest[: middle * BLOCK].max() <= widest[middle * BLOCK :].min()


def test_a_split_leaves_other_blocks_alone():
    points, order = _points("normal"), np.arange(900)
    assert split(points, order, 3, 8) == 6
    inside = slice(3 * BLOCK, 8 * BLOCK)
    assert_array_equal(np.delete(order, inside), np.delete(np.arange(900), inside))
    assert_array_equal(np.sort(order[inside]), np.arange(900)[inside])
    assert not np.array_equal(order, np.arange(900))


def test_the_last_block_is_the_only_short_one():
    points, order = _points("ascending", 2 * BLOCK + 5), np.arange(2 * BLOCK + 5)[::-1].copy()
    assert split(points, order, 0, 3) == 2
    assert_array_equal(np.sort(order[: 2 * BLOCK]), np.arange(2 * BLOCK))
    assert_array_equal(np.sort(order[2 * BLOCK :]), np.arange(2 * BLOCK, 2 * BLOCK + 5))


def _assert_halves_are_apart(points, order, first, last):
    """Walk down the splits; their rows are few enough for the spread to be that of all of them."""
    if last - first < 2:
        return
    values = points[order[first * BLOCK : last * BLOCK]].astype(float)
    middle = (first + last + 1) // 2
    widest = values[:, values.var(axis=0).argmax()]
    n_before = (middle - first) * BLOCK
    assert widest[:n_before].max() <= widest[n_before:].min()
    _assert_halves_are_apart(points, order, first, middle)
    _assert_halves_are_apart(points, order, middle, last)


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("n_rows", [1, 32, 33, 200, None])
def test_blocks_are_split_all_the_way_down(name, n_rows):
    points = _points(name, n_rows)
    order = np.random.RandomState(1).permutation(len(points))
    order_blocks(points, order, 0, _n_blocks(points))
    assert_array_equal(np.sort(order), np.arange(len(points)))
    _assert_halves_are_apart(points, order, 0, _n_blocks(points))


def test_many_rows_are_split_by_the_spread_of_some():
    points = rng.randn(5000, 2).astype(np.float32) * np.float32([1, 50])
    order = np.arange(5000)
    middle = split(points, order, 0, _n_blocks(points))
    assert points[order[: middle * BLOCK], 1].max() <= points[order[middle * BLOCK :], 1].min()
