"""pandas: frames, series, indexes and extension arrays, every dtype kept."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.column import Column
from balancekit.core.containers.columnar import ColumnarContainer
from balancekit.core.containers.objects import typed_column
from balancekit.core.containers.pandas_index import output_index
from balancekit.core.recipes import IntArray

if TYPE_CHECKING:
    from balancekit.core.plan import Plan


class PandasFrame(ColumnarContainer):
    """A pandas DataFrame."""

    def __init__(self, native: pd.DataFrame) -> None:
        super().__init__(native)
        # A frame may forbid duplicate labels, which rows have until they are labelled anew.
        self._rows = native.set_flags(allows_duplicate_labels=True)

    @cached_property
    def names(self) -> Sequence[Hashable]:
        """Column labels."""
        return list(self.native.columns)

    @cached_property
    def _dtypes(self) -> list[Any]:
        return list(self.native.dtypes)

    def labels(self) -> NDArray[Any]:
        """Return one column as it is, several as a table of indicators."""
        columns = [series_labels(self.native.iloc[:, i]) for i in range(self.shape[1])]
        return np.stack(columns, axis=1) if columns else np.empty(self.shape)

    def gather(self, rows: IntArray) -> pd.DataFrame:
        """Copy rows, with their index labels."""
        return self._rows.iloc[rows]

    def finish(self, rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
        """Label the rows."""
        labelled = rows.set_axis(output_index(self.native.index, plan), axis=0)
        labelled.attrs = dict(self.native.attrs)
        allowed = self.native.flags.allows_duplicate_labels
        return labelled.set_flags(allows_duplicate_labels=allowed)

    def column(self, index: int) -> Column:
        """Read a column of any numeric dtype as a NumPy array of the narrowest dtype."""
        return numeric_column(self.native.iloc[:, index], self.name_of(index))

    def column_labels(self, index: int) -> NDArray[Any]:
        """Return a column as labels."""
        return series_labels(self.native.iloc[:, index])

    def is_nominal(self, index: int) -> bool:
        """Whether a column is of categories, strings, bool or objects that are not all numbers."""
        dtype = self._dtypes[index]
        if isinstance(dtype, pd.CategoricalDtype | pd.StringDtype):
            return True
        if isinstance(dtype, np.dtype) and dtype.kind == "O":
            values = self.column(index).values
            return values is None or values.dtype.kind == "b"
        return bool(pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_string_dtype(dtype))

    def stack(self, kept: pd.DataFrame, new: Sequence[Any]) -> pd.DataFrame:
        """Put new columns below the kept rows."""
        below = pd.DataFrame(dict(enumerate(new)), copy=False)
        below.columns = self._rows.columns
        return pd.concat([kept, below], axis=0)

    def from_values(self, index: int, values: NDArray[Any]) -> Any:
        """Turn numbers into an array of the column's dtype."""
        dtype = self._dtypes[index]
        if isinstance(dtype, np.dtype):
            return values.astype(dtype, copy=False)
        return pd.array(values, dtype=dtype)

    def from_rows(self, index: int, rows: IntArray) -> Any:
        """Copy entries of a column."""
        return self.native.iloc[:, index].array.take(rows)

    def replace(self, new: Any, places: NDArray[np.bool_], entries: Any) -> Any:
        """Put entries into some places of a new column."""
        new[places] = entries
        return new


class PandasVector(Container):
    """A pandas Series, Index or extension array: labels, or something carried along."""

    def __init__(self, native: Any) -> None:
        super().__init__(native)
        is_series = isinstance(native, pd.Series)
        self._entries = native.set_flags(allows_duplicate_labels=True) if is_series else native

    def __len__(self) -> int:
        return len(self.native)

    def labels(self) -> NDArray[Any]:
        """Return the values with missing ones as None or NaN, categories as themselves."""
        return series_labels(pd.Series(self.native))

    def gather(self, rows: IntArray) -> Any:
        """Copy entries."""
        if isinstance(self._entries, pd.Series):
            return self._entries.iloc[rows]
        return self._entries.take(rows)

    def build(self, plan: Plan) -> Any:
        """Refuse: a vector is no table of features."""
        msg = "X needs to be two-dimensional; call `.to_frame()` on a pandas Series."
        raise ValueError(msg)

    def _numbers(self, *, allow_missing: bool) -> Numbers:
        msg = "X needs to be two-dimensional; call `.to_frame()` on a pandas Series."
        raise ValueError(msg)

    def finish(self, rows: Any, plan: Plan) -> Any:
        """Label the entries of a series."""
        if not isinstance(self.native, pd.Series):
            return rows
        labelled = rows.set_axis(output_index(self.native.index, plan))
        allowed = self.native.flags.allows_duplicate_labels
        return labelled.set_flags(allows_duplicate_labels=allowed)


def numeric_column(column: pd.Series[Any], name: Hashable) -> Column:
    """Read a pandas column as numbers.

    Parameters
    ----------
    column : pandas.Series
        A column of any dtype.
    name : hashable
        Its name, for messages.

    Returns
    -------
    column : Column
        NumPy values for numeric and boolean dtypes, nullable, Arrow-backed and sparse ones
        included, and for object columns that hold numbers only.
    """
    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind in "biuf":
            return Column(column.to_numpy())
        if dtype.kind == "O":
            return typed_column(column.to_numpy(), name)
        kind = "complex numbers. Complex data not supported" if dtype.kind == "c" else str(dtype)
        return Column(None, kind)
    if isinstance(dtype, pd.SparseDtype):
        return Column(np.asarray(column, dtype=dtype.subtype))
    is_number = pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_numeric_dtype(dtype)
    if isinstance(dtype, pd.CategoricalDtype) or not is_number or "decimal" in str(dtype):
        return Column(None, "strings" if isinstance(dtype, pd.StringDtype) else str(dtype))
    if not column.isna().any():
        return Column(column.to_numpy(dtype=numpy_dtype(dtype)))
    missing = column.isna().to_numpy(dtype=bool)
    return Column(column.to_numpy(dtype=numpy_dtype(dtype), na_value=0), missing=missing)


def series_labels(column: pd.Series[Any]) -> NDArray[Any]:
    """Return a pandas column as labels: NumPy values, missing ones as None or NaN.

    Parameters
    ----------
    column : pandas.Series
        A column of any dtype.

    Returns
    -------
    labels : ndarray of shape (n_rows,)
    """
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        holds = object if column.isna().any() else dtype.categories.dtype
        return series_labels(column.astype(holds))
    if isinstance(dtype, pd.SparseDtype):
        return np.asarray(column, dtype=dtype.subtype)
    if dtype.kind in "mM":
        # Dates as what the series shows, not as counts of nanoseconds; but making an object for
        # each row, and not for each date, would take most of the time of choosing rows.
        codes, dates = pd.factorize(column, use_na_sentinel=False)
        return np.asarray(dates, dtype=object)[codes]
    if isinstance(dtype, np.dtype):
        return column.to_numpy()
    number = pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_numeric_dtype(dtype)
    if number and not column.isna().any():
        return column.to_numpy(dtype=numpy_dtype(dtype))
    return column.to_numpy(dtype=object)


def numpy_dtype(dtype: Any) -> Any:
    """Return the NumPy dtype that holds the values of a nullable or Arrow-backed dtype."""
    return getattr(dtype, "numpy_dtype", None) or np.dtype(float)
