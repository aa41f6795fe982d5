"""Condensing, one-sided selection and neighbourhood cleaning, against slow plain references."""

import re

import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.tree import DecisionTreeClassifier

from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import (
    CondensedNearestNeighbour,
    EditedNearestNeighbours,
    NeighbourhoodCleaningRule,
    OneSidedSelection,
)

pytestmark = pytest.mark.thorough

SELECTORS = [CondensedNearestNeighbour, OneSidedSelection]
RAGGED = np.random.RandomState(0).randint(0, 6, (120, 2)).astype(float)


DATA = {
    "blobs": lambda: make_blobs_of_sizes((70, 30, 20), 3),
    "ties": lambda: (RAGGED, np.random.RandomState(1).choice(3, 120, p=[0.6, 0.25, 0.15])),
    "two blobs": lambda: make_blobs_of_sizes((25, 70), 3),
}
STRATEGIES = ["auto", "all", "majority", [0, 1]]
fades = pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")


def _squares(left, right):
    return np.square(left[:, np.newaxis] - right).sum(axis=2)


def _nearest(X, k):
    """Return the k nearest other rows of each row, ties by row number."""
    squares = _squares(X, X)
    np.fill_diagonal(squares, np.inf)
    return np.argsort(squares, axis=1, kind="stable")[:, :k]


def _mode(labels):
    return np.array([np.bincount(one).argmax() for one in labels])


def _knn(X, y, k):
    """Return a function that lets the k nearest known rows vote, the first of equal ones first."""
    return lambda rows, known: _mode(
        y[known][np.argsort(_squares(X[rows], X[known]), kind="stable")[:, :k]]
    )


def _fitted(X, y, classifier):
    return lambda rows, known: classifier.fit(X[known], y[known]).predict(X[rows])


def _chosen(y, targets, seed, n_seeds, choose):
    """Choose rows of each class from its seeds, which are drawn in the order of the classes."""
    rng, smallest, kept = np.random.RandomState(seed), np.bincount(y).argmin(), []
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        if label in targets:
            seeds = rows[rng.randint(0, len(rows), size=n_seeds)]
            if label != smallest:
                seeds = np.array(list(dict.fromkeys(seeds)))
                rows = choose(rows, np.flatnonzero(y == smallest), seeds)
        kept.append(rows)
    return np.concatenate(kept)


def _condensed(X, y, targets, seed, n_seeds, classify):
    """Keep row after row what the smallest class and the rows kept so far classify wrongly."""

    def choose(rows, minority, kept):
        for row in np.setdiff1d(rows, kept):
            if classify([row], np.append(minority, kept))[0] != y[row]:
                kept = np.append(kept, row)
        return kept

    return _chosen(y, targets, seed, n_seeds, choose)


def _one_sided(X, y, targets, seed, n_seeds, classify):
    """Keep what the smallest class and the seeds classify wrongly, without Tomek links."""

    def choose(rows, minority, seeds):
        left = np.setdiff1d(rows, seeds)
        guess = classify(left, np.sort(np.append(minority, seeds)))
        return np.append(seeds, left[guess != y[left]])

    kept = _chosen(y, targets, seed, n_seeds, choose)
    rows = np.sort(kept)
    nearest = _nearest(X[rows], 1)[:, 0]
    is_link = (nearest[nearest] == np.arange(len(rows))) & (y[rows[nearest]] != y[rows])
    return kept[~np.isin(kept, rows[is_link & np.isin(y[rows], targets)])]


REFERENCES = {CondensedNearestNeighbour: _condensed, OneSidedSelection: _one_sided}


def _by_size(X, y):
    """Order rows by class, the largest first: there no row number is a position further on."""
    codes = np.argsort(np.argsort(-np.bincount(y)))[y]
    order = np.argsort(codes, kind="stable")
    return X[order], codes[order]


@pytest.fixture(params=DATA)
def data(request):
    """Rows of two or three classes, with or without ties."""
    return DATA[request.param]()


@fades
@pytest.mark.parametrize("selector", SELECTORS)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("n_seeds", [1, 12])
@pytest.mark.parametrize("k", [None, 2, 3])
def test_a_row_stays_if_the_known_ones_classify_it_wrongly(data, selector, k, n_seeds, strategy):
    X, y = _by_size(*data) if selector is CondensedNearestNeighbour else data
    sampler = selector(
        n_neighbors=k,
        n_seeds_S=n_seeds,
        sampling_strategy=strategy,
        random_state=np.random.RandomState(5),
    )
    sampler.fit_resample(X, y)
    targets = list(sampler.sampling_strategy_)
    expected = REFERENCES[selector](X, y, targets, 5, n_seeds, _knn(X, y, k or 1))
    assert_array_equal(sampler.sample_indices_, expected)
    assert len(expected) < len(y)


@fades
@pytest.mark.parametrize("selector", SELECTORS)
@pytest.mark.parametrize("n_seeds", [1, 9])
@pytest.mark.parametrize(
    "template", [KNeighborsClassifier(3), DecisionTreeClassifier(max_depth=2, random_state=0)]
)
def test_a_classifier_may_take_the_place_of_neighbours(selector, n_seeds, template):
    X, y = _by_size(*DATA["blobs"]())
    classifier = clone(template)
    sampler = selector(n_neighbors=classifier, n_seeds_S=n_seeds, random_state=2)
    sampler.fit_resample(X, y)
    assert not hasattr(classifier, "classes_")
    expected = REFERENCES[selector](X, y, [0, 1], 2, n_seeds, _fitted(X, y, classifier))
    assert_array_equal(sampler.sample_indices_, expected)


@fades
@pytest.mark.parametrize("selector", SELECTORS)
@pytest.mark.parametrize("search", [NearestNeighbors(n_neighbors=3), KNeighborsClassifier(3)])
def test_a_search_gives_the_rows_of_its_number_of_neighbours(selector, search):
    X, y = DATA["blobs"]()
    samplers = [selector(n_neighbors=k, n_seeds_S=4, random_state=0) for k in (3, search)]
    first, second = (sampler.fit_resample(X, y)[0] for sampler in samplers)
    assert_array_equal(first, second)
    assert [type(one) for one in samplers[1].estimators_] == [type(search)] * 2


@pytest.mark.parametrize("selector", SELECTORS)
def test_a_row_that_is_drawn_twice_comes_back_once(selector):
    X, y = make_blobs_of_sizes((60, 25), 3)
    ours, theirs = (
        make(n_seeds_S=40, random_state=0)
        for make in (selector, getattr(imblearn.under_sampling, selector.__name__))
    )
    ours.fit_resample(X, y)
    theirs.fit_resample(X, y)
    assert len(np.unique(ours.sample_indices_)) == len(ours.sample_indices_)
    assert len(np.unique(theirs.sample_indices_)) < len(theirs.sample_indices_)


@pytest.mark.parametrize("selector", SELECTORS)
@pytest.mark.parametrize("name", ["n_neighbors", "n_seeds_S", "random_state"])
@pytest.mark.parametrize("dtype", [np.int64, np.uint8])
def test_a_numpy_integer_is_the_number_it_holds(selector, name, dtype):
    X, y = make_blobs_of_sizes((60, 25), 3)
    parameters = {"n_neighbors": 3, "n_seeds_S": 5, "random_state": 1}
    expected, _ = selector(**parameters).fit_resample(X, y)
    parameters[name] = dtype(parameters[name])
    assert_array_equal(selector(**parameters).fit_resample(X, y)[0], expected)


@pytest.mark.parametrize("selector", SELECTORS)
@pytest.mark.parametrize("strategy", ["all", [0, 2]])
def test_the_smallest_class_stays_whole_but_for_links(selector, strategy):
    X, y = DATA["blobs"]()
    parameters = {"sampling_strategy": strategy, "n_seeds_S": 3, "random_state": 0}
    _, y_out = selector(**parameters).fit_resample(X, y)
    _, y_theirs = getattr(imblearn.under_sampling, selector.__name__)(**parameters).fit_resample(
        X, y
    )
    kept = np.bincount(y_out)
    assert kept[2] == 20 if selector is CondensedNearestNeighbour else 10 < kept[2] < 20
    assert np.bincount(y_theirs)[2] <= 3
    assert (kept[1] == 30) == (strategy == [0, 2])


@pytest.mark.parametrize("selector", SELECTORS)
def test_the_fitted_classifiers_know_the_rows_kept_and_speak_the_users_labels(selector):
    X, codes = DATA["blobs"]()
    y = np.array(["c", "b", "a"])[codes]
    sampler = selector(n_seeds_S=5, random_state=0)
    sampler.fit_resample(X, y)
    for label, classifier in zip(["b", "c"], sampler.estimators_, strict=True):
        known = np.flatnonzero(y == "a")
        assert set(classifier.classes_) == {"a", label}
        assert_array_equal(classifier.predict(X[known]), y[known])
        if selector is CondensedNearestNeighbour:
            kept = sampler.sample_indices_[y[sampler.sample_indices_] == label]
            assert classifier.n_samples_fit_ == len(kept) + 20
        else:
            assert classifier.n_samples_fit_ <= 25


@pytest.mark.parametrize("selector", SELECTORS)
@pytest.mark.parametrize("make", [int, KNeighborsClassifier])
def test_too_many_neighbours_are_named_and_the_remedy_works(selector, make):
    X, codes = make_blobs_of_sizes((30, 6), 3)
    y = np.array(["many", "few"])[codes]
    with pytest.raises(ValueError, match=r"Class 'few' has 6 rows; .*n_neighbors=8") as error:
        selector(n_neighbors=make(8)).fit_resample(X, y)
    most = int(re.search(r"Set n_neighbors to (\d+) or less", str(error.value)).group(1))
    assert most == 7
    selector(n_neighbors=make(most)).fit_resample(X, y)


def _cleaned(X, y, k, targets, threshold, edited):
    """Return which rows stay if neighbours of misjudged rows of the smallest class go, too."""
    near, counts, kept = _nearest(X, k), np.bincount(y), edited.copy()
    smallest = counts.argmin()
    cleaned = [label for label in targets if counts[label] > threshold * counts[smallest]]
    for row in np.flatnonzero(y == smallest):
        if np.bincount(y[[row, *near[row, :-1]]]).argmax() != smallest:
            kept[near[row][np.isin(y[near[row]], cleaned)]] = False
    return np.flatnonzero(kept)


@fades
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("k", [1, 3, 6])
@pytest.mark.parametrize("threshold", [0.5, 1.2, 2.0])
def test_neighbourhoods_of_the_smallest_class_are_cleaned(data, k, strategy, threshold):
    X, y = data
    sampler = NeighbourhoodCleaningRule(
        n_neighbors=k, sampling_strategy=strategy, threshold_cleaning=threshold
    )
    sampler.fit_resample(X, y)
    targets = list(sampler.sampling_strategy_)
    edited = (_mode(y[_nearest(X, k)]) == y) | ~np.isin(y, targets)
    expected = _cleaned(X, y, k, targets, threshold, edited)
    assert_array_equal(sampler.sample_indices_, expected)
    assert len(expected) < len(y)


@pytest.mark.parametrize(
    "editor",
    [
        EditedNearestNeighbours(n_neighbors=1),
        imblearn.under_sampling.EditedNearestNeighbours(kind_sel="mode"),
        imblearn.under_sampling.RandomUnderSampler(random_state=0),
    ],
    ids=["ours", "theirs", "at random"],
)
def test_any_sampler_that_chooses_rows_may_edit(editor):
    X, y = make_blobs_of_sizes((60, 25), 3)
    sampler = NeighbourhoodCleaningRule(edited_nearest_neighbours=editor)
    sampler.fit_resample(X, y)
    assert not hasattr(editor, "sample_indices_")
    edited = np.isin(np.arange(85), sampler.edited_nearest_neighbours_.sample_indices_)
    assert_array_equal(sampler.sample_indices_, _cleaned(X, y, 3, [0], 0.5, edited))
    assert 25 < len(sampler.sample_indices_) < np.count_nonzero(edited)


def test_an_editor_that_loses_track_of_rows_is_named():
    X, y = make_blobs_of_sizes((60, 25), 3)
    sampler = NeighbourhoodCleaningRule(edited_nearest_neighbours=imblearn.over_sampling.SMOTE())
    with pytest.raises(ValueError, match=r"is a SMOTE, which has no sample_indices_.*only chooses"):
        sampler.fit_resample(X, y)
