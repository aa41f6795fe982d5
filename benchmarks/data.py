"""Data sets of the benchmarks."""

import numpy as np


def imbalanced(n_rows, n_columns, *, minority=1 / 11, dtype=np.float64, seed=0):
    """Draw two overlapping normal clouds.

    Parameters
    ----------
    n_rows, n_columns : int
        Size.
    minority : float
        Share of class 1.
    dtype : dtype
        Dtype of X.
    seed : int
        Seed.

    Returns
    -------
    X : ndarray of shape (n_rows, n_columns)
    y : ndarray of int, shape (n_rows,)
    """
    rng = np.random.default_rng(seed)
    y = np.zeros(n_rows, dtype=np.int64)
    y[rng.choice(n_rows, round(n_rows * minority), replace=False)] = 1
    X = rng.standard_normal((n_rows, n_columns), dtype=np.float32 if dtype == np.float32 else float)
    X[y == 1] += 0.5
    return X.astype(dtype, copy=False), y
