"""Chosen rows, standardised when they are taken."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from balancekit.core.recipes import FloatArray
from balancekit.core.wording import list_names
from balancekit.deep._inputs import input_blocks
from balancekit.deep._rows import Rows, SparseRows


class Columns(NamedTuple):
    """What columns are standardised by.

    Parameters
    ----------
    mean, scale : ndarray of float64, of the shape of a row
        Mean and standard deviation; the scale of columns that are constant is 1.
    """

    mean: FloatArray
    scale: FloatArray


class PreparedRows:
    """Some rows of a table, standardised in float64 when they are taken, whatever their dtype.

    Parameters
    ----------
    rows : Rows
        All rows.
    ids : Tensor of int64, shape (n_chosen,), or None
        Which of them; None is all.
    columns : Columns or None
        None leaves numbers as they are.
    dtype : torch.dtype or None
        Of the rows that are taken; None leaves it as it is.
    """

    def __init__(
        self, rows: Rows, ids: Tensor | None, columns: Columns | None, dtype: torch.dtype | None
    ) -> None:
        if isinstance(rows, SparseRows):
            rows = SparseRows(rows.values, np.dtype(np.float64))
        self.rows, self.ids, self.dtype = rows, ids, dtype
        self.columns = columns
        self._statistics: tuple[Tensor, Tensor] | None = None

    def __len__(self) -> int:
        return len(self.rows if self.ids is None else self.ids)

    @property
    def row_bytes(self) -> int | None:
        """Bytes of a row that is taken; None if rows had better be taken for one batch only."""
        return self.rows.row_bytes

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Shape of a row, if it is known."""
        return self.rows.shape

    def take(self, rows: Tensor) -> Tensor:
        """Return rows.

        Parameters
        ----------
        rows : Tensor of int64
            Their numbers among the chosen ones.

        Returns
        -------
        values : Tensor

        Raises
        ------
        TypeError
            If rows of a data set are not one tensor each.
        """
        taken = self.rows.take(rows if self.ids is None else self.ids[rows])
        if isinstance(taken, tuple | list) and len(taken) == 1:
            (taken,) = taken
        if not isinstance(taken, Tensor):
            msg = (
                f"Rows of X are of type {type(taken).__name__}, and an error of reconstruction "
                "needs rows that are one tensor each. Let the data set give a tensor, or a pair of "
                "a tensor and its label."
            )
            raise TypeError(msg)
        if self.columns is not None:
            mean, scale = self._on(taken.device)
            taken = (taken.to(mean.dtype) - mean) / scale
        return taken if self.dtype is None else taken.to(self.dtype)

    def native(self, rows: NDArray[np.intp]) -> Any:
        """Return some rows as they were passed, not standardised."""
        chosen = rows if self.ids is None else self.ids.numpy()[rows]
        return self.rows.native(chosen)

    def _on(self, device: torch.device) -> tuple[Tensor, Tensor]:
        """Return mean and scale where rows are."""
        if self._statistics is None or self._statistics[0].device != device:
            dtype = torch.float32 if device.type == "mps" else torch.float64
            mean, scale = (torch.from_numpy(part).to(dtype).to(device) for part in self.columns)
            self._statistics = mean, scale
        return self._statistics


def column_statistics(rows: PreparedRows, batch_size: int) -> Columns:
    """Compute mean and standard deviation of columns, block by block.

    Parameters
    ----------
    rows : PreparedRows
        Rows, not standardised.
    batch_size : int
        Rows of a block, where rows are large.

    Returns
    -------
    columns : Columns

    Raises
    ------
    ValueError
        If numbers are so large that their spread is no finite number. The message names columns.
    """
    scaler = StandardScaler()
    with np.errstate(over="ignore", invalid="ignore"):
        for block in input_blocks(rows, batch_size, torch.device("cpu"), torch.float64):
            scaler.partial_fit(block.flatten(1).numpy())
    bad = np.flatnonzero(~(np.isfinite(scaler.mean_) & np.isfinite(scaler.var_)))
    if bad.size:
        msg = (
            f"Columns {list_names(bad.tolist())} of X hold numbers so large that they have no "
            "finite spread. Divide them, or take their logarithms."
        )
        raise ValueError(msg)
    shape = tuple(block.shape[1:])
    return Columns(scaler.mean_.reshape(shape), scaler.scale_.reshape(shape))
