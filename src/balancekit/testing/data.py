"""Small data sets for checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def make_blobs_of_sizes(
    sizes: Sequence[int] = (60, 25), n_columns: int = 6, *, seed: int = 0, dtype: Any = np.float64
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Draw one overlapping normal cloud per class, in shuffled order.

    Parameters
    ----------
    sizes : sequence of int, default=(60, 25)
        Rows of class 0, 1, and so on.
    n_columns : int, default=6
        Columns.
    seed : int, default=0
        Seed of the draw.
    dtype : dtype, default=float64
        Dtype of X. Integers and bool are rounded from values of about -20 to 20.

    Returns
    -------
    X : ndarray of shape (sum(sizes), n_columns)
        Free of tied distances for float dtypes.
    y : ndarray of int, shape (sum(sizes),)

    Examples
    --------
    >>> from balancekit.testing import make_blobs_of_sizes
    >>> X, y = make_blobs_of_sizes((5, 3, 2))
    >>> X.shape, sorted(y.tolist())
    ((10, 6), [0, 0, 0, 0, 0, 1, 1, 1, 2, 2])
    """
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = rng.randn(len(y), n_columns) + 0.8 * y[:, np.newaxis]
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return X > 0.5, y
    if dtype.kind in "iu":
        offset = 40 if dtype.kind == "u" else 0
        limits = np.iinfo(dtype)
        return np.rint(6 * X + offset).clip(limits.min, limits.max).astype(dtype), y
    return X.astype(dtype), y
