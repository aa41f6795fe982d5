"""NumPy arrays of one dtype: the output is allocated once and written to directly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.arithmetic import synthesise
from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.column import Column
from balancekit.core.containers.problems import check_finite, not_numeric
from balancekit.core.recipes import IntArray

if TYPE_CHECKING:
    from balancekit.core.plan import Plan

NOT_NUMERIC = {
    "U": "strings",
    "T": "strings",
    "S": "bytes",
    "M": "datetimes",
    "m": "time differences",
}


class DenseContainer(Container):
    """An array with one dtype for all columns."""

    native: NDArray[Any]

    def labels(self) -> NDArray[Any]:
        """Return the array itself."""
        return self.native

    def gather(self, rows: IntArray) -> NDArray[Any]:
        """Copy rows into a new C-contiguous array."""
        out = np.empty((len(rows), *self.native.shape[1:]), dtype=self.native.dtype)
        self._gather_into(rows, out)
        return out

    def column(self, index: int) -> Column:
        """Return a column, if the array is numeric."""
        kind = self.native.dtype.kind
        if kind not in "biuf":
            return Column(None, NOT_NUMERIC.get(kind, str(self.native.dtype)))
        return Column(self.native[:, index])

    def column_labels(self, index: int) -> NDArray[Any]:
        """Return a column as it is."""
        column: NDArray[Any] = self.native[:, index]
        return column

    def is_nominal(self, index: int) -> bool:
        """Whether the array holds strings or bool."""
        return self.native.dtype.kind in "bSTU"

    def build(self, plan: Plan) -> NDArray[Any]:
        """Allocate the output once and write kept and new rows into it."""
        out = np.empty((plan.n_output, *self.native.shape[1:]), dtype=self.native.dtype)
        start = len(plan.keep)
        if plan.keeps_input:
            out[:start] = self.native
        else:
            self._gather_into(plan.keep, out[:start])
        for recipe in plan.synthesis:
            stop = start + len(recipe.base)
            synthesise(recipe, self.native, out[start:stop])
            start = stop
        return out

    def _gather_into(self, rows: IntArray, out: NDArray[Any]) -> None:
        if self.native.flags.c_contiguous:
            # Row ids are checked by the plan; "clip" spares NumPy a buffer as large as the output.
            np.take(self.native, rows, axis=0, out=out, mode="clip")
        else:
            out[...] = self.native[rows]

    def _numbers(self, *, allow_missing: bool) -> Numbers:
        values = self.native
        if values.dtype.kind not in "biuf":
            kind = NOT_NUMERIC.get(values.dtype.kind, str(values.dtype))
            raise not_numeric(dict.fromkeys(range(values.shape[1]), kind))
        # A finite sum proves that every value is finite, without an array of flags.
        with np.errstate(over="ignore", invalid="ignore"):
            suspicious = values.dtype.kind == "f" and not np.isfinite(values.sum())
        if suspicious:
            columns = enumerate(Column(column) for column in values.T)
            check_finite(lambda index: index, columns, allow_missing=allow_missing)
        return values
