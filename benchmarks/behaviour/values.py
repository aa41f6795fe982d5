"""What becomes of numbers: rows that were there, and rows that are made."""

import numpy as np
from sklearn.cluster import KMeans

from balancekit.testing import make_blobs_of_sizes
from benchmarks.behaviour.observing import Topic, attempt

topic = Topic("Values")

BEYOND_FLOATS = 2**53
SIZES = (400, 120)


def _new_rows(library, X, y, **parameters):
    """Return what SMOTE adds, drawn alike for every call."""
    sampler = library.over_sampling.SMOTE(random_state=np.random.RandomState(0), **parameters)
    return np.asarray(sampler.fit_resample(X, y)[0])[len(y) :]


@topic.probe("integers above 2**53", "int64 identifiers beside a float column, SMOTE", silent=True)
def wide_integers(library):
    import pandas as pd

    X, y = make_blobs_of_sizes((28, 12), 1)
    identifiers = BEYOND_FLOATS + 1 + 2 * np.arange(len(y))
    frame = pd.DataFrame({"identifier": identifiers, "x": X[:, 0]})
    tried = attempt(lambda: library.over_sampling.SMOTE(random_state=0).fit_resample(frame, y))

    def judge(result):
        n_altered = np.count_nonzero(result[0]["identifier"].to_numpy()[: len(y)] != identifiers)
        return f"{n_altered} of {len(y)} original identifiers altered", n_altered == 0

    return tried.judge(judge)


@topic.probe("small unsigned integers", "pixels as uint8, SMOTE", silent=True)
def unsigned_integers(library):
    X, y = make_blobs_of_sizes(SIZES, 4, dtype=np.uint8)
    tried = attempt(lambda: _new_rows(library, X, y))

    def judge(new):
        low, high = X[y == 1].min(axis=0), X[y == 1].max(axis=0)
        outside = ((new < low) | (new > high)).any(axis=1)
        return f"{outside.mean():.0%} of the new rows outside the minority's box", not outside.any()

    return tried.judge(judge)


@topic.probe("integers", "int64, SMOTE, beside the same numbers as floats", silent=True)
def integers(library):
    X, y = make_blobs_of_sizes(SIZES, 4, dtype=np.int64)
    X += 100
    tried = attempt(lambda: (_new_rows(library, X, y), _new_rows(library, X.astype(float), y)))

    def judge(new):
        error = new[0] - new[1]
        bias, largest = error.mean(), np.abs(error).max()
        way = "low" if bias < 0 else "high"
        text = f"{abs(bias):.2f} too {way} on average, up to {largest:.1f} off"
        return text, largest <= 0.5 and abs(bias) < 0.05

    return tried.judge(judge)


def _flags(beside):
    """Return rows with a column of bool, true in three of ten rows, and labels."""
    import pandas as pd

    X, y = make_blobs_of_sizes((4400, 400), 3)
    frame = pd.DataFrame({"flag": X[:, 0] - 0.8 * y > 0.52})
    for name, column in zip("ab", X.T[1:], strict=True):
        # Wide, so that it is not the flag that decides which rows are near.
        wide = 20 * column
        frame[name] = {"floats": wide, "integers": np.rint(wide).astype(int), "flags": wide > 10}[
            beside
        ]
    return frame, y


def _share_of_true(library, beside):
    frame, y = _flags(beside)
    sampler = library.over_sampling.SMOTE(sampling_strategy={1: 4400}, random_state=0)
    tried = attempt(lambda: sampler.fit_resample(frame, y)[0])

    def judge(rows):
        flags = rows["flag"]
        before, after = flags[: len(y)][y == 1].mean(), flags[len(y) :].mean()
        text = f"true in {before:.0%} of the original rows, in {after:.0%} of the new ones"
        return text, flags.dtype == bool and abs(after - before) < 0.05

    return tried.judge(judge)


@topic.probe("flags", "bool beside floats, SMOTE", silent=True)
def flags_beside_floats(library):
    return _share_of_true(library, "floats")


@topic.probe("flags", "bool beside integers, SMOTE", silent=True)
def flags_beside_integers(library):
    return _share_of_true(library, "integers")


@topic.probe("flags", "bool alone, SMOTE")
def flags_alone(library):
    return _share_of_true(library, "flags")


@topic.probe("flags", "bool as a nominal column, SMOTENC")
def nominal_flags(library):
    frame, y = _flags("floats")
    sampler = library.over_sampling.SMOTENC(["flag"], random_state=0)
    tried = attempt(lambda: sampler.fit_resample(frame, y)[0])
    return tried.judge(
        lambda rows: (f"comes back as {rows['flag'].dtype}", rows["flag"].dtype == bool)
    )


@topic.probe("the largest floats", "values of either sign near 1.7e308, SMOTE", silent=True)
def largest_floats(library):
    X, y = make_blobs_of_sizes(SIZES, 2)
    X = np.sign(X) * (1.7e308 - np.abs(X))
    tried = attempt(lambda: _new_rows(library, X, y))

    def judge(new):
        finite = np.isfinite(new).all(axis=1)
        return f"{np.count_nonzero(~finite)} of {len(new)} new rows infinite or NaN", finite.all()

    return tried.judge(judge)


UNDEFINED = "results that floats cannot hold"


def _all_finite(sampler, X, y):
    tried = attempt(lambda: sampler.fit_resample(X, y)[0])

    def judge(rows):
        n_lost = np.count_nonzero(~np.isfinite(rows).all(axis=1))
        return f"{n_lost} of {len(rows)} rows infinite or NaN", n_lost == 0

    return tried.judge(judge)


@topic.probe(UNDEFINED, "a column near 1e200, RandomOverSampler(shrinkage=1)", silent=True)
def noise_of_large_columns(library):
    X, y = make_blobs_of_sizes((40, 12), 2)
    X[:, 1] *= 1e200
    return _all_finite(library.over_sampling.RandomOverSampler(shrinkage=1, random_state=0), X, y)


@topic.probe(UNDEFINED, "a column up to 1.7e308, ClusterCentroids")
def centres_of_large_columns(library):
    X, y = make_blobs_of_sizes((40, 12), 2)
    X[:, 1] = 1.7e308 * np.tanh(X[:, 1])
    sampler = library.under_sampling.ClusterCentroids(
        estimator=KMeans(n_init=1, random_state=0), random_state=0
    )
    return _all_finite(sampler, X, y)


@topic.probe(UNDEFINED, "a column near 1e200, KMeansSMOTE")
def densities_of_large_columns(library):
    X, y = make_blobs_of_sizes((40, 12), 2)
    X[:, 1] *= 1e200
    sampler = library.over_sampling.KMeansSMOTE(
        kmeans_estimator=2, cluster_balance_threshold=0, random_state=0
    )
    return _all_finite(sampler, X, y)
