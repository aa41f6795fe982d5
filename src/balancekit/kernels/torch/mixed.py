"""Nearest rows where some columns are names; see `balancekit.core.neighbors.mixed`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from balancekit.kernels.torch.comparison import all_compared
from balancekit.kernels.torch.devices import check_device
from balancekit.kernels.torch.distance import N_STRIPES, sum_in_order
from balancekit.kernels.torch.transfer import downloaded, uploaded


def nearest_mixed(
    points: NDArray[np.float64], codes: NDArray[np.intp], weight: float, k: int, device: Any
) -> NDArray[np.intp]:
    """Find the nearest other rows of each row.

    Parameters
    ----------
    points : ndarray of float64, shape (n_rows, n_numeric)
        Numeric columns.
    codes : ndarray of int, shape (n_rows, n_nominal)
        Nominal columns.
    weight : float
        What each nominal column that differs adds to a squared distance.
    k : int
        Number of neighbours, fewer than rows.
    device : str or torch.device
        Where to search.

    Returns
    -------
    rows : ndarray of intp, shape (n_rows, k)
        By (distance, row).

    Raises
    ------
    ValueError
        If there is no such device.
    MemoryError
        If it has no room for the smallest tiles.

    Notes
    -----
    O(n_rows**2 * n_columns) time; tiles as in `balancekit.kernels.torch.nearest`.
    """
    with torch.inference_mode():
        place = check_device(device)
        numbers = uploaded(points, place)
        names = uploaded(codes.astype(np.int64, copy=False), place)

        def distances_of(queries: slice, candidates: slice) -> Tensor:
            squares = sum_in_order(numbers[queries, None] - numbers[None, candidates])
            n_differing = (names[queries, None] != names[None, candidates]).sum(2)
            return squares + n_differing.double() * weight

        n_columns = numbers.shape[1] + names.shape[1]
        _, found = all_compared(
            distances_of,
            len(points),
            torch.arange(len(points), device=place),
            k,
            8 * (2 * n_columns + 2 * N_STRIPES + 8),
        )
        return downloaded(found).astype(np.intp, copy=False)
