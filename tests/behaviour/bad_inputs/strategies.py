"""Sampling strategies that cannot be, or that the sampler does not know."""

import numpy as np
from tests.behaviour.bad_inputs.case import NAMES, SIZES, BadInput, X, Y

from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.under_sampling import ClusterCentroids, RandomUnderSampler, TomekLinks

HALVES = np.repeat(["left", "right"], 22)
DAYS = np.datetime64("2020-01-01") + Y
ONE_DAY = np.datetime64("2020-01-02")
COUNTS = "{'big': 30, 'middle': 10, 'small': 4}"
NOT_PRESENT = "not present in y"
# One link of Tomek's, and what cleaning the largest class leaves of it.
LINKED = {"big": range(20, 31), "middle": 10, "small": 4}


def _raise(strategy, **parameters):
    return RandomOverSampler(sampling_strategy=strategy, **parameters)


def _lower(strategy):
    return RandomUnderSampler(sampling_strategy=strategy)


def _clean(strategy):
    return TomekLinks(sampling_strategy=strategy)


BAD_INPUTS = [
    BadInput(
        "an unknown class",
        _raise({"tiny": 40}),
        (X, NAMES),
        ("sampling_strategy", "'tiny'", NOT_PRESENT),
        "Name classes of y: 'big', 'middle', 'small'",
        _raise({"small": 40}),
        {"big": 30, "middle": 10, "small": 40},
    ),
    BadInput(
        "a class in another case",
        SMOTE(k_neighbors=3, sampling_strategy={"Small": 30}),
        (X, NAMES),
        ("sampling_strategy", "'Small'", NOT_PRESENT),
        "Did you mean 'small'?",
        SMOTE(k_neighbors=3, sampling_strategy={"small": 30}),
        {"big": 30, "middle": 10, "small": 30},
    ),
    BadInput(
        "a class with a slip of the pen, to be cleaned",
        _clean(["bigg"]),
        (X, NAMES),
        ("sampling_strategy", "'bigg'", NOT_PRESENT),
        "Did you mean 'big'?",
        _clean(["big"]),
        LINKED,
    ),
    BadInput(
        "a string for an int",
        _raise({"1": 20}),
        (X, Y),
        ("'1'", NOT_PRESENT, "0, 1, 2"),
        "Did you mean 1 of type int64, not str?",
        _raise({np.int64(1): 20}),
        {0: 30, 1: 20, 2: 4},
    ),
    BadInput(
        "an int for a string",
        _lower({0: 20}),
        (X, Y.astype(str)),
        ("class 0", NOT_PRESENT, "'0', '1', '2'"),
        "Did you mean '0' of type str, not int?",
        _lower({"0": 20}),
        {"0": 20, "1": 10, "2": 4},
    ),
    BadInput(
        "a string for a date",
        _raise({"2020-01-02": 20}),
        (X, DAYS),
        ("'2020-01-02'", NOT_PRESENT),
        "of type datetime64, not str",
        _raise({ONE_DAY: 20}),
        dict(zip(np.unique(DAYS).tolist(), (30, 20, 4), strict=True)),
    ),
    BadInput(
        "NaN for a class",
        _raise({np.nan: 20}),
        (X, Y),
        ("class nan", NOT_PRESENT),
        "Name classes of y: 0, 1, 2",
        _raise({2: 20}),
        {0: 30, 1: 10, 2: 20},
    ),
    BadInput(
        "a name of an indicator",
        _raise({"small": 20}),
        (X, (Y[:, np.newaxis] == np.arange(3)).astype(int)),
        ("'small'", NOT_PRESENT),
        "Name classes of y: 0, 1, 2",
        _raise({2: 20}),
        {0: 30, 1: 10, 2: 20},
    ),
    BadInput(
        "fewer rows than there are",
        _raise({"middle": 7}),
        (X, NAMES),
        ("over-sampling", "7 rows of class 'middle'", "which has 10"),
        "use an under-sampler",
        _lower({"middle": 7}),
        {"big": 30, "middle": 7, "small": 4},
    ),
    BadInput(
        "no rows of a class, to over-sample",
        _raise({"big": 0, "small": 10}),
        (X, NAMES),
        ("0 rows of class 'big'", "which has 30"),
        "leave the class out",
        _raise({"small": 10}),
        {"big": 30, "middle": 10, "small": 10},
    ),
    BadInput(
        "more rows than there are",
        ClusterCentroids(sampling_strategy={"middle": 17}),
        (X, NAMES),
        ("under-sampling", "17 rows of class 'middle'", "which has 10"),
        "Ask for a number from 0 to 10",
        ClusterCentroids(sampling_strategy={"middle": 10}),
        SIZES,
    ),
    BadInput(
        "a negative number",
        _raise({"small": -2}),
        (X, NAMES),
        ("negative", "-2 rows of class 'small'", "which has 4"),
        "Ask for 4 or more",
        _raise({"small": 4}),
        SIZES,
    ),
    BadInput(
        "half a row",
        _raise({"small": 20.5}),
        (X, NAMES),
        ("20.5 rows of class 'small'",),
        "it needs to be a whole number of rows",
        _raise({"small": 20}),
        {"big": 30, "middle": 10, "small": 20},
    ),
    BadInput(
        "a share in the place of a number",
        _lower({"big": 0.5}),
        (X, NAMES),
        ("0.5 rows of class 'big'", "whole number"),
        "A single float (not in a dict) is a ratio",
        _lower(0.5),
        {"big": 8, "middle": 8, "small": 4},
    ),
    BadInput(
        "a number as a string",
        _raise({"small": "20"}),
        (X, NAMES),
        ("'20' rows of class 'small'",),
        "it needs to be a whole number of rows",
        _raise({"small": 20}),
        {"big": 30, "middle": 10, "small": 20},
    ),
    BadInput(
        "NaN rows",
        _raise({"small": np.nan}),
        (X, NAMES),
        ("nan rows of class 'small'",),
        "it needs to be a whole number of rows",
        _raise({"small": 20}),
        {"big": 30, "middle": 10, "small": 20},
    ),
    BadInput(
        "a function that returns nothing",
        _raise(lambda y: None),
        (X, NAMES),
        ("sampling_strategy", "callable", "NoneType (None)"),
        "return a dict of label to number of rows, such as {'big': 30}",
        _raise(lambda y: {"big": 30}),
        SIZES,
    ),
    BadInput(
        "a function that returns a name",
        _clean(lambda y: "big"),
        (X, NAMES),
        ("sampling_strategy", "callable", "str ('big')"),
        "return a list of labels, such as ['big']",
        _clean(lambda y: ["big"]),
        LINKED,
    ),
]
