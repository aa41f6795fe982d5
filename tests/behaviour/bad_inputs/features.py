"""Arrays, lists and sparse matrices that a sampler cannot compute with."""

from decimal import Decimal

import numpy as np
from scipy import sparse
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder
from tests.behaviour.bad_inputs.case import LOWERED, NAMES, RAISED, BadInput, X, with_value

from balancekit.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from balancekit.pipeline import make_pipeline
from balancekit.under_sampling import RandomUnderSampler

COMPUTER = SMOTE(k_neighbors=3, random_state=0)
CHOOSER = RandomUnderSampler()
IMPUTED = make_pipeline(SimpleImputer(), COMPUTER)
NAN = with_value(np.nan)
INFINITE = with_value(-np.inf, 43, 2)
BOTH = with_value(np.nan)
BOTH[0, 2] = np.inf
DECIMALS = with_value(Decimal("NaN"))
WORDS = np.array([["red", "round"], ["blue", "flat"]])[np.arange(44) % 2]
MIXED = np.column_stack([X.astype(object), WORDS])
DATES = np.array("2020-01-01", dtype="M8[D]") + np.arange(88).reshape(44, 2)
FLAGS = (X > 0).astype(object)
FLAGS[3, 1] = None
LISTED = with_value([1, 2])
ROW_3 = ("column 1: 1 x NaN", "row 3")
IMPUTE = "Impute them inside a pipeline (e.g. SimpleImputer)"
ENCODE = "Encode or drop them inside a pipeline (e.g. OneHotEncoder)"
DROPPED = np.arange(44) != 3
ROWS_NEEDED = "a minimum of 1 is required. Pass rows of at least one column"


BAD_INPUTS = [
    BadInput("NaN, imputed", COMPUTER, (NAN, NAMES), ROW_3, IMPUTE, IMPUTED, RAISED),
    BadInput(
        "NaN, dropped",
        COMPUTER,
        (NAN, NAMES),
        ROW_3,
        "drop those rows",
        lambda: COMPUTER.fit_resample(NAN[DROPPED], NAMES[DROPPED]),
        dict.fromkeys(RAISED, 29),
    ),
    BadInput(
        "NaN in a sparse matrix",
        COMPUTER,
        (sparse.csr_matrix(NAN), NAMES),
        ROW_3,
        IMPUTE,
        IMPUTED,
        RAISED,
    ),
    BadInput(
        "None among objects",
        COMPUTER,
        (with_value(None), NAMES),
        ROW_3,
        "RandomUnderSampler",
        CHOOSER,
        LOWERED,
    ),
    BadInput(
        "a decimal NaN among objects",
        COMPUTER,
        (DECIMALS, NAMES),
        ROW_3,
        "RandomOverSampler without `shrinkage`",
        RandomOverSampler(),
        RAISED,
    ),
    BadInput(
        "infinity",
        COMPUTER,
        (INFINITE, NAMES),
        ("column 2: 1 x infinity", "row 43"),
        "Replace infinities by NaN first. Impute them inside a pipeline (e.g. SimpleImputer)",
        lambda: IMPUTED.fit_resample(np.where(np.isinf(INFINITE), np.nan, INFINITE), NAMES),
        RAISED,
    ),
    BadInput(
        "infinity in a sparse array",
        COMPUTER,
        (sparse.csc_array(INFINITE), NAMES),
        ("column 2: 1 x infinity", "row 43"),
        "RandomUnderSampler",
        CHOOSER,
        LOWERED,
    ),
    BadInput(
        "NaN and infinity",
        COMPUTER,
        (BOTH, NAMES),
        ("column 1: 1 x NaN", "row 3", "column 2: 1 x infinity", "row 0"),
        "Replace infinities by NaN first",
        lambda: IMPUTED.fit_resample(np.where(np.isinf(BOTH), np.nan, BOTH), NAMES),
        RAISED,
    ),
    BadInput(
        "NaN with shrinkage",
        RandomOverSampler(shrinkage=0.5),
        (NAN, NAMES),
        ROW_3,
        "RandomOverSampler without `shrinkage`",
        RandomOverSampler(),
        RAISED,
    ),
    BadInput(
        "strings, encoded",
        COMPUTER,
        (WORDS, NAMES),
        ("columns 0, 1", "strings"),
        ENCODE,
        make_pipeline(OneHotEncoder(), COMPUTER),
        RAISED,
    ),
    BadInput(
        "strings, all nominal",
        COMPUTER,
        (WORDS, NAMES),
        ("columns 0, 1", "strings"),
        "SMOTEN for nominal columns",
        SMOTEN(k_neighbors=3),
        RAISED,
    ),
    BadInput(
        "strings beside numbers",
        COMPUTER,
        (MIXED, NAMES),
        ("columns 3, 4", "strings"),
        "use SMOTENC",
        SMOTENC([3, 4], k_neighbors=3),
        RAISED,
    ),
    BadInput(
        "strings in nested lists",
        COMPUTER,
        (MIXED.tolist(), NAMES.tolist()),
        ("columns 3, 4", "strings"),
        "drop them",
        lambda: COMPUTER.fit_resample([row[:3] for row in MIXED.tolist()], NAMES.tolist()),
        RAISED,
    ),
    BadInput(
        "strings with shrinkage",
        RandomOverSampler(shrinkage=0.5),
        (WORDS, NAMES),
        ("shrinkage", "columns 0, 1", "strings"),
        "RandomOverSampler without `shrinkage`",
        RandomOverSampler(),
        RAISED,
    ),
    BadInput(
        "bytes",
        COMPUTER,
        (WORDS.astype(bytes), NAMES),
        ("columns 0, 1", "bytes"),
        ENCODE,
        make_pipeline(OneHotEncoder(), COMPUTER),
        RAISED,
    ),
    BadInput(
        "dates",
        COMPUTER,
        (DATES, NAMES),
        ("columns 0, 1", "datetimes"),
        "RandomUnderSampler",
        CHOOSER,
        LOWERED,
    ),
    BadInput(
        "time differences",
        COMPUTER,
        (DATES - DATES[0], NAMES),
        ("columns 0, 1", "time differences"),
        "SMOTEN for nominal columns",
        SMOTEN(k_neighbors=3),
        RAISED,
    ),
    BadInput(
        "a complex number among objects",
        COMPUTER,
        (with_value(1j), NAMES),
        ("column 1", "complex numbers"),
        "drop them",
        lambda: COMPUTER.fit_resample(np.delete(with_value(1j), 1, axis=1), NAMES),
        RAISED,
    ),
    BadInput(
        "a list among objects",
        COMPUTER,
        (LISTED, NAMES),
        ("Column 1", "[1, 2]", "type list"),
        "must be a string or a number",
        lambda: COMPUTER.fit_resample(with_value(2.0), NAMES),
        RAISED,
        TypeError,
    ),
    BadInput(
        "a string in a numeric column of SMOTENC",
        SMOTENC([3], k_neighbors=3),
        (MIXED, NAMES),
        ("column 4", "strings"),
        "use SMOTENC",
        SMOTENC([3, 4], k_neighbors=3),
        RAISED,
    ),
    BadInput(
        "one dimension",
        COMPUTER,
        (X[:, 0], NAMES),
        ("2D", "1D"),
        "array.reshape(-1, 1)",
        lambda: COMPUTER.fit_resample(X[:, 0].reshape(-1, 1), NAMES),
        RAISED,
    ),
    BadInput(
        "three dimensions",
        COMPUTER,
        (X[:, :, np.newaxis], NAMES),
        ("dim 3",),
        "`X.reshape(44, -1)`",
        lambda: COMPUTER.fit_resample(X[:, :, np.newaxis].reshape(44, -1), NAMES),
        RAISED,
    ),
    BadInput(
        "no row",
        COMPUTER,
        (X[:0], NAMES[:0]),
        ("0 sample(s)", "(0, 3)"),
        ROWS_NEEDED,
        lambda: COMPUTER.fit_resample(X, NAMES),
        RAISED,
    ),
    BadInput(
        "no column",
        COMPUTER,
        (X[:, :0], NAMES),
        ("0 feature(s)", "(44, 0)"),
        ROWS_NEEDED,
        lambda: COMPUTER.fit_resample(X[:, :1], NAMES),
        RAISED,
    ),
    BadInput(
        "complex numbers",
        COMPUTER,
        (X + 1j, NAMES),
        ("X holds complex numbers",),
        "`np.hstack([X.real, X.imag])`",
        lambda: COMPUTER.fit_resample(np.hstack([(X + 1j).real, (X + 1j).imag]), NAMES),
        RAISED,
    ),
    BadInput(
        "a set",
        COMPUTER,
        ({1, 2}, NAMES),
        ("{1, 2} of type set",),
        "Pass an array",
        lambda: COMPUTER.fit_resample(X, NAMES),
        RAISED,
    ),
    BadInput(
        "rows of different lengths",
        COMPUTER,
        ([row[: 2 + index % 2] for index, row in enumerate(X.tolist())], NAMES),
        ("different lengths (2, 3)",),
        "Give each row as many entries, None where there is none",
        lambda: IMPUTED.fit_resample(
            [[*row[:2], row[2] if index % 2 else None] for index, row in enumerate(X.tolist())],
            NAMES,
        ),
        RAISED,
    ),
    BadInput(
        "a matrix",
        COMPUTER,
        (X.view(np.matrix), NAMES),
        ("np.matrix is not supported",),
        "convert to a numpy array with np.asarray",
        lambda: COMPUTER.fit_resample(np.asarray(X.view(np.matrix)), NAMES),
        RAISED,
        TypeError,
    ),
    BadInput(
        "truth values and None",
        COMPUTER,
        (FLAGS, NAMES),
        ROW_3,
        "Impute them",
        lambda: COMPUTER.fit_resample(np.where(np.equal(FLAGS, None), False, FLAGS), NAMES),
        RAISED,
    ),
    BadInput(
        "a masked array",
        COMPUTER,
        (np.ma.array(X, mask=X > 2.5), NAMES),
        (f"{(X > 2.5).sum()} masked entries",),
        "impute with NaN in their place",
        lambda: IMPUTED.fit_resample(np.ma.array(X, mask=X > 2.5).filled(np.nan), NAMES),
        RAISED,
    ),
]
