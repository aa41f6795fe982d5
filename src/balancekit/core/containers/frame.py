"""Data frames of every other library, through narwhals: polars, pyarrow and their kin."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.column import Column
from balancekit.core.containers.columnar import ColumnarContainer
from balancekit.core.recipes import IntArray

if TYPE_CHECKING:
    from balancekit.core.plan import Plan

NOT_IN_NUMPY = (nw.Int128, nw.UInt128)


class Frame(ColumnarContainer):
    """An eager data frame that narwhals knows."""

    def __init__(self, native: Any) -> None:
        super().__init__(native)
        self._frame = nw.from_native(native, eager_only=True)

    def __len__(self) -> int:
        return len(self._frame)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of rows and columns."""
        shape: tuple[int, int] = self._frame.shape
        return shape

    @cached_property
    def names(self) -> Sequence[str]:
        """Column names."""
        names: list[str] = self._frame.columns
        return names

    def labels(self) -> NDArray[Any]:
        """Return one column as it is, several as a table of indicators."""
        return np.stack([vector_labels(c) for c in self._frame.iter_columns()], axis=1)

    def gather(self, rows: IntArray) -> Any:
        """Copy rows."""
        return self._returned(self._frame[rows])

    def column(self, index: int) -> Column:
        """Read a column of a numeric or boolean dtype."""
        series = self._series(index)
        dtype = series.dtype
        is_number = dtype.is_integer() or dtype.is_float() or dtype == nw.Boolean
        if not is_number or dtype in NOT_IN_NUMPY:
            return Column(None, str(dtype))
        if not series.null_count():
            return Column(series.to_numpy())
        missing = series.is_null().to_numpy()
        filled = series.fill_null(False if dtype == nw.Boolean else 0)
        return Column(filled.to_numpy(), missing=missing)

    def column_labels(self, index: int) -> NDArray[Any]:
        """Return a column as labels."""
        return vector_labels(self._series(index))

    def is_nominal(self, index: int) -> bool:
        """Whether a column is of categories, enumerations, strings, objects or bool."""
        dtypes = (nw.Categorical, nw.Enum, nw.String, nw.Object, nw.Boolean)
        return self._series(index).dtype in dtypes

    def build(self, plan: Plan) -> Any:
        """Leave the input rows where they are if the plan keeps them all: frames are immutable."""
        if plan.keeps_input and plan.n_new:
            new = [self._new(index, plan) for index in range(self.shape[1])]
            return self.stack(self.native, new)
        return super().build(plan)

    def stack(self, kept: Any, new: Sequence[Any]) -> Any:
        """Put new columns below the kept rows."""
        below = new[0].to_frame().with_columns(*new[1:])
        above = nw.from_native(kept, eager_only=True)
        return self._returned(nw.concat([above, below], how="vertical"))

    def from_values(self, index: int, values: NDArray[Any]) -> nw.Series[Any]:
        """Turn numbers into a column of the same dtype."""
        return nw.new_series(
            self.names[index],
            values,
            self._series(index).dtype,
            backend=self._frame.implementation,
        )

    def from_rows(self, index: int, rows: IntArray) -> nw.Series[Any]:
        """Copy entries of a column."""
        copied: nw.Series[Any] = self._series(index)[rows]
        return copied

    def replace(
        self, new: nw.Series[Any], places: NDArray[np.bool_], entries: nw.Series[Any]
    ) -> nw.Series[Any]:
        """Put entries into some places of a new column."""
        replaced: nw.Series[Any] = new.scatter(np.flatnonzero(places), entries)
        return replaced

    def _returned(self, frame: nw.DataFrame[Any]) -> Any:
        return frame if isinstance(self.native, nw.DataFrame) else frame.to_native()

    def _series(self, index: int) -> nw.Series[Any]:
        series: nw.Series[Any] = self._frame.get_column(self.names[index])
        return series


class Vector(Container):
    """A series that narwhals knows: labels, or something carried along."""

    def __init__(self, native: Any) -> None:
        super().__init__(native)
        self._series = nw.from_native(native, series_only=True)

    def __len__(self) -> int:
        return len(self._series)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of entries."""
        return (len(self),)

    def labels(self) -> NDArray[Any]:
        """Return the values with missing ones as None."""
        return vector_labels(self._series)

    def gather(self, rows: IntArray) -> Any:
        """Copy entries."""
        copied = self._series[rows]
        return copied if isinstance(self.native, nw.Series) else copied.to_native()

    def build(self, plan: Plan) -> Any:
        """Refuse: a vector is no table of features."""
        msg = "X needs to be two-dimensional; pass a frame with one column."
        raise ValueError(msg)

    def _numbers(self, *, allow_missing: bool) -> Numbers:
        msg = "X needs to be two-dimensional; pass a frame with one column."
        raise ValueError(msg)


def vector_labels(series: nw.Series[Any]) -> NDArray[Any]:
    """Return a series as labels: NumPy values or Python objects, missing ones as None.

    Parameters
    ----------
    series : narwhals.Series
        Entries of any dtype.

    Returns
    -------
    labels : ndarray of shape (n_rows,)
        Dates and times are Python's where that loses no digit, else NumPy's; a time of day is then
        the time since midnight.
    """
    dtype = series.dtype
    if not series.null_count():
        is_number = dtype.is_numeric() or dtype == nw.Boolean
        if is_number and dtype not in NOT_IN_NUMPY:
            return series.to_numpy()
        if _has_nanoseconds(series):
            # By way of integers: the first polars ends the process on its way to NumPy's times.
            if dtype == nw.Datetime:
                return series.dt.timestamp("ns").to_numpy().view("M8[ns]")
            if dtype == nw.Duration:
                return series.dt.total_nanoseconds().to_numpy().view("m8[ns]")
            return series.cast(nw.Int64).to_numpy().view("m8[ns]")
    entries = np.empty(len(series), dtype=object)
    entries[:] = series.to_list()
    return entries


def _has_nanoseconds(series: nw.Series[Any]) -> bool:
    """Whether there are times between the microseconds, at which Python's own end."""
    if series.dtype == nw.Duration:
        digits = series.dt.total_nanoseconds()
    elif series.dtype in (nw.Datetime, nw.Time):
        digits = series.dt.nanosecond()
    else:
        return False
    return bool((digits % 1000 != 0).any())
