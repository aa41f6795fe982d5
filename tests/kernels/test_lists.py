"""Lists of the nearest rows, by (squared distance, row)."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.kernels.neighbors.lists import (
    ANYTHING,
    NO_ROW,
    NOTHING,
    block_reach,
    empty_lists,
    limit_of_value,
    offer,
    read_lists,
)
from balancekit.kernels.neighbors.target import BLOCK

UNIT, ERROR = 700.0, 1.0


def _offer(lists, place, distance, row):
    offer(lists.distances, lists.rows, lists.limits, place, distance, row, UNIT, ERROR)


def _nearest(offered, k):
    """Sort what was offered; nothing is kept twice."""
    nearest = sorted(set(offered))[:k]
    missing = [(np.inf, int(NO_ROW))] * (k - len(nearest))
    distances, rows = zip(*nearest, *missing, strict=True)
    return np.array(distances), np.array(rows)


@pytest.mark.parametrize("k", [1, 2, 5, 16])
@pytest.mark.parametrize("n_values", [2, 8, 10_000])
def test_a_list_holds_the_nearest_of_what_was_offered_whatever_the_order(k, n_values):
    rng = np.random.RandomState(0)
    for _ in range(60):
        lists = empty_lists(BLOCK, BLOCK, k)
        n_offers = rng.randint(1, 60)
        rows = rng.randint(0, 40, n_offers)
        # A row has one distance: offered again, it is the same pair.
        distances = rng.randint(0, n_values, 40).astype(float)[rows]
        offered = list(zip(distances.tolist(), rows.tolist(), strict=True))
        for distance, row in offered:
            _offer(lists, 3, distance, row)
        expected_distances, expected_rows = _nearest(offered, k)
        assert_array_equal(lists.distances[3], expected_distances)
        assert_array_equal(lists.rows[3], expected_rows)
        assert_array_equal(np.delete(lists.rows, 3, axis=0), NO_ROW)


def test_tied_rows_go_by_their_number():
    lists = empty_lists(1, BLOCK, 3)
    for row in (9, 4, 7, 4, 2, 9):
        _offer(lists, 0, 1.0, row)
    assert_array_equal(lists.rows[0], [2, 4, 7])
    _offer(lists, 0, 0.5, 8)
    assert_array_equal(lists.rows[0], [8, 2, 4])
    _offer(lists, 0, 1.0, 3)
    assert_array_equal(lists.rows[0], [8, 2, 3])


def test_a_limit_follows_the_last_distance_and_never_cuts_it_off():
    rng = np.random.RandomState(0)
    lists = empty_lists(BLOCK, BLOCK, 4)
    before = lists.limits[0]
    for row in range(300):
        _offer(lists, 0, rng.exponential() ** 4, row)
        limit, last = lists.limits[0], lists.distances[0, -1]
        if row < 3:
            assert limit == ANYTHING
            continue
        half = 0.5 * (np.sqrt(last) * UNIT + ERROR) ** 2
        assert 1.0005 * half <= -limit <= 1.002 * half
        assert limit >= before
        before = limit


def test_a_list_full_of_copies_still_takes_rows_within_the_error():
    lists = empty_lists(1, BLOCK, 2)
    for row in (5, 6):
        _offer(lists, 0, 0.0, row)
    assert -1.002 * 0.5 * ERROR**2 <= lists.limits[0] <= -0.5 * ERROR**2
    _offer(lists, 0, 0.0, 1)
    assert_array_equal(lists.rows[0], [1, 5])


def test_a_limit_that_is_tighter_already_stays():
    lists = empty_lists(1, BLOCK, 1)
    lists.limits[0] = -5.0
    _offer(lists, 0, 1.0, 3)
    assert lists.limits[0] == -5.0
    _offer(lists, 0, 0.0, 4)
    assert lists.limits[0] > -5.0


@pytest.mark.parametrize("value", [-1e9, -1234.5, 0.0, 17.0])
def test_the_limit_of_a_value_lets_rows_pass_that_are_no_farther(value):
    slack = 30.0
    limit = limit_of_value(np.float32(value), np.float32(slack))
    # The row is at most this far away, and another one as far may seem farther by the slack.
    assert limit <= min(value, 0) - 2 * slack
    assert limit >= 1.01 * min(value, 0) - 10 * slack
    assert limit_of_value(ANYTHING, np.float32(slack)) == ANYTHING


def test_lists_are_read_in_the_order_of_rows():
    rng = np.random.RandomState(0)
    distances, rows, places = rng.rand(9, 3), rng.randint(0, 9, (9, 3)), rng.permutation(9)
    found_distances, found_rows = np.zeros((9, 3)), np.zeros((9, 3), np.intp)
    read_lists(distances, rows, places, found_distances, found_rows, 2, 9)
    assert_array_equal(found_distances[2:], np.sqrt(distances[places[2:]]))
    assert_array_equal(found_rows[2:], rows[places[2:]])
    assert not found_distances[:2].any()


def test_empty_lists_take_anything_and_places_beyond_the_rows_nothing():
    lists = empty_lists(40, 2 * BLOCK, 3)
    assert_array_equal(lists.limits[:40], ANYTHING)
    assert_array_equal(lists.limits[40:], NOTHING)
    assert_array_equal(lists.distances, np.full((2 * BLOCK, 3), np.inf))
    assert_array_equal(lists.reach, [-ANYTHING, -ANYTHING])


def test_the_reach_of_a_block_is_its_largest_radius():
    limits = -np.random.RandomState(0).rand(3 * BLOCK).astype(np.float32)
    limits[-5:] = NOTHING
    reaches = [block_reach(limits, block) for block in range(3)]
    assert_array_equal(reaches, -limits.reshape(3, BLOCK).min(axis=1))
