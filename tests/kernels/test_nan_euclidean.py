"""Nearest rows by the columns that both rows have, against all distances."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics.pairwise import nan_euclidean_distances

from balancekit.core.neighbors import DirectEngine, NanEuclideanEngine, nan_euclidean


def _rows(n_rows, n_columns, share, seed=0):
    rng = np.random.RandomState(seed)
    # Small integers, whose sums are exact in any order, and tie.
    X = rng.randint(0, 6, (n_rows, n_columns)).astype(float)
    X[rng.random_sample(X.shape) < share] = np.nan
    X[np.isnan(X).all(axis=1), 0] = 1.0
    return X


def _expected(X, queries, among, k):
    known = np.isfinite(X[queries][:, np.newaxis] + X[among])
    gaps = np.where(known, X[queries][:, np.newaxis] - X[among], 0)
    squares = np.full(known.shape[:2], np.inf)
    share = known.sum(axis=2)
    sums = np.square(gaps).sum(axis=2)
    squares[share > 0] = sums[share > 0] * (X.shape[1] / share[share > 0])
    squares[np.equal.outer(queries, among)] = np.inf
    return among[np.argsort(squares, axis=1, kind="stable")[:, :k]], squares


@pytest.mark.parametrize("worth", [True, False])
@pytest.mark.parametrize(("n_columns", "share"), [(2, 0.1), (3, 0.2), (8, 0.5), (19, 0.7)])
@pytest.mark.parametrize("n_jobs", [1, 3])
def test_the_nearest_are_those_of_all_distances(monkeypatch, worth, n_columns, share, n_jobs):
    monkeypatch.setattr(nan_euclidean, "is_worth_kernels", lambda *shape: worth)
    X = _rows(150, n_columns, share)
    everyone = np.arange(len(X))
    engine = NanEuclideanEngine(DirectEngine(), n_jobs)
    for queries, among in (
        (everyone, everyone),
        (everyone[::3], everyone[::2]),
        (everyone[:5], everyone[64:128]),
    ):
        for k in (1, 4):
            distances, ids = engine.kneighbors(X, queries, among, k)
            expected, squares = _expected(X, queries, among, k)
            assert_array_equal(ids, expected)
            nearest = np.sort(squares, axis=1)[:, :k]
            assert_array_equal(distances, np.sqrt(nearest))


def test_distances_are_those_of_scikit_learn():
    X = _rows(80, 5, 0.3)
    ours = np.sqrt(nan_euclidean.all_nan_squares(X, X))
    theirs = nan_euclidean_distances(X)
    assert_array_equal(np.isinf(ours), np.isnan(theirs))
    assert_allclose(ours[np.isfinite(ours)], theirs[np.isfinite(ours)])


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_layout_of_the_rows_does_not_matter(monkeypatch, order):
    monkeypatch.setattr(nan_euclidean, "is_worth_kernels", lambda *shape: True)
    X, everyone = _rows(70, 9, 0.3), np.arange(70)
    found = NanEuclideanEngine(DirectEngine()).kneighbors(
        np.asarray(X, order=order), everyone, everyone, 3
    )
    assert_array_equal(found[1], _expected(X, everyone, everyone, 3)[0])
