"""Where a net lives."""

from __future__ import annotations

from typing import Any

import torch

from balancekit.deep._rows import Rows, TensorRows


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
    try:
        found = torch.device(device)
    except (RuntimeError, TypeError) as error:
        msg = f"device={device!r} is none that PyTorch knows. Pass such as 'cpu' or 'cuda:0'."
        raise ValueError(msg) from error
    if found.type == "cuda":
        n_devices = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if (found.index or 0) >= n_devices:
            msg = (
                f"device={device!r} was asked for, and PyTorch {torch.__version__} finds "
                f"{n_devices or 'no'} CUDA devices. Pass device='cpu', or 'auto' for whatever is "
                "there."
            )
            raise ValueError(msg)
    if found.type == "mps" and not torch.backends.mps.is_available():
        msg = f"device={device!r} was asked for, and there is none. Pass device='cpu' or 'auto'."
        raise ValueError(msg)
    return found
