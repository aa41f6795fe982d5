"""Labels that are missing, no labels at all, or of one class only."""

from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa
from scipy import sparse
from sklearn.model_selection import train_test_split
from tests.behaviour.bad_inputs.case import LOWERED, NAMES, BadInput, X, Y

from balancekit.over_sampling import RandomOverSampler
from balancekit.under_sampling import RandomUnderSampler

CHOOSER = RandomUnderSampler(random_state=0)
IS_SMALL = NAMES == "small"
# Rows without a label: those of the smallest class.
PLACES = "rows 12, 14, 19, 41"
OBJECTS = NAMES.astype(object)
MISSING = np.where(IS_SMALL, np.nan, Y)
NO_NAME = np.where(IS_SMALL, None, OBJECTS)
NO_DAY = np.where(IS_SMALL, np.datetime64("NaT"), np.datetime64("2020-01-01") + Y)
INFINITE = np.where(IS_SMALL, np.inf, Y)
TWO_LEFT = {"big": 10, "middle": 10}
TWO_LEFT_AS_NUMBERS = {0.0: 10, 1.0: 10}
BY_NUMBER = {0: 4, 1: 4, 2: 4}
MARKS = (Y[:, np.newaxis] == np.arange(3)).astype(int)
AMBIGUOUS = MARKS.copy()
AMBIGUOUS[3] = 1
MIXED = np.where(IS_SMALL, 2, OBJECTS)
SORTED = X, np.repeat(["a", "b"], [30, 14])
AS_LIST = "pass one label for each row, as a list"


def _chosen(y, rows=slice(None)):
    return CHOOSER.fit_resample(X[rows], y)


def _stratified():
    half, _, names, _ = train_test_split(*SORTED, train_size=20, random_state=0, stratify=SORTED[1])
    return CHOOSER.fit_resample(half, names)


BAD_INPUTS = [
    BadInput(
        "no y",
        CHOOSER,
        (X, None),
        ("RandomUnderSampler", "y is None"),
        "pass the class label of each row",
        lambda: _chosen(NAMES),
        LOWERED,
    ),
    BadInput(
        "NaN in y",
        CHOOSER,
        (X, MISSING),
        ("Input y", "4 labels missing", PLACES),
        "Drop those rows",
        lambda: _chosen(MISSING[~IS_SMALL], ~IS_SMALL),
        TWO_LEFT_AS_NUMBERS,
    ),
    BadInput(
        "None in y",
        CHOOSER,
        (X, NO_NAME),
        ("Input y", "4 labels missing", PLACES),
        "give them a class of their own",
        lambda: _chosen(np.where(IS_SMALL, "unknown", NO_NAME)),
        {"big": 4, "middle": 4, "unknown": 4},
    ),
    BadInput(
        "a missing date in y",
        CHOOSER,
        (X, NO_DAY),
        ("Input y", "4 labels missing", PLACES),
        "Drop those rows",
        lambda: _chosen(NO_DAY[~IS_SMALL], ~IS_SMALL),
        {date(2020, 1, 1): 10, date(2020, 1, 2): 10},
    ),
    BadInput(
        "missing entries in a series of polars as y",
        CHOOSER,
        (X, pl.Series(NO_NAME.tolist())),
        ("Input y", "4 labels missing", PLACES),
        "give them a class of their own",
        lambda: _chosen(pl.Series(NO_NAME.tolist()).fill_null("unknown")),
        {"big": 4, "middle": 4, "unknown": 4},
    ),
    BadInput(
        "missing entries in a chunked array as y",
        CHOOSER,
        (X, pa.chunked_array([NO_NAME.tolist()])),
        ("Input y", "4 labels missing", PLACES),
        "Drop those rows",
        lambda: _chosen(pa.chunked_array([NO_NAME.tolist()]).drop_null(), ~IS_SMALL),
        TWO_LEFT,
    ),
    BadInput(
        "continuous y",
        CHOOSER,
        (X, X[:, 0]),
        ("y", "continuous", f"{X[0, 0]:g} (row 0)"),
        "Cut y into classes first",
        lambda: _chosen(X[:, 0] > 1),
        {False: 13, True: 13},
    ),
    BadInput(
        "infinity in y",
        CHOOSER,
        (X, INFINITE),
        ("Input y", "infinity", "4 labels", PLACES),
        "Drop those rows",
        lambda: _chosen(INFINITE[~IS_SMALL], ~IS_SMALL),
        TWO_LEFT_AS_NUMBERS,
    ),
    BadInput(
        "complex numbers as y",
        CHOOSER,
        (X, Y + 1j),
        ("y", "complex numbers", f"{Y[0] + 1j} (row 0)"),
        "Take their real part",
        lambda: _chosen((Y + 1j).real),
        {0.0: 4, 1.0: 4, 2.0: 4},
    ),
    BadInput(
        "three dimensions of y",
        CHOOSER,
        (X, np.zeros((44, 2, 3))),
        ("y", "(44, 2, 3)"),
        "Pass one label for each row, in one dimension",
        lambda: _chosen(NAMES),
        LOWERED,
    ),
    BadInput(
        "several outputs",
        CHOOSER,
        (X, np.column_stack([Y, Y + 1])),
        ("y has 2 columns", "multioutput"),
        "pass one column of labels",
        lambda: _chosen(np.column_stack([Y, Y + 1])[:, 0]),
        BY_NUMBER,
    ),
    BadInput(
        "a row of labels",
        CHOOSER,
        (X, Y[np.newaxis]),
        ("y has 44 columns",),
        "pass one column of labels",
        lambda: _chosen(Y[:, np.newaxis]),
        BY_NUMBER,
    ),
    BadInput(
        "a sparse matrix of several outputs",
        CHOOSER,
        (X, sparse.csr_array(np.column_stack([Y, Y + 1]))),
        ("y has 2 columns",),
        "pass one column of labels",
        lambda: _chosen(np.column_stack([Y, Y + 1])[:, 1]),
        {1: 4, 2: 4, 3: 4},
    ),
    BadInput(
        "rows of several classes",
        CHOOSER,
        (X, AMBIGUOUS),
        ("y", "more than one class marked in 1 row", "row 3"),
        "mark exactly one class in each row",
        lambda: _chosen(MARKS),
        BY_NUMBER,
    ),
    BadInput(
        "rows of no class",
        CHOOSER,
        (X, MARKS[:, :2]),
        ("y", "no class at all marked in 4 rows", PLACES),
        "mark exactly one class in each row",
        lambda: _chosen(np.column_stack([MARKS[:, :2], IS_SMALL])),
        BY_NUMBER,
    ),
    BadInput(
        "labels of two types",
        CHOOSER,
        (X, MIXED),
        ("y", "int, str"),
        "`y.astype(str)`",
        lambda: _chosen(MIXED.astype(str)),
        {"big": 4, "middle": 4, "2": 4},
    ),
    BadInput(
        "labels that have no order",
        CHOOSER,
        (X, np.array([{"class": name} for name in NAMES.tolist()])),
        ("y", "labels of type dict"),
        "`y.astype(str)`",
        lambda: _chosen(np.array([{"class": name} for name in NAMES.tolist()]).astype(str)),
        {f"{{'class': '{name}'}}": 4 for name in LOWERED},
    ),
    BadInput(
        "a set as y",
        CHOOSER,
        (X, set(range(44))),
        ("y", "type set"),
        AS_LIST,
        lambda: _chosen(NAMES.tolist()),
        LOWERED,
    ),
    BadInput(
        "a generator as y",
        CHOOSER,
        (X, (name for name in NAMES.tolist())),
        ("y", "type generator"),
        AS_LIST,
        lambda: _chosen(list(name for name in NAMES.tolist())),
        LOWERED,
    ),
    BadInput(
        "lists of different lengths as y",
        CHOOSER,
        (X, [[name] * (1 + row % 2) for row, name in enumerate(NAMES.tolist())]),
        ("y", "different lengths (1, 2)"),
        AS_LIST,
        lambda: _chosen(NAMES.tolist()),
        LOWERED,
    ),
    BadInput(
        "one label for all rows",
        CHOOSER,
        (X, "small"),
        ("y", "'small'", "has no rows"),
        AS_LIST,
        lambda: _chosen(NAMES.tolist()),
        LOWERED,
    ),
    BadInput(
        "fewer labels than rows",
        CHOOSER,
        (X, NAMES[1:]),
        ("44 rows", "43 labels"),
        "Pass one label for each row",
        lambda: _chosen(NAMES),
        LOWERED,
    ),
    BadInput(
        "a lazy frame as y",
        CHOOSER,
        (X, pl.LazyFrame({"class": NAMES})),
        ("y", "LazyFrame"),
        "call `.collect()`",
        lambda: _chosen(pl.LazyFrame({"class": NAMES}).collect()["class"]),
        LOWERED,
        TypeError,
    ),
    BadInput(
        "masked labels",
        CHOOSER,
        (X, np.ma.array(Y, mask=IS_SMALL)),
        ("y", "4 masked entries"),
        "fill them",
        lambda: _chosen(np.ma.array(Y, mask=IS_SMALL).filled(-1)),
        {-1: 4, 0: 4, 1: 4},
    ),
    BadInput(
        "one class",
        CHOOSER,
        (X, np.full(44, "same")),
        ("1 class", "44 rows", "'same'"),
        "Add rows of another class",
        lambda: CHOOSER.fit_resample(
            np.concatenate([X, X[:2] + 1]), np.repeat(["same", "another"], [44, 2])
        ),
        {"same": 2, "another": 2},
    ),
    BadInput(
        "one class in a part of the rows",
        CHOOSER,
        (SORTED[0][:20], SORTED[1][:20]),
        ("1 class", "20 rows", "'a'"),
        "stratify it",
        _stratified,
        {"a": 6, "b": 6},
    ),
    BadInput(
        "one row",
        RandomOverSampler(),
        (X[:1], np.array([7])),
        ("1 class", "1 row", "7"),
        "Add rows of another class",
        lambda: RandomOverSampler().fit_resample(X[:3], np.array([7, 8, 8])),
        {7: 2, 8: 2},
    ),
]
