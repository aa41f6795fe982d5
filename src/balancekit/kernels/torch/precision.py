"""What a product of matrices in float32 rounds its operands to, by the settings of PyTorch."""

from __future__ import annotations

import os
from typing import Any

import torch

# TF32 holds every float16, and whatever products are allowed to round to holds every bfloat16.
OPERANDS = {
    "none": torch.float32,
    "ieee": torch.float32,
    "highest": torch.float32,
    "tf32": torch.float16,
    "high": torch.float16,
}

# What else lets products on a CPU round more.
OF_ONEDNN = ("ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE")

# Rounding of one step of a sum, with room for hardware that truncates.
STEP = {torch.float32: 2.0**-22, torch.float64: 2.0**-51}


def operand_dtype(device: torch.device) -> torch.dtype:
    """Find a dtype whose values such a product takes as they are.

    Parameters
    ----------
    device : torch.device
        Where the product is computed.

    Returns
    -------
    dtype : torch.dtype
        float32, unless the user has allowed less.
    """
    if device.type == "cpu" and any(
        os.environ.get(name, "STRICT").upper() not in ("STRICT", "F32") for name in OF_ONEDNN
    ):
        return torch.bfloat16
    backends: Any = torch.backends
    backend = backends.cuda if device.type == "cuda" else backends.mkldnn
    # Older versions of PyTorch have but one setting, and newer ones refuse to tell it once the
    # setting of a backend was changed.
    setting = getattr(getattr(backend, "matmul", None), "fp32_precision", None)
    if setting is None:
        setting = torch.get_float32_matmul_precision()
    return OPERANDS.get(setting, torch.bfloat16)


def summing_error(n_columns: int, dtype: torch.dtype) -> float:
    """Bound the error of ``|c|^2 - 2 q.c``, computed in any order.

    Parameters
    ----------
    n_columns : int
        Number of columns.
    dtype : torch.dtype
        float32 or float64: what is summed in. Products of operands are exact in it, or rounded.

    Returns
    -------
    share : float
        The error is below this, times ``|q|^2 + |c|^2``.
    """
    return (n_columns + 32) * STEP[dtype]
