"""Labels of all kinds, and what cannot be one."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from balancekit.testing import make_blobs_of_sizes
from benchmarks.behaviour.observing import Observation, Topic, attempt, mentions, refusal

topic = Topic("Labels")

X, CODES = make_blobs_of_sizes((28, 12), 3)


@topic.probe("indicators", "two rows without any 1, RandomOverSampler", silent=True)
def empty_indicators(library):
    y = np.eye(2, dtype=int)[CODES]
    rows = np.flatnonzero(CODES == 1)[:2]
    y[rows] = 0
    sampler = library.over_sampling.RandomOverSampler(random_state=0)
    tried = attempt(lambda: sampler.fit_resample(X, y)[1])
    if tried.error is None:
        became = {"10": "class 0", "00": "no class"}
        found = np.asarray(tried.result).reshape(len(tried.result), -1)[rows]
        codes = {"".join(map(str, row)) if len(row) > 1 else f"class {row[0]}" for row in found}
        shown = ", ".join(became.get(code, code) for code in sorted(codes))
        return Observation(f"they become {shown}", False, tried.told)
    return refusal(tried, {"the rows": tuple(str(row) for row in rows)})


HARDNESS = "labels other than 0, 1, ... in InstanceHardnessThreshold"


def _hardness(library, names):
    sampler = library.under_sampling.InstanceHardnessThreshold(
        estimator=LogisticRegression(), cv=3, random_state=0
    )
    expected = attempt(lambda: sampler.fit_resample(X, CODES)[0])
    tried = attempt(lambda: sampler.fit_resample(X, np.array(names)[CODES])[0])

    def judge(rows):
        same = np.array_equal(np.unique(rows, axis=0), np.unique(expected.result, axis=0))
        return f"{'the same' if same else 'other'} rows as of 0 and 1", same

    return tried.judge(judge)


@topic.probe(HARDNESS, "strings")
def hardness_of_strings(library):
    return _hardness(library, ["no", "yes"])


@topic.probe(HARDNESS, "1 and 2")
def hardness_of_one_and_two(library):
    return _hardness(library, [1, 2])


@topic.probe(HARDNESS, "-1 and 1", silent=True)
def hardness_of_signs(library):
    return _hardness(library, [-1, 1])


UNUSABLE = "labels that cannot be used"


def _choose(library, rows, y):
    sampler = library.under_sampling.RandomUnderSampler(random_state=0)
    return attempt(lambda: sampler.fit_resample(rows, y))


@topic.probe(UNUSABLE, "a single class")
def single_class(library):
    return refusal(
        _choose(library, X, np.full(40, "only")),
        {"the number of classes": ("1 class",)},
        {"the class": ("only",)},
    )


@topic.probe(UNUSABLE, "continuous numbers")
def continuous(library):
    return refusal(_choose(library, X, X[:, 0]), {"the kind": ("continuous",)}, {"a row": ("row",)})


@topic.probe(UNUSABLE, "NaN among floats")
def missing_number(library):
    y = np.where(np.arange(40) == 3, np.nan, CODES)
    return refusal(_choose(library, X, y), {"y": ("y",)}, {"the row": ("3",)})


@topic.probe(UNUSABLE, "None among strings")
def missing_name(library):
    y = np.array(["no", "yes"], dtype=object)[CODES]
    y[3] = None
    return refusal(_choose(library, X, y), {"y": ("y",)}, {"the row": ("3",)})


@topic.probe(UNUSABLE, "index of y in another order than that of X", needs=("pandas",))
def misaligned(library):
    import pandas as pd

    tried = _choose(library, pd.DataFrame(X), pd.Series(CODES, index=np.arange(40)[::-1]))
    if tried.error is not None or not tried.warned:
        return tried.judge(lambda result: ("matched by position, silently", False))
    named = mentions(tried.warned[0], "index")
    return Observation(f"a warning{' that names the index' if named else ''}", named, told=True)
