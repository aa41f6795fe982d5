"""SciPy's sparse matrices and arrays, of any format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.arithmetic import as_dtype, interpolate_between, scatter
from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.column import Column
from balancekit.core.containers.problems import not_numeric, refuse_not_finite
from balancekit.core.recipes import IntArray, Interpolation, Noise, Recipe

if TYPE_CHECKING:
    from balancekit.core.plan import Plan

# New rows are assembled in blocks of about this many stored values (16 bytes each).
BLOCK_VALUES = 1_000_000

# Larger than the number of stored values of any block.
PARTNER = 2**31


class SparseContainer(Container):
    """A sparse matrix. Work is done in CSR; what comes out has the format that came in.

    A new value that is zero is not stored, so a negative zero that dense arithmetic gives is a
    positive one here.
    """

    def __init__(self, native: Any) -> None:
        super().__init__(native)
        # A new object around the same arrays: SciPy sorts indices in place when it needs to.
        self._rows = native.tocsr(copy=False)
        if self._rows is native and not native.has_canonical_format:
            self._rows = native.copy()
        if not self._rows.has_canonical_format:
            self._rows.sum_duplicates()

    def labels(self) -> NDArray[Any]:
        """Return the matrix as a dense array, which only indicator labels should need."""
        return np.asarray(self.native.toarray())

    def gather(self, rows: IntArray) -> Any:
        """Copy rows."""
        return self._rows[rows].asformat(self.native.format)

    def build(self, plan: Plan) -> Any:
        """Stack the kept rows and the new ones."""
        if not plan.n_new:
            return self.gather(plan.keep)
        kept = self._rows if plan.keeps_input else self._rows[plan.keep]
        new = [block for recipe in plan.synthesis for block in self._blocks(recipe)]
        return sparse.vstack([kept, *new], format=self.native.format, dtype=self.native.dtype)

    def column(self, index: int) -> Column:
        """Return a column with its zeros."""
        return Column(self.column_labels(index))

    def column_labels(self, index: int) -> NDArray[Any]:
        """Return a column with its zeros."""
        column: NDArray[Any] = self._rows[:, [index]].toarray().ravel()
        return column

    def is_nominal(self, index: int) -> bool:
        """Whether the matrix holds bool."""
        return bool(self.native.dtype.kind == "b")

    def _numbers(self, *, allow_missing: bool) -> Numbers:
        return self.numbers_of(range(self.shape[1]), allow_missing=allow_missing)

    def numbers_of(self, columns: Iterable[int], *, allow_missing: bool = False) -> Numbers:
        """Return some columns, which stay sparse."""
        asked = list(columns)
        values = self._rows if len(asked) == self.shape[1] else self._rows[:, asked]
        if values.dtype.kind not in "biuf":
            raise not_numeric(dict.fromkeys(asked, str(values.dtype)))
        if values.dtype.kind == "f" and not np.isfinite(values.data).all():
            places = _not_finite(values)
            refuse_not_finite(asked.__getitem__, places, allow_missing=allow_missing)
        checked: Numbers = values
        return checked

    def _blocks(self, recipe: Recipe) -> list[Any]:
        n_new = len(recipe.base)
        density = max(1.0, self._rows.nnz / max(1, self._rows.shape[0]))
        per_row = 2 * density if isinstance(recipe, Interpolation) else self._rows.shape[1]
        size = max(1, int(BLOCK_VALUES / per_row))
        return [self._new(recipe, slice(s, s + size)) for s in range(0, n_new, size)]

    def _new(self, recipe: Recipe, rows: slice) -> Any:
        kind = type(self._rows)
        dtype = self._rows.dtype
        if isinstance(recipe, Interpolation):
            base, partner = self._rows[recipe.base[rows]], self._rows[recipe.partner[rows]]
            new = _interpolate(base, partner, recipe.step[rows])
            return new if recipe.donor is None else self._with_names(new, recipe, rows)
        if isinstance(recipe, Noise):
            base = self._rows[recipe.base[rows]].toarray()
            return kind(scatter(base, recipe.draws[rows], recipe.scale))
        return kind(as_dtype(recipe.values[rows], dtype))

    def _with_names(self, new: Any, recipe: Interpolation, rows: slice) -> Any:
        """Put the donors' values into the nominal columns."""
        is_numeric = np.ones(new.shape[1], dtype=new.dtype)
        is_numeric[recipe.nominal] = 0
        parts = [new.multiply(is_numeric)]
        donor = cast(IntArray, recipe.donor)
        for position, index in enumerate(recipe.nominal.tolist()):
            values = self.column_labels(index)[donor[rows, position]]
            filled = np.flatnonzero(values)
            places = filled, np.full(len(filled), index)
            parts.append(sparse.coo_array((values[filled], places), shape=new.shape))
        kind = type(self._rows)
        return kind(sum(part.tocsr() for part in parts))


def _not_finite(rows: Any) -> Iterator[tuple[int, str, IntArray]]:
    """Find columns with NaN or infinities, in one pass over the stored values of a CSR matrix."""
    places = np.flatnonzero(~np.isfinite(rows.data))
    row_ids = np.searchsorted(rows.indptr, places, side="right") - 1
    columns, infinite = rows.indices[places], np.isinf(rows.data[places])
    order = np.lexsort((infinite, columns))
    changes = (np.diff(columns[order]) != 0) | np.diff(infinite[order])
    for group in np.split(order, np.flatnonzero(changes) + 1):
        kind = "infinity" if infinite[group[0]] else "NaN"
        yield int(columns[group[0]]), kind, row_ids[group]


def _interpolate(base: Any, partner: Any, step: NDArray[np.float64]) -> Any:
    """Interpolate where either row stores a value, by the arithmetic of dense arrays."""
    # One addition finds the union of both patterns and, in the two halves of each number, where
    # in either matrix its value is stored; 0 stands for nowhere.
    union = _numbered(base, 1) + _numbered(partner, PARTNER)
    start = np.append(base.dtype.type(0), base.data)[union.data % PARTNER]
    end = np.append(base.dtype.type(0), partner.data)[union.data // PARTNER]
    data = interpolate_between(start, end, np.repeat(step, np.diff(union.indptr)))
    new = type(base)((data, union.indices, union.indptr), shape=base.shape)
    new.eliminate_zeros()
    return new


def _numbered(matrix: Any, unit: int) -> Any:
    places = unit * np.arange(1, matrix.nnz + 1, dtype=np.int64)
    return type(matrix)((places, matrix.indices, matrix.indptr), shape=matrix.shape)
