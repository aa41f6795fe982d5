"""Input that cannot be resampled: what the messages name."""

import numpy as np

from balancekit.testing import make_blobs_of_sizes
from benchmarks.behaviour.observing import Observation, Topic, attempt, listed, refusal

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


@topic.probe("infinity", "SMOTE", needs=("pandas",))
def infinity(library):
    return refusal(
        _smote(library, *_frame_with(np.inf)), {"the column": ("income",)}, {"the row": ("5",)}
    )
