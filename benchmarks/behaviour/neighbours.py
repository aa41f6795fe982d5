"""Neighbours: which rows are taken for the nearest ones, and by how many threads."""

import inspect

import numpy as np
from scipy import sparse

from balancekit.testing import make_blobs_of_sizes
from benchmarks.behaviour.observing import Observation, Topic, attempt, listed, quoted

topic = Topic("Neighbours")

COPIES = "duplicated rows"
TIES = "equally near rows"


def _copies():
    """Return 40 rows of either class that equal each other, and the row that makes 0 the larger."""
    X, _ = make_blobs_of_sizes((20, 20), 2)
    return np.vstack([np.repeat(X, 2, axis=0), [[99.0, 99.0]]]), np.append(np.tile([0, 1], 40), 0)


@topic.probe(COPIES, "TomekLinks, equal rows with different labels", silent=True)
def linked_copies(library):
    X, y = _copies()
    tried = attempt(lambda: library.under_sampling.TomekLinks().fit_resample(X, y)[1])

    def judge(labels):
        removed = 41 - np.count_nonzero(labels == 0)
        return f"{removed} of 40 links found", removed == 40

    return tried.judge(judge)


@topic.probe(
    COPIES, "EditedNearestNeighbours(n_neighbors=1), equal rows with different labels", silent=True
)
def edited_copies(library):
    X, y = _copies()
    sampler = library.under_sampling.EditedNearestNeighbours(n_neighbors=1)
    tried = attempt(lambda: sampler.fit_resample(X, y))

    def judge(result):
        rows, labels = result
        left = np.count_nonzero((labels == 0) & (rows[:, 0] < 99))
        return f"{left} of 40 rows left whose nearest row is of the other class", left == 0

    return tried.judge(judge)


def _nearest(X, k):
    """Return the k nearest other rows by (distance, row)."""
    squares = np.square(X[:, np.newaxis] - X).sum(axis=2)
    np.fill_diagonal(squares, np.inf)
    return np.argsort(squares, axis=1, kind="stable")[:, :k]


@topic.probe(TIES, "whole numbers, SMOTE of a dense and of a sparse matrix")
def dense_and_sparse(library):
    X, y = make_blobs_of_sizes((300, 100), 2)
    X = np.rint(3 * X)
    tried = attempt(
        lambda: [
            library.over_sampling.SMOTE(random_state=0).fit_resample(table, y)[0][len(y) :]
            for table in (X, sparse.csr_array(X))
        ]
    )

    def judge(new):
        n_other = np.count_nonzero((new[0] != new[1].toarray()).any(axis=1))
        return f"{n_other} of {len(new[0])} new rows differ", n_other == 0

    return tried.judge(judge)


@topic.probe(TIES, "whole numbers, SMOTE beside neighbours by distance and row number")
def by_row_number(library):
    X, y = make_blobs_of_sizes((300, 100), 2)
    X = np.rint(3 * X)
    members, n_new, k = X[y == 1], 200, 5
    sampler = library.over_sampling.SMOTE(random_state=np.random.RandomState(0))
    tried = attempt(lambda: sampler.fit_resample(X, y)[0][len(y) :])
    rng = np.random.RandomState(0)
    base, rank = np.divmod(rng.randint(0, len(members) * k, size=n_new), k)
    step = rng.uniform(size=(n_new, 1))
    partner = _nearest(members, k)[base, rank]
    expected = members[base] + step * (members[partner] - members[base])

    def judge(new):
        n_other = np.count_nonzero(np.abs(new - expected).max(axis=1) > 1e-9)
        return f"{n_other} of {n_new} new rows lead elsewhere", n_other == 0

    return tried.judge(judge)


INTEGERS = "NumPy's integers as parameters"


def _as_plain(make, name):
    X, y = make_blobs_of_sizes((60, 25), 3)
    expected = make(**{name: 1}).fit_resample(X, y)[0]
    tried = attempt(lambda: make(**{name: np.int64(1)}).fit_resample(X, y)[0])
    if tried.error is not None:
        return Observation(quoted(tried.error), False, told=True)
    same = np.array_equal(tried.result, expected)
    return Observation(f"{'the same' if same else 'other'} rows as of the int", same)


@topic.probe(INTEGERS, "OneSidedSelection(n_neighbors=np.int64(1))")
def one_sided(library):
    return _as_plain(
        lambda **given: library.under_sampling.OneSidedSelection(random_state=0, **given),
        "n_neighbors",
    )


@topic.probe(INTEGERS, "KMeansSMOTE(kmeans_estimator=np.int64(1))")
def clusters(library):
    return _as_plain(
        lambda **given: library.over_sampling.KMeansSMOTE(random_state=0, **given),
        "kmeans_estimator",
    )


SEARCHING = {
    "over_sampling": [
        "SMOTE",
        "BorderlineSMOTE",
        "SVMSMOTE",
        "KMeansSMOTE",
        "ADASYN",
        "SMOTENC",
        "SMOTEN",
    ],
    "under_sampling": [
        "TomekLinks",
        "EditedNearestNeighbours",
        "RepeatedEditedNearestNeighbours",
        "AllKNN",
        "CondensedNearestNeighbour",
        "OneSidedSelection",
        "NeighbourhoodCleaningRule",
        "NearMiss",
    ],
    "combine": ["SMOTEENN", "SMOTETomek"],
}


@topic.probe("threads of the neighbour search", "the parameter n_jobs")
def threads(library):
    lacking = [
        name
        for package, names in SEARCHING.items()
        for name in names
        if "n_jobs" not in inspect.signature(getattr(getattr(library, package), name)).parameters
    ]
    n_samplers = sum(map(len, SEARCHING.values()))
    if not lacking:
        return Observation(f"in all of {n_samplers} samplers", True)
    return Observation(f"missing in {listed(lacking)}", False)
