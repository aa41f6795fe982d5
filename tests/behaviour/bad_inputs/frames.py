"""Data frames, series and tables that a sampler cannot compute with."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder
from tests.behaviour.bad_inputs.case import LOWERED, NAMES, RAISED, BadInput, X

from balancekit.over_sampling import SMOTE, SMOTENC, RandomOverSampler
from balancekit.pipeline import make_pipeline
from balancekit.under_sampling import RandomUnderSampler

COMPUTER = SMOTE(k_neighbors=3, random_state=0)
CHOOSER = RandomUnderSampler()
NUMBERS = pd.DataFrame(X, columns=["height", "width", "weight"])
COLOURS = np.array(["red", "blue"])[np.arange(44) % 2]
COLOURED = NUMBERS.assign(colour=COLOURS)
CATEGORIES = NUMBERS.assign(colour=pd.Categorical(COLOURS))
DATED = NUMBERS.assign(day=pd.date_range("2020-01-01", periods=44))
AGED = NUMBERS.assign(age=pd.to_timedelta(np.arange(44), unit="D"))
MONTHS = NUMBERS.assign(month=pd.period_range("2020-01", periods=44, freq="M"))
COMPLEX = NUMBERS.assign(wave=X[:, 0] + 1j)
BOXED = NUMBERS.assign(box=[{"side": side} for side in X[:, 0]])
ENCODED = make_pipeline(
    make_column_transformer((OneHotEncoder(), ["colour"]), remainder="passthrough"), COMPUTER
)
IMPUTED = make_pipeline(SimpleImputer().set_output(transform="pandas"), COMPUTER)
ENCODE = "Encode or drop them inside a pipeline (e.g. OneHotEncoder)"
IMPUTE = "Impute them inside a pipeline (e.g. SimpleImputer)"
WIDTH = ("column 'width': 1 x NaN", "row 3")


def _without(dtype):
    """Return numbers of an extension dtype that lack one."""
    column = pd.array(np.rint(X[:, 1]), dtype="Int64").astype(dtype)
    column[3] = pd.NA
    return NUMBERS.assign(width=column)


def _polars(**columns):
    return pl.DataFrame({"height": X[:, 0], **columns})


MISSING = NUMBERS.mask((NUMBERS.index.to_numpy() == 3)[:, np.newaxis] & [False, True, False])
WIDTHS = [None if row == 3 else width for row, width in enumerate(X[:, 1].tolist())]
LAZY = pl.LazyFrame({"height": X[:, 0]})
BATCH = pa.record_batch({"height": pa.array(X[:, 0])})
TWICE = pa.table([pa.array(X[:, 0]), pa.array(X[:, 1])], names=["height", "height"])
SHUFFLED = pd.Series(NAMES).sample(frac=1, random_state=0)


BAD_INPUTS = [
    BadInput(
        "pandas: strings",
        COMPUTER,
        (COLOURED, NAMES),
        ("column 'colour'", "strings"),
        ENCODE,
        ENCODED,
        RAISED,
    ),
    BadInput(
        "pandas: categories",
        COMPUTER,
        (CATEGORIES, NAMES),
        ("column 'colour'", "category"),
        "use SMOTENC",
        SMOTENC(["colour"], k_neighbors=3),
        RAISED,
    ),
    BadInput(
        "pandas: dates",
        COMPUTER,
        (DATED, NAMES),
        ("column 'day'", "datetime64"),
        "drop them",
        lambda: COMPUTER.fit_resample(DATED.drop(columns="day"), NAMES),
        RAISED,
    ),
    BadInput(
        "pandas: time differences",
        COMPUTER,
        (AGED, NAMES),
        ("column 'age'", "timedelta64"),
        "RandomUnderSampler",
        CHOOSER,
        LOWERED,
    ),
    BadInput(
        "pandas: periods",
        COMPUTER,
        (MONTHS, NAMES),
        ("column 'month'", "period[M]"),
        "RandomOverSampler without `shrinkage`",
        RandomOverSampler(),
        RAISED,
    ),
    BadInput(
        "pandas: complex numbers",
        COMPUTER,
        (COMPLEX, NAMES),
        ("column 'wave'", "complex numbers"),
        "drop them",
        lambda: COMPUTER.fit_resample(COMPLEX.drop(columns="wave"), NAMES),
        RAISED,
    ),
    BadInput(
        "pandas: dictionaries",
        COMPUTER,
        (BOXED, NAMES),
        ("Column 'box'", "'side'", "type dict"),
        "must be a string or a number",
        lambda: COMPUTER.fit_resample(BOXED.assign(box=[b["side"] for b in BOXED["box"]]), NAMES),
        RAISED,
        TypeError,
    ),
    BadInput("pandas: NaN", COMPUTER, (MISSING, NAMES), WIDTH, IMPUTE, IMPUTED, RAISED),
    BadInput(
        "pandas: a missing integer",
        COMPUTER,
        (_without("Int64"), NAMES),
        WIDTH,
        "drop those rows",
        lambda: COMPUTER.fit_resample(_without("Int64").drop(index=3), np.delete(NAMES, 3)),
        dict.fromkeys(RAISED, 29),
    ),
    BadInput(
        "pandas: a missing float",
        COMPUTER,
        (_without("Float64"), NAMES),
        WIDTH,
        "RandomUnderSampler",
        CHOOSER,
        LOWERED,
    ),
    BadInput(
        "pandas: a missing truth",
        COMPUTER,
        (NUMBERS.assign(flag=pd.array([None] + [True] * 43, dtype="boolean")), NAMES),
        ("column 'flag': 1 x NaN", "row 0"),
        "RandomOverSampler without `shrinkage`",
        RandomOverSampler(),
        RAISED,
    ),
    BadInput(
        "pandas: a series as X",
        COMPUTER,
        (NUMBERS["width"], NAMES),
        ("2-dimensional", "Series"),
        "Pass a DataFrame containing",
        lambda: COMPUTER.fit_resample(NUMBERS["width"].to_frame(), NAMES),
        RAISED,
    ),
    BadInput(
        "pandas: no column",
        COMPUTER,
        (NUMBERS[[]], NAMES),
        ("0 feature(s)", "(44, 0)"),
        "a minimum of 1 is required",
        lambda: COMPUTER.fit_resample(NUMBERS[["width"]], NAMES),
        RAISED,
    ),
    BadInput(
        "pandas: labels in another order",
        COMPUTER,
        (NUMBERS, SHUFFLED),
        ("index of X", "index of y", "position"),
        "pass `y.loc[X.index]`",
        lambda: COMPUTER.fit_resample(NUMBERS, SHUFFLED.loc[NUMBERS.index]),
        RAISED,
        UserWarning,
    ),
    BadInput(
        "polars: strings",
        COMPUTER,
        (_polars(colour=COLOURS), NAMES),
        ("column 'colour'", "String"),
        "use SMOTENC",
        SMOTENC("auto", k_neighbors=3),
        RAISED,
    ),
    BadInput(
        "polars: structures",
        COMPUTER,
        (_polars(box=[{"side": 1}] * 44), NAMES),
        ("column 'box'", "Struct"),
        "RandomUnderSampler",
        CHOOSER,
        LOWERED,
    ),
    BadInput(
        "polars: nothing in a row",
        COMPUTER,
        (_polars(width=WIDTHS), NAMES),
        WIDTH,
        "Impute them",
        lambda: COMPUTER.fit_resample(_polars(width=WIDTHS).fill_null(0.0), NAMES),
        RAISED,
    ),
    BadInput(
        "polars: NaN",
        COMPUTER,
        (_polars(width=MISSING["width"].to_numpy()), NAMES),
        WIDTH,
        "drop those rows",
        lambda: COMPUTER.fit_resample(
            _polars(width=MISSING["width"].to_numpy()).drop_nans(), np.delete(NAMES, 3)
        ),
        dict.fromkeys(RAISED, 29),
    ),
    BadInput(
        "polars: a lazy frame",
        COMPUTER,
        (LAZY, NAMES),
        ("LazyFrame is lazy",),
        "call `.collect()`",
        lambda: COMPUTER.fit_resample(LAZY.collect(), NAMES),
        RAISED,
        TypeError,
    ),
    BadInput(
        "pyarrow: nothing in a row",
        COMPUTER,
        (pa.table({"height": X[:, 0], "width": pa.array(WIDTHS)}), NAMES),
        WIDTH,
        "RandomOverSampler without `shrinkage`",
        RandomOverSampler(),
        RAISED,
    ),
    BadInput(
        "pyarrow: a record batch",
        COMPUTER,
        (BATCH, NAMES),
        ("pyarrow.lib.RecordBatch is not supported",),
        "pass a data frame",
        lambda: COMPUTER.fit_resample(pa.Table.from_batches([BATCH]), NAMES),
        RAISED,
        TypeError,
    ),
    BadInput(
        "pyarrow: two columns of one name",
        COMPUTER,
        (TWICE, NAMES),
        ("'height'", "2 times"),
        "unique",
        lambda: COMPUTER.fit_resample(TWICE.rename_columns(["height", "width"]), NAMES),
        RAISED,
    ),
]
