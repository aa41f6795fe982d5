import numpy as np
import pytest
from imblearn.under_sampling import NearMiss
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import config_context

from balancekit.core.neighborhood import averages, mean_farthest, mean_nearest
from balancekit.core.neighbors import farthest
from balancekit.core.neighbors.distance import all_squared_distances, as_points


@pytest.fixture(params=["kernels", "products"], autouse=True)
def way(request, monkeypatch):
    """Either way to find the farthest, whatever the size."""
    monkeypatch.setattr(averages, "is_worth_kernels", lambda *shape: request.param == "kernels")
    return request.param


def _farthest_directly(X, queries, others, k):
    """Every distance, by the definition of distance."""
    points, exponent = as_points(X[np.concatenate([others, queries])])
    squares = all_squared_distances(points[len(others) :], points[: len(others)])
    farthest = np.sort(np.sqrt(squares), axis=1)[:, -k:]
    return np.ldexp(farthest, exponent).mean(axis=1)


@pytest.mark.parametrize("k", [1, 3, 10])
def test_the_nearest_and_farthest_of_another_set_are_averaged(table, direct, squares, k):
    X, codes = table
    queries, others = np.flatnonzero(codes == 0)[::-1], np.flatnonzero(codes > 0)
    distances = np.sort(np.sqrt(squares(X)[np.ix_(queries, others)]), axis=1)
    assert_allclose(mean_nearest(X, queries, others, direct, k), distances[:, :k].mean(axis=1))
    assert_allclose(mean_farthest(X, queries, others, k), distances[:, -k:].mean(axis=1))


def _on_sphere(points):
    return points / np.linalg.norm(points, axis=1, keepdims=True)


rng = np.random.RandomState(0)
FAR = {
    "normal": rng.randn(900, 11),
    "one decimal": np.round(rng.randn(900, 9), 1),
    "integer grid": rng.randint(0, 3, (900, 4)).astype(float),
    "far from the origin": rng.randn(900, 5) + 1e8,
    "two far clusters": rng.randn(900, 5) + 1e6 * (np.arange(900) % 2)[:, np.newaxis],
    "twelve decades": rng.randn(900, 18) * np.logspace(-6, 6, 18),
    "float32": rng.randn(900, 10).astype(np.float32),
    "constant": np.ones((900, 3)),
    # Low precision tells nothing but the outlier.
    "an outlier": np.vstack([rng.randn(899, 3), np.full((1, 3), 1e9)]),
    "wide": rng.randn(900, 70),
    # All at distance 1 but for the rounding.
    "sphere": np.vstack([np.full((40, 3), 1e-17), _on_sphere(rng.randn(860, 3))]),
    "sparse, far from the origin": sparse.csr_array(rng.randn(900, 3) + 1e8),
    "tiny": rng.randn(900, 5) * 1e-200,
    "sparse": sparse.csr_array(np.round(rng.randn(900, 12), 1) * (rng.rand(900, 12) < 0.3)),
}


@pytest.mark.parametrize("name", FAR)
@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("n_others", [5, 860])
def test_the_farthest_are_exact_to_the_last_bit(name, k, n_others):
    X = FAR[name]
    queries, others = np.arange(40), np.arange(40, 40 + n_others)
    assert_array_equal(
        mean_farthest(X, queries, others, k), _farthest_directly(X, queries, others, k)
    )


def test_all_others_may_be_averaged_and_blocks_change_nothing():
    X = FAR["one decimal"]
    queries, others = np.arange(40), np.arange(40, 140)
    expected = _farthest_directly(X, queries, others, 100)
    assert_array_equal(mean_farthest(X, queries, others, 100), expected)
    with config_context(working_memory=0.01):
        assert_array_equal(mean_farthest(X, queries, others, 100), expected)


def test_few_rows_are_measured_exactly(monkeypatch, way):
    measured = []
    if way == "kernels":
        find = farthest.find_farthest
        monkeypatch.setattr(farthest, "find_farthest", lambda *a: measured.append(find(*a)) or 0)
        mean_farthest(FAR["normal"], np.arange(40), np.arange(40, 900), 3)
        # The first block is measured whole.
        assert 0 < sum(measured) < 40 * (32 + 3 * 10)
        return
    pair_distances = averages.pair_distances

    def counting(left, left_rows, right, right_rows, excess):
        measured.append(len(left_rows))
        return pair_distances(left, left_rows, right, right_rows, excess)

    monkeypatch.setattr(averages, "pair_distances", counting)
    mean_farthest(FAR["normal"], np.arange(40), np.arange(40, 900), 3)
    assert sum(measured) < 40 * 3 * 3


def test_a_row_is_not_among_its_own_farthest():
    X = np.array([[0.0], [1.0], [3.0]])
    everyone = np.arange(3)
    assert_array_equal(mean_farthest(X, everyone, everyone, 2), [2.0, 1.5, 2.5])
    assert_array_equal(mean_farthest(np.zeros((3, 1)), everyone, everyone, 2), np.zeros(3))


def test_squares_that_overflow_do_no_harm():
    X = np.array([[0.0], [3e200], [1e200], [1.0], [-1.0], [1.5e308], [-1.5e308]])
    others = np.array([1, 2, 3])
    assert_allclose(mean_farthest(X, np.array([0, 4]), others, 2), [2e200, 2e200])
    assert_allclose(mean_farthest(X, np.array([0]), others, 3), [4e200 / 3])
    # Near rows keep their distance where others are far.
    assert_array_equal(mean_farthest(X, np.array([0]), np.array([3, 4]), 2), [1.0])
    assert_array_equal(mean_farthest(X, np.array([0, 5]), np.array([4]), 1), [1.0, 1.5e308])
    assert_array_equal(mean_farthest(X, np.array([5]), np.array([6]), 1), [np.inf])


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_rows_chosen_are_those_of_near_miss(untied, direct, version, make):
    X, y = make(untied[0]), untied[1]
    smallest = np.bincount(y).argmin()
    others = np.flatnonzero(y == smallest)
    chosen = []
    for code in np.unique(y):
        rows = np.flatnonzero(y == code)
        if code == smallest:
            chosen.append(rows)
            continue
        if version == 3:
            rows = np.unique(direct.kneighbors(X, others, rows, 3)[1])
        if version == 2:
            means = mean_farthest(X, rows, others, 3)
        else:
            means = mean_nearest(X, rows, others, direct, 3)
        order = np.argsort(-means if version == 3 else means, kind="stable")
        chosen.append(rows[order[: len(others)]])
    incumbent = NearMiss(version=version)
    incumbent.fit_resample(X, y)
    assert_array_equal(np.concatenate(chosen), incumbent.sample_indices_)
