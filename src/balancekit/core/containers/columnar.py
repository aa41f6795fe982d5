"""Containers whose columns have dtypes of their own: data frames and object arrays."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.arithmetic import synthesise
from balancekit.core.containers.base import Column, ColumnNumbers, Container
from balancekit.core.containers.problems import check_finite, not_numeric
from balancekit.core.recipes import IntArray

if TYPE_CHECKING:
    from balancekit.core.plan import Plan


class ColumnarContainer(Container):
    """A table that is read, and whose new rows are computed, column by column."""

    @abstractmethod
    def column(self, index: int) -> Column:
        """Return a column as numbers, or why that cannot be."""

    @abstractmethod
    def stack(self, kept: Any, new: Sequence[Any]) -> Any:
        """Put new columns, as made by `from_values` and `from_rows`, below the kept rows."""

    @abstractmethod
    def from_values(self, index: int, values: NDArray[Any]) -> Any:
        """Turn computed numbers into a column of the dtype of column `index`."""

    @abstractmethod
    def from_rows(self, index: int, rows: IntArray) -> Any:
        """Copy entries of column `index`."""

    def _numbers(self) -> ColumnNumbers:
        columns = [self.column(index) for index in range(self.shape[1])]
        problems = {
            self.name_of(index): column.problem
            for index, column in enumerate(columns)
            if column.values is None
        }
        if problems:
            raise not_numeric(problems)
        values = [column.values for column in columns if column.values is not None]
        floats = ((i, column) for i, column in enumerate(values) if column.dtype.kind == "f")
        check_finite(self.name_of, floats)
        return ColumnNumbers(values, len(self))

    def build(self, plan: Plan) -> Any:
        """Gather the kept rows and compute the new ones column by column."""
        kept = self.gather(plan.keep)
        if not plan.n_new:
            return kept
        return self.stack(kept, [self._new(index, plan) for index in range(self.shape[1])])

    def _new(self, index: int, plan: Plan) -> Any:
        donors = [recipe.donors_of(index) for recipe in plan.synthesis]
        if all(rows is not None for rows in donors):
            return self.from_rows(index, np.concatenate([r for r in donors if r is not None]))
        values = self.column(index).values
        if values is None:
            raise not_numeric({self.name_of(index): self.column(index).problem})
        new = np.empty(plan.n_new, dtype=values.dtype)
        start = 0
        for recipe, rows in zip(plan.synthesis, donors, strict=True):
            stop = start + len(recipe.base)
            if rows is None:
                synthesise(recipe.column(index), values, new[start:stop])
            else:
                new[start:stop] = values[rows]
            start = stop
        return self.from_values(index, new)
