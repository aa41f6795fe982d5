"""Containers whose columns have dtypes of their own: data frames and object arrays."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.arithmetic import synthesise
from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.column import Column
from balancekit.core.containers.problems import not_numeric
from balancekit.core.recipes import IntArray, Interpolation

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

    @abstractmethod
    def replace(self, new: Any, places: NDArray[np.bool_], entries: Any) -> Any:
        """Put entries, as made by `from_rows`, into some places of a column of `from_values`."""

    def _numbers(self, *, allow_missing: bool) -> Numbers:
        return self.numbers_of(range(self.shape[1]), allow_missing=allow_missing)

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
        column = self.column(index)
        values = column.values
        if values is None:
            raise not_numeric({self.name_of(index): column.problem})
        new = np.empty(plan.n_new, dtype=values.dtype)
        lost = np.zeros(plan.n_new, dtype=bool)
        start = 0
        for recipe, rows in zip(plan.synthesis, donors, strict=True):
            stop = start + len(recipe.base)
            if rows is None:
                line = recipe.column(index)
                if column.missing is not None and isinstance(line, Interpolation):
                    line, lost[start:stop] = line.between_known(column.missing)
                synthesise(line, values, new[start:stop])
            else:
                new[start:stop] = values[rows]
            start = stop
        built = self.from_values(index, new)
        if not lost.any():
            return built
        base = np.concatenate([recipe.base for recipe in plan.synthesis])
        return self.replace(built, lost, self.from_rows(index, base[lost]))
