"""NumPy arrays of Python objects: columns that each have a type of their own."""

from __future__ import annotations

import datetime
import decimal
import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers.column import Column
from balancekit.core.containers.columnar import ColumnarContainer
from balancekit.core.recipes import IntArray


class ObjectContainer(ColumnarContainer):
    """An array of Python objects, read as columns that each have a type of their own."""

    native: NDArray[np.object_]

    def labels(self) -> NDArray[np.object_]:
        """Return the array itself."""
        return self.native

    def gather(self, rows: IntArray) -> NDArray[np.object_]:
        """Copy rows into a new array that refers to the same objects."""
        gathered: NDArray[np.object_] = self.native[rows]
        return gathered

    def column(self, index: int) -> Column:
        """Find the narrowest of bool, int64 and float64 that holds a column."""
        return typed_column(self.native[:, index], index)

    def column_labels(self, index: int) -> NDArray[np.object_]:
        """Return a column as it is."""
        column: NDArray[np.object_] = self.native[:, index]
        return column

    def is_nominal(self, index: int) -> bool:
        """Whether a column holds anything but numbers, or bool only."""
        values = self.column(index).values
        return values is None or values.dtype.kind == "b"

    def stack(self, kept: NDArray[Any], new: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """Put new columns below the kept rows."""
        return np.concatenate([kept, np.stack(new, axis=1)])

    def from_values(self, index: int, values: NDArray[Any]) -> NDArray[np.object_]:
        """Turn numbers into Python objects."""
        return values.astype(object)

    def from_rows(self, index: int, rows: IntArray) -> NDArray[np.object_]:
        """Copy entries of a column."""
        copied: NDArray[np.object_] = self.native[rows, index]
        return copied

    def replace(
        self, new: NDArray[Any], places: NDArray[np.bool_], entries: NDArray[Any]
    ) -> NDArray[Any]:
        """Put entries into some places of a new column."""
        new[places] = entries
        return new


def is_missing(value: Any) -> bool:
    """Whether a Python object stands for a missing value: None, NaN, NaT or pandas' NA."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, decimal.Decimal):
        return value.is_nan()
    return isinstance(value, numbers.Real) and bool(value != value)


def may_be_missing(kind: type) -> bool:
    """Whether objects of a type may stand for a missing value, as `is_missing` knows them."""
    nothing = kind.__name__ in ("NoneType", "NAType", "NaTType")
    return nothing or issubclass(kind, numbers.Real | decimal.Decimal)


def typed_column(values: NDArray[np.object_], name: Any) -> Column:
    """Read Python objects as numbers.

    Parameters
    ----------
    values : ndarray of object, shape (n_rows,)
        One column.
    name : object
        Its name, for messages.

    Returns
    -------
    column : Column
        Of dtype bool if all are bool, int64 if all are integers, else float64; missing ones apart.

    Raises
    ------
    TypeError
        If an entry is neither a number, a string, a date nor a missing value.
    """
    entries = values.tolist()
    known = set(map(type, entries))
    lost = None
    if not all(issubclass(kind, numbers.Integral | np.bool_) for kind in known):
        lost = np.fromiter(map(is_missing, entries), dtype=bool, count=len(entries))
        if lost.any():
            known = {type(e) for e, gone in zip(entries, lost, strict=True) if not gone} or {float}
            entries = [0 if gone else e for e, gone in zip(entries, lost, strict=True)]
        else:
            lost = None
    if all(issubclass(kind, bool | np.bool_) for kind in known):
        return Column(np.array(entries, dtype=bool), missing=lost)
    if all(issubclass(kind, numbers.Integral | np.bool_) for kind in known):
        try:
            return Column(np.array(entries, dtype=np.int64), missing=lost)
        except OverflowError:
            return Column(np.array(entries, dtype=np.float64), missing=lost)
    if all(issubclass(kind, numbers.Real | decimal.Decimal | np.bool_) for kind in known):
        return Column(np.array(entries, dtype=float), missing=lost)
    for kind in known:
        if issubclass(kind, str | bytes):
            return Column(None, f"strings ({kind.__name__})")
        if issubclass(kind, datetime.date | datetime.timedelta | np.datetime64 | np.timedelta64):
            return Column(None, f"dates or times ({kind.__name__})")
        if issubclass(kind, numbers.Complex) and not issubclass(kind, numbers.Real):
            return Column(None, "complex numbers. Complex data not supported")
    stranger = next(e for e in entries if type(e) in known and not isinstance(e, numbers.Number))
    msg = (
        f"Column {name!r} holds {stranger!r} of type {type(stranger).__name__}; in an object "
        "column, each argument must be a string or a number. Convert or drop the column."
    )
    raise TypeError(msg)
