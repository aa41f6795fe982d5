"""Columns that hold names."""

import tracemalloc

import numpy as np

from balancekit.testing import make_blobs_of_sizes
from benchmarks.behaviour.observing import Observation, Topic, attempt, refusal

topic = Topic("Nominal columns")

SIZES = (28, 12)
WORDS = ["red", "green"] * 20
AUTOMATIC = 'SMOTENC(categorical_features="auto")'


@topic.probe("strings in a numeric method", "SMOTE", needs=("pandas",))
def strings(library):
    import pandas as pd

    X, y = make_blobs_of_sizes(SIZES, 1)
    frame = pd.DataFrame({"x": X[:, 0], "colour": WORDS})
    tried = attempt(lambda: library.over_sampling.SMOTE(random_state=0).fit_resample(frame, y))
    return refusal(tried, {"the column": ("colour",), "a way out": ("SMOTENC",)})


def _found(library, frame, y):
    """Observe whether the column "name" is taken for the nominal one."""
    sampler = library.over_sampling.SMOTENC("auto", random_state=0)
    tried = attempt(lambda: sampler.fit_resample(frame, y))
    return tried.judge(
        lambda _: (
            "found" if sampler.categorical_features_.tolist() == [1] else "another one found",
            sampler.categorical_features_.tolist() == [1],
        )
    )


def _found_in_pandas(library, values, dtype):
    import pandas as pd

    X, y = make_blobs_of_sizes(SIZES, 1)
    frame = pd.DataFrame({"x": X[:, 0], "name": pd.Series(values).astype(dtype)})
    return _found(library, frame, y)


@topic.probe(AUTOMATIC, "pandas category", needs=("pandas",))
def category(library):
    return _found_in_pandas(library, WORDS, "category")


@topic.probe(AUTOMATIC, "pandas str", needs=("pandas",))
def string(library):
    return _found_in_pandas(library, WORDS, str)


@topic.probe(AUTOMATIC, "pandas object", needs=("pandas",))
def objects(library):
    return _found_in_pandas(library, WORDS, object)


@topic.probe(AUTOMATIC, "pandas bool", needs=("pandas",))
def flags(library):
    return _found_in_pandas(library, [True, False] * 20, bool)


def _found_in_polars(library, dtype):
    import polars as pl

    X, y = make_blobs_of_sizes(SIZES, 1)
    kinds = {"String": pl.String, "Categorical": pl.Categorical, "Enum": pl.Enum(["red", "green"])}
    return _found(
        library, pl.DataFrame({"x": X[:, 0], "name": pl.Series(WORDS, dtype=kinds[dtype])}), y
    )


@topic.probe(AUTOMATIC, "polars String", needs=("polars",))
def polars_string(library):
    return _found_in_polars(library, "String")


@topic.probe(AUTOMATIC, "polars Categorical", needs=("polars",))
def polars_categorical(library):
    return _found_in_polars(library, "Categorical")


@topic.probe(AUTOMATIC, "polars Enum", needs=("polars",))
def polars_enum(library):
    return _found_in_polars(library, "Enum")


def _peak(library, n_values):
    """Return the largest memory in use while SMOTENC works, in multiples of that of X."""
    X, y = make_blobs_of_sizes((650, 100), 3)
    rng = np.random.RandomState(0)
    X[:, 1:] = rng.randint(0, n_values, size=(len(y), 2))
    sampler = library.over_sampling.SMOTENC([1, 2], random_state=0)
    tracemalloc.start()
    sampler.fit_resample(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / X.nbytes


@topic.probe("memory of SMOTENC", "two columns of 500 values, beside 10")
def memory(library):
    _peak(library, 10)
    growth = _peak(library, 500) / _peak(library, 10)
    if growth < 1.5:
        return Observation("the same memory", True)
    # Allocators differ; what matters is the order of magnitude.
    least = max(limit for limit in (1, 2, 5, 10) if limit < growth)
    return Observation(f"more than {least} times the memory", False)
