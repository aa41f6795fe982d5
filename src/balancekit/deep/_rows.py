"""Rows that a net reads: tensors, arrays, frames, sparse matrices, and data sets of torch."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor
from torch.utils.data import Dataset, Subset, TensorDataset, default_collate

from balancekit.deep._dtypes import numpy_dtype
from balancekit.deep._row_checks import as_tensor, checked_array, checked_tensor, numbers_of

# Bytes that are gathered at once: many batches of a table, few of images.
GATHERED_BYTES = 4_194_304


class Rows(Protocol):
    """Rows that can be taken by number."""

    def __len__(self) -> int:
        """Return the number of rows."""

    @property
    def row_bytes(self) -> int | None:
        """Bytes of a row that is taken; None if rows had better be taken for one batch only."""

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Shape of a row, if it is known."""

    def take(self, rows: Tensor) -> Any:
        """Return rows as a tensor, or, from data sets, as a tuple or dict of tensors."""

    def native(self, rows: NDArray[np.intp]) -> Any:
        """Return some rows as something that `predict` takes."""


class TensorRows:
    """Rows of one tensor.

    Parameters
    ----------
    values : Tensor of shape (n_rows, ...)
        Rows.
    """

    def __init__(self, values: Tensor) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    @property
    def row_bytes(self) -> int:
        """Bytes of a row."""
        return self.values[0].numel() * self.values.element_size()

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of a row."""
        return tuple(self.values.shape[1:])

    def take(self, rows: Tensor) -> Tensor:
        """Return rows where the tensor lives."""
        return self.values.index_select(0, rows.to(self.values.device))

    def native(self, rows: NDArray[np.intp]) -> Tensor:
        """Return some rows."""
        return self.take(torch.from_numpy(rows))


class SparseRows:
    """Rows of a sparse matrix, which become dense for a batch at a time.

    Parameters
    ----------
    values : CSR matrix or array of shape (n_rows, n_columns)
        Rows.
    dtype : numpy dtype
        Of the rows that are taken.
    """

    row_bytes = None

    def __init__(self, values: Any, dtype: np.dtype[Any]) -> None:
        self.values = values
        self.dtype = dtype

    def __len__(self) -> int:
        return int(self.values.shape[0])

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of a row."""
        return (int(self.values.shape[1]),)

    def take(self, rows: Tensor) -> Tensor:
        """Return rows with their zeros."""
        return torch.from_numpy(self.values[rows.numpy()].astype(self.dtype).toarray())

    def native(self, rows: NDArray[np.intp]) -> Any:
        """Return some rows."""
        return self.values[rows]


class DatasetRows:
    """Rows of a data set that is indexed, put together by `torch.utils.data.default_collate`.

    Parameters
    ----------
    dataset : Dataset
        Its items are rows, or tuples of a row and its label.
    """

    row_bytes = None
    shape = None

    def __init__(self, dataset: Dataset[Any]) -> None:
        self.dataset = dataset

    def __len__(self) -> int:
        return len(self.dataset)  # type: ignore[arg-type]

    def take(self, rows: Tensor) -> Any:
        """Load rows."""
        return default_collate([without_label(self.dataset[row]) for row in rows.tolist()])

    def native(self, rows: NDArray[np.intp]) -> Subset[Any]:
        """Return some rows."""
        return Subset(self.dataset, rows.tolist())


def extended(rows: Rows, new: NDArray[Any]) -> Rows:
    """Put new rows below others.

    Parameters
    ----------
    rows : Rows
        Rows of a table.
    new : ndarray of shape (n_new, n_features)
        New rows.

    Returns
    -------
    rows : Rows
        The same object if there are no new rows.

    Raises
    ------
    TypeError
        If the rows are those of a data set or a sparse matrix.
    """
    if not len(new):
        return rows
    if not isinstance(rows, TensorRows):
        msg = "batches make new rows, which these cannot take in. Pass a dense array or tensor."
        raise TypeError(msg)
    below = as_tensor(new).to(rows.values)
    return TensorRows(torch.cat([rows.values, below.reshape(-1, *rows.values.shape[1:])]))


def without_label(item: Any) -> Any:
    """Return what a net reads of an item of a data set.

    Parameters
    ----------
    item : tuple of (row, label), or row
        The item.

    Returns
    -------
    row : object
    """
    return item[0] if isinstance(item, tuple | list) and len(item) == 2 else item


def read_rows(X: Any) -> Rows:
    """Read what was passed as X.

    Parameters
    ----------
    X : array, tensor, data frame, sparse matrix, Dataset or Rows
        Rows. Arrays and tensors may have more than two dimensions.

    Returns
    -------
    rows : Rows
        In the dtype that they have.

    Raises
    ------
    TypeError, ValueError
        If there are no rows, or they hold something that is no finite number.
    """
    if isinstance(X, TensorRows | SparseRows | DatasetRows):
        return X
    if isinstance(X, Dataset):
        tensors = getattr(X, "tensors", ())
        is_plain = type(X) is TensorDataset and len(tensors) <= 2
        return read_rows(tensors[0]) if is_plain else DatasetRows(X)
    if isinstance(X, Tensor):
        return TensorRows(checked_tensor(X))
    if isinstance(X, np.ndarray) and X.ndim > 2:
        return TensorRows(as_tensor(checked_array(X)))
    numbers = numbers_of(X)
    if sparse.issparse(numbers):
        return SparseRows(numbers.tocsr(), np.dtype(np.float32))
    # Frames gather their columns.
    values = numbers if isinstance(numbers, np.ndarray) else numbers[np.arange(numbers.shape[0])]
    return TensorRows(as_tensor(values))


def narrowed(rows: Rows, dtype: torch.dtype) -> Rows:
    """Convert numbers that take more bytes than those that a net reads.

    Parameters
    ----------
    rows : Rows
        Rows.
    dtype : torch.dtype
        What the net reads. Smaller numbers, such as pixels, stay small until they are read.

    Returns
    -------
    rows : Rows
    """
    if isinstance(rows, TensorRows) and rows.values.element_size() > dtype.itemsize:
        return TensorRows(rows.values.to(dtype))
    if isinstance(rows, SparseRows):
        return SparseRows(rows.values, numpy_dtype(dtype))
    return rows
