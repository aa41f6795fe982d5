"""Features of any container as one table of numbers.

Nominal values become codes, in the order of the sorted values, so that the same data gives the same
scores in whatever container it comes. Coding learns nothing from the rows; imputing, scaling and
one-hot encoding do, and stay inside the pipeline.
"""

from __future__ import annotations

import datetime
import decimal
import numbers
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.comparison.texts import are_dates, strays_among_numbers
from balancekit.core.base import as_table
from balancekit.core.containers import is_table_library
from balancekit.core.containers.objects import is_missing
from balancekit.core.wording import list_names

if TYPE_CHECKING:
    import narwhals as nw

DATES = (datetime.date, datetime.time, datetime.timedelta, np.datetime64, np.timedelta64)
NUMBERS = (numbers.Real, decimal.Decimal, np.bool_)

Kind = Literal["numeric", "nominal", "dropped"]


@dataclass(frozen=True)
class Column:
    """One column, or why it cannot be used.

    Parameters
    ----------
    kind : {"numeric", "nominal", "dropped"}
        What it holds.
    values : ndarray of float, shape (n_rows,), optional
        Numbers, or codes of nominal values; missing ones are NaN.
    reason : str
        What a dropped column holds.
    strays : list of str, optional
        The texts that are no numbers, if almost all of a nominal column are.
    """

    kind: Kind
    values: NDArray[np.float64] | None = None
    reason: str = ""
    strays: list[str] | None = None


@dataclass(frozen=True)
class Features:
    """A table of numbers and codes.

    Parameters
    ----------
    rows : {ndarray, CSR matrix} of shape (n_rows, n_columns)
        The table, at the column positions of the input. Dropped columns are NaN.
    names : sequence of str, n_columns entries
        Column names; positions where there are none.
    kinds : sequence of str, n_columns entries
        Whether a column is numeric, nominal or dropped.
    dropped : dict of str to str
        What the dropped columns hold.
    strays : dict of int to list of str
        The texts that are no numbers, by position of the nominal columns that hold almost only
        numbers.
    """

    rows: Any
    names: Sequence[str]
    kinds: Sequence[Kind]
    dropped: dict[str, str] = field(default_factory=dict)
    strays: dict[int, list[str]] = field(default_factory=dict)

    def positions(self, kind: Kind) -> list[int]:
        """Find the columns of a kind.

        Parameters
        ----------
        kind : {"numeric", "nominal", "dropped"}
            What they hold.

        Returns
        -------
        positions : list of int
        """
        return [index for index, each in enumerate(self.kinds) if each == kind]

    @property
    def is_sparse(self) -> bool:
        """Whether the table is a sparse matrix."""
        return bool(sparse.issparse(self.rows))

    @property
    def is_plain(self) -> bool:
        """Whether any classifier can take the table as it is: numbers, none missing."""
        stored = self.rows.data if self.is_sparse else self.rows
        return set(self.kinds) == {"numeric"} and not np.isnan(stored).any()


def read_features(X: Any) -> Features:
    """Read features from any container.

    Parameters
    ----------
    X : {array-like, sparse matrix, data frame, tensor} of shape (n_rows, n_columns)
        Features. Numbers and bool are numeric; strings, categories and mixed objects are nominal;
        dates (also as text), times and columns without any value are dropped.

    Returns
    -------
    features : Features

    Raises
    ------
    ValueError
        If X is not two-dimensional, has no numeric column or holds infinite values.
    TypeError
        If X is a lazy frame or no table at all.
    """
    table = as_table(X)
    shape = table.shape
    if is_table_library(X) == "torch":
        X = table.labels()
    if sparse.issparse(X):
        rows = _as_float(X.tocsr())
        features = Features(rows, _positions(shape[1]), ["numeric"] * shape[1])
    elif _is_numeric_array(X):
        rows = _as_float(np.asarray(X))
        features = Features(rows, _positions(shape[1]), ["numeric"] * shape[1])
    else:
        features = _by_column(X, shape)
    _check(features)
    return features


def _positions(n_columns: int) -> list[str]:
    return [str(index) for index in range(n_columns)]


def _as_float(rows: Any) -> Any:
    return rows if rows.dtype.kind == "f" else rows.astype(np.float64)


def _is_numeric_array(X: Any) -> bool:
    return not is_table_library(X) and np.asarray(X).dtype.kind in "biuf"


def _by_column(X: Any, shape: Sequence[int]) -> Features:
    names, columns = [], []
    for name, column in _columns(X):
        names.append(str(name))
        columns.append(column)
    rows = np.full(tuple(shape), np.nan)
    for index, column in enumerate(columns):
        if column.values is not None:
            rows[:, index] = column.values
    dropped = {
        name: column.reason
        for name, column in zip(names, columns, strict=True)
        if column.kind == "dropped"
    }
    strays = {
        index: column.strays for index, column in enumerate(columns) if column.strays is not None
    }
    return Features(rows, names, [column.kind for column in columns], dropped, strays)


def _columns(X: Any) -> Iterator[tuple[Any, Column]]:
    if is_table_library(X):
        # Here, so that arrays do without it.
        import narwhals as nw

        for series in nw.from_native(X, eager_only=True).iter_columns():
            yield series.name, _from_series(series)
        return
    # As objects, so that a list of numbers and strings does not become all strings.
    for index, entries in enumerate(np.array(X, dtype=object).T):
        yield index, _from_objects(entries.tolist())


def _from_series(series: nw.Series[Any]) -> Column:
    import narwhals as nw

    dtype = series.dtype
    if dtype.is_numeric() or dtype == nw.Boolean:
        return _numeric(series.cast(nw.Float64).to_numpy())
    if dtype in (nw.Datetime, nw.Date, nw.Time, nw.Duration):
        return Column("dropped", reason="dates or times")
    return _from_objects(series.to_list(), is_category=dtype in (nw.Categorical, nw.Enum))


def _from_objects(entries: list[Any], *, is_category: bool = False) -> Column:
    present = [entry for entry in entries if not is_missing(entry)]
    if not present:
        return Column("dropped", reason="no value at all")
    if is_category:
        return _nominal(entries)
    if any(isinstance(entry, str | bytes) for entry in present):
        return _from_texts(entries, [str(entry) for entry in present])
    if all(isinstance(entry, NUMBERS) for entry in present):
        return _numeric([np.nan if is_missing(entry) else entry for entry in entries])
    if all(isinstance(entry, DATES) for entry in present):
        return Column("dropped", reason="dates or times")
    stranger = next(entry for entry in present if not isinstance(entry, NUMBERS))
    return Column("dropped", reason=f"values of type {type(stranger).__name__}")


def _numeric(values: Any) -> Column:
    numeric = np.asarray(values, dtype=np.float64)
    if np.isnan(numeric).all():
        return Column("dropped", reason="no value at all")
    return Column("numeric", numeric)


def _from_texts(entries: list[Any], texts: list[str]) -> Column:
    if are_dates(texts):
        return Column("dropped", reason="dates as text")
    return replace(_nominal(entries), strays=strays_among_numbers(texts))


def _nominal(entries: list[Any]) -> Column:
    missing = np.fromiter(map(is_missing, entries), dtype=bool, count=len(entries))
    codes = np.full(len(entries), np.nan)
    present = [str(entry) for entry in entries if not is_missing(entry)]
    codes[~missing] = np.unique(np.array(present, dtype=object), return_inverse=True)[1]
    return Column("nominal", codes)


def _check(features: Features) -> None:
    numeric = features.positions("numeric")
    if not numeric:
        kinds = [
            f"{features.names[index]!r} ({_describe_nominal(features.strays.get(index))})"
            for index in features.positions("nominal")
        ]
        kinds += [f"{name!r} ({reason})" for name, reason in features.dropped.items()]
        listed = ", ".join(kinds[:5]) + (", ..." if len(kinds) > 5 else "")
        msg = (
            f"X has no numeric column: {listed}. At least one is needed; convert numbers that "
            "were read as text, or encode the columns."
        )
        raise ValueError(msg)
    if features.is_sparse:
        infinite = np.unique(features.rows.indices[np.isinf(features.rows.data)]).tolist()
    else:
        infinite = [index for index in numeric if np.isinf(features.rows[:, index]).any()]
    if infinite:
        named = list_names(features.names[index] for index in infinite)
        msg = (
            f"X holds infinite values in column {named}. Replace them, or make them missing (NaN): "
            "missing values are imputed inside the training folds."
        )
        raise ValueError(msg)


def _describe_nominal(strays: list[str] | None) -> str:
    if strays is None:
        return "nominal"
    but = f", but for {list_names(dict.fromkeys(strays))}" if strays else ""
    return f"numbers as text{but}"
