"""Nested lists."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.dense import DenseContainer
from balancekit.core.containers.objects import ObjectContainer
from balancekit.core.recipes import IntArray

if TYPE_CHECKING:
    from balancekit.core.plan import Plan


class ListContainer(Container):
    """Nested lists: rows are copied as they are, new rows are lists of Python numbers."""

    native: list[Any]

    def __len__(self) -> int:
        return len(self.native)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the list as an array."""
        return self.array.shape

    @cached_property
    def array(self) -> NDArray[Any]:
        """The list as an array; NumPy would turn numbers beside strings into strings."""
        array = np.asarray(self.native)
        if array.dtype.kind in "US" and array.ndim == 1:
            text = str if array.dtype.kind == "U" else bytes
            if not all(isinstance(entry, text) for entry in self.native):
                return np.asarray(self.native, dtype=object)
        return array

    def labels(self) -> NDArray[Any]:
        """Return the list as an array."""
        return self.array

    def _numbers(self) -> Numbers:
        return wrap_array(self.array).numbers

    def gather(self, rows: IntArray) -> list[Any]:
        """Copy rows, each one anew."""
        return [copy(self.native[row]) for row in rows]

    def build(self, plan: Plan) -> list[Any]:
        """Copy the kept rows and compute the new ones in an array."""
        kept = self.gather(plan.keep)
        if not plan.n_new:
            return kept
        built = wrap_array(self.array).build(plan)
        return kept + list(built[len(kept) :].tolist())


def wrap_array(values: NDArray[Any]) -> DenseContainer | ObjectContainer:
    """Choose the container for an array by its dtype."""
    if values.dtype.kind == "O" and values.ndim == 2:
        return ObjectContainer(values)
    return DenseContainer(values)
