"""Nested lists."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.column import Column
from balancekit.core.containers.dense import DenseContainer
from balancekit.core.containers.objects import ObjectContainer
from balancekit.core.recipes import IntArray
from balancekit.core.wording import list_names

if TYPE_CHECKING:
    from balancekit.core.plan import Plan

# Beyond this, float64 does not tell neighbouring integers apart.
LARGEST_EXACT = 2**53


class ListContainer(Container):
    """Lists or tuples of entries: those kept stay as they are, new rows are lists of numbers."""

    native: list[Any] | tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.native)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the list as an array."""
        return self.array.shape

    @cached_property
    def array(self) -> NDArray[Any]:
        """The list as an array."""
        try:
            return as_array(self.native)
        except ValueError as error:
            if not all(isinstance(entry, list | tuple) for entry in self.native):
                raise
            lengths = list_names(sorted({len(entry) for entry in self.native}))
            msg = (
                f"A list of rows of different lengths ({lengths}) is no table. Give each row as "
                "many entries, None where there is none."
            )
            raise ValueError(msg) from error

    def labels(self) -> NDArray[Any]:
        """Return the list as an array."""
        return self.array

    def column(self, index: int) -> Column:
        """Return a column of the array."""
        return wrap_array(self.array).column(index)

    def column_labels(self, index: int) -> NDArray[Any]:
        """Return a column of the array."""
        return wrap_array(self.array).column_labels(index)

    def is_nominal(self, index: int) -> bool:
        """Whether the dtype of the array, or of a column of objects, says so."""
        return wrap_array(self.array).is_nominal(index)

    def _numbers(self, *, allow_missing: bool) -> Numbers:
        rows = wrap_array(self.array)
        return rows.incomplete_numbers if allow_missing else rows.numbers

    def gather(self, rows: IntArray) -> Any:
        """Copy rows, each list or array anew."""
        entries = (self.native[row] for row in rows)
        return self._like([copy(e) if isinstance(e, list | np.ndarray) else e for e in entries])

    def build(self, plan: Plan) -> Any:
        """Copy the kept rows and compute the new ones in an array."""
        kept = self.gather(plan.keep)
        if not plan.n_new:
            return kept
        built = wrap_array(self.array).build(plan)
        return kept + self._like(built[len(kept) :].tolist())

    def _like(self, entries: list[Any]) -> Any:
        return tuple(entries) if isinstance(self.native, tuple) else entries


def wrap_array(values: NDArray[Any]) -> DenseContainer | ObjectContainer:
    """Choose the container for an array by its dtype."""
    if values.dtype.kind == "O" and values.ndim == 2:
        return ObjectContainer(values)
    return DenseContainer(values)


def as_array(entries: Any) -> NDArray[Any]:
    """Convert a sequence to an array without making text or rounded numbers of what is neither.

    Parameters
    ----------
    entries : sequence
        Entries, or rows of entries.

    Returns
    -------
    array : ndarray
        Of dtype object where NumPy would turn numbers or missing values beside strings into
        strings, or integers that float64 cannot hold into floats.
    """
    array = np.asarray(entries)
    if array.dtype.kind in "US":
        text = str if array.dtype.kind == "U" else bytes
        objects = np.asarray(entries, dtype=object)
        if not all(isinstance(entry, text) for entry in objects.flat):
            return objects
    if array.dtype == np.float64 and (np.abs(array) >= LARGEST_EXACT).any():
        objects = np.asarray(entries, dtype=object)
        if any(map(_is_large_integer, objects.flat)):
            return objects
    return array


def _is_large_integer(entry: Any) -> bool:
    return isinstance(entry, Integral) and abs(int(entry)) > LARGEST_EXACT
