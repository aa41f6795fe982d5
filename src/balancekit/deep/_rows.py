"""Rows that a net reads: tensors, arrays, frames, sparse matrices, and data sets of torch."""

from __future__ import annotations

import warnings
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor
from torch.utils.data import Dataset, Subset, TensorDataset, default_collate

from balancekit.core.base import as_table
from balancekit.core.containers.problems import WAYS_OUT_OF_MISSING, WAYS_OUT_OF_NOMINAL
from balancekit.core.wording import list_rows, suggest

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
    below = _as_tensor(new).to(rows.values)
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
        return TensorRows(_checked_tensor(X))
    if isinstance(X, np.ndarray) and X.ndim > 2:
        return TensorRows(_as_tensor(_checked_array(X)))
    numbers = _numbers_of(X)
    if sparse.issparse(numbers):
        return SparseRows(numbers.tocsr(), np.dtype(np.float32))
    # Frames gather their columns.
    values = numbers if isinstance(numbers, np.ndarray) else numbers[np.arange(numbers.shape[0])]
    return TensorRows(_as_tensor(values))


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


def torch_dtype(given: Any) -> torch.dtype:
    """Find the dtype that a parameter stands for.

    Parameters
    ----------
    given : str or torch.dtype
        A dtype or its name.

    Returns
    -------
    dtype : torch.dtype

    Raises
    ------
    ValueError
        If there is no such dtype.
    """
    dtype = getattr(torch, given, None) if isinstance(given, str) else given
    if not isinstance(dtype, torch.dtype):
        known = ["float32", "float64", "float16", "bfloat16", "int64", "int32", "bool"]
        msg = (
            f"input_dtype={given!r} is no dtype of PyTorch.{suggest(given, known)} Pass such as "
            "'float32' or 'int64'."
        )
        raise ValueError(msg)
    return dtype


def numpy_dtype(dtype: torch.dtype) -> np.dtype[Any]:
    """Return NumPy's name of a dtype; float32 for those it lacks."""
    if dtype == torch.bfloat16:
        return np.dtype(np.float32)
    found: np.dtype[Any] = torch.empty(0, dtype=dtype).numpy().dtype
    return found


def _numbers_of(X: Any) -> Any:
    """Return the numbers of a table, or say what a net cannot read, and what to do about it."""
    try:
        return as_table(X).numbers
    except ValueError as error:
        # The ways out are those of samplers.
        for theirs, ours in (
            (WAYS_OUT_OF_NOMINAL, "Encode or drop them inside a pipeline (e.g. OneHotEncoder)."),
            (WAYS_OUT_OF_MISSING, "Impute them inside a pipeline (e.g. SimpleImputer)."),
        ):
            if theirs in str(error):
                raise ValueError(str(error).replace(theirs, ours)) from None
        raise


def _checked_tensor(X: Tensor) -> Tensor:
    X = X.detach()
    if X.ndim < 2 or not X.numel():
        msg = (
            f"Expected 2D array, got a tensor of shape {tuple(X.shape)} instead. Reshape your "
            "data: pass rows of at least one column."
        )
        raise ValueError(msg)
    if X.is_complex():
        msg = "Complex data not supported: pass real and imaginary parts as columns of their own."
        raise ValueError(msg)
    if X.is_sparse or X.layout != torch.strided:
        msg = "X is a sparse tensor. Pass `X.to_dense()`, or a sparse matrix of SciPy."
        raise TypeError(msg)
    if X.is_floating_point():
        # A finite sum proves that every value is finite, without a tensor of flags.
        total = X.sum(dtype=None if X.device.type == "mps" else torch.float64)
        if not bool(total.isfinite()):
            _refuse_not_finite(~X.isfinite().flatten(1).all(1).cpu().numpy())
    return X


def _checked_array(X: NDArray[Any]) -> NDArray[Any]:
    if X.dtype.kind == "O":
        X = X.astype(np.float64)
    if X.dtype.kind not in "biuf":
        msg = f"X has dtype {X.dtype}. Pass numbers."
        raise ValueError(msg)
    if not X.size:
        msg = f"X has shape {X.shape}, which holds nothing. Pass rows of at least one number."
        raise ValueError(msg)
    with np.errstate(over="ignore", invalid="ignore"):
        suspicious = X.dtype.kind == "f" and not np.isfinite(X.sum(dtype=np.float64))
    if suspicious:
        _refuse_not_finite(~np.isfinite(X.reshape(len(X), -1)).all(axis=1))
    return X


def _refuse_not_finite(flags: NDArray[np.bool_]) -> None:
    rows = np.flatnonzero(flags)
    if rows.size:
        msg = (
            f"Input X contains NaN or infinity ({list_rows(rows)}). Impute missing values, or drop "
            "those rows."
        )
        raise ValueError(msg)


def _as_tensor(values: NDArray[Any]) -> Tensor:
    values = np.ascontiguousarray(values)
    if not values.dtype.isnative or (values.dtype.kind == "u" and values.dtype.itemsize > 1):
        kind = np.float64 if values.dtype.kind == "f" else np.int64
        values = values.astype(kind)
    elif values.dtype == np.longdouble:
        values = values.astype(np.float64)
    with warnings.catch_warnings():
        # Read-only memory is never written to.
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        return torch.from_numpy(values)
