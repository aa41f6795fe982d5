"""The same rows again: seeds, threads, copies and files."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from threading import Barrier, BrokenBarrierError

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors

from balancekit.testing import make_blobs_of_sizes
from benchmarks.behaviour.observing import Observation, Topic, attempt

topic = Topic("Repeating")

SEED = "random_state"
SHARING = "one sampler in many hands"


def _rows(sampler, data=None):
    return sampler.fit_resample(*(data or make_blobs_of_sizes((60, 25), 3)))[0]


@topic.probe(SEED, "an int, a RandomState, and None beside NumPy's global seed")
def seeds(library):
    before = np.random.get_state()
    np.random.seed(0)
    by_none, by_int, by_stream = (
        _rows(library.over_sampling.SMOTE(random_state=seed))
        for seed in (None, 0, np.random.RandomState(0))
    )
    np.random.set_state(before)
    same = np.array_equal(by_none, by_int) and np.array_equal(by_int, by_stream)
    return Observation("the same rows" if same else "other rows", same)


@topic.probe(SEED, "numpy.random.Generator")
def generator(library):
    tried = attempt(
        lambda: [
            _rows(library.over_sampling.SMOTE(random_state=np.random.default_rng(0)))
            for _ in range(2)
        ]
    )
    return tried.judge(lambda rows: ("taken, and repeatable", np.array_equal(*rows)))


@topic.probe(SEED, "an int, two classes of equal size, SMOTE")
def equal_classes(library):
    X, y = make_blobs_of_sizes((60, 20, 20), 3)
    X[np.flatnonzero(y == 2)] = X[np.flatnonzero(y == 1)] + 50
    rows = library.over_sampling.SMOTE(random_state=0).fit_resample(X, y)[0]
    first, second = rows[100:140], rows[140:]
    n_alike = np.count_nonzero(np.abs(second - first - 50).max(axis=1) < 1e-9)
    return Observation(f"{n_alike} of 40 draws are those of the other class", n_alike < 5)


class _Meeting(NearestNeighbors):
    """A search that starts when those of all threads are fitted: the worst moment for sharing."""

    barrier = None

    def fit(self, X, y=None):
        super().fit(X, y)
        if self.barrier is not None:
            with suppress(BrokenBarrierError):
                self.barrier.wait(timeout=5)
        return self


@topic.probe(SHARING, "eight threads with data of their own, in SMOTE at the same time")
def threads(library):
    tables = [make_blobs_of_sizes((30, 10), 3, seed=seed) for seed in range(8)]
    sampler = library.over_sampling.SMOTE(k_neighbors=_Meeting(n_neighbors=4), random_state=0)
    expected = [_rows(sampler, table) for table in tables]
    _Meeting.barrier = Barrier(len(tables))
    try:
        with ThreadPoolExecutor(len(tables)) as pool:
            calls = [pool.submit(_rows, sampler, table) for table in tables]
    finally:
        _Meeting.barrier = None
    if any(call.exception() is not None for call in calls):
        return Observation("errors", False, told=True)
    pairs = zip(calls, expected, strict=True)
    same = all(np.array_equal(call.result(), rows) for call, rows in pairs)
    return Observation("each as alone" if same else "other rows than alone", same)


def _through_file(sampler):
    file = BytesIO()
    joblib.dump(sampler, file)
    file.seek(0)
    return joblib.load(file)


def _through_skops(sampler):
    from skops import io

    content = io.dumps(sampler)
    return io.loads(content, trusted=io.get_untrusted_types(data=content))


def _revived(library, revive):
    sampler = library.over_sampling.SMOTE(random_state=0)
    expected = _rows(sampler)
    tried = attempt(lambda: _rows(revive(sampler)))
    return tried.judge(
        lambda rows: (
            "the same rows" if np.array_equal(rows, expected) else "other rows",
            np.array_equal(rows, expected),
        )
    )


@topic.probe(SHARING, "a clone")
def cloned(library):
    return _revived(library, clone)


@topic.probe(SHARING, "a pickle")
def pickled(library):
    return _revived(library, lambda sampler: pickle.loads(pickle.dumps(sampler)))


@topic.probe(SHARING, "a file of joblib")
def dumped(library):
    return _revived(library, _through_file)


@topic.probe(SHARING, "a file of skops", needs=("skops",))
def skops(library):
    return _revived(library, _through_skops)
