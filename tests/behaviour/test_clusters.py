"""Over-samplers that look for clusters or support vectors first."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import pdist
from sklearn.cluster import DBSCAN, KMeans
from sklearn.svm import SVC

from balancekit.exceptions import ShortfallWarning
from balancekit.over_sampling import SMOTE, SVMSMOTE, ClusterOverSampler, KMeansSMOTE
from balancekit.testing import make_blobs_of_sizes

pytestmark = pytest.mark.thorough

METHODS = ["random", "smote"]


def _parts(*classes, gap=10.0):
    """Return rows of classes that consist of parts far from each other, and the part of each."""
    sizes = np.concatenate(classes)
    part = np.repeat(np.arange(len(sizes)), sizes)
    y = np.repeat(np.arange(len(classes)), [sum(sizes) for sizes in classes])
    rng = np.random.RandomState(0)
    X = 0.1 * rng.randn(len(y), 2) + gap * np.column_stack([part % 4, part // 4])
    order = rng.permutation(len(y))
    return X[order], y[order], part[order]


def _sizes(sampler, X, y, part):
    """Resample, and count the output rows that stem from each part."""
    _, y_out = sampler.fit_resample(X, y)
    assert_array_equal(y_out, y[sampler.sample_indices_])
    return np.bincount(part[sampler.sample_indices_]).tolist()


def _nearest(X, rows, k):
    """Return the k nearest other rows of each row among these."""
    distances = np.square(X[rows][:, np.newaxis] - X[rows]).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return rows[np.argsort(distances, axis=1)[:, :k]]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("strategy", "classes", "expected"),
    [
        ("all", ([20, 10, 8], [8, 5]), [20, 20, 20, 30, 30]),
        ("all", ([20, 4], [8, 4], [12, 11]), [20, 20, 20, 20, 20, 20]),
        ("all", ([20], [11, 3]), [20, 11, 9]),
        ("auto", ([20, 10, 8], [8, 5]), [20, 10, 8, 19, 19]),
        ("auto", ([20, 19], [8, 5, 3]), [20, 19, 13, 13, 13]),
        ("auto", ([30], [20, 3, 2]), [30, 20, 5, 5]),
        ("auto", ([40], [25, 9, 2]), [40, 25, 9, 6]),
        ("auto", ([30, 9], [4, 3], [12, 8]), [30, 9, 19, 20, 19, 20]),
        ({1: 16}, ([20, 10], [8, 5], [3, 3]), [20, 10, 8, 8, 3, 3]),
        ({1: 14, 2: 9}, ([20, 10], [8, 5], [3, 2]), [20, 10, 8, 6, 4, 5]),
        (0.5, ([20, 20], [8, 5], [20, 3]), [20, 20, 10, 10, 20, 3]),
    ],
)
def test_new_rows_go_to_the_smallest_clusters(method, strategy, classes, expected):
    X, y, part = _parts(*classes)
    n_clusters = {label: len(sizes) for label, sizes in enumerate(classes)}
    sampler = ClusterOverSampler(
        sampling_strategy=strategy, n_clusters=n_clusters, method=method, random_state=0
    )
    found = _sizes(sampler, X, y, part)
    assert found == expected
    starts = np.cumsum([0, *map(len, classes)])
    totals = np.add.reduceat(np.subtract(found, np.concatenate(classes)), starts[:-1])
    for label, n_new in enumerate(totals):
        assert sampler.sampling_strategy_.get(label, 0) == n_new


@pytest.mark.parametrize("sizes", [[9, 9], [12, 7, 5], [8, 8, 8, 8], [20, 3, 4, 5, 6]])
def test_the_silhouette_finds_the_number_of_separate_blobs(sizes):
    X, y, part = _parts([60], sizes)
    sampler = ClusterOverSampler(random_state=0)
    sampler.fit_resample(X, y)
    assert sampler.n_clusters_ == {1: len(sizes)}
    pairs = set(zip(sampler.cluster_labels_[y == 1], part[y == 1], strict=True))
    assert len(pairs) == len(sizes)
    assert (sampler.cluster_labels_[y == 0] == -1).all()
    sampler.set_params(max_clusters=2).fit_resample(X, y)
    assert sampler.n_clusters_ == {1: 2}


@pytest.mark.parametrize("k", [1, 5, 30])
def test_new_rows_lie_between_rows_of_one_cluster(k):
    X, y, part = _parts([84], [12, 7, 2])
    X[y == 0] = np.repeat(X[y == 1], 4, axis=0) + 1e-6
    sampler = ClusterOverSampler(method="smote", n_clusters=3, k_neighbors=k, random_state=0)
    X_out, _ = sampler.fit_resample(X, y)
    assert sampler.plan_.n_new == 63
    for recipe in sampler.plan_.synthesis:
        rows = np.flatnonzero(part == part[recipe.base[0]])
        near = dict(zip(rows, _nearest(X, rows, min(k, len(rows) - 1)), strict=True))
        assert all(b in near[a] for a, b in zip(recipe.base, recipe.partner, strict=True))
        inside = X_out[part[sampler.sample_indices_] == part[rows[0]]]
        assert (inside >= X[rows].min(axis=0) - 1e-12).all()
        assert (inside <= X[rows].max(axis=0) + 1e-12).all()


def test_a_row_that_is_alone_is_repeated():
    X, y, part = _parts([30], [6, 1])
    sampler = ClusterOverSampler(method="smote", n_clusters=2, random_state=0)
    X_out, _ = sampler.fit_resample(X, y)
    copies = part[sampler.sample_indices_] == 2
    assert np.count_nonzero(copies) == 15
    assert_array_equal(X_out[copies], np.repeat(X[part == 2], 15, axis=0))
    assert not sampler.plan_.is_synthetic[copies].any()
    assert np.count_nonzero(sampler.plan_.is_synthetic) == 9


def test_a_class_without_a_number_of_clusters_is_named_and_the_remedy_works():
    X, codes, _ = _parts([20, 10], [8, 5], [6, 2])
    y = np.array(["many", "some", "few"])[codes]
    sampler = ClusterOverSampler(n_clusters={"many": 2, "few": 2}, random_state=0)
    with pytest.raises(ValueError, match="n_clusters lacks a number for class 'some'"):
        sampler.fit_resample(X, y)
    sampler.set_params(n_clusters={"some": np.int64(2), "few": 2}).fit_resample(X, y)
    assert sampler.n_clusters_ == {"some": 2, "few": 2}
    with pytest.raises(ValueError, match="n_clusters of class 'few' is 0; it needs to be 1"):
        sampler.set_params(n_clusters={"some": 2, "few": 0}).fit_resample(X, y)


@pytest.mark.parametrize("n_clusters", [5, {1: 9}, "silhouette"])
def test_there_are_no_more_clusters_than_different_rows(n_clusters):
    X, y, part = _parts([30], [6, 4, 2])
    X[y == 1] = 10.0 * part[y == 1, np.newaxis]
    sampler = ClusterOverSampler(n_clusters=n_clusters, random_state=0)
    assert _sizes(sampler, X, y, part) == [30, 10, 10, 10]
    assert sampler.n_clusters_ == {1: 3}


@pytest.mark.parametrize("method", METHODS)
def test_rows_that_a_clusterer_calls_noise_are_not_repeated(method):
    X, y, part = _parts([50], [9, 6, 1, 1])
    sampler = ClusterOverSampler(
        estimator=DBSCAN(eps=2, min_samples=3), method=method, random_state=0
    )
    assert _sizes(sampler, X, y, part) == [50, 24, 24, 1, 1]
    assert_array_equal(sampler.cluster_labels_[part > 2], [-1, -1])
    assert sampler.n_clusters_ == {1: 2}
    sampler.set_params(sampling_strategy="all").fit_resample(X, y)
    assert sampler.sampling_strategy_ == {0: 0, 1: 33}


def test_a_class_of_nothing_but_noise_is_one_cluster():
    X, y, _ = _parts([30], [1] * 6)
    sampler = ClusterOverSampler(estimator=DBSCAN(eps=2, min_samples=3), random_state=0)
    _, y_out = sampler.fit_resample(X, y)
    assert sampler.n_clusters_ == {1: 1}
    assert_array_equal(np.bincount(y_out), [30, 30])


def _homes(clusters, members, share, k):
    """Return the rows of a class in each cluster that holds enough of them."""
    inside = [members[clusters[members] == number] for number in np.unique(clusters)]
    least = np.maximum(k + 1, share * np.bincount(clusters))
    return [rows for rows, enough in zip(inside, least, strict=True) if len(rows) >= enough]


def _sparsity(rows, exponent):
    if exponent == "auto":
        exponent = 0.16 * math.log(len(rows), 1.6) ** 1.8
    return pdist(rows).mean() ** exponent / len(rows)


@pytest.mark.parametrize("exponent", ["auto", 0, 2.5])
@pytest.mark.parametrize("share", ["auto", 0.2, 0.35])
@pytest.mark.parametrize("k", [2, 4])
def test_sparse_clusters_get_more_of_the_new_rows(k, share, exponent):
    X, y = make_blobs_of_sizes((150, 90, 60), 2)
    clusterer = KMeans(5, random_state=0)
    sampler = KMeansSMOTE(
        kmeans_estimator=clusterer,
        k_neighbors=k,
        cluster_balance_threshold=share,
        density_exponent=exponent,
        random_state=0,
    )
    _, y_out = sampler.fit_resample(X, y)
    recipes, clusters = list(sampler.plan_.synthesis), clusterer.fit_predict(X)
    for label, n_new in ((1, 60), (2, 90)):
        least = n_new / 150 / 2 if share == "auto" else share
        homes = _homes(clusters, np.flatnonzero(y == label), least, k)
        sparsity = np.array([_sparsity(X[rows], exponent) for rows in homes])
        expected = np.ceil(n_new * (sparsity / sparsity.sum()))
        found, recipes = recipes[: len(homes)], recipes[len(homes) :]
        assert [len(recipe.base) for recipe in found] == expected.tolist()
        assert 0 <= np.count_nonzero(y_out == label) - 150 < len(homes)
        assert 0 < len(homes) < 5
        for rows, recipe in zip(homes, found, strict=True):
            near = dict(zip(rows, _nearest(X, rows, k), strict=True))
            assert all(b in near[a] for a, b in zip(recipe.base, recipe.partner, strict=True))
            assert ((recipe.step >= 0) & (recipe.step < 1)).all()
    assert not recipes


def test_a_class_without_a_cluster_is_named_and_the_remedies_work():
    X, codes = make_blobs_of_sizes((90, 40, 20), 2)
    X[codes == 1] += 30
    y = np.array(["many", "apart", "few"])[codes]
    sampler = KMeansSMOTE(kmeans_estimator=4, cluster_balance_threshold=0.95, random_state=0)
    with pytest.warns(
        ShortfallWarning,
        match=r"KMeansSMOTE delivers 20 rows of class 'few' where 90 were asked for: in none of "
        r"the clusters at least 0.95 of the rows \(cluster_balance_threshold\) and 3 rows",
    ):
        _, y_out = sampler.fit_resample(X, y)
    assert np.count_nonzero(y_out == "apart") >= 90
    assert np.count_nonzero(y_out == "few") == 20
    for remedy in ({"cluster_balance_threshold": 0}, {"kmeans_estimator": 1}):
        again = KMeansSMOTE(**(sampler.get_params() | remedy))
        assert np.count_nonzero(again.fit_resample(X, y)[1] == "few") >= 90
    assert len(SMOTE().fit_resample(X, y)[1]) == 270


def test_a_cluster_needs_as_many_rows_as_neighbours_and_one_more():
    X, y, part = _parts([40, 40], [4, 3, 2])
    sampler = KMeansSMOTE(kmeans_estimator=KMeans(5, random_state=0), random_state=0)
    sampler.fit_resample(X, y)
    assert set(part[sampler.sample_indices_[89:]]) == {2, 3}


def test_clusters_of_copies_get_equal_shares_and_nothing_beside_others():
    X, y, part = _parts([40, 40], [6, 9])
    X[y == 1] = 20.0 + 20 * part[y == 1, np.newaxis]
    sampler = KMeansSMOTE(kmeans_estimator=KMeans(4, random_state=0), random_state=0)
    X_out, _ = sampler.fit_resample(X, y)
    new = part[sampler.sample_indices_][80 + 15 :]
    assert np.bincount(new).tolist() == [0, 0, 33, 33]
    assert_array_equal(np.unique(X_out[95:]), [60, 80])
    X[part == 3] += np.random.RandomState(0).randn(9, 2)
    sampler.fit_resample(X, y)
    assert set(part[sampler.sample_indices_[95:]]) == {3}


def _support_and_enemies(X, y, m):
    """Return the support vectors of the smaller class, and their enemies among m neighbours."""
    vectors = SVC(gamma="scale").fit(X, y).support_
    vectors = vectors[y[vectors] == 1]
    near = _nearest(X, np.arange(len(X)), m)[vectors]
    return vectors, np.count_nonzero(y[near] != 1, axis=1)


@pytest.mark.parametrize("out_step", [0.5, 0.1])
@pytest.mark.parametrize("m", [5, 6])
def test_new_rows_start_from_support_vectors_and_leave_those_that_are_safe_behind(m, out_step):
    X, y = make_blobs_of_sizes((90, 45), 3)
    vectors, enemies = _support_and_enemies(X, y, m)
    sampler = SVMSMOTE(
        sampling_strategy={1: 1045},
        m_neighbors=m,
        out_step=out_step,
        random_state=np.random.RandomState(3),
    )
    sampler.fit_resample(X, y)
    danger, safe = sampler.plan_.synthesis
    assert set(danger.base) == set(vectors[(2 * enemies >= m) & (enemies < m)])
    assert set(safe.base) == set(vectors[2 * enemies < m])
    assert (2 * enemies == m).any() == (m == 6)
    assert ((danger.step >= 0) & (danger.step < 1)).all()
    assert ((safe.step <= 0) & (safe.step > -out_step)).all()
    assert safe.step.min() < -0.9 * out_step
    rng = np.random.RandomState(3)
    rng.randint(np.iinfo("i").max)
    assert len(danger.base) == int(1001 * rng.beta(10, 10)) == 1000 - len(safe.base)
    members = np.flatnonzero(y == 1)
    near = dict(zip(members, _nearest(X, members, 5), strict=True))
    for recipe in (danger, safe):
        assert all(b in near[a] for a, b in zip(recipe.base, recipe.partner, strict=True))


@pytest.mark.parametrize(("gap", "m"), [(100, 10), (0, 79)], ids=["none in danger", "none safe"])
def test_the_count_is_exact_where_vectors_are_of_one_kind(gap, m):
    X, y = make_blobs_of_sizes((60, 20), 3)
    X += gap * y[:, np.newaxis]
    vectors, enemies = _support_and_enemies(X, y, m)
    assert (2 * enemies < m).all() if gap else ((2 * enemies >= m) & (enemies < m)).all()
    sampler = SVMSMOTE(m_neighbors=m, random_state=0)
    X_out, y_out = sampler.fit_resample(X, y)
    assert_array_equal(np.bincount(y_out), [60, 60])
    (recipe,) = sampler.plan_.synthesis
    assert set(recipe.base) <= set(vectors)
    assert ((recipe.step <= 0) == (gap > 0)).all()
    base, partner, step = X[recipe.base], X[recipe.partner], recipe.step[:, np.newaxis]
    assert_allclose(X_out[80:], base + step * (partner - base))


def test_a_class_whose_support_vectors_are_noise_is_named_and_the_remedies_work():
    X, codes, part = _parts([5] * 8, [20], [1] * 8)
    for number in range(8):
        X[part == 9 + number] = X[part == number].mean(axis=0)
    y = np.array(["many", "apart", "lost"])[codes]
    sampler = SVMSMOTE(m_neighbors=3, random_state=0)
    with pytest.warns(
        ShortfallWarning,
        match=r"SVMSMOTE delivers 8 rows of class 'lost' where 40 were asked for: the 3 nearest "
        r"rows \(m_neighbors\)",
    ):
        _, y_out = sampler.fit_resample(X, y)
    assert np.count_nonzero(y_out == "apart") == 40
    assert np.count_nonzero(y_out == "lost") == 8
    _, y_out = sampler.set_params(m_neighbors=67).fit_resample(X, y)
    assert np.count_nonzero(y_out == "lost") == 40
    assert len(SMOTE().fit_resample(X, y)[1]) == 120
