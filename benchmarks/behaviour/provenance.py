"""Where rows come from, and what else belongs to them."""

from functools import cache

import numpy as np
from sklearn.linear_model import LogisticRegression

from balancekit.testing import make_blobs_of_sizes
from benchmarks.behaviour.observing import Observation, Topic, attempt, quoted

topic = Topic("Provenance")

ALIGNED = "arrays beside X"


@topic.probe(ALIGNED, "sample_weight for the classifier behind SMOTE")
def weights(library):
    X, y = make_blobs_of_sizes((60, 25), 3)
    weight = np.linspace(0.5, 1.5, len(y))
    sampler, classifier = library.over_sampling.SMOTE(random_state=0), LogisticRegression()
    if hasattr(library, "compose"):
        model, name = library.compose.ResampledClassifier(sampler, classifier), "sample_weight"
    else:
        model = library.pipeline.make_pipeline(sampler, classifier)
        name = "logisticregression__sample_weight"
    tried = attempt(lambda: model.fit(X, y, **{name: weight}))
    if tried.error is not None:
        return Observation(quoted(tried.error), False, told=True)
    sampler = model.sampler_
    rows, labels = sampler.fit_resample(X, y)
    by_hand = LogisticRegression().fit(rows, labels, sample_weight=weight[sampler.sample_indices_])
    same = np.allclose(by_hand.coef_, model.estimator_.coef_)
    return Observation(f"{'those' if same else 'not those'} of the rows they stem from", same)


@topic.probe(ALIGNED, "groups beside SMOTE's rows")
def groups(library):
    X, y = make_blobs_of_sizes((60, 25), 3)
    names = np.array([f"person {row // 5}" for row in range(len(y))])
    sampler = library.over_sampling.SMOTE(random_state=0)
    rows, _ = sampler.fit_resample(X, y)
    if not hasattr(sampler, "plan_"):
        return Observation("new rows have none", False)
    carried = sampler.plan_.carry(names)
    same = np.array_equal(carried, names[sampler.sample_indices_]) and len(carried) == len(rows)
    return Observation("plan_.carry: those of the rows they stem from", same)


SAMPLERS = {
    "over_sampling": {
        "RandomOverSampler": {},
        "SMOTE": {},
        "BorderlineSMOTE": {},
        "SVMSMOTE": {},
        "KMeansSMOTE": {"kmeans_estimator": 1},
        "ADASYN": {},
        "SMOTENC": {"categorical_features": [3]},
        "SMOTEN": {},
    },
    "under_sampling": {
        "RandomUnderSampler": {},
        "ClusterCentroids": {"voting": "hard"},
        "InstanceHardnessThreshold": {"estimator": LogisticRegression(), "cv": 2},
        "NearMiss": {},
        "TomekLinks": {},
        "EditedNearestNeighbours": {},
        "RepeatedEditedNearestNeighbours": {},
        "AllKNN": {},
        "CondensedNearestNeighbour": {},
        "OneSidedSelection": {},
        "NeighbourhoodCleaningRule": {},
    },
    "combine": {"SMOTEENN": {}, "SMOTETomek": {}},
}


@cache
def _fitted(library):
    """Return all samplers by name, each after a call, with its output."""
    X, y = make_blobs_of_sizes((60, 25), 3)
    X = np.column_stack([X, np.arange(len(y)) % 3])
    found = {}
    for package, names in SAMPLERS.items():
        for name, parameters in names.items():
            sampler = getattr(getattr(library, package), name)(**parameters)
            found[name] = sampler, sampler.fit_resample(X, y)
    return found


@topic.probe("the row that a row stems from", "sample_indices_, one entry for each output row")
def sample_indices(library):
    fitted = _fitted(library)
    lacking = [
        name
        for name, (sampler, (rows, _)) in fitted.items()
        if len(getattr(sampler, "sample_indices_", [])) != len(rows)
    ]
    if not lacking:
        return Observation(f"in all of {len(fitted)} samplers", True)
    return Observation(f"missing in {len(lacking)} of {len(fitted)} samplers", False)


@topic.probe("the row that a row stems from", "a mark on new rows")
def marks(library):
    fitted = _fitted(library)
    lacking = [name for name, (sampler, _) in fitted.items() if not hasattr(sampler, "plan_")]
    if lacking:
        return Observation("none", False)
    right = np.flatnonzero(fitted["SMOTE"][0].plan_.is_synthetic).tolist() == list(range(85, 120))
    return Observation(f"plan_.is_synthetic in all of {len(fitted)} samplers", right)
