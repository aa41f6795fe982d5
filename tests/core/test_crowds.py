"""Rows that occur many times over are answered without a search."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.core.neighbors import DirectEngine
from balancekit.core.neighbors.crowds import settle_crowds


def _one_by_one(candidates, own, k):
    """Settle by the words of the docstring, row by row."""
    rows = [tuple(row) for row in candidates.tolist()]
    copies = {row: [at for at, other in enumerate(rows) if other == row] for row in rows}
    is_settled = [at >= 0 and len(copies[rows[at]]) > k for at in own.tolist()]
    neighbors = [
        [copy for copy in copies[rows[at]] if copy != at][:k]
        for at, settled in zip(own.tolist(), is_settled, strict=True)
        if settled
    ]
    is_needed = [at in copies[row][: k + 1] for at, row in enumerate(rows)]
    return np.array(is_settled), np.array(neighbors, dtype=int).reshape(-1, k), is_needed


def _tables():
    rng = np.random.RandomState(0)
    grid = rng.randint(0, 2, (90, 3)).astype(float)
    yield "grid", grid
    yield "float32", grid.astype(np.float32)
    yield "signed zeros", grid * rng.choice([-1.0, 1.0], (90, 3))
    yield "fortran", np.asfortranarray(grid)
    yield "every other", np.repeat(grid, 2, axis=0)[::2]
    yield "constant", np.full((40, 2), 3.5)
    yield "one column", rng.randint(0, 9, (80, 1)).astype(float)
    yield "no copies", rng.randn(30, 4)
    yield "one row", np.ones((1, 2))


TABLES = dict(_tables())


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("k", [1, 3, 10])
def test_crowds_are_settled_as_the_definition_says(name, k):
    candidates = TABLES[name]
    rng = np.random.RandomState(1)
    everyone = np.arange(len(candidates))
    strangers = np.full(4, -1)
    for own in (everyone, strangers, rng.permutation(np.append(everyone[::2], strangers))):
        is_settled, neighbors, is_needed = settle_crowds(candidates, own, k)
        expected_settled, expected_neighbors, expected_needed = _one_by_one(candidates, own, k)
        assert_array_equal(is_settled, expected_settled)
        assert_array_equal(neighbors, expected_neighbors)
        assert_array_equal(is_needed, expected_needed)


@pytest.mark.parametrize("name", [name for name, X in TABLES.items() if len(X) > 3])
@pytest.mark.parametrize("k", [1, 3])
def test_settled_and_needed_rows_together_give_the_answer_of_every_distance(name, k):
    candidates = TABLES[name]
    rows = np.arange(len(candidates))
    _, expected = DirectEngine().kneighbors(candidates, rows, rows, k)
    is_settled, neighbors, is_needed = settle_crowds(candidates, rows, k)
    assert_array_equal(neighbors, expected[is_settled])
    others, needed = rows[~is_settled], rows[is_needed]
    if len(others):
        _, found = DirectEngine().kneighbors(candidates, others, needed, k)
        assert_array_equal(found, expected[others])


def test_a_row_with_k_other_copies_is_settled_and_one_with_fewer_is_not():
    candidates = np.array([5.0, 7, 5, 7, 5, 9])[:, np.newaxis]
    is_settled, neighbors, is_needed = settle_crowds(candidates, np.arange(6), 2)
    assert_array_equal(is_settled, [True, False, True, False, True, False])
    assert_array_equal(neighbors, [[2, 4], [0, 4], [0, 2]])
    assert is_needed.all()
    _, _, is_needed = settle_crowds(candidates, np.arange(6), 1)
    assert_array_equal(is_needed, [True, True, True, True, False, True])


def test_the_table_is_not_written_to():
    candidates = np.array([[-0.0, 1.0], [0.0, 1.0]])
    candidates.setflags(write=False)
    is_settled, neighbors, _ = settle_crowds(candidates, np.arange(2), 1)
    assert is_settled.all()
    assert_array_equal(neighbors, [[1], [0]])
    assert np.signbit(candidates[0, 0])


def test_other_rows_at_a_distance_whose_square_vanishes_tie_with_copies():
    X = np.tile([1.0, 0.0], (60, 1))
    X[3, 1] = 1e-170
    rows = np.arange(60)
    _, expected = DirectEngine().kneighbors(X, rows, rows, 5)
    is_settled, neighbors, is_needed = settle_crowds(X, rows, 5)
    assert_array_equal(neighbors, expected[is_settled])
    _, found = DirectEngine().kneighbors(X, rows[~is_settled], rows[is_needed], 5)
    assert_array_equal(found, expected[~is_settled])
