import numpy as np
import pytest
from imblearn.under_sampling import EditedNearestNeighbours
from numpy.testing import assert_array_equal
from scipy import stats
from sklearn.neighbors import NearestNeighbors

from balancekit.core.neighborhood import agree_with_all, agree_with_most
from balancekit.core.neighbors import EstimatorEngine


@pytest.mark.parametrize("k", [1, 4, 7])
def test_all_and_most_neighbours_are_asked(table, direct, neighbors, k):
    X, codes = table
    queries, among = np.arange(len(codes))[1::3], np.arange(len(codes))[::2]
    votes = codes[neighbors(X, queries, among, k)]
    is_all = (votes == codes[queries, np.newaxis]).all(axis=1)
    is_most = stats.mode(votes, axis=1).mode == codes[queries]
    assert_array_equal(agree_with_all(X, codes, queries, direct, k, among), is_all)
    assert_array_equal(agree_with_most(X, codes, queries, direct, k, among), is_most)


@pytest.mark.parametrize("first", [1, 2, 9])
def test_asking_few_neighbours_first_changes_nothing(table, direct, first):
    X, codes = table
    queries = np.arange(len(codes))[::2]
    expected = agree_with_all(X, codes, queries, direct, 5)
    assert_array_equal(agree_with_all(X, codes, queries, direct, 5, first=first), expected)


def test_only_rows_that_still_agree_are_searched_on(untied, direct):
    X, codes = untied
    asked = []

    class Counting:
        def kneighbors(self, X, queries, among, k):
            asked.append((len(queries), k))
            return direct.kneighbors(X, queries, among, k)

    everyone = np.arange(len(X))
    n_agreeing = agree_with_all(X, codes, everyone, direct, 1).sum()
    agree_with_all(X, codes, everyone, Counting(), 5, first=1)
    assert asked == [(len(X), 1), (n_agreeing, 5)]


def test_a_users_estimator_is_asked_once(untied, direct):
    X, codes = untied
    everyone = np.arange(len(X))
    engine = EstimatorEngine(NearestNeighbors(n_neighbors=4))
    expected = agree_with_all(X, codes, everyone, direct, 3)
    assert_array_equal(agree_with_all(X, codes, everyone, engine, 3, first=1), expected)


@pytest.mark.parametrize(("kind", "agree"), [("all", agree_with_all), ("mode", agree_with_most)])
@pytest.mark.parametrize("k", [3, 4])
def test_rows_kept_are_those_of_imbalanced_learn(untied, direct, kind, agree, k):
    X, y = untied
    incumbent = EditedNearestNeighbours(sampling_strategy="all", n_neighbors=k, kind_sel=kind)
    incumbent.fit_resample(X, y)
    kept = np.flatnonzero(agree(X, y, np.arange(len(X)), direct, k))
    assert 0 < len(kept) < len(X)
    assert_array_equal(kept, np.sort(incumbent.sample_indices_))
