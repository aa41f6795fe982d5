"""k-means against its definition with exact sums, against scikit-learn, and against itself."""

import math
from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.cluster import KMeans

from balancekit.core.kmeans import as_estimator, k_means, lloyd
from balancekit.core.kmeans.arrays import ArrayRows
from balancekit.core.kmeans.compiled import CompiledRows
from balancekit.core.kmeans.fixed_point import Grid, units_in_one
from balancekit.core.neighbors import DirectEngine
from balancekit.core.neighbors.compiled import CompiledEngine
from balancekit.core.neighbors.distance import all_squared_distances
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import ClusterCentroids

pytestmark = pytest.mark.thorough

rng = np.random.default_rng(0)
NORMAL = rng.standard_normal((300, 5))
# Rows by name, and numbers of clusters.
CASES = {
    "normal": (NORMAL, 25),
    "wide": (rng.standard_normal((150, 41)), 20),
    "one column": (rng.standard_normal((200, 1)), 12),
    "ties": (rng.integers(0, 4, (300, 3)).astype(float), 30),
    "far away": (NORMAL + 1e8, 20),
    "a row far away": (np.vstack([NORMAL, np.full((1, 5), 1e9)]), 20),
    "groups far apart": (NORMAL + 1e6 * rng.integers(0, 3, (300, 1)), 30),
    "large": (NORMAL * 2.0**99, 20),
    "small": (NORMAL * 2.0**-99, 20),
    "decades": (rng.standard_normal((200, 12)) * np.logspace(-30, 12, 12), 15),
    "columns that vanish": (NORMAL * [1.0, 1e-200, 1e-310, 0.0, 1.0], 15),
    "squares that vanish": (np.hstack([NORMAL[:, :1] * 1e-160, np.ones((300, 1))]), 15),
    "constant": (np.ones((50, 3)), 3),
    "few different": (np.repeat(NORMAL[:6], 9, axis=0), 9),
    "as many as rows": (NORMAL[:40], 40),
    "one cluster": (NORMAL, 1),
    "one row": (NORMAL[:1], 1),
    "a row more than a block": (NORMAL[:33], 5),
}


@pytest.fixture(params=CASES)
def case(request):
    """Rows and a number of clusters."""
    return CASES[request.param]


def _compiled(values, n_jobs=1):
    return CompiledRows(values, DirectEngine(), n_jobs)


def _clustered(rows, n_clusters, seed=0):
    found = k_means(rows, n_clusters, np.random.RandomState(seed))
    return found, rows.nearest(found.centres)


def _assert_same(one, other):
    (found, nearest), (expected, rows) = one, other
    assert_array_equal(found.centres, expected.centres)
    assert_array_equal(found.labels, expected.labels)
    assert (found.inertia, found.n_rounds) == (expected.inertia, expected.n_rounds)
    assert_array_equal(nearest, rows)


def _by_definition(X, n_clusters, seed):
    """Return centres, labels and rounds; all sums are fractions."""
    stream, n_rows = np.random.RandomState(seed), len(X)

    def total(squares):
        return sum(map(Fraction, squares.tolist()))

    def mean(rows):
        return [float(total(column) / len(rows)) for column in rows.T]

    chosen = [stream.choice(n_rows, p=np.full(n_rows, 1 / n_rows))]
    squares = all_squared_distances(X, X[chosen])[:, 0]
    while len(chosen) < n_clusters:
        sums = [total(squares[: row + 1]) for row in range(n_rows)]
        draws = stream.uniform(size=2 + int(math.log(n_clusters)))
        tried = [
            next((row for row in range(n_rows) if sums[row] >= Fraction(draw) * sums[-1]), -1)
            for draw in draws.tolist()
        ]
        lowered = [np.minimum(squares, all_squared_distances(X, X[[row]])[:, 0]) for row in tried]
        best = min(range(len(tried)), key=lambda trial: total(lowered[trial]))
        chosen.append(tried[best])
        squares = lowered[best]
    centres, labels = X[chosen], np.full(n_rows, -1)
    middle = np.array([mean(X)])
    tolerance = 1e-4 * float(total(all_squared_distances(X, middle)[:, 0]) / X.size)
    n_rounds = 0
    while True:
        n_rounds += 1
        before, old = labels, centres
        labels = all_squared_distances(X, centres).argmin(axis=1)
        centres = np.array([mean(X[labels == label]) for label in range(n_clusters)])
        if (labels == before).all():
            break
        if total(np.square(centres - old).ravel()) <= tolerance:
            labels = all_squared_distances(X, centres).argmin(axis=1)
            break
    return centres, labels, n_rounds


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shift", [0.0, 1e8])
def test_it_is_its_definition(seed, shift):
    X, _ = make_blobs_of_sizes((80, 5), 4, seed=seed)
    X += shift
    centres, labels, n_rounds = _by_definition(X, 12, seed)
    for rows in (ArrayRows(X, DirectEngine()), _compiled(X)):
        found, _ = _clustered(rows, 12, seed)
        assert_allclose(found.centres, centres, rtol=2.0**-52, atol=2.0**-61 * np.abs(X).max())
        assert_array_equal(found.labels, labels)
        assert found.n_rounds == n_rounds
        own = all_squared_distances(X, found.centres).min(axis=1)
        assert_allclose(found.inertia, math.fsum(own), rtol=1e-12)


@pytest.mark.parametrize(("n_rows", "n_clusters"), [(60, 6), (400, 40), (900, 90)])
@pytest.mark.parametrize("n_columns", [2, 6, 30])
def test_scikit_learn_finds_the_same_clusters(n_rows, n_clusters, n_columns):
    X = np.random.RandomState(n_rows).randn(n_rows, n_columns) * 3 + 10
    for seed in range(3):
        theirs = KMeans(n_clusters, random_state=np.random.RandomState(seed)).fit(X)
        ours, _ = _clustered(_compiled(X), n_clusters, seed)
        assert_array_equal(ours.labels, theirs.labels_)
        assert_allclose(ours.centres, theirs.cluster_centers_, rtol=0, atol=1e-15 * np.abs(X).max())
        assert_allclose(ours.inertia, theirs.inertia_, rtol=1e-12)
        assert ours.n_rounds == theirs.n_iter_


@pytest.mark.parametrize("few", [0, 10**9])
def test_kernels_and_arrays_agree(case, few, monkeypatch):
    values, n_clusters = case
    monkeypatch.setattr("balancekit.core.kmeans.compiled.FEW_NUMBERS", few)
    for seed in range(3):
        expected = _clustered(ArrayRows(values, DirectEngine()), n_clusters, seed)
        _assert_same(_clustered(_compiled(values), n_clusters, seed), expected)


@pytest.mark.parametrize("n_columns", [2, 12])
@pytest.mark.parametrize("decimals", [0, 1, 9])
def test_many_rounds_keep_their_bounds(n_columns, decimals, monkeypatch):
    X = np.random.RandomState(1).randn(1500, n_columns).round(decimals)
    monkeypatch.setattr(lloyd, "TOLERANCE", 0.0)
    monkeypatch.setattr("balancekit.core.kmeans.compiled.FEW_NUMBERS", 0)
    ours, nearest = _clustered(_compiled(X), 60)
    assert ours.n_rounds > 10 or decimals < 9
    _assert_same((ours, nearest), _clustered(ArrayRows(X, DirectEngine()), 60))


def test_threads_and_blocks_do_not_show(case, monkeypatch):
    values, n_clusters = case
    expected = _clustered(_compiled(values), n_clusters)
    monkeypatch.setattr("balancekit.core.kmeans.compiled.WORK_WORTH_THREADS", 0)
    monkeypatch.setattr("balancekit.core.kmeans.compiled.FEW_NUMBERS", 0)
    _assert_same(_clustered(_compiled(values, 3), n_clusters), expected)
    with config_context(working_memory=1e-9):
        _assert_same(_clustered(ArrayRows(values, DirectEngine()), n_clusters), expected)


def test_sums_of_integers_in_floats_are_cut_before_they_round(monkeypatch):
    expected = ArrayRows(NORMAL, DirectEngine()).sums(1, np.full(5, 2.0**60))
    monkeypatch.setattr("balancekit.core.kmeans.arrays.EXACT_INTEGERS", 2**34)
    for ours, theirs in zip(
        ArrayRows(NORMAL, DirectEngine()).sums(1, np.full(5, 2.0**60)), expected, strict=True
    ):
        assert_array_equal(ours, theirs)


def test_rows_have_one_label_and_the_nearest_centre(case):
    values, n_clusters = case
    found, _ = _clustered(_compiled(values), n_clusters)
    assert found.labels.dtype == np.int32
    assert_array_equal(found.labels, all_squared_distances(values, found.centres).argmin(axis=1))


@pytest.mark.parametrize("make", [lambda X: ArrayRows(X, DirectEngine()), _compiled])
def test_an_empty_cluster_gets_the_farthest_row(make, monkeypatch):
    X = np.array([[0.0], [1.0], [2.0], [50.0], [51.0], [53.0]])
    # Nothing is nearest to the last two.
    start = np.array([0, 3, 0, 0])
    monkeypatch.setattr(lloyd, "spread_seeds", lambda *_: start)
    found = k_means(make(X), 4, np.random.RandomState(0))
    # After the first round, rows 5 and 2 are alone, and the others keep what is left of theirs.
    assert_array_equal(found.centres[:, 0], [0.5, 50.5, 53.0, 2.0])
    assert_array_equal(found.labels, [0, 0, 3, 1, 1, 2])
    theirs = KMeans(4, init=X[start], n_init=1).fit(X)
    assert_array_equal(np.sort(theirs.cluster_centers_[:, 0]), np.sort(found.centres[:, 0]))
    assert found.n_rounds == theirs.n_iter_


@pytest.mark.parametrize("make", [lambda X: ArrayRows(X, DirectEngine()), _compiled])
def test_a_cluster_that_stays_empty_is_where_the_fullest_is(make):
    X = np.repeat([[0.0, 1.0], [4.0, 2.0]], [3, 5], axis=0)
    found, _ = _clustered(make(X), 4)
    assert_array_equal(np.unique(found.centres, axis=0), np.unique(X, axis=0))
    assert found.inertia == 0
    fullest = found.centres[np.bincount(found.labels, minlength=4) == 0]
    assert_array_equal(fullest, [[4.0, 2.0]] * 2)


def test_the_rounds_end(monkeypatch):
    monkeypatch.setattr(lloyd, "MOST_ROUNDS", 3)
    found, _ = _clustered(_compiled(NORMAL), 25)
    assert found.n_rounds == 3
    theirs = KMeans(25, max_iter=3, random_state=np.random.RandomState(0)).fit(NORMAL)
    assert_array_equal(found.labels, theirs.labels_)


def test_means_are_rounded_once():
    values = rng.standard_normal((200, 4)) * [1.0, 1e-5, 1e90, 1e-250]
    values[:3] = [0.0, -1.0, 1e90, 1e-250]
    grid = Grid(np.abs(values).max(axis=0))
    high, low = grid.cut(values)
    for count in (1, 3, 7, 200):
        sums = [half[:count].sum(axis=0)[np.newaxis] for half in (high, low)]
        (means,) = grid.means(*sums, np.array([count]))
        exact = [sum(map(Fraction, column)) / count for column in values[:count].T.tolist()]
        unit = np.abs(values).max(axis=0) * 2.0**-61
        assert_allclose(means, [float(mean) for mean in exact], rtol=2.0**-52, atol=unit.max())
        for mean, found, step in zip(exact, means.tolist(), unit.tolist(), strict=True):
            assert abs(Fraction(found) - mean) <= abs(mean) * Fraction(2) ** -53 + Fraction(step)


def test_sums_fit_64_bits():
    for n_rows in (1, 2, 1000, 2**20, 2**31 - 1):
        for largest in (1e-250, 0.7, 1.0, 1e200):
            scale = units_in_one(largest, n_rows)
            assert np.frexp(scale)[0] == 0.5
            assert n_rows * int(largest * scale + 1) < 2**62
            assert largest * scale > 2.0 ** (60 - n_rows.bit_length())
    assert units_in_one(0.0, 5) > 0
    assert np.isfinite(units_in_one(5e-324, 1))


def test_an_estimator_tells_of_the_clusters():
    found, _ = _clustered(_compiled(NORMAL), 9)
    estimator = as_estimator(found, 3, 0)
    assert_array_equal(estimator.cluster_centers_, found.centres * 8)
    assert estimator.inertia_ == found.inertia * 64
    assert_array_equal(estimator.predict(NORMAL * 8), found.labels)
    assert estimator.transform(NORMAL).shape == (300, 9)
    assert len(estimator.get_feature_names_out()) == 9
    assert estimator.n_iter_ == found.n_rounds
    assert estimator.n_features_in_ == 5
    assert np.isinf(as_estimator(found, 1000, 0).inertia_)


X, Y = make_blobs_of_sizes((240, 60, 21), 4)


@pytest.mark.parametrize("engine", ["auto", "compiled", "sklearn", "direct"])
@pytest.mark.parametrize("exponent", [0, 900, -900])
def test_engines_and_magnitudes_do_not_show(engine, exponent):
    expected, _ = ClusterCentroids(random_state=3).fit_resample(X, Y)
    sampler = ClusterCentroids(random_state=3, engine=engine)
    found, _ = sampler.fit_resample(np.ldexp(X, exponent), Y)
    assert_array_equal(found, np.ldexp(expected, exponent))
    assert isinstance(sampler.estimator_, KMeans)
    assert sampler.estimator_.cluster_centers_.shape == (21, 4)
    assert_array_equal(sampler.estimator_.cluster_centers_, found[-21:])


def test_scikit_learn_clusters_when_it_is_asked_to():
    sampler = ClusterCentroids(estimator=KMeans(max_iter=1, random_state=0), random_state=0)
    sampler.fit_resample(X, Y)
    assert sampler.estimator_.n_iter_ == 1
    assert sampler.estimator_.max_iter == 1


def test_kernels_cluster_where_kernels_search():
    from balancekit.core.kmeans import rows_to_cluster

    ids = np.arange(len(X))
    for engine, kind in ((CompiledEngine(1), CompiledRows), (DirectEngine(), ArrayRows)):
        rows, exponent = rows_to_cluster(X, ids, 5, engine, 1)
        assert type(rows) is kind
        assert exponent == 0
