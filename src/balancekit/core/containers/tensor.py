"""torch tensors, on any device."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.column import Column
from balancekit.core.containers.dense import DenseContainer
from balancekit.core.recipes import IntArray, Interpolation, Noise, Recipe
from balancekit.kernels.torch import synthesis
from balancekit.kernels.torch.memory import cut, in_less_memory, tile_bytes
from balancekit.kernels.torch.names import codes_of
from balancekit.kernels.torch.transfer import downloaded, uploaded
from balancekit.kernels.torch.unsigned import take

if TYPE_CHECKING:
    from balancekit.core.plan import Plan

# What a new value takes while it is computed: two ends, their difference and sum, and whether it is
# finite, most of them in float64.
BYTES_PER_VALUE = 64

NUMPY_FLOATS = (torch.float16, torch.float32, torch.float64)

# What a search takes in place of dtypes that PyTorch does not compute with, or that are narrower
# than they need be: the same numbers.
SEARCHED_AS = {
    **dict.fromkeys(
        (
            *(torch.bool, torch.uint8, torch.int8, torch.uint16, torch.int16),
            *(torch.float16, torch.bfloat16),
        ),
        torch.float32,
    ),
    torch.uint32: torch.int64,
    torch.uint64: torch.float64,
}


class TensorNumbers:
    """Rows on a device; those that are asked for come to NumPy.

    Parameters
    ----------
    rows : Tensor of shape (n_rows, n_columns)
        Finite numbers.
    """

    def __init__(self, rows: torch.Tensor) -> None:
        self.rows = rows

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of rows and columns."""
        return tuple(self.rows.shape)

    @cached_property
    def tensor(self) -> torch.Tensor:
        """The same numbers in a dtype that can be searched: float32 where it holds all of them."""
        kind = self.rows.dtype
        return self.rows.to(SEARCHED_AS.get(kind, kind))

    def __getitem__(self, rows: Any) -> NDArray[Any]:
        """Copy rows to NumPy, with bfloat16, which it lacks, as float32."""
        if isinstance(rows, slice) and (rows.step or 1) > 0:
            return TensorContainer(self.rows[rows]).array
        if not isinstance(rows, np.ndarray) or rows.dtype.kind not in "iu":
            rows = np.arange(len(self.rows))[rows]
        ids = uploaded(np.ascontiguousarray(rows, dtype=np.int64), self.rows.device)
        return TensorContainer(take(self.rows, ids)).array


class TensorContainer(Container):
    """A tensor, detached from its graph. The rows are made where the tensor lives."""

    native: torch.Tensor

    def __init__(self, native: torch.Tensor) -> None:
        if native.layout != torch.strided:
            msg = (
                f"A tensor of layout {native.layout} is not supported; pass `.to_dense()`, or a "
                "sparse matrix of SciPy."
            )
            raise TypeError(msg)
        super().__init__(native.detach())

    @property
    def in_numpy(self) -> bool:
        """Whether NumPy can share the memory: on the CPU, and of a dtype that NumPy has."""
        return bool(self.native.device.type == "cpu" and not _is_foreign(self.native.dtype))

    @property
    def array(self) -> NDArray[Any]:
        """The values in NumPy, shared where that is possible."""
        is_foreign = _is_foreign(self.native.dtype)
        return downloaded(self.native.float() if is_foreign else self.native)

    @property
    def on_accelerator(self) -> bool:
        """Whether rows had better stay on the device where they are."""
        return bool(self.native.device.type != "cpu")

    @property
    def device(self) -> Any:
        """The accelerator that the tensor is on, if it is on one."""
        return self.native.device if self.on_accelerator else None

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
        """Return a column, if the tensor is numeric."""
        return self._alone(index).column(0)

    def column_labels(self, index: int) -> NDArray[Any]:
        """Return a column as it is."""
        return self._alone(index).column_labels(0)

    def column_codes(self, index: int) -> IntArray | None:
        """Return the codes of a column, if they are found on an accelerator."""
        if not self.on_accelerator or self.native.is_complex():
            return None
        return codes_of(self.native[:, index])

    def is_nominal(self, index: int) -> bool:
        """Whether the tensor holds bool."""
        return bool(self.native.dtype == torch.bool)

    def numbers_of(self, columns: Iterable[int], *, allow_missing: bool = False) -> Numbers:
        """Return some columns as numbers, on an accelerator if they are there."""
        wanted = [int(index) for index in columns]
        if wanted:
            self._check_dtype()
        if self.on_accelerator:
            part = TensorContainer(take(self.native, self._here(np.array(wanted, np.int64)), dim=1))
            if part._is_finite:
                return TensorNumbers(part.native)
        return super().numbers_of(wanted, allow_missing=allow_missing)

    def _alone(self, index: int) -> DenseContainer:
        """Return a column in NumPy, which is all that is brought there."""
        return DenseContainer(TensorContainer(self.native[:, index : index + 1]).array)

    def _check_dtype(self) -> None:
        dtype = self.native.dtype
        if _is_foreign(dtype) and dtype != torch.bfloat16:
            msg = (
                f"X is a tensor of {dtype}, in which PyTorch does not compute. Pass `X.half()`, or "
                "use a sampler that only chooses rows, such as RandomOverSampler."
            )
            raise TypeError(msg)

    def _numbers(self, *, allow_missing: bool) -> Numbers:
        self._check_dtype()
        if self.on_accelerator and self._is_finite:
            return TensorNumbers(self.native)
        rows = DenseContainer(self.array)
        return rows.incomplete_numbers if allow_missing else rows.numbers

    def gather(self, rows: IntArray) -> torch.Tensor:
        """Copy rows on the tensor's device."""
        if self.in_numpy:
            return torch.from_numpy(DenseContainer(self.array).gather(rows))
        return self._taken(rows)

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
        if not (isinstance(recipe, Interpolation) and len(recipe.nominal) == out.shape[1]):
            in_less_memory(partial(self._compute, recipe, out), tile_bytes(out.device))
        if isinstance(recipe, Interpolation) and recipe.donor is not None:
            for position, index in enumerate(recipe.nominal.tolist()):
                donors = self._here(recipe.donor[:, position])
                out[:, index] = take(self.native[:, index], donors)

    def _compute(self, recipe: Recipe, out: torch.Tensor, n_bytes: int) -> None:
        for rows in cut(len(out), n_bytes // (BYTES_PER_VALUE * max(1, out.shape[1]))):
            out[rows] = self._computed(recipe, rows)

    def _computed(self, recipe: Recipe, rows: slice) -> torch.Tensor:
        if isinstance(recipe, Interpolation):
            step = self._here(recipe.step[rows])[:, None]
            ends = self._taken(recipe.base[rows]), self._taken(recipe.partner[rows])
            return synthesis.interpolate(*ends, step)
        if isinstance(recipe, Noise):
            draws, scale = self._here(recipe.draws[rows]), self._here(recipe.scale)
            return synthesis.scatter(self._taken(recipe.base[rows]), draws, scale)
        return synthesis.as_dtype(self._here(recipe.values[rows]), self.native.dtype)

    def _taken(self, rows: IntArray) -> torch.Tensor:
        return take(self.native, self._here(rows))

    def _here(self, array: NDArray[Any]) -> torch.Tensor:
        return uploaded(array, self.native.device)


def _is_foreign(dtype: torch.dtype) -> bool:
    """Whether NumPy lacks a dtype of floats."""
    return dtype.is_floating_point and dtype not in NUMPY_FLOATS
