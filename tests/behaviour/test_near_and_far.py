"""NearMiss, cluster centroids and instance hardness, against their definitions in plain NumPy."""

import re
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import BaseEstimator, clone
from sklearn.cluster import KMeans
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB

from balancekit.core.neighbors.distance import all_squared_distances
from balancekit.exceptions import ShortfallWarning
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import ClusterCentroids, InstanceHardnessThreshold, NearMiss

pytestmark = pytest.mark.thorough

RAGGED = np.random.RandomState(0).randint(0, 6, (120, 2)).astype(float)
DATA = {
    "blobs": lambda: make_blobs_of_sizes((70, 30, 20), 3),
    "ties": lambda: (RAGGED, np.random.RandomState(1).choice(3, 120, p=[0.6, 0.25, 0.15])),
    "two blobs": lambda: make_blobs_of_sizes((70, 25), 3),
    "two classes with ties": lambda: (
        RAGGED,
        np.random.RandomState(2).choice(2, 120, p=[0.8, 0.2]),
    ),
}
short = pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")


def _distances(left, right):
    return np.sqrt(np.square(left[:, np.newaxis] - right).sum(axis=2))


def _candidates(X, rows, minority, k):
    """Return the k nearest rows of a class to each minority row, ties by row number."""
    return np.unique(rows[np.argsort(_distances(X[minority], X[rows]), kind="stable")[:, :k]])


def _near_miss(X, y, version, k, k3, counts):
    """Return the rows that stay; a row of the smallest class is the nearest to itself."""
    minority, kept = np.flatnonzero(y == np.bincount(y).argmin()), []
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        if label in counts:
            if version == 3 and label != y[minority[0]]:
                rows = _candidates(X, rows, minority, k3)
            ascending = np.sort(_distances(X[rows], X[minority]), axis=1)
            means = (ascending[:, -k:] if version == 2 else ascending[:, :k]).mean(axis=1)
            order = np.argsort(-means if version == 3 else means, kind="stable")
            rows = rows[order[: counts[label]]]
        kept.append(rows)
    return np.concatenate(kept)


def _remedy(error):
    name, value = re.search(r"Set (\w+) to (\d+) or less", str(error.value)).groups()
    return {name: int(value)}


@pytest.fixture(params=DATA)
def data(request):
    """Rows of two or three classes, with or without ties."""
    return DATA[request.param]()


@short
@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("k", [1, 3])
def test_near_miss_is_its_definition(data, version, k):
    X, y = data
    sampler = NearMiss(version=version, n_neighbors=k, n_neighbors_ver3=4)
    sampler.fit_resample(X, y)
    expected = _near_miss(X, y, version, k, 4, sampler.sampling_strategy_)
    assert_array_equal(sampler.sample_indices_, expected)


@short
@pytest.mark.parametrize("version", [1, 2, 3])
def test_near_miss_takes_rows_of_the_smallest_class_too_where_asked(data, version):
    X, y = data
    wanted = {0: 30, int(np.bincount(y).argmin()): 9}
    sampler = NearMiss(version=version, n_neighbors_ver3=10, sampling_strategy=wanted)
    _, y_out = sampler.fit_resample(X, y)
    assert_array_equal(sampler.sample_indices_, _near_miss(X, y, version, 3, 10, wanted))
    assert np.bincount(y_out).min() == 9


def test_too_few_candidates_are_warned_of():
    X, codes = make_blobs_of_sizes((40, 12), 3)
    y = np.array(["many", "few"])[codes]
    rows = _candidates(X, np.flatnonzero(codes == 0), np.flatnonzero(codes == 1), 1)
    sampler = NearMiss(version=3, n_neighbors_ver3=1)
    with pytest.warns(
        ShortfallWarning,
        match=f"delivers {len(rows)} rows of class 'many' where 12 were asked for: it "
        f"has only {len(rows)} rows among the n_neighbors_ver3 nearest to a row of class 'few'",
    ):
        sampler.fit_resample(X, y)
    assert_array_equal(np.sort(sampler.sample_indices_[12:]), rows)
    _, y_out = sampler.set_params(n_neighbors_ver3=12).fit_resample(X, y)
    assert np.count_nonzero(y_out == "many") == 12


@pytest.mark.parametrize(
    ("parameters", "who"),
    [
        ({"n_neighbors": 13}, "'few' has 12 rows.*'many' needs 13 rows"),
        ({"n_neighbors": 13, "version": 2}, "'few' has 12 rows.*'many' needs 13 rows"),
        ({"n_neighbors_ver3": 41, "version": 3}, "'many' has 40 rows.*'few' needs 41 rows"),
    ],
)
def test_too_few_rows_are_named_and_the_remedy_works(parameters, who):
    X, y = make_blobs_of_sizes((40, 12), 3)
    y = np.array(["many", "few"])[y]
    sampler = NearMiss(**parameters)
    with pytest.raises(ValueError, match=who) as error:
        sampler.fit_resample(X, y)
    sampler.set_params(**_remedy(error))
    _, y_out = sampler.fit_resample(X, y)
    assert np.count_nonzero(y_out == "many") == 12


def _centres(X, y, targets, seed, dtype=float):
    """Return label, rows and centres of each class, from one stream for all."""
    rng = np.random.RandomState(seed)
    for label, count in targets.items():
        rows = np.flatnonzero(y == label)
        clusterer = KMeans(n_clusters=count, random_state=rng).fit(X[rows].astype(float))
        yield label, rows, clusterer.cluster_centers_.astype(dtype)


def _nearest(centres, X, rows):
    """Return the row nearest to each centre; that of two rows is as far from both."""
    return rows[all_squared_distances(centres, X[rows]).argmin(axis=1)]


@pytest.mark.parametrize("sizes", [(70, 20), (60, 30, 14)])
def test_soft_centres_are_those_of_k_means_and_stem_from_the_nearest_members(sizes):
    X, y = make_blobs_of_sizes(sizes, 3)
    sampler = ClusterCentroids(random_state=np.random.RandomState(4))
    X_out, y_out = sampler.fit_resample(X, y)
    new = sampler.plan_.is_synthetic
    found = list(_centres(X, y, {label: sizes[-1] for label in range(len(sizes) - 1)}, 4))
    expected = np.concatenate([centres for *_, centres in found])
    assert_allclose(X_out[new], expected, rtol=0, atol=1e-15 * np.abs(X).max())
    assert_array_equal(y_out[new], np.repeat([label for label, *_ in found], sizes[-1]))
    bases = [_nearest(X_out[new & (y_out == label)], X, rows) for label, rows, _ in found]
    assert_array_equal(sampler.sample_indices_[new], np.concatenate(bases))
    assert_array_equal(X_out[~new], X[y == len(sizes) - 1])


def test_hard_voting_gives_the_rows_of_the_class_nearest_to_the_centres():
    X, y = make_blobs_of_sizes((60, 30, 14), 3)
    sampler = ClusterCentroids(voting="hard", random_state=np.random.RandomState(4))
    X_out, y_out = sampler.fit_resample(X, y)
    soft = ClusterCentroids(random_state=np.random.RandomState(4))
    centres, labels = soft.fit_resample(X, y)
    for label in (0, 1):
        nearest = _nearest(centres[labels == label], X, np.flatnonzero(y == label))
        assert_array_equal(sampler.sample_indices_[y_out == label], nearest)
        assert_array_equal(X_out[y_out == label], X[nearest])
    assert not sampler.plan_.is_synthetic.any()


def test_sparse_rows_are_clustered_without_densifying():
    X = sparse.random(200, 100_000, density=5e-4, format="csr", random_state=0)
    y = np.repeat([0, 1], [194, 6])
    sampler = ClusterCentroids(random_state=0)
    tracemalloc.start()
    X_out, y_out = sampler.fit_resample(X, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * X.shape[0] * X.shape[1] / 2
    assert sampler.voting_ == "hard"
    assert X_out.format == "csr"
    assert X_out.shape == (12, X.shape[1])
    assert (X_out != X[sampler.sample_indices_]).nnz == 0
    assert_array_equal(y[sampler.sample_indices_], y_out)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8])
def test_centres_of_integer_rows_are_rounded(dtype):
    X, y = make_blobs_of_sizes((60, 15), 3, dtype=dtype)
    estimator = KMeans(random_state=0)
    for sampler in (ClusterCentroids(random_state=0), ClusterCentroids(estimator=estimator)):
        X_out, y_out = sampler.fit_resample(X, y)
        centres = sampler.estimator_.cluster_centers_
        assert X_out.dtype == dtype
        assert_array_equal(X_out[y_out == 0], np.rint(centres))
        assert (np.rint(centres) != np.trunc(centres)).any()


class _Lazy(BaseEstimator):
    """Finds two centres less than it should."""

    def __init__(self, n_clusters=8):
        self.n_clusters = n_clusters

    def fit(self, X):
        self.cluster_centers_ = X[: self.n_clusters - 2]
        return self

    def predict(self, X):
        return np.zeros(len(X))


@pytest.mark.parametrize("voting", ["soft", "hard"])
def test_a_clusterer_that_finds_too_few_centres_is_told_of(voting):
    X, y = make_blobs_of_sizes((40, 12), 3)
    sampler = ClusterCentroids(estimator=_Lazy(), voting=voting)
    with pytest.warns(
        ShortfallWarning, match="delivers 10 rows of class 0 where 12 were asked for"
    ):
        _, y_out = sampler.fit_resample(X, y)
    assert_array_equal(np.bincount(y_out), [10, 12])


def _easy(X, y, splits, targets):
    """Return the rows whose probability is at or above the percentile of their class."""
    probabilities = cross_val_predict(GaussianNB(), X, y, cv=splits, method="predict_proba")
    own, kept = probabilities[np.arange(len(y)), y], []
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        share = 1 - targets.get(label, len(rows)) / len(rows)
        kept.append(rows[own[rows] >= np.percentile(own[rows], 100 * share)])
    return np.concatenate(kept)


def _folds(n_splits, seed):
    return StratifiedKFold(n_splits, shuffle=True, random_state=np.random.RandomState(seed))


@pytest.mark.parametrize("strategy", ["auto", {0: 33}, {0: 40, 1: 20, 2: 9}])
@pytest.mark.parametrize("cv", [2, np.int64(5)])
def test_the_rows_that_a_classifier_finds_easy_are_kept(strategy, cv):
    X, y = make_blobs_of_sizes((70, 30, 20), 3)
    sampler = InstanceHardnessThreshold(
        estimator=GaussianNB(),
        sampling_strategy=strategy,
        cv=cv,
        random_state=np.random.RandomState(3),
    )
    sampler.fit_resample(X, y)
    targets = sampler.sampling_strategy_
    assert_array_equal(sampler.sample_indices_, _easy(X, y, _folds(int(cv), 3), targets))


@pytest.mark.parametrize(
    "splitter",
    [
        StratifiedKFold(4),
        KFold(3, shuffle=True, random_state=0),
        list(KFold(6, shuffle=True, random_state=1).split(np.zeros((90, 1)))),
    ],
    ids=["stratified", "plain", "list"],
)
def test_rows_may_be_split_in_other_ways(splitter):
    X, y = make_blobs_of_sizes((70, 20), 3)
    sampler = InstanceHardnessThreshold(estimator=GaussianNB(), cv=splitter)
    sampler.fit_resample(X, y)
    assert_array_equal(sampler.sample_indices_, _easy(X, y, splitter, {0: 20}))


@pytest.mark.parametrize("names", [["a", "b", "c"], ["z", "m", "a"], [2, 1, 7], [1.0, 2.0, 3.0]])
def test_the_names_of_the_classes_do_not_matter(names):
    X, codes = make_blobs_of_sizes((60, 30, 14), 3)
    y = np.array(names)[codes]
    sampler = InstanceHardnessThreshold(estimator=GaussianNB(), random_state=0)
    _, y_out = sampler.fit_resample(X, y)
    expected = _easy(X, codes, _folds(5, 0), {0: 14, 1: 14})
    assert_array_equal(np.sort(sampler.sample_indices_), np.sort(expected))
    assert_array_equal(y_out, y[sampler.sample_indices_])


def test_rows_of_equal_hardness_are_kept_together():
    X, y = make_blobs_of_sizes((40, 12), 3)
    sampler = InstanceHardnessThreshold(estimator=DummyClassifier(strategy="uniform"))
    assert_array_equal(np.bincount(sampler.fit_resample(X, y)[1]), [40, 12])


def test_a_class_with_fewer_rows_than_folds_is_named_and_the_remedy_works():
    X, y = make_blobs_of_sizes((40, 12, 3), 3)
    y = np.array(["many", "some", "few"])[y]
    sampler = InstanceHardnessThreshold(estimator=GaussianNB(var_smoothing=0.1), random_state=0)
    with pytest.raises(ValueError, match="Class 'few' has 3 rows, fewer than cv=5 folds") as error:
        sampler.fit_resample(X, y)
    _, y_out = clone(sampler).set_params(**_remedy(error)).fit_resample(X, y)
    assert np.count_nonzero(y_out == "many") == 3
    y[np.flatnonzero(y == "few")[1:]] = "some"
    with pytest.raises(ValueError, match=r"1 row, .*Use RandomUnderSampler"):
        sampler.fit_resample(X, y)
