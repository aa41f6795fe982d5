import numpy as np
import pytest
from imblearn.under_sampling import CondensedNearestNeighbour
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from balancekit.core.neighborhood import condense, condense_with, condensing

WAYS = ["kernel", "windows"]


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    """Either way to do it, whatever the size."""
    monkeypatch.setattr(condensing, "is_worth_kernels", lambda *shape: request.param == "kernel")
    return request.param


def _condensed(X, y, rng, engine, n_seeds=1, k=1):
    """Condense every class but the smallest, as the sampler does."""
    counts = np.bincount(y)
    smallest = np.flatnonzero(y == counts.argmin())
    kept = []
    for code, count in enumerate(counts):
        rows = np.flatnonzero(y == code)
        if code != counts.argmin():
            seeds = rng.randint(0, count, size=n_seeds)
            rows = rows[condense(X, y, rows, smallest, seeds, engine, k)]
        kept.append(rows)
    return np.concatenate(kept)


def _incumbent(X, y, seed, n_seeds=1, k=1):
    sampler = CondensedNearestNeighbour(
        random_state=np.random.RandomState(seed), n_neighbors=k, n_seeds_S=n_seeds
    )
    sampler.fit_resample(X, y)
    return sampler.sample_indices_


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("is_sorted", [False, True])
@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_rows_kept_are_those_of_imbalanced_learn(untied, direct, way, seed, is_sorted, make, k):
    X, y = untied
    if is_sorted:
        order = np.argsort(y, kind="stable")
        X, y = X[order], y[order]
    expected = _incumbent(X, y, seed, k=k)
    kept = _condensed(make(X), y, np.random.RandomState(seed), direct, k=k)
    assert_array_equal(kept, list(dict.fromkeys(expected)))


def test_positions_are_taken_for_ids_as_imbalanced_learn_does(direct, way):
    # Row 1 is kept first. The row at position 1 of its class, row 2, is passed over for that,
    # although its nearest prototype is of the other class.
    X = np.array([[10.0], [0.0], [8.0], [9.0]])
    y = np.array([1, 0, 0, 0])
    rows, seeds = np.flatnonzero(y == 0), np.array([0])
    assert_array_equal(rows[condense(X, y, rows, np.array([0]), seeds, direct)], [1, 3])

    class FirstSeed(np.random.RandomState):
        def randint(self, *args, **kwargs):
            return np.array([0])

    incumbent = CondensedNearestNeighbour(random_state=FirstSeed(0), n_neighbors=1)
    incumbent.fit_resample(X, y)
    assert_array_equal(incumbent.sample_indices_, [1, 3, 0])


@pytest.mark.parametrize("seed", range(2))
def test_ties_are_those_of_a_search_in_the_order_of_insertion(direct, way, seed):
    # On 16 columns of small integers, imbalanced-learn's brute force is exact as well; it finds the
    # first of the nearest. Every row once: it would keep some repeatedly.
    rng = np.random.RandomState(seed)
    X = np.unique(rng.randint(0, 2, (120, 16)), axis=0).astype(float)
    y = (rng.rand(len(X)) < 0.25).astype(int)
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    expected = _incumbent(X, y, seed)
    assert_array_equal(_condensed(X, y, np.random.RandomState(seed), direct), expected)


def test_each_row_is_kept_once_where_seeds_repeat(direct, way):
    rng = np.random.RandomState(0)
    X, y = rng.randn(60, 3), (np.arange(60) % 5 == 0).astype(int)
    expected = _incumbent(X, y, 3, n_seeds=30)
    kept = _condensed(X, y, np.random.RandomState(3), direct, n_seeds=30)
    assert len(expected) > len(set(expected))
    assert_array_equal(kept, list(dict.fromkeys(expected)))


def test_a_seed_with_a_duplicate_of_another_class_is_kept_once(direct, way):
    X, y = np.array([[5.0], [0.0], [9.0], [0.0]]), np.array([0, 0, 0, 1])
    rows, others, seeds = np.arange(3), np.array([3]), np.array([1])
    assert_array_equal(condense(X, y, rows, others, seeds, direct), [1, 0])


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("exponent", [0, 560, -560])
def test_both_ways_agree_on_any_data_and_magnitude(table, direct, monkeypatch, k, exponent):
    X, codes = table
    if not sparse.issparse(X):
        X = X.astype(float) * 2.0**exponent
    rows, others = np.flatnonzero(codes == 0), np.flatnonzero(codes == 1)
    found = []
    for is_worth in (False, True):
        monkeypatch.setattr(condensing, "is_worth_kernels", lambda *shape, w=is_worth: w)
        found.append(condense(X, codes, rows, others, np.arange(3), direct, k))
    assert_array_equal(found[0], found[1])
    assert_array_equal(found[0][:3], np.arange(3))


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("finder", [KNeighborsClassifier, NearestNeighbors])
def test_a_classifier_of_neighbours_gives_the_same_rows(untied, direct, finder, k):
    X, codes = untied
    rows, others = np.flatnonzero(codes == 0), np.flatnonzero(codes == 1)
    seeds = np.array([4, 9, 4])
    expected = condense(X, codes, rows, others, seeds, direct, k)
    assert_array_equal(
        condense_with(finder(n_neighbors=k), X, codes, rows, others, seeds), expected
    )
    assert len(expected) > 10
