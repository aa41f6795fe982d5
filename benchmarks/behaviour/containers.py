"""What comes back: the container, its dtypes, its index, and memory that is one's own."""

import numpy as np

from balancekit.testing import from_numpy, make_blobs_of_sizes
from benchmarks.behaviour.observing import Topic, attempt

topic = Topic("Containers")

SIZES = (28, 12)
OTHERS = "polars, pyarrow and torch"


def _kind(value):
    kind = type(value)
    return f"{kind.__module__.split('.')[0]}.{kind.__name__}"


def _same_container(sampler, X, y):
    """Observe whether rows and labels come back in the containers in which they came."""
    tried = attempt(lambda: sampler.fit_resample(X, y))

    def judge(result):
        same = [type(out) is type(given) for out, given in zip(result, (X, y), strict=True)]
        return " and ".join(_kind(part) for part in result), all(same)

    return tried.judge(judge)


def _numbers(library, container):
    X, y = (from_numpy(part, container) for part in make_blobs_of_sizes(SIZES, 3))
    return _same_container(library.over_sampling.SMOTE(random_state=0), X, y)


@topic.probe(OTHERS, "polars frame and series, SMOTE", needs=("polars",))
def polars_numbers(library):
    return _numbers(library, "polars")


@topic.probe(OTHERS, "polars with strings, RandomUnderSampler", needs=("polars",))
def polars_strings(library):
    import polars as pl

    X, y = make_blobs_of_sizes(SIZES, 1)
    frame = pl.DataFrame({"x": X[:, 0], "colour": ["red", "green"] * 20})
    sampler = library.under_sampling.RandomUnderSampler(random_state=0)
    return _same_container(sampler, frame, pl.Series("label", y))


@topic.probe(OTHERS, "polars series beside a NumPy array, SMOTE", needs=("polars",))
def polars_labels(library):
    X, y = make_blobs_of_sizes(SIZES, 3)
    sampler = library.over_sampling.SMOTE(random_state=0)
    return _same_container(sampler, X, from_numpy(y, "polars"))


@topic.probe(OTHERS, "pyarrow table and array, SMOTE", needs=("pyarrow",))
def pyarrow_numbers(library):
    return _numbers(library, "pyarrow")


@topic.probe(OTHERS, "torch tensors, SMOTE", needs=("torch",))
def torch_numbers(library):
    return _numbers(library, "torch")


DTYPES = "pandas' own dtypes"


def _numeric_dtypes(library, dtypes):
    """Observe whether each column of numbers comes back in its dtype."""
    import pandas as pd

    X, y = make_blobs_of_sizes(SIZES, len(dtypes))
    sampler = library.over_sampling.SMOTE(random_state=0)
    columns = dict(zip(dtypes, np.rint(np.abs(4 * X)).T % 2, strict=True))
    return _same_dtypes(sampler, pd.DataFrame(columns).astype({name: name for name in dtypes}), y)


def _same_dtypes(sampler, frame, y):
    tried = attempt(lambda: sampler.fit_resample(frame, y)[0])

    def judge(rows):
        changed = [
            f"{before} became {after}"
            for before, after in zip(frame.dtypes, rows.dtypes, strict=True)
            if before != after
        ]
        return ", ".join(changed) or "all dtypes kept", not changed

    return tried.judge(judge)


@topic.probe(DTYPES, "Int64 and Float64, SMOTE", needs=("pandas",))
def nullable_numbers(library):
    return _numeric_dtypes(library, ["Int64", "Float64"])


@topic.probe(DTYPES, "boolean beside float32, SMOTE", needs=("pandas",))
def nullable_flags(library):
    return _numeric_dtypes(library, ["boolean", "float32"])


@topic.probe(DTYPES, "str, and category with an order or unused values, SMOTENC", needs=("pandas",))
def names(library):
    frame, y = _named_frame()
    return _same_dtypes(library.over_sampling.SMOTENC([1, 2, 3], random_state=0), frame, y)


@topic.probe(DTYPES, "these and nullable ones, RandomOverSampler", needs=("pandas",))
def repeated_names(library):
    frame, y = _named_frame()
    frame = frame.assign(count=np.arange(len(y)), flag=np.arange(len(y)) % 2 == 0).astype(
        {"count": "Int64", "flag": "boolean", "x": "Float64"}
    )
    return _same_dtypes(library.over_sampling.RandomOverSampler(random_state=0), frame, y)


@topic.probe(DTYPES, "labels as an ordered category with unused values", needs=("pandas",))
def ordered_labels(library):
    import pandas as pd

    X, y = make_blobs_of_sizes(SIZES, 3)
    y = pd.Series(pd.Categorical.from_codes(y, ["low", "high", "never"], ordered=True))
    sampler = library.over_sampling.SMOTE(random_state=0)
    tried = attempt(lambda: sampler.fit_resample(X, y)[1])

    def judge(labels):
        kept = labels.dtype == y.dtype
        return "dtype kept" if kept else f"became {labels.dtype}", kept

    return tried.judge(judge)


def _named_frame():
    import pandas as pd

    X, y = make_blobs_of_sizes(SIZES, 1)
    sizes = pd.Categorical(["low", "high"] * 20, ["never", "low", "high"], ordered=True)
    colours = pd.Categorical(["red", "green"] * 20, ["red", "green", "unused"])
    return (
        pd.DataFrame(
            {"x": X[:, 0], "word": ["a", "b", "c", "d"] * 10, "size": sizes, "colour": colours}
        ),
        y,
    )


INDEX = "the index of a data frame"


def _index(sampler):
    """Observe whether rows of the input keep their labels and others get labels of their own."""
    import pandas as pd

    X, y = make_blobs_of_sizes(SIZES, 3)
    frame = pd.DataFrame(X, index=[f"patient {row}" for row in range(len(y))])
    labels = {tuple(row): label for row, label in zip(X, frame.index, strict=True)}
    tried = attempt(lambda: sampler.fit_resample(frame, pd.Series(y, index=frame.index)))

    def judge(result):
        rows, y_out = result
        found = [labels.get(tuple(row)) for row in rows.to_numpy()]
        originals = {label for label in found if label is not None}
        kept = {a for a, b in zip(rows.index, found, strict=True) if a == b}
        fresh = len(set(rows.index)) == len(rows)
        text = f"{len(kept)} of {len(originals)} original rows keep their label"
        if kept:
            text += ", all labels differ" if fresh else ", labels repeat"
        return text, kept == originals and fresh and rows.index.equals(y_out.index)

    return tried.judge(judge)


@topic.probe(INDEX, "SMOTE", needs=("pandas",))
def index_of_new_rows(library):
    return _index(library.over_sampling.SMOTE(random_state=0))


@topic.probe(INDEX, "RandomOverSampler", needs=("pandas",))
def index_of_repeated_rows(library):
    return _index(library.over_sampling.RandomOverSampler(random_state=0))


@topic.probe(INDEX, "RandomUnderSampler", needs=("pandas",))
def index_of_chosen_rows(library):
    return _index(library.under_sampling.RandomUnderSampler(random_state=0))


@topic.probe(INDEX, "TomekLinks", needs=("pandas",))
def index_of_cleaned_rows(library):
    return _index(library.under_sampling.TomekLinks())
