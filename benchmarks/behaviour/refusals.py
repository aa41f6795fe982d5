"""Input that cannot be resampled: what the messages name."""

import numpy as np
from sklearn.metrics.pairwise import nan_euclidean_distances

from balancekit.testing import make_blobs_of_sizes
from benchmarks.behaviour.observing import Observation, Topic, attempt, listed, quoted, refusal

topic = Topic("Messages")

SIZES = (28, 12)
SMALL = "a class too small for its neighbours"
MISSING = "missing values"


def _smote(library, rows, y, **parameters):
    sampler = library.over_sampling.SMOTE(random_state=0, **parameters)
    return attempt(lambda: sampler.fit_resample(rows, y))


@topic.probe(SMALL, "four rows, SMOTE(k_neighbors=5)")
def few_rows(library):
    X, codes = make_blobs_of_sizes((28, 4), 3)
    return refusal(
        _smote(library, X, np.array(["many", "few"])[codes]),
        {
            "the class": ("few",),
            "its rows": ("4",),
            "k": ("k_neighbors", "5"),
            "two ways out": ("3", "RandomOverSampler"),
        },
    )


@topic.probe(SMALL, "a single row, SMOTE")
def one_row(library):
    X, codes = make_blobs_of_sizes((28, 1), 3)
    return refusal(
        _smote(library, X, np.array(["many", "few"])[codes]),
        {"the class": ("few",), "its row": ("1",), "a way out": ("RandomOverSampler",)},
    )


def _frame_with(value):
    import pandas as pd

    X, y = make_blobs_of_sizes(SIZES, 3)
    frame = pd.DataFrame(X, columns=["age", "height", "income"])
    frame.iloc[5, 2] = value
    return frame, y


@topic.probe(MISSING, "random samplers", needs=("pandas",))
def chosen(library):
    samplers = [
        library.over_sampling.RandomOverSampler(random_state=0),
        library.under_sampling.RandomUnderSampler(random_state=0),
    ]
    refused = [
        type(sampler).__name__
        for sampler in samplers
        if attempt(lambda s=sampler: s.fit_resample(*_frame_with(np.nan))).error is not None
    ]
    return Observation(f"refused by {listed(refused)}" if refused else "taken", not refused)


@topic.probe(MISSING, "NaN, SMOTE", needs=("pandas",))
def missing(library):
    return refusal(
        _smote(library, *_frame_with(np.nan)), {"the column": ("income",), "the row": ("5",)}
    )


def _incomplete():
    """Return rows of which one value in ten is missing, and none altogether."""
    X, y = make_blobs_of_sizes((60, 25), 4)
    X[np.random.RandomState(0).random_sample(X.shape) < 0.1] = np.nan
    X[np.isnan(X).all(axis=1), 0] = 0.0
    return X, y


KNOWING_NAN = {
    "over_sampling": ["SMOTE", "BorderlineSMOTE", "ADASYN"],
    "under_sampling": ["EditedNearestNeighbours", "TomekLinks", "NearMiss"],
}


@topic.probe(MISSING, 'metric="nan_euclidean", six samplers')
def asked_for(library):
    X, y = _incomplete()
    rows = {row.tobytes() for row in X}
    n_altered = n_samplers = 0
    for package, names in KNOWING_NAN.items():
        for name in names:
            make = getattr(getattr(library, package), name)
            tried = attempt(lambda make=make: make(metric="nan_euclidean").fit_resample(X, y)[0])
            if tried.error is not None:
                return Observation(f"{name}: {quoted(tried.error)}", False, told=True)
            originals = tried.result[: len(y)]
            n_altered += sum(row.tobytes() not in rows for row in originals)
            n_samplers += 1
    text = f"taken by {n_samplers} samplers, {n_altered} original rows altered"
    return Observation(text, n_altered == 0)


@topic.probe(MISSING, 'EditedNearestNeighbours(metric="nan_euclidean")')
def edited(library):
    X, y = _incomplete()
    make = library.under_sampling.EditedNearestNeighbours
    tried = attempt(lambda: make(metric="nan_euclidean").fit_resample(X, y)[0])
    distances = nan_euclidean_distances(X)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :3]
    agrees = (y[nearest] == y[:, np.newaxis]).all(axis=1) | (y == 1)
    expected = sorted(row.tobytes() for row in X[agrees])

    def judge(rows):
        same = sorted(row.tobytes() for row in rows) == expected
        return f"{'the' if same else 'not the'} rows that scikit-learn's distances name", same

    return tried.judge(judge)


@topic.probe("infinity", "SMOTE", needs=("pandas",))
def infinity(library):
    return refusal(
        _smote(library, *_frame_with(np.inf)), {"the column": ("income",)}, {"the row": ("5",)}
    )
