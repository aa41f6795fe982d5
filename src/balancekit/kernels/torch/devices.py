"""Devices by name."""

from __future__ import annotations

from typing import Any

import torch


def check_device(device: Any) -> torch.device:
    """Find a device, and make sure that it is there.

    Parameters
    ----------
    device : str, int or torch.device
        ``"cpu"``, ``"cuda"``, ``"cuda:1"``, ...

    Returns
    -------
    device : torch.device

    Raises
    ------
    ValueError
        If there is no such device here. The message says what there is.
    """
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
                f"{n_devices or 'no'} CUDA devices. Pass device='cpu', or one that is there."
            )
            raise ValueError(msg)
    try:
        # What decides is computed in float64, which not all devices have.
        torch.ones(1, dtype=torch.float64, device=found).item()
    except (AssertionError, NotImplementedError, RuntimeError, TypeError) as error:
        why = str(error).partition("\n")[0]
        msg = f"device={device!r} cannot be computed on here: {why} Pass device='cpu'."
        raise ValueError(msg) from error
    return found
