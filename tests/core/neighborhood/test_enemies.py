import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from balancekit.core.neighborhood import count_enemies, nearest_enemies


def test_enemies_among_the_nearest_are_counted(table, direct, neighbors):
    X, codes = table
    queries, everyone = np.arange(len(codes))[::3], np.arange(len(codes))
    votes = codes[neighbors(X, queries, everyone, 5)]
    expected = (votes != codes[queries, np.newaxis]).sum(axis=1)
    assert_array_equal(count_enemies(X, codes, queries, direct, 5), expected)


def test_only_rows_among_those_given_count(table, direct, neighbors):
    X, codes = table
    among, queries = np.arange(1, len(codes), 2), np.array([4, 1, 3])
    votes = codes[neighbors(X, queries, among, 4)]
    expected = (votes != codes[queries, np.newaxis]).sum(axis=1)
    assert_array_equal(count_enemies(X, codes, queries, direct, 4, among), expected)


@pytest.mark.parametrize("every", [1, 2])
def test_the_nearest_enemy_is_found_for_every_class(table, direct, neighbors, squares, every):
    X, codes = table
    among = np.arange(len(codes))[::every]
    queries = np.random.RandomState(0).permutation(len(codes))
    distances, ids = nearest_enemies(X, codes, queries, direct, among)
    expected = np.empty_like(queries)
    for code in range(4):
        own = codes[queries] == code
        enemies = among[codes[among] != code]
        expected[own] = neighbors(X, queries[own], enemies, 1)[:, 0]
    assert_array_equal(ids, expected)
    assert_allclose(distances, np.sqrt(squares(X)[queries, expected]), rtol=1e-14)


def test_a_row_without_enemies_is_refused(direct):
    X = np.random.RandomState(0).randn(4, 2)
    with pytest.raises(ValueError, match="class 2 have no enemies"):
        nearest_enemies(X, np.full(4, 2), np.arange(4), direct)
