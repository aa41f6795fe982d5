"""What `ResampledClassifier` cannot fit: the samplers here are such classifiers."""

import imblearn
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier
from tests.behaviour.bad_inputs.case import NAMES, SIZES, BadInput, Fitted, X, Y

from balancekit.compose import ResampledClassifier
from balancekit.over_sampling import SMOTE
from balancekit.under_sampling import RandomUnderSampler

DATA = (X, NAMES)
OVER = SMOTE(k_neighbors=3, random_state=0)
HALF = imblearn.FunctionSampler(func=lambda X, y: (X[:22], y[:22]))
NO_SMALL = RandomUnderSampler(sampling_strategy={"small": 0}, random_state=0)
FEWER = RandomUnderSampler(sampling_strategy={"big": 10}, random_state=0)
# A tree that knows every row predicts what it was told.
MODEL = DecisionTreeClassifier(random_state=0)
WEIGHTS = np.ones(44)


def _predicted(sampler, classifier, **arguments):
    return Fitted(ResampledClassifier(sampler, classifier), **arguments)


BAD_INPUTS = [
    BadInput(
        "the name of a sampler",
        _predicted("smote", MODEL),
        DATA,
        ("'sampler' parameter of ResampledClassifier", "Got 'smote'"),
        "'passthrough'",
        _predicted("passthrough", MODEL),
        SIZES,
    ),
    BadInput(
        "a regression",
        _predicted(OVER, LinearRegression()),
        DATA,
        ("estimator needs to be a classifier", "LinearRegression"),
        "such as LogisticRegression()",
        _predicted(OVER, MODEL),
        SIZES,
    ),
    BadInput(
        "no y",
        _predicted(OVER, MODEL),
        (X, None),
        ("ResampledClassifier", "y is None"),
        "pass the class label of each row",
        lambda: _predicted(OVER, MODEL).fit_resample(X, NAMES),
        SIZES,
    ),
    BadInput(
        "several outputs",
        _predicted(OVER, MODEL),
        (X, np.column_stack([Y, Y + 1])),
        ("y has 2 columns", "multioutput"),
        "pass one column of class labels",
        lambda: _predicted(OVER, MODEL).fit_resample(X, np.column_stack([Y, Y + 1])[:, 0]),
        {0: 30, 1: 10, 2: 4},
    ),
    BadInput(
        "weights that the classifier does not take",
        _predicted(OVER, KNeighborsClassifier(), sample_weight=WEIGHTS),
        DATA,
        ("sample_weight", "KNeighborsClassifier.fit"),
        "use a classifier that does",
        _predicted(OVER, MODEL, sample_weight=WEIGHTS),
        SIZES,
    ),
    BadInput(
        "weights of fewer rows",
        _predicted(OVER, MODEL, sample_weight=WEIGHTS[1:]),
        DATA,
        ("sample_weight", "(43,)"),
        "expected (44,)",
        _predicted(OVER, MODEL, sample_weight=WEIGHTS),
        SIZES,
    ),
    BadInput(
        "weights that cannot follow the rows",
        _predicted(HALF, MODEL, sample_weight=WEIGHTS),
        DATA,
        ("sample_weight cannot follow", "FunctionSampler", "`sample_indices_`"),
        "leave the argument out",
        _predicted(HALF, MODEL),
        dict.fromkeys(SIZES, range(1, 43)),
    ),
    BadInput(
        "a class without rows",
        _predicted(NO_SMALL, MODEL),
        DATA,
        ("no row of class 'small'",),
        "leave the class out of its sampling_strategy",
        _predicted(FEWER, MODEL),
        {"big": range(10, 31), "middle": range(10, 35), "small": range(4, 25)},
    ),
]
