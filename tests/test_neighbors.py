"""The public search: scikit-learn's interface, balancekit's engines."""

import pickle

import numpy as np
import pandas as pd
import pytest
from imblearn.under_sampling import EditedNearestNeighbours
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import neighbors as of_sklearn
from sklearn.base import clone
from sklearn.manifold import Isomap

import balancekit
from balancekit.core.neighbors import ENGINES
from balancekit.neighbors import NearestNeighbors
from balancekit.over_sampling import SMOTE

rng = np.random.RandomState(0)
X = rng.standard_normal((300, 6))
QUERIES = rng.standard_normal((40, 6))
METRICS = ["minkowski", "euclidean", "l2", "sqeuclidean", "cosine"]


@pytest.mark.parametrize(
    "algorithm",
    [pytest.param(name, marks=pytest.mark.torch) if name == "torch" else name for name in ENGINES],
)
@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("queries", [None, QUERIES, QUERIES[:1], X], ids=["own", "40", "1", "all"])
def test_neighbours_are_those_of_scikit_learn(algorithm, metric, queries):
    ours = NearestNeighbors(n_neighbors=7, metric=metric, algorithm=algorithm).fit(X)
    theirs = of_sklearn.NearestNeighbors(n_neighbors=7, metric=metric, algorithm="brute").fit(X)
    distances, rows = ours.kneighbors(queries)
    expected_distances, expected_rows = theirs.kneighbors(queries)
    assert_array_equal(rows, expected_rows)
    assert_allclose(distances, expected_distances, rtol=1e-9, atol=1e-7)
    assert_array_equal(ours.kneighbors(queries, return_distance=False), rows)
    assert_array_equal(ours.kneighbors(queries, 3)[1], rows[:, :3])


@pytest.mark.torch
@pytest.mark.parametrize("algorithm", ["auto", "torch"])
def test_a_device_may_be_named(algorithm):
    search = NearestNeighbors(algorithm=algorithm, device="cpu").fit(X)
    for queries in (None, QUERIES):
        found, expected = search.kneighbors(queries), NearestNeighbors().fit(X).kneighbors(queries)
        assert_array_equal(found[1], expected[1])
        assert_array_equal(found[0], expected[0])
    with pytest.raises(ValueError, match="device='nowhere' is none that PyTorch knows"):
        search.set_params(device="nowhere").kneighbors()


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"metric": "manhattan"}, TypeError, "device='cuda' searches dense rows.*'manhattan'"),
        ({"algorithm": "kd_tree"}, TypeError, "'auto' or 'torch'.*algorithm='kd_tree'"),
        ({"algorithm": "direct"}, ValueError, "engine='direct' searches on the CPU"),
    ],
)
def test_a_device_is_refused_where_nothing_searches_there(parameters, error, message):
    with pytest.raises(error, match=message):
        NearestNeighbors(device="cuda", **parameters).fit(X).kneighbors()


@pytest.mark.parametrize("metric", ["manhattan", "chebyshev", "canberra"])
def test_other_metrics_are_scikit_learns(metric):
    ours = NearestNeighbors(metric=metric).fit(X)
    theirs = of_sklearn.NearestNeighbors(metric=metric).fit(X)
    for found, expected in zip(ours.kneighbors(QUERIES), theirs.kneighbors(QUERIES), strict=True):
        assert_array_equal(found, expected)


def test_another_exponent_and_weights_are_scikit_learns():
    for changes in ({"p": 3}, {"metric_params": {"w": np.arange(1.0, 7.0)}}):
        found = NearestNeighbors(**changes).fit(X).kneighbors()[1]
        assert_array_equal(found, of_sklearn.NearestNeighbors(**changes).fit(X).kneighbors()[1])


def test_sparse_rows_are_searched_by_scikit_learn():
    rows = NearestNeighbors().fit(sparse.csr_array(X)).kneighbors(QUERIES)[1]
    assert_array_equal(rows, NearestNeighbors().fit(X).kneighbors(QUERIES)[1])
    assert_array_equal(NearestNeighbors().fit(X).kneighbors(sparse.csr_array(QUERIES))[1], rows)


def test_an_engine_of_ours_does_not_pretend_to_serve_what_it_does_not():
    for data, metric in ((sparse.csr_array(X), "euclidean"), (X, "manhattan")):
        with pytest.raises(TypeError, match=r"algorithm='compiled' searches dense rows"):
            NearestNeighbors(algorithm="compiled", metric=metric).fit(data)


def test_ties_go_by_row_and_a_copy_may_be_a_neighbour():
    grid = np.array([[0.0], [1.0], [2.0], [1.0], [0.0]])
    distances, rows = NearestNeighbors(n_neighbors=3).fit(grid).kneighbors()
    assert_array_equal(rows[1], [3, 0, 2])
    assert_array_equal(distances[1], [0, 1, 1])
    assert_array_equal(NearestNeighbors(n_neighbors=2).fit(grid).kneighbors([[1.0]])[1], [[1, 3]])


def test_a_row_of_zeros_is_at_cosine_distance_one_from_all():
    data = np.vstack([X, np.zeros(6)])
    for fitted, queries in ((data, QUERIES), (X, data[-3:])):
        search = NearestNeighbors(metric="cosine").fit(fitted)
        theirs = of_sklearn.NearestNeighbors(metric="cosine").fit(fitted)
        assert_allclose(search.kneighbors(queries)[0], theirs.kneighbors(queries)[0], atol=1e-9)


def test_graphs_and_radii_are_there():
    ours, theirs = NearestNeighbors().fit(X), of_sklearn.NearestNeighbors().fit(X)
    graph, expected = (search.kneighbors_graph(mode="distance") for search in (ours, theirs))
    assert_allclose(graph.toarray(), expected.toarray())
    found, expected = (
        search.radius_neighbors(QUERIES, sort_results=True) for search in (ours, theirs)
    )
    for ids, expected_ids in zip(found[1], expected[1], strict=True):
        assert_array_equal(ids, expected_ids)


@pytest.mark.parametrize(
    ("n_neighbors", "queries", "message"),
    [
        (300, None, "n_neighbors = 300, n_samples_fit = 300. Each row has 299 candidates"),
        (301, X, "n_neighbors = 301"),
        (0, X, "Expected n_neighbors > 0"),
    ],
)
def test_too_many_neighbours_are_refused(n_neighbors, queries, message):
    with pytest.raises(ValueError, match=message):
        NearestNeighbors().fit(X).kneighbors(queries, n_neighbors)


def test_unknown_words_and_numbers_are_refused():
    for changes in ({"algorithm": "fast"}, {"n_neighbors": 0}, {"metric": "nonsense"}):
        with pytest.raises(ValueError, match=next(iter(changes))):
            NearestNeighbors(**changes).fit(X)
    with pytest.raises(TypeError, match="integer value"):
        NearestNeighbors().fit(X).kneighbors(X, 2.5)


def test_frames_keep_their_names_and_fitting_again_starts_anew():
    frame = pd.DataFrame(X, columns=list("abcdef"))
    search = NearestNeighbors().fit(frame)
    assert_array_equal(search.feature_names_in_, list("abcdef"))
    assert search.fit(X[:50]).n_samples_fit_ == 50
    assert not hasattr(search, "feature_names_in_")
    revived = pickle.loads(pickle.dumps(search))
    assert_array_equal(revived.kneighbors(QUERIES)[1], search.kneighbors(QUERIES)[1])
    assert clone(search).get_params() == search.get_params()


def test_what_is_fitted_is_not_written_to_and_may_be_read_only():
    data = X.copy()
    data.flags.writeable = False
    NearestNeighbors(algorithm="compiled", metric="cosine").fit(data).kneighbors()
    NearestNeighbors(algorithm="compiled").fit(data).kneighbors()
    assert_array_equal(data, X)


def test_others_take_it_for_theirs():
    y = np.repeat([0, 1], [200, 100])
    for search in (NearestNeighbors(n_neighbors=4), of_sklearn.NearestNeighbors(n_neighbors=4)):
        rows = SMOTE(k_neighbors=search, random_state=0).fit_resample(X, y)[0]
        assert_array_equal(rows, SMOTE(k_neighbors=3, random_state=0).fit_resample(X, y)[0])
    edited = [
        EditedNearestNeighbours(n_neighbors=search).fit_resample(X, y)[0]
        for search in (3, NearestNeighbors(n_neighbors=4))
    ]
    assert_array_equal(*edited)
    graph = NearestNeighbors(n_neighbors=8).fit(X).kneighbors_graph(mode="distance")
    assert Isomap(metric="precomputed", n_neighbors=7).fit_transform(graph).shape == (300, 2)


def test_warming_up_compiles_what_a_search_needs():
    balancekit.warm_up()
    from balancekit.kernels.neighbors.sweep import sweep

    dtypes = {str(signature[0].dtype) for signature in sweep.signatures}
    assert dtypes == {"float32", "float64"}
