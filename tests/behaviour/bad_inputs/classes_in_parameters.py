"""Parameters that go by class or by column, and do not fit y or X."""

import numpy as np
import pandas as pd
from sklearn.preprocessing import OneHotEncoder
from tests.behaviour.bad_inputs.case import NAMES, RAISED, BadInput, X

from balancekit.over_sampling import SMOTE, SMOTEN, SMOTENC, ClusterOverSampler, RandomOverSampler

DATA = (X, NAMES)
WORDS = np.array(["red", "blue"])[np.arange(44) % 2]
MIXED = np.column_stack([X.astype(object), WORDS])
FRAME = pd.DataFrame(X, columns=["a", "b", "c"]).assign(colour=WORDS)
BOXED = np.column_stack([MIXED[:, :3], [{"colour": word} for word in WORDS.tolist()]])
ALL = [0, 1, 2, 3]


def _noisy(shrinkage):
    return RandomOverSampler(shrinkage=shrinkage)


def _clusters(n_clusters):
    return ClusterOverSampler(n_clusters=n_clusters, random_state=0)


def _mixed(columns, **parameters):
    return SMOTENC(columns, k_neighbors=3, **parameters)


BAD_INPUTS = [
    BadInput(
        "negative shrinkage",
        _noisy(-1),
        DATA,
        ("'shrinkage' parameter of RandomOverSampler", "Got -1"),
        "a float in the range [0.0, inf)",
        _noisy(1.0),
        RAISED,
    ),
    BadInput(
        "infinite shrinkage",
        _noisy(np.inf),
        DATA,
        ("'shrinkage' parameter of RandomOverSampler", "Got inf"),
        "a float in the range [0.0, inf)",
        _noisy(0.0),
        RAISED,
    ),
    BadInput(
        "a class without shrinkage",
        _noisy({"small": 1.0}),
        DATA,
        ("`shrinkage`", "missing classes are: ['middle']"),
        "Add them; a factor of 0 repeats rows",
        _noisy({"small": 1.0, "middle": 0}),
        RAISED,
    ),
    BadInput(
        "shrinkage of an unknown class",
        _noisy({"small": 1.0, "Middle": 1.0}),
        DATA,
        ("`shrinkage`", "['middle']", "Not present in y, but named: 'Middle'"),
        "Add them",
        _noisy({"small": 1.0, "middle": 1.0}),
        RAISED,
    ),
    BadInput(
        "negative shrinkage of a class",
        _noisy({"small": -1.0, "middle": 0}),
        DATA,
        ("shrinkage=-1.0", "class 'small'"),
        "Use 0 to repeat rows",
        _noisy({"small": 0, "middle": 0}),
        RAISED,
    ),
    BadInput(
        "infinite shrinkage of a class",
        _noisy({"small": np.inf, "middle": 0}),
        DATA,
        ("shrinkage=inf", "class 'small'"),
        "needs to be >= 0, and a finite number",
        _noisy({"small": 2.0, "middle": 0}),
        RAISED,
    ),
    BadInput(
        "NaN as shrinkage of a class",
        _noisy({"small": np.nan, "middle": 0}),
        DATA,
        ("shrinkage=nan", "class 'small'"),
        "Use 0 to repeat rows",
        _noisy({"small": 0, "middle": 0}),
        RAISED,
    ),
    BadInput(
        "shrinkage that is no number",
        _noisy({"small": "much", "middle": 0}),
        DATA,
        ("shrinkage='much'", "class 'small'"),
        "needs to be >= 0, and a finite number",
        _noisy({"small": 0.1, "middle": 0}),
        RAISED,
    ),
    BadInput(
        "no clusters of a class",
        _clusters({"small": 0, "middle": 2}),
        DATA,
        ("n_clusters of class 'small' is 0",),
        "it needs to be 1 or more",
        _clusters({"small": 1, "middle": 2}),
        RAISED,
    ),
    BadInput(
        "a class without a number of clusters",
        _clusters({"small": 2}),
        DATA,
        ("n_clusters", "'middle'"),
        "use n_clusters='silhouette'",
        _clusters("silhouette"),
        RAISED,
    ),
    BadInput(
        "clusters of an unknown class",
        _clusters({"Small": 2, "middle": 2}),
        DATA,
        ("n_clusters", "'Small'", "not present in y"),
        "Did you mean 'small'?",
        _clusters({"small": 2, "middle": 2}),
        RAISED,
    ),
    BadInput(
        "a word for a number of clusters",
        _clusters("elbow"),
        DATA,
        ("'n_clusters' parameter of ClusterOverSampler", "Got 'elbow'"),
        "'silhouette'",
        _clusters("silhouette"),
        RAISED,
    ),
    BadInput(
        "SMOTENC: no nominal column",
        _mixed("auto"),
        DATA,
        ("only with numerical features", "categorical_features", "0 of 3 columns"),
        "Use SMOTE",
        SMOTE(k_neighbors=3),
        RAISED,
    ),
    BadInput(
        "SMOTENC: nominal columns only",
        _mixed(ALL),
        (MIXED, NAMES),
        ("only with categorical features", "categorical_features", "4 of 4 columns"),
        "Use SMOTEN",
        SMOTEN(k_neighbors=3),
        RAISED,
    ),
    BadInput(
        "SMOTENC: a column that there is not",
        _mixed([7]),
        (MIXED, NAMES),
        ("categorical_features holds 7", "4 feature(s)"),
        "all features must be in [0, 3] or [-4, -1]",
        _mixed([-1]),
        RAISED,
    ),
    BadInput(
        "SMOTENC: a mask for fewer columns",
        _mixed([True, False]),
        (MIXED, NAMES),
        ("categorical_features", "mask of shape (2,)", "X has 4 columns"),
        "it needs shape (4,)",
        _mixed([False, False, False, True]),
        RAISED,
    ),
    BadInput(
        "SMOTENC: a name without names",
        _mixed(["colour"]),
        (MIXED, NAMES),
        ("categorical_features", "'colour'", "no column names"),
        "pass positions from 0 to 3",
        _mixed([3]),
        RAISED,
    ),
    BadInput(
        "SMOTENC: a name with a slip of the pen",
        _mixed(["color"]),
        (FRAME, NAMES),
        ("categorical_features", "'color'", "'a', 'b', 'c', 'colour'"),
        "Did you mean 'colour'?",
        _mixed(["colour"]),
        RAISED,
    ),
    BadInput(
        "SMOTENC: a column twice",
        _mixed([3, -1]),
        (MIXED, NAMES),
        ("categorical_features", "twice: number 3"),
        "name each once",
        _mixed([3]),
        RAISED,
    ),
    BadInput(
        "SMOTENC: nothing for columns",
        _mixed(None),
        (MIXED, NAMES),
        ("'categorical_features' parameter of SMOTENC", "Got None"),
        "a str among {'auto'}",
        _mixed("auto"),
        RAISED,
    ),
    BadInput(
        "SMOTENC: an encoder that drops a category",
        _mixed([3], categorical_encoder=OneHotEncoder(drop="first")),
        (MIXED, NAMES),
        ("categorical_encoder gives 1 column for 2 categories",),
        "Leave categorical_encoder out",
        _mixed([3]),
        RAISED,
    ),
    BadInput(
        "SMOTENC: dictionaries",
        _mixed([3]),
        (BOXED, NAMES),
        ("column 3", "{'colour': 'red'}", "type dict"),
        "Convert them, for example with `astype(str)`",
        lambda: _mixed([3]).fit_resample(
            np.column_stack([BOXED[:, :3], BOXED[:, 3].astype(str)]), NAMES
        ),
        RAISED,
        TypeError,
    ),
]
