import numpy as np
import pytest
from imblearn.under_sampling import TomekLinks
from numpy.testing import assert_array_equal

from balancekit.core.neighborhood import tomek_links
from balancekit.core.neighbors import choose_engine


def _by_definition(neighbors, X, codes, rows):
    found = neighbors(X, rows, rows, 1)[:, 0]
    nearest = dict(zip(rows.tolist(), found.tolist(), strict=True))
    pairs = [
        (row, other)
        for row, other in nearest.items()
        if row < other and nearest[other] == row and codes[row] != codes[other]
    ]
    return np.array(sorted(pairs), dtype=int).reshape(-1, 2)


def test_links_are_mutual_nearest_rows_of_different_classes(table, direct, neighbors):
    X, codes = table
    everyone = np.arange(len(codes))
    assert_array_equal(tomek_links(X, codes, direct), _by_definition(neighbors, X, codes, everyone))
    some = everyone[::2]
    assert_array_equal(
        tomek_links(X, codes, direct, some), _by_definition(neighbors, X, codes, some)
    )


def test_every_engine_finds_the_same_links(engine, neighbors, untied):
    X, codes = untied
    search = choose_engine("k_neighbors", 1, engine, None)[0]
    expected = _by_definition(neighbors, X, codes, np.arange(len(X)))
    assert_array_equal(tomek_links(X, codes, search), expected)


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5])
def test_links_are_those_of_imbalanced_learn(direct, share):
    rng = np.random.RandomState(0)
    X, y = rng.randn(400, 3), (rng.rand(400) < share).astype(int)
    links = tomek_links(X, y, direct)
    kept = np.delete(np.arange(len(X)), links.ravel())
    incumbent = TomekLinks(sampling_strategy="all")
    incumbent.fit_resample(X, y)
    assert len(links) > 1
    assert_array_equal(kept, incumbent.sample_indices_)


def test_duplicates_of_different_classes_link_by_id(direct):
    X = np.zeros((4, 1))
    assert_array_equal(tomek_links(X, np.array([0, 1, 0, 1]), direct), [[0, 1]])
    assert_array_equal(tomek_links(X, np.array([0, 0, 1, 1]), direct), np.empty((0, 2)))


def test_one_class_or_one_row_or_none_has_no_links(direct):
    X = np.random.RandomState(0).randn(5, 2)
    for rows in (None, np.array([3]), np.array([], dtype=int)):
        assert tomek_links(X, np.zeros(5, dtype=int), direct, rows).shape == (0, 2)


def test_a_small_class_is_searched_without_searching_all_rows(direct):
    rng = np.random.RandomState(0)
    X, codes = rng.randn(300, 2), (np.arange(300) % 20 == 0).astype(int)
    asked = []

    class Counting:
        def kneighbors(self, X, queries, among, k):
            asked.append(len(queries))
            return direct.kneighbors(X, queries, among, k)

    links = tomek_links(X, codes, Counting())
    assert len(links)
    assert sum(asked) <= 2 * 15
