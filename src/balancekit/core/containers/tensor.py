"""torch tensors, on any device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.column import Column
from balancekit.core.containers.dense import DenseContainer
from balancekit.core.recipes import IntArray, Interpolation, Noise, Recipe
from balancekit.kernels.torch import synthesis

if TYPE_CHECKING:
    from balancekit.core.plan import Plan

# Operands of one block: large enough to keep a device busy, small beside its memory.
BLOCK_VALUES = 16_777_216


class TensorNumbers:
    """Rows on a device; those that are asked for come to NumPy.

    Parameters
    ----------
    tensor : Tensor of shape (n_rows, n_columns)
        Finite numbers.
    """

    def __init__(self, tensor: torch.Tensor) -> None:
        self.tensor = tensor

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of rows and columns."""
        return tuple(self.tensor.shape)

    def __getitem__(self, rows: Any) -> NDArray[Any]:
        """Copy rows to NumPy, with bfloat16, which it lacks, as float32."""
        if not isinstance(rows, np.ndarray) or rows.dtype.kind not in "iu":
            rows = np.arange(len(self.tensor))[rows]
        ids = torch.from_numpy(rows).to(self.tensor.device)
        return TensorContainer(self.tensor.index_select(0, ids)).array


class TensorContainer(Container):
    """A tensor, detached from its graph. The rows are made where the tensor lives."""

    native: torch.Tensor

    def __init__(self, native: torch.Tensor) -> None:
        super().__init__(native.detach())

    @property
    def in_numpy(self) -> bool:
        """Whether NumPy can share the memory: on the CPU, and of a dtype that NumPy has."""
        return bool(self.native.device.type == "cpu" and self.native.dtype != torch.bfloat16)

    @property
    def array(self) -> NDArray[Any]:
        """The values in NumPy, shared where that is possible."""
        values = self.native.cpu()
        if values.dtype == torch.bfloat16:
            values = values.float()
        array: NDArray[Any] = values.resolve_conj().resolve_neg().numpy()
        return array

    @property
    def on_accelerator(self) -> bool:
        """Whether rows had better stay on the device where they are."""
        return bool(self.native.device.type != "cpu")

    @property
    def _is_finite(self) -> bool:
        """Whether a sum proves that every value is finite, so that none needs a look."""
        values = self.native
        if not values.is_floating_point():
            return not values.is_complex()
        return bool(values.sum(dtype=torch.float64).isfinite())

    def labels(self) -> NDArray[Any]:
        """Return the values in NumPy."""
        return self.array

    def column(self, index: int) -> Column:
        """Return a column of the array."""
        return DenseContainer(self.array).column(index)

    def column_labels(self, index: int) -> NDArray[Any]:
        """Return a column of the array."""
        return DenseContainer(self.array).column_labels(index)

    def is_nominal(self, index: int) -> bool:
        """Whether the dtype of the array, or of a column of objects, says so."""
        return DenseContainer(self.array).is_nominal(index)

    def _numbers(self, *, allow_missing: bool) -> Numbers:
        if self.on_accelerator and self._is_finite:
            return TensorNumbers(self.native)
        rows = DenseContainer(self.array)
        return rows.incomplete_numbers if allow_missing else rows.numbers

    def gather(self, rows: IntArray) -> torch.Tensor:
        """Copy rows on the tensor's device."""
        if self.in_numpy:
            return torch.from_numpy(DenseContainer(self.array).gather(rows))
        return self.native.index_select(0, self._here(rows))

    def build(self, plan: Plan) -> torch.Tensor:
        """Allocate the output once and write kept and new rows into it."""
        if self.in_numpy:
            return torch.from_numpy(DenseContainer(self.array).build(plan))
        shape = (plan.n_output, *self.native.shape[1:])
        out = torch.empty(shape, dtype=self.native.dtype, device=self.native.device)
        start = len(plan.keep)
        out[:start] = self.native if plan.keeps_input else self.gather(plan.keep)
        for recipe in plan.synthesis:
            stop = start + len(recipe.base)
            self._synthesise(recipe, out[start:stop])
            start = stop
        return out

    def _synthesise(self, recipe: Recipe, out: torch.Tensor) -> None:
        source = self.native
        block = max(1, BLOCK_VALUES // max(1, source.shape[1]))
        for start in range(0, len(out), block):
            rows = slice(start, start + block)
            base = source[self._here(recipe.base[rows])]
            if isinstance(recipe, Interpolation):
                partner = source[self._here(recipe.partner[rows])]
                step = self._here(recipe.step[rows])[:, None]
                out[rows] = synthesis.interpolate(base, partner, step)
            elif isinstance(recipe, Noise):
                draws, scale = self._here(recipe.draws[rows]), self._here(recipe.scale)
                out[rows] = synthesis.scatter(base, draws, scale)
            else:
                out[rows] = synthesis.as_dtype(self._here(recipe.values[rows]), out.dtype)
        if isinstance(recipe, Interpolation) and recipe.donor is not None:
            for position, column in enumerate(recipe.nominal.tolist()):
                out[:, column] = source[self._here(recipe.donor[:, position]), column]

    def _here(self, array: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.native.device)
