"""Dtypes by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from balancekit.core.wording import suggest


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
