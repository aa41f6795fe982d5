"""Rows for estimators of other libraries."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.recipes import IntArray


def as_float64(X: Numbers, rows: IntArray | None = None) -> Any:
    """Return rows as an estimator is to see them, whatever container they are in.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    rows : ndarray of int, shape (n_asked,), optional
        Ids; all rows by default.

    Returns
    -------
    values : ndarray (C-contiguous) or CSR matrix of float64, shape (n_asked, n_columns)
        One dtype for all containers: many estimators round differently in float32. All rows may be
        the user's own array, and then cannot be written to.
    """
    values = X[slice(None)] if rows is None else X[rows]
    if sparse.issparse(values):
        return values.tocsr().astype(np.float64, copy=False)
    array = np.ascontiguousarray(values, dtype=np.float64)
    if rows is None:
        array = array.view()
        array.flags.writeable = False
    return array
