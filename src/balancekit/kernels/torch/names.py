"""Nominal values as codes, on the device that holds them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from balancekit.kernels.torch.transfer import downloaded
from balancekit.kernels.torch.unsigned import in_signed_order


def codes_of(column: Tensor) -> NDArray[np.intp]:
    """Replace values by their places in the order of all that occur.

    Parameters
    ----------
    column : Tensor of bool, int or float, shape (n_rows,)
        Values. NaN is a value of its own, the last.

    Returns
    -------
    codes : ndarray of intp, shape (n_rows,)
        Those of `balancekit.core.mixed.encode_nominal`.
    """
    # Halves are not sorted everywhere.
    is_half = column.is_floating_point() and column.itemsize < 4
    values = column.float() if is_half else in_signed_order(column)
    is_known = values == values
    known, places = torch.unique(values[is_known], return_inverse=True)
    codes = places.new_full(values.shape, len(known))
    codes[is_known] = places
    return downloaded(codes).astype(np.intp, copy=False)
