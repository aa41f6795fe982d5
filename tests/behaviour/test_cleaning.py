"""Cleaning methods, against their definitions written out in plain NumPy."""

import imblearn.under_sampling as incumbent
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.exceptions import ShortfallWarning
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import (
    AllKNN,
    EditedNearestNeighbours,
    RepeatedEditedNearestNeighbours,
    TomekLinks,
)

pytestmark = pytest.mark.thorough

EDITORS = [EditedNearestNeighbours, RepeatedEditedNearestNeighbours, AllKNN]
RAGGED = np.random.RandomState(0).randint(0, 6, (120, 2)).astype(float)


def _nearest(X, k):
    """Return the k nearest other rows of each row, ties by row number."""
    distances = np.square(X[:, np.newaxis] - X).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return np.lexsort((np.broadcast_to(np.arange(len(X)), distances.shape), distances))[:, :k]


def _edited(X, y, k, kind, targets, rows):
    """Return which of some rows stay after one round among these rows."""
    labels = y[rows][_nearest(X[rows], k)]
    if kind == "all":
        agrees = (labels == y[rows][:, np.newaxis]).all(axis=1)
    else:
        agrees = np.array([np.bincount(one).argmax() for one in labels]) == y[rows]
    return rows[agrees | ~np.isin(y[rows], targets)]


def _by_class(rows, y):
    return rows[np.argsort(y[rows], kind="stable")]


@pytest.fixture(params=["blobs", "ties"])
def data(request):
    """Rows of three classes, with or without ties."""
    if request.param == "blobs":
        return make_blobs_of_sizes((70, 30, 20), 3)
    return RAGGED, np.random.RandomState(1).choice(3, 120, p=[0.6, 0.25, 0.15])


@pytest.mark.parametrize("strategy", ["auto", "majority", "all"])
def test_tomek_links_are_mutual_nearest_rows_of_different_classes(data, strategy):
    X, y = data
    nearest = _nearest(X, 1)[:, 0]
    is_link = (nearest[nearest] == np.arange(len(y))) & (y[nearest] != y)
    sampler = TomekLinks(sampling_strategy=strategy)
    sampler.fit_resample(X, y)
    targets = list(sampler.sampling_strategy_)
    assert_array_equal(sampler.sample_indices_, np.flatnonzero(~(is_link & np.isin(y, targets))))
    assert is_link.any()


@pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")
@pytest.mark.parametrize("kind", ["all", "mode"])
@pytest.mark.parametrize("k", [1, 3, 6])
def test_editing_asks_the_nearest_rows(data, kind, k):
    X, y = data
    sampler = EditedNearestNeighbours(n_neighbors=k, kind_sel=kind)
    sampler.fit_resample(X, y)
    expected = _edited(X, y, k, kind, list(sampler.sampling_strategy_), np.arange(len(y)))
    assert_array_equal(sampler.sample_indices_, _by_class(expected, y))
    assert len(expected) < len(y)


@pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")
@pytest.mark.parametrize("kind", ["all", "mode"])
@pytest.mark.parametrize("max_iter", [1, 2, 100])
def test_repeated_editing_is_editing_repeated(data, kind, max_iter):
    X, y = data
    sampler = RepeatedEditedNearestNeighbours(
        n_neighbors=2, kind_sel=kind, max_iter=max_iter, sampling_strategy=[0]
    )
    sampler.fit_resample(X, y)
    rows, n_rounds = np.arange(len(y)), 0
    for _ in range(max_iter):
        before, n_rounds = len(rows), n_rounds + 1
        rows = _edited(X, y, 2, kind, [0], rows)
        if len(rows) == before or np.bincount(y[rows], minlength=3)[:2].min() < (y == 2).sum():
            break
    assert sampler.n_iter_ == n_rounds
    assert_array_equal(sampler.sample_indices_, _by_class(rows, y))


@pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")
@pytest.mark.parametrize("kind", ["all", "mode"])
def test_all_knn_edits_with_more_and_more_neighbours(data, kind):
    X, y = data
    sampler = AllKNN(n_neighbors=4, kind_sel=kind, allow_minority=True, sampling_strategy=[0, 1])
    sampler.fit_resample(X, y)
    rows = np.arange(len(y))
    for k in range(1, 5):
        rows = _edited(X, y, k, kind, [0, 1], rows)
        if len(np.unique(y[rows])) < 3:
            break
    assert_array_equal(sampler.sample_indices_, _by_class(rows, y))


def test_the_classes_that_lose_rows_are_fixed_at_the_start():
    X, y = make_blobs_of_sizes((60, 30, 14), 6)
    sampler = AllKNN(allow_minority=True, kind_sel="mode")
    _, y_out = sampler.fit_resample(X, y)
    _, y_theirs = incumbent.AllKNN(allow_minority=True, kind_sel="mode").fit_resample(X, y)
    assert np.count_nonzero(y_out == 2) == 14
    assert np.count_nonzero(y_theirs == 2) < 14


@pytest.mark.parametrize("editor", EDITORS)
def test_a_class_that_disappears_is_named(editor):
    rng = np.random.RandomState(0)
    X, y = rng.randn(60, 2), np.repeat(["many", "lost", "few"], [40, 12, 8])
    X[y == "lost"] = X[y == "many"][:12] + 1e-6
    with pytest.warns(
        ShortfallWarning, match=f"{editor.__name__} leaves none of the 12 rows of class 'lost'"
    ):
        _, y_out = editor().fit_resample(X, y)
    assert "lost" not in y_out
    assert "lost" in editor(sampling_strategy=["many"]).fit_resample(X, y)[1]


@pytest.mark.parametrize("editor", EDITORS)
def test_too_few_rows_are_named_and_the_remedy_works(editor):
    X, y = np.arange(5.0)[:, np.newaxis], [0, 0, 0, 1, 1]
    with pytest.raises(ValueError, match=r"5 rows, too few for n_neighbors=5.*neighbors to 4"):
        editor(n_neighbors=5).fit_resample(X, y)
    editor(n_neighbors=4, kind_sel="mode").fit_resample(X, y)


@pytest.mark.parametrize("sampler", [TomekLinks, *EDITORS])
def test_copies_are_not_taken_for_the_row_itself(sampler):
    X = np.repeat(np.arange(10.0), 3)[:, np.newaxis]
    y = np.repeat([0, 1], [18, 12])
    assert_array_equal(np.sort(sampler().fit_resample(X, y)[0]), X)


def test_nothing_is_drawn():
    before = np.random.get_state()[1].copy()
    X, y = make_blobs_of_sizes((40, 12))
    for sampler in (TomekLinks, *EDITORS):
        sampler().fit_resample(X, y)
    assert_array_equal(np.random.get_state()[1], before)
