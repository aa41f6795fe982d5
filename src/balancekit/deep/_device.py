"""Where a net lives."""

from __future__ import annotations

from typing import Any

import torch

from balancekit.deep._rows import Rows, TensorRows
from balancekit.kernels.torch.devices import check_device


def find_device(device: Any, rows: Rows | None = None) -> torch.device:
    """Find the device that a net is put on.

    Parameters
    ----------
    device : None, "auto", str, int or torch.device
        None is where the rows are; ``"auto"`` an accelerator, if there is one.
    rows : Rows, optional
        What the net is fitted on.

    Returns
    -------
    device : torch.device

    Raises
    ------
    ValueError
        If there is no such device here.
    """
    if device is None:
        return rows.values.device if isinstance(rows, TensorRows) else torch.device("cpu")
    if isinstance(device, str) and device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return check_device(device)
