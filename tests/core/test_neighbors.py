"""Every engine finds the neighbours of the definition, ties by row id."""

from math import sqrt

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.neighbors import KDTree, NearestNeighbors

from balancekit.core.neighbors import EstimatorEngine, choose_engine
from balancekit.core.neighbors.distance import (
    all_squared_distances,
    as_points,
    squared_distances,
)


def _by_definition(X, queries, among, k):
    """Search by the documented sum, one Python float at a time."""
    distances, ids = [], []
    for query in queries:
        found = []
        for row in among:
            if row == query:
                continue
            stripes = [0.0] * 8
            for column, (left, right) in enumerate(zip(X[query], X[row], strict=True)):
                difference = float(left) - float(right)
                stripes[column % 8] += difference * difference
            a, b, c, d, e, f, g, h = stripes
            total = ((a + e) + (c + g)) + ((b + f) + (d + h))
            found.append((total, int(row)))
        found.sort()
        distances.append([sqrt(total) for total, _ in found[:k]])
        ids.append([row for _, row in found[:k]])
    return np.array(distances), np.array(ids)


def _engine(name):
    return choose_engine("k_neighbors", 5, name, None)[0]


rng = np.random.RandomState(0)
GRID = rng.randint(0, 3, (80, 4)).astype(float)
TABLES = {
    "normal": rng.randn(90, 5),
    "wide": rng.randn(60, 37),
    "float32": rng.randn(90, 20).astype(np.float32),
    "integer grid": GRID,
    "one decimal": np.round(rng.randn(90, 18), 1),
    "constant": np.ones((40, 3)),
    "duplicates": np.repeat(rng.randn(12, 17), 6, axis=0),
    "far from the origin": rng.randn(90, 18) + 1e8,
    "two far clusters": np.vstack([rng.randn(40, 18), rng.randn(40, 18) + 1e6]),
    "huge": rng.randn(60, 18) * 1e200,
    "tiny": rng.randn(60, 18) * 1e-200,
    "twelve decades": rng.randn(60, 18) * np.logspace(-6, 6, 18),
    "uint8": rng.randint(0, 255, (90, 18)).astype(np.uint8),
    "bool": rng.rand(70, 18) > 0.5,
    "one column": rng.randn(60, 1),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("k", [1, 5])
def test_neighbours_are_those_of_the_definition(engine, name, k):
    X = TABLES[name]
    among = np.flatnonzero(np.arange(len(X)) % 3 > 0)
    queries = np.concatenate([among[::4], np.flatnonzero(np.arange(len(X)) % 3 == 0)])
    distances, ids = _engine(engine).kneighbors(X, queries, among, k)
    # A power of two brings squares into range and changes no order.
    unit = {"huge": 660, "tiny": -660}.get(name, 0)
    scaled = np.ldexp(X, -unit) if unit else X
    expected_distances, expected_ids = _by_definition(scaled, queries, among, k)
    assert_array_equal(ids, expected_ids)
    assert_array_equal(distances, np.ldexp(expected_distances, unit))


def test_all_other_rows_may_be_asked_for(engine):
    X = TABLES["integer grid"][:20]
    rows = np.arange(20)
    _, ids = _engine(engine).kneighbors(X, rows, rows, 19)
    assert_array_equal(ids, _by_definition(X, rows, rows, 19)[1])


@pytest.mark.parametrize("make", [sparse.csr_array, sparse.csr_matrix])
@pytest.mark.parametrize("name", ["normal", "integer grid", "wide", "one decimal"])
def test_sparse_rows_have_the_neighbours_of_dense_ones(engine, make, name):
    X = TABLES[name] * (np.random.RandomState(1).rand(*TABLES[name].shape) < 0.4)
    rows = np.arange(len(X))
    distances, ids = _engine(engine).kneighbors(make(X), rows, rows, 4)
    expected_distances, expected_ids = _engine("direct").kneighbors(X, rows, rows, 4)
    assert_array_equal(ids, expected_ids)
    assert_array_equal(distances, expected_distances)


def test_memory_limits_do_not_change_the_answer(engine):
    X = TABLES["one decimal"]
    rows = np.arange(len(X))
    expected = _engine(engine).kneighbors(X, rows, rows, 5)[1]
    with config_context(working_memory=0.01):
        assert_array_equal(_engine(engine).kneighbors(X, rows, rows, 5)[1], expected)


def test_pairs_and_tables_of_distances_agree_to_the_last_bit():
    X = TABLES["wide"]
    left, right = np.divmod(np.arange(50 * 10), 10)
    table = all_squared_distances(X[:50], X[50:])
    assert_array_equal(squared_distances(X[:50], left, X[50:], right), table.ravel())
    stored = sparse.csr_array(X)
    assert_array_equal(all_squared_distances(stored[:50], stored[50:]), table)


def test_tiny_rows_are_scaled_exactly_and_others_are_left_alone():
    tiny = np.array([[1e-300, -2e-310]])
    points, exponent = as_points(tiny)
    assert (points**2).min() > 0
    assert_array_equal(np.ldexp(points, exponent), tiny)
    stored, same = as_points(sparse.csr_array(tiny))
    assert_array_equal(stored.toarray(), points)
    assert same == exponent
    for plain in (np.zeros((2, 2)), np.array([[1e9, 1e-9]]), np.array([[1e300, 1.0]])):
        assert as_points(plain)[1] == 0


def test_a_users_estimator_searches_for_itself_without_the_row_itself():
    X = TABLES["normal"]
    rows = np.arange(len(X))
    engine, fitted, k = choose_engine("k_neighbors", NearestNeighbors(n_neighbors=6), "auto", None)
    assert k == 5
    distances, ids = engine.kneighbors(X, rows, rows, k)
    assert_array_equal(ids, _by_definition(X, rows, rows, 5)[1])
    assert distances.shape == (len(X), 5)
    assert fitted.n_samples_fit_ == len(X)


class _Approximate:
    """Leaves the row itself out of some lists, as approximate searches do."""

    def fit(self, X):
        self.tree = KDTree(X)

    def kneighbors(self, X):
        distances, ids = self.tree.query(X, k=5)
        return distances[:, 1:], ids[:, 1:]


def test_an_estimator_that_misses_the_row_itself_loses_its_farthest_neighbour():
    X = TABLES["normal"]
    rows = np.arange(len(X))
    _, ids = EstimatorEngine(_Approximate()).kneighbors(X, rows, rows)
    assert_array_equal(ids, _by_definition(X, rows, rows, 3)[1])


def test_an_estimator_that_finds_only_the_row_itself_is_refused():
    X = TABLES["normal"]
    engine, _, _ = choose_engine("k_neighbors", NearestNeighbors(n_neighbors=1), "auto", None)
    with pytest.raises(ValueError, match=r"finds 1 neighbour.*set its n_neighbors to 2 or more"):
        engine.kneighbors(X, np.arange(9), np.arange(9))
