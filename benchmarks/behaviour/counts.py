"""How many rows come out, and which."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from balancekit.testing import make_blobs_of_sizes
from benchmarks.behaviour.observing import Observation, Topic, attempt, mentions, quoted, refusal

topic = Topic("Numbers of rows")


def _count(sampler, X, y, label, asked):
    """Observe whether a class gets the rows asked for, or a warning with all numbers."""
    tried = attempt(lambda: sampler.fit_resample(X, y)[1])
    if tried.error is not None:
        return Observation(quoted(tried.error), False, told=True)
    delivered = int(np.count_nonzero(np.asarray(tried.result) == label))
    text = f"{delivered} of {asked} rows"
    if delivered >= asked:
        return Observation(text, True, tried.told)
    if not tried.warned:
        return Observation(f"{text}, silently", False)
    warning = tried.warned[0]
    named = mentions(warning, label, str(asked), str(delivered))
    which = "class and numbers" if named else "others"
    return Observation(f"{text}, {type(warning).__name__} names {which}", named, told=True)


def _apart(sizes=(60, 20), gap=100.0):
    """Return two classes with nothing between them."""
    X, y = make_blobs_of_sizes(sizes, 3)
    return X + gap * y[:, np.newaxis], np.array(["many", "few"])[y]


SHORT = "fewer rows than asked for"


@topic.probe(SHORT, "BorderlineSMOTE, no row in danger", silent=True)
def no_danger(library):
    return _count(library.over_sampling.BorderlineSMOTE(random_state=0), *_apart(), "few", 60)


@topic.probe(SHORT, "SVMSMOTE, classes apart", silent=True)
def separated(library):
    return _count(library.over_sampling.SVMSMOTE(random_state=0), *_apart(), "few", 60)


@topic.probe(SHORT, "KMeansSMOTE, no cluster with a sufficient share")
def no_cluster(library):
    X, y = make_blobs_of_sizes((60, 20), 3)
    sampler = library.over_sampling.KMeansSMOTE(
        kmeans_estimator=3, cluster_balance_threshold=0.95, random_state=0
    )
    return _count(sampler, X, np.array(["many", "few"])[y], "few", 60)


@topic.probe(SHORT, "ADASYN, shares rounded down", silent=True)
def rounded_shares(library):
    X, y = make_blobs_of_sizes((70, 20), 3)
    sampler = library.over_sampling.ADASYN(sampling_strategy={"few": 40}, random_state=0)
    return _count(sampler, X, np.array(["many", "few"])[y], "few", 40)


@topic.probe(SHORT, "EditedNearestNeighbours, all rows of a class go", silent=True)
def lost_class(library):
    X = np.random.RandomState(0).randn(60, 2)
    y = np.repeat(["many", "lost", "few"], [40, 12, 8])
    X[y == "lost"] = X[y == "many"][:12] + 1e-6
    sampler = library.under_sampling.EditedNearestNeighbours()
    tried = attempt(lambda: sampler.fit_resample(X, y)[1])

    def judge(labels):
        kept = np.count_nonzero(labels == "lost")
        named = any(mentions(warning, "lost", "12") for warning in tried.warned)
        how = "a warning names the class" if named else "silently"
        return f"{kept} of 12 rows left, {how}", named or kept == 12

    return tried.judge(judge)


UNDEFINED = "shares that cannot be computed"


@topic.probe(UNDEFINED, "KMeansSMOTE, clusters of copies")
def clusters_of_copies(library):
    X, y = make_blobs_of_sizes((60, 20), 3)
    X[y == 1] = 50.0
    sampler = library.over_sampling.KMeansSMOTE(kmeans_estimator=2, random_state=0)
    return _count(sampler, X, np.array(["many", "few"])[y], "few", 60)


@topic.probe(UNDEFINED, "InstanceHardnessThreshold, a class smaller than cv")
def folds_without_a_class(library):
    X, y = make_blobs_of_sizes((60, 3), 3)
    sampler = library.under_sampling.InstanceHardnessThreshold(
        estimator=LogisticRegression(), cv=5, random_state=0
    )
    tried = attempt(lambda: sampler.fit_resample(X, y))
    if tried.error is None:
        how = "scikit-learn's warning" if tried.warned else "no word"
        return Observation(f"folds without the class, and {how}", False, tried.told)
    return refusal(tried, {"the class": ("1",), "its rows": ("3",), "cv": ("cv",)})


EQUAL = "classes of equal size on the way"


def _minority_kept(sampler, X, y):
    """Observe whether the smallest class, which is not to be cleaned, stays whole."""
    tried = attempt(lambda: sampler.fit_resample(X, y)[1])
    smallest = int(np.bincount(y).argmin())
    before = int(np.bincount(y).min())

    def judge(labels):
        removed = before - int(np.count_nonzero(labels == smallest))
        return f"{removed} of {before} minority rows removed", removed == 0

    return tried.judge(judge)


@topic.probe(EQUAL, "RepeatedEditedNearestNeighbours", silent=True)
def repeated_editing(library):
    X, y = make_blobs_of_sizes((60, 30, 14), 6, seed=3)
    sampler = library.under_sampling.RepeatedEditedNearestNeighbours(kind_sel="mode")
    return _minority_kept(sampler, X, y)


@topic.probe(EQUAL, "AllKNN", silent=True)
def all_knn(library):
    X, y = make_blobs_of_sizes((60, 30, 14), 6)
    sampler = library.under_sampling.AllKNN(allow_minority=True, kind_sel="mode")
    return _minority_kept(sampler, X, y)


SEEDS = "several seeds in condensing"


def _distinct(sampler):
    X, y = make_blobs_of_sizes((60, 25), 3)
    tried = attempt(lambda: sampler.fit_resample(X, y)[0])

    def judge(rows):
        n_copies = len(rows) - len(np.unique(rows, axis=0))
        return f"{n_copies} of {len(rows)} rows come out again", n_copies == 0

    return tried.judge(judge)


@topic.probe(SEEDS, "OneSidedSelection(n_seeds_S=40)", silent=True)
def one_sided_seeds(library):
    return _distinct(library.under_sampling.OneSidedSelection(n_seeds_S=40, random_state=0))


@topic.probe(SEEDS, "CondensedNearestNeighbour(n_seeds_S=40)", silent=True)
def condensed_seeds(library):
    return _distinct(library.under_sampling.CondensedNearestNeighbour(n_seeds_S=40, random_state=0))
