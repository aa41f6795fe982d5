"""Rows as they are passed: checks, and the way to tensors."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from balancekit.core.base import as_table
from balancekit.core.containers.problems import WAYS_OUT_OF_MISSING, WAYS_OUT_OF_NOMINAL
from balancekit.core.wording import list_rows


def numbers_of(X: Any) -> Any:
    """Return the numbers of a table, or say what a net cannot read, and what to do about it.

    Parameters
    ----------
    X : array-like, sparse matrix or data frame of shape (n_rows, n_columns)
        What was passed.

    Returns
    -------
    numbers : Numbers

    Raises
    ------
    TypeError, ValueError
        If it is no table of finite numbers. The message names the columns.
    """
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


def checked_tensor(X: Tensor) -> Tensor:
    """Check a tensor.

    Parameters
    ----------
    X : Tensor
        What was passed.

    Returns
    -------
    X : Tensor of shape (n_rows, ...)
        Without its graph.

    Raises
    ------
    TypeError, ValueError
        If it has no rows, or they hold something that is no finite number.
    """
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


def checked_array(X: NDArray[Any]) -> NDArray[Any]:
    """Check an array of more than two dimensions.

    Parameters
    ----------
    X : ndarray of shape (n_rows, ...)
        What was passed.

    Returns
    -------
    X : ndarray of a numeric dtype

    Raises
    ------
    ValueError
        If it has no rows, or they hold something that is no finite number.
    """
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


def as_tensor(values: NDArray[Any]) -> Tensor:
    """Return an array as a tensor.

    Parameters
    ----------
    values : ndarray
        Numbers of any dtype and layout.

    Returns
    -------
    tensor : Tensor
        With the same memory, where PyTorch can read it. It must not be written to.
    """
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
