"""SciPy's sparse matrices and arrays, of any format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.arithmetic import as_dtype, scatter
from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.problems import check_finite, not_numeric
from balancekit.core.recipes import IntArray, Interpolation, Noise, Recipe

if TYPE_CHECKING:
    from balancekit.core.plan import Plan

# New rows are assembled in blocks of about this many stored values (16 bytes each).
BLOCK_VALUES = 1_000_000


class SparseContainer(Container):
    """A sparse matrix. Work is done in CSR; what comes out has the format that came in."""

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

    def _numbers(self) -> Numbers:
        values = self._rows
        if values.dtype.kind not in "biuf":
            raise not_numeric(dict.fromkeys(range(values.shape[1]), str(values.dtype)))
        if values.dtype.kind == "f" and not np.isfinite(values.data).all():
            bad = np.unique(values.indices[~np.isfinite(values.data)])
            columns = ((int(j), values[:, [j]].toarray().ravel()) for j in bad)
            check_finite(lambda index: index, columns)
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
            if recipe.donor is not None:
                msg = "Nominal columns of a sparse matrix are not supported; pass a dense array."
                raise ValueError(msg)
            return self._interpolate(
                self._rows[recipe.base[rows]], self._rows[recipe.partner[rows]], recipe.step[rows]
            )
        if isinstance(recipe, Noise):
            base = self._rows[recipe.base[rows]].toarray()
            return kind(scatter(base, recipe.draws[rows], recipe.scale))
        return kind(as_dtype(recipe.values[rows], dtype))

    def _interpolate(self, base: Any, partner: Any, step: NDArray[np.float64]) -> Any:
        dtype = self._rows.dtype
        if dtype.kind != "f":
            base, partner = base.astype(np.float64), partner.astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            base, difference = base.astype(np.float64), (partner - base).astype(np.float64)
            new = base + _scale_rows(difference, step)
            if not np.isfinite(new.data).all():
                mean = _scale_rows(base, 1 - step) + _scale_rows(partner.astype(np.float64), step)
                new = new.tocoo()
                lost = ~np.isfinite(new.data)
                new.data[lost] = np.asarray(mean[new.row[lost], new.col[lost]]).ravel()
                new = new.tocsr()
        new = type(base)((as_dtype(new.data, dtype), new.indices, new.indptr), shape=new.shape)
        if dtype.kind != "f":
            new.eliminate_zeros()
        return new


def _scale_rows(matrix: Any, factors: NDArray[np.float64]) -> Any:
    scaled = matrix.copy()
    scaled.data *= np.repeat(factors, np.diff(matrix.indptr))
    return scaled
