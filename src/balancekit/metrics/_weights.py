"""Weights of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.metrics._numbers import read_numbers


def read_weights(sample_weight: Any, n_rows: int) -> NDArray[np.float64]:
    """Read weights of rows.

    Parameters
    ----------
    sample_weight : array-like of shape (n_rows,) or None
        Weights, none of them negative. None is the same for all rows.
    n_rows : int
        Number of rows.

    Returns
    -------
    weights : ndarray of float64, shape (n_rows,)
        Ones for None.

    Raises
    ------
    TypeError, ValueError
        If weights are no numbers, have another shape, are negative, not finite or all zero.
    """
    if sample_weight is None:
        return np.ones(n_rows)
    weights = read_numbers(sample_weight, "sample_weight", "Pass one weight for each row.")
    if weights.shape != (n_rows,):
        msg = f"sample_weight has shape {weights.shape}; pass one weight for each of {n_rows} rows."
        raise ValueError(msg)
    if not np.isfinite(weights).all() or weights.min() < 0:
        row = int(np.flatnonzero(~np.isfinite(weights) | (weights < 0))[0])
        msg = (
            f"sample_weight is {weights[row]:g} in row {row}. Pass finite weights of zero or more."
        )
        raise ValueError(msg)
    if not weights.any():
        msg = "sample_weight is zero in every row. Pass a positive weight for one row or more."
        raise ValueError(msg)
    return weights
