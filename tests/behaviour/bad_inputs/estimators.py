"""Estimators and samplers that cannot do what a parameter needs them for."""

from collections import Counter

import imblearn.over_sampling
from sklearn.cluster import DBSCAN, KMeans
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.svm import SVC
from tests.behaviour.bad_inputs.case import (
    CLEANED,
    LOWERED,
    NAMES,
    RAISED,
    RAISED_AND_CLEANED,
    BadInput,
    X,
    Y,
)

from balancekit.combine import SMOTEENN, SamplerChain, SMOTETomek
from balancekit.over_sampling import (
    SMOTE,
    SVMSMOTE,
    ClusterOverSampler,
    KMeansSMOTE,
    RandomOverSampler,
)
from balancekit.pipeline import make_pipeline
from balancekit.under_sampling import (
    ClusterCentroids,
    CondensedNearestNeighbour,
    EditedNearestNeighbours,
    InstanceHardnessThreshold,
    NeighbourhoodCleaningRule,
    OneSidedSelection,
    RandomUnderSampler,
    TomekLinks,
)

DATA = (X, NAMES)
OVER = SMOTE(k_neighbors=3, random_state=0)
HALF = imblearn.FunctionSampler(func=lambda X, y: (X[:22], y[:22]))
MODEL = LogisticRegression()


class Repeating(imblearn.over_sampling.RandomOverSampler):
    """Somebody's own sampler, which adds rows."""


BAD_INPUTS = [
    BadInput(
        "a classifier as a search",
        SMOTE(k_neighbors=MODEL),
        DATA,
        ("'k_neighbors' parameter of SMOTE", "Got LogisticRegression()"),
        "an object implementing 'kneighbors'",
        SMOTE(k_neighbors=NearestNeighbors(n_neighbors=4)),
        RAISED,
    ),
    BadInput(
        "a regression that votes",
        CondensedNearestNeighbour(n_neighbors=LinearRegression()),
        DATA,
        ("n_neighbors", "LinearRegression", "a regressor"),
        "a classifier such as KNeighborsClassifier()",
        CondensedNearestNeighbour(n_neighbors=KNeighborsClassifier(1), random_state=0),
        CLEANED,
        TypeError,
    ),
    BadInput(
        "a clusterer that votes",
        OneSidedSelection(n_neighbors=KMeans(2)),
        DATA,
        ("n_neighbors", "KMeans", "a clusterer"),
        "Pass an int",
        OneSidedSelection(n_neighbors=1, random_state=0),
        CLEANED,
        TypeError,
    ),
    BadInput(
        "a classifier without support vectors",
        SVMSMOTE(k_neighbors=3, svm_estimator=MODEL),
        DATA,
        ("`svm_estimator`", "`support_`", "LogisticRegression"),
        "pass a support vector machine",
        SVMSMOTE(k_neighbors=3, svm_estimator=SVC()),
        RAISED,
        # imbalanced-learn's, too.
        RuntimeError,
    ),
    BadInput(
        "a support vector machine that cannot be fitted",
        SVMSMOTE(k_neighbors=3, svm_estimator=SVC(C=-1)),
        DATA,
        ("svm_estimator", "SVC", "'C' parameter", "Got -1"),
        "must be a float in the range (0.0, inf]",
        SVMSMOTE(k_neighbors=3, svm_estimator=SVC(C=1.0)),
        RAISED,
    ),
    BadInput(
        "a classifier that clusters",
        KMeansSMOTE(kmeans_estimator=SVC()),
        DATA,
        ("'kmeans_estimator' parameter of KMeansSMOTE", "Got SVC()"),
        "an object implementing 'fit_predict'",
        KMeansSMOTE(kmeans_estimator=KMeans(1)),
        RAISED,
    ),
    BadInput(
        "a classifier that clusters a class",
        ClusterOverSampler(estimator=MODEL),
        DATA,
        ("'estimator' parameter of ClusterOverSampler", "Got LogisticRegression()"),
        "an object implementing 'fit_predict'",
        ClusterOverSampler(estimator=DBSCAN()),
        RAISED,
    ),
    BadInput(
        "a classifier that has centres",
        ClusterCentroids(estimator=MODEL),
        DATA,
        ("`estimator`", "LogisticRegression has no n_clusters"),
        "pass one such as KMeans()",
        ClusterCentroids(estimator=KMeans()),
        LOWERED,
    ),
    BadInput(
        "a classifier without probabilities",
        InstanceHardnessThreshold(estimator=SVC(), cv=2),
        DATA,
        ("'estimator' parameter of InstanceHardnessThreshold", "Got SVC()"),
        "an object implementing 'fit' and 'predict_proba'",
        InstanceHardnessThreshold(estimator=MODEL, cv=2, random_state=0),
        {"big": range(4, 31), "middle": range(4, 11), "small": 4},
    ),
    BadInput(
        "a sampler that adds rows, to edit",
        NeighbourhoodCleaningRule(edited_nearest_neighbours=OVER),
        DATA,
        ("edited_nearest_neighbours", "SMOTE", "adds or changes rows"),
        "such as EditedNearestNeighbours",
        NeighbourhoodCleaningRule(edited_nearest_neighbours=EditedNearestNeighbours(n_neighbors=1)),
        CLEANED,
    ),
    BadInput(
        "a sampler that does not tell its rows, to edit",
        NeighbourhoodCleaningRule(edited_nearest_neighbours=HALF),
        DATA,
        ("edited_nearest_neighbours", "FunctionSampler", "no sample_indices_"),
        "a sampler that only chooses rows",
        NeighbourhoodCleaningRule(edited_nearest_neighbours=TomekLinks()),
        CLEANED,
    ),
    BadInput(
        "a classifier that edits",
        SMOTEENN(enn=MODEL),
        DATA,
        ("'enn' parameter of SMOTEENN", "Got LogisticRegression()"),
        "an object implementing 'fit_resample'",
        SMOTEENN(smote=OVER, enn=EditedNearestNeighbours(), random_state=0),
        RAISED_AND_CLEANED,
    ),
    BadInput(
        "the name of a sampler",
        SMOTETomek(smote="smote"),
        DATA,
        ("'smote' parameter of SMOTETomek", "Got 'smote'"),
        "an object implementing 'fit_resample'",
        SMOTETomek(smote=OVER),
        RAISED_AND_CLEANED,
    ),
    BadInput(
        "an empty chain",
        SamplerChain([]),
        DATA,
        ("samplers is empty",),
        "pass a list of samplers, such as [TomekLinks(), SMOTE()]",
        lambda: SamplerChain([TomekLinks(), SMOTE()]).fit_resample(X, Y > 0),
        {False: range(20, 31), True: range(20, 31)},
    ),
    BadInput(
        "a sampler in the place of a chain",
        SamplerChain(OVER),
        DATA,
        ("'samplers' parameter of SamplerChain", "SMOTE(k_neighbors=3, random_state=0)"),
        "an array-like",
        SamplerChain([OVER]),
        RAISED,
    ),
    BadInput(
        "a classifier in a chain",
        SamplerChain([OVER, MODEL]),
        DATA,
        ("samplers holds LogisticRegression()",),
        "an instance with fit_resample",
        SamplerChain([OVER, TomekLinks()]),
        RAISED_AND_CLEANED,
        TypeError,
    ),
    BadInput(
        "a class of samplers in a chain",
        SamplerChain([SMOTE]),
        DATA,
        ("samplers holds <class", "SMOTE"),
        "an instance with fit_resample, such as SMOTE()",
        SamplerChain([OVER]),
        RAISED,
        TypeError,
    ),
    BadInput(
        "a sampler that does not tell its rows, in a chain",
        SamplerChain([HALF]),
        DATA,
        ("imblearn.base.FunctionSampler does not tell",),
        "imblearn.pipeline.Pipeline",
        make_pipeline(HALF),
        dict(Counter(NAMES[:22].tolist())),
    ),
    BadInput(
        "somebody's own over-sampler, in a chain",
        SamplerChain([Repeating(), TomekLinks()]),
        DATA,
        ("Repeating does not tell where its rows come from",),
        "Use a sampler of balancekit",
        SamplerChain([RandomOverSampler(random_state=0), TomekLinks()]),
        RAISED_AND_CLEANED,
    ),
    BadInput(
        "a sampler that fails, in a chain",
        SamplerChain([RandomUnderSampler(sampling_strategy={"big": 5}), SMOTE()]),
        DATA,
        ("SMOTE (number 2 in SamplerChain)", "'small'", "4 rows", "k_neighbors=5"),
        "Set k_neighbors to 3 or less",
        SamplerChain([RandomUnderSampler(sampling_strategy={"big": 5}), SMOTE(k_neighbors=3)]),
        dict.fromkeys(LOWERED, 10),
    ),
]
