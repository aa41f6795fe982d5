"""Sampling strategies as a ratio, a word or a list that the sampler cannot follow."""

import numpy as np
from tests.behaviour.bad_inputs.case import LOWERED, NAMES, RAISED, BadInput, X, Y

from balancekit.combine import SMOTEENN
from balancekit.over_sampling import RandomOverSampler
from balancekit.under_sampling import RandomUnderSampler, TomekLinks

HALVES = np.repeat(["left", "right"], 22)
COUNTS = "{'big': 30, 'middle': 10, 'small': 4}"
LINKED = {"big": range(20, 31), "middle": 10, "small": 4}


def _raise(strategy):
    return RandomOverSampler(sampling_strategy=strategy)


def _lower(strategy):
    return RandomUnderSampler(sampling_strategy=strategy)


def _clean(strategy):
    return TomekLinks(sampling_strategy=strategy)


BAD_INPUTS = [
    BadInput(
        "a ratio that raises no class",
        _raise(0.01),
        (X, NAMES),
        ("sampling_strategy=0.01", COUNTS),
        "nearer to 1, from 0.167 on",
        _raise(0.167),
        {"big": 30, "middle": 10, "small": 5},
    ),
    BadInput(
        "a ratio that lowers neither of two classes",
        _lower(0.01),
        (X, Y > 0),
        ("sampling_strategy=0.01", "{False: 30, True: 14}"),
        "nearer to 1, from 0.467 on",
        _lower(0.467),
        {False: 29, True: 14},
    ),
    BadInput(
        "a ratio for classes of one size",
        _raise(0.5),
        (X, HALVES),
        ("sampling_strategy=0.5", "{'left': 22, 'right': 22}"),
        "use 'auto'",
        _raise("auto"),
        {"left": 22, "right": 22},
    ),
    BadInput(
        "a ratio above 1",
        _raise(1.5),
        (X, NAMES),
        ("sampling_strategy", "RandomOverSampler", "1.5"),
        "a float in the range (0.0, 1.0]",
        _raise(1.0),
        RAISED,
    ),
    BadInput(
        "a ratio of 0",
        _lower(0.0),
        (X, NAMES),
        ("sampling_strategy", "RandomUnderSampler", "Got 0.0"),
        "a float in the range (0.0, 1.0]",
        _lower(1.0),
        LOWERED,
    ),
    BadInput(
        "NaN as a ratio",
        _raise(np.nan),
        (X, NAMES),
        ("sampling_strategy", "RandomOverSampler", "Got nan"),
        "a float in the range (0.0, 1.0]",
        _raise(0.5),
        {"big": 30, "middle": 15, "small": 15},
    ),
    BadInput(
        "a ratio for a cleaning method",
        _clean(0.5),
        (X, NAMES),
        ("sampling_strategy=0.5", "ratio", "cleaning method"),
        "List the classes to clean, such as ['big']",
        _clean(["big"]),
        LINKED,
    ),
    BadInput(
        "a word with a slip of the pen",
        _raise("minorty"),
        (X, NAMES),
        ("sampling_strategy", "RandomOverSampler", "'minorty'"),
        "'minority'",
        _raise("minority"),
        {"big": 30, "middle": 10, "small": 30},
    ),
    BadInput(
        "the largest class, to over-sample",
        _raise("majority"),
        (X, NAMES),
        ("sampling_strategy", "RandomOverSampler", "Got 'majority'"),
        "'not majority'",
        _raise("not majority"),
        RAISED,
    ),
    BadInput(
        "the smallest class, to under-sample",
        _lower("minority"),
        (X, NAMES),
        ("sampling_strategy", "RandomUnderSampler", "Got 'minority'"),
        "'not minority'",
        _lower("not minority"),
        LOWERED,
    ),
    BadInput(
        "a word that a chain does not know",
        SMOTEENN(sampling_strategy="everything"),
        (X, Y > 0),
        ("sampling_strategy", "SMOTEENN", "Got 'everything'"),
        "'all'",
        SMOTEENN(sampling_strategy="all", random_state=0),
        {False: range(1, 31), True: range(1, 31)},
    ),
    BadInput(
        "a list, to over-sample",
        _raise(["small"]),
        (X, NAMES),
        ("sampling_strategy", "RandomOverSampler", "Got ['small']"),
        "an instance of 'collections.abc.Mapping'",
        _raise({"small": 30}),
        {"big": 30, "middle": 10, "small": 30},
    ),
    BadInput(
        "a dictionary for a cleaning method",
        _clean({"big": 3}),
        (X, NAMES),
        ("sampling_strategy", "TomekLinks", "Got {'big': 3}"),
        "an instance of 'list'",
        _clean(["big"]),
        LINKED,
    ),
]
