"""Too few rows to under-sample, and classes that there are not enough of."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, ShuffleSplit
from sklearn.neighbors import NearestNeighbors
from tests.behaviour.bad_inputs.case import (
    CLEANED,
    LOWERED,
    NAMES,
    BadInput,
    SilentSearch,
    X,
    sorted_classes,
)

from balancekit.exceptions import ShortfallWarning
from balancekit.under_sampling import (
    AllKNN,
    CondensedNearestNeighbour,
    EditedNearestNeighbours,
    GeneralizedEditing,
    InstanceHardnessThreshold,
    NearMiss,
    NeighbourhoodCleaningRule,
    OneSidedSelection,
    RandomUnderSampler,
    RepeatedEditedNearestNeighbours,
    RestrictedDecontamination,
    TomekLinks,
)

ALONE = np.where(np.arange(44) == 0, "alone", "others")
TWO_SMALL = sorted_classes(30, 4, 3)
TOO_MANY = ("X has 44 rows", "n_neighbors=44")
TO_43 = "Set n_neighbors to 43 or less"
# With 43 neighbours, most are of the largest class; so only that one keeps rows.
LARGEST = {"sampling_strategy": ["big"], "kind_sel": "mode"}
ALL_KEPT = {"big": 30, "middle": 10, "small": 4}
CANDIDATES = sorted_classes(30, 4)


class Nearest(NearestNeighbors):
    """A search that never finds more than three rows."""

    def kneighbors(self, X, n_neighbors=None):
        """Find three rows."""
        return super().kneighbors(X, 3)


def _hardness(**parameters):
    return InstanceHardnessThreshold(estimator=LogisticRegression(), random_state=0, **parameters)


BAD_INPUTS = [
    BadInput(
        "NearMiss-1: fewer rows in all than neighbours",
        NearMiss(n_neighbors=44),
        (X, NAMES),
        ("'small'", "4 rows", "n_neighbors=44", "'big'"),
        "Set n_neighbors to 4 or less",
        NearMiss(n_neighbors=4),
        LOWERED,
    ),
    BadInput(
        "NearMiss-2: too few rows of the smallest class",
        NearMiss(version=2, n_neighbors=5),
        (X, NAMES),
        ("'small'", "4 rows", "n_neighbors=5", "'big'"),
        "Set n_neighbors to 4 or less",
        NearMiss(version=2, n_neighbors=4),
        LOWERED,
    ),
    BadInput(
        "NearMiss-2: a search that does not find all",
        NearMiss(version=2, n_neighbors=Nearest(n_neighbors=2)),
        (X, NAMES),
        ("Nearest", "finds 3 of 4 rows"),
        "Pass an int as n_neighbors",
        NearMiss(version=2, n_neighbors=2),
        LOWERED,
    ),
    BadInput(
        "NearMiss-3: too few rows of a larger class",
        NearMiss(version=3, n_neighbors_ver3=11),
        (X, NAMES),
        ("'middle'", "10 rows", "n_neighbors_ver3=11", "'small'"),
        "Set n_neighbors_ver3 to 10 or less",
        NearMiss(version=3, n_neighbors_ver3=10),
        LOWERED,
    ),
    BadInput(
        "NearMiss-3: fewer candidates than rows to keep",
        NearMiss(version=3, n_neighbors=1, n_neighbors_ver3=1, sampling_strategy={"a": 20}),
        CANDIDATES,
        ("of class 'a' where 20 were asked for", "n_neighbors_ver3", "class 'b'"),
        "raise n_neighbors_ver3",
        NearMiss(version=3, n_neighbors=1, n_neighbors_ver3=30, sampling_strategy={"a": 20}),
        {"a": 20, "b": 4},
        ShortfallWarning,
    ),
    BadInput(
        "NearMiss: a search that does not tell how many it finds",
        NearMiss(n_neighbors=SilentSearch(3)),
        (X, NAMES),
        ("n_neighbors", "does not tell how many", "does not count the row itself"),
        "pass an int",
        NearMiss(n_neighbors=3),
        LOWERED,
    ),
    BadInput(
        "EditedNearestNeighbours: too few rows",
        EditedNearestNeighbours(n_neighbors=44),
        (X, NAMES),
        TOO_MANY,
        TO_43,
        EditedNearestNeighbours(n_neighbors=43, **LARGEST),
        ALL_KEPT,
    ),
    BadInput(
        "EditedNearestNeighbours: a search that finds the row itself only",
        EditedNearestNeighbours(n_neighbors=NearestNeighbors(n_neighbors=1)),
        (X, NAMES),
        ("n_neighbors", "finds 1 neighbour"),
        "set its n_neighbors to 2 or more",
        EditedNearestNeighbours(n_neighbors=NearestNeighbors(n_neighbors=2)),
        CLEANED,
    ),
    BadInput(
        "RepeatedEditedNearestNeighbours: too few rows",
        RepeatedEditedNearestNeighbours(n_neighbors=44),
        (X, NAMES),
        TOO_MANY,
        TO_43,
        RepeatedEditedNearestNeighbours(n_neighbors=43, **LARGEST),
        ALL_KEPT,
    ),
    BadInput(
        "AllKNN: a search for too many",
        AllKNN(n_neighbors=NearestNeighbors(n_neighbors=50)),
        (X, NAMES),
        ("X has 44 rows", "n_neighbors=49"),
        TO_43,
        AllKNN(n_neighbors=3, sampling_strategy=["big"]),
        {"big": range(1, 31), "middle": 10, "small": 4},
    ),
    BadInput(
        "NeighbourhoodCleaningRule: too few rows",
        NeighbourhoodCleaningRule(n_neighbors=44),
        (X, NAMES),
        TOO_MANY,
        TO_43,
        NeighbourhoodCleaningRule(n_neighbors=3),
        CLEANED,
    ),
    BadInput(
        "GeneralizedEditing: too few rows",
        GeneralizedEditing(n_neighbors=44),
        (X, NAMES),
        TOO_MANY,
        TO_43,
        GeneralizedEditing(n_neighbors=43, sampling_strategy=["big"]),
        ALL_KEPT,
    ),
    BadInput(
        "GeneralizedEditing: no majority",
        GeneralizedEditing(n_neighbors=3, n_agreeing=1),
        (X, NAMES),
        ("n_agreeing=1", "3 neighbours (n_neighbors)"),
        "set it to a number from 2 to 3",
        GeneralizedEditing(n_neighbors=3, n_agreeing=2),
        {"big": range(20, 45), "middle": range(1, 20), "small": range(1, 20)},
    ),
    BadInput(
        "RestrictedDecontamination: more than all neighbours",
        RestrictedDecontamination(n_neighbors=3, n_agreeing=5),
        (X, NAMES),
        ("n_agreeing=5", "3 neighbours (n_neighbors)"),
        "set it to a number from 2 to 3",
        RestrictedDecontamination(n_neighbors=3, n_agreeing=3, sampling_strategy=["big"]),
        {"big": range(1, 31), "middle": 10, "small": range(4, 35)},
    ),
    BadInput(
        "InstanceHardnessThreshold: fewer rows than folds",
        _hardness(),
        (X, NAMES),
        ("'small'", "4 rows", "cv=5"),
        "Set cv to 4 or less",
        _hardness(cv=4),
        {"big": range(4, 31), "middle": range(4, 11), "small": 4},
    ),
    BadInput(
        "InstanceHardnessThreshold: two classes that are too small",
        _hardness(),
        TWO_SMALL,
        ("'c'", "3 rows", "cv=5"),
        "Set cv to 3 or less",
        _hardness(cv=3),
        {"a": range(3, 31), "b": range(3, 5), "c": 3},
    ),
    BadInput(
        "InstanceHardnessThreshold: one row",
        _hardness(cv=2),
        (X, ALONE),
        ("'alone'", "1 row", "cv=2"),
        "Use RandomUnderSampler",
        RandomUnderSampler(),
        {"alone": 1, "others": 1},
    ),
    BadInput(
        "InstanceHardnessThreshold: folds that leave rows out",
        _hardness(cv=ShuffleSplit(2, test_size=0.1, random_state=0)),
        (X, NAMES),
        ("cv=ShuffleSplit", "row 0", "0 test folds"),
        "Pass a number of folds",
        _hardness(cv=2),
        {"big": range(4, 31), "middle": range(4, 11), "small": 4},
    ),
    BadInput(
        "InstanceHardnessThreshold: no fold",
        _hardness(cv=[]),
        (X, NAMES),
        ("cv=[]", "row 0", "0 test folds"),
        "a splitter such as StratifiedKFold",
        _hardness(cv=KFold(3, shuffle=True, random_state=0)),
        {"big": range(4, 31), "middle": range(4, 11), "small": 4},
    ),
    BadInput(
        "CondensedNearestNeighbour: too few rows of the smallest class",
        CondensedNearestNeighbour(n_neighbors=9),
        (X, NAMES),
        ("'small'", "4 rows", "1 row of another class", "n_neighbors=9"),
        "Set n_neighbors to 5 or less",
        CondensedNearestNeighbour(n_neighbors=5),
        CLEANED,
    ),
    BadInput(
        "OneSidedSelection: too few rows of the smallest class",
        OneSidedSelection(n_neighbors=9),
        (X, NAMES),
        ("'small'", "4 rows", "1 row of another class", "n_neighbors=9"),
        "Set n_neighbors to 5 or less",
        OneSidedSelection(n_neighbors=5, random_state=0),
        CLEANED,
    ),
    BadInput(
        "TomekLinks: the only row of a class",
        TomekLinks(sampling_strategy="all"),
        (X[:3], np.array(["this", "this", "that"])),
        ("none of the 1 rows of class 'that'",),
        "Leave the class out of sampling_strategy",
        TomekLinks(sampling_strategy=["this"]),
        {"this": 1, "that": 1},
        ShortfallWarning,
    ),
]
