"""Rows for estimators of other libraries."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.recipes import IntArray

MOST_INDICES = 2**31
MOST_EXPONENT = 100


def in_range(X: Numbers, rows: IntArray | None = None) -> tuple[Any, int]:
    """Return rows as `as_float64` does, with their exponent taken out where squares overflow.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    rows : ndarray of int, shape (n_asked,), optional
        Ids; all rows by default.

    Returns
    -------
    values : ndarray (C-contiguous) or CSR matrix of float64, shape (n_asked, n_columns)
        ``X[rows] * 2**-exponent``. Clusters and margins do not depend on such a factor, but few
        estimators work near the ends of the range of float64.
    exponent : int
        0 unless the largest magnitude is beyond ``2**100`` or below ``2**-100``: some estimators
        compute in float32.
    """
    values = as_float64(X, rows)
    numbers = values.data if sparse.issparse(values) else values
    largest = max(numbers.max(initial=0.0), -numbers.min(initial=0.0))
    exponent = int(np.frexp(largest)[1])
    if abs(exponent) <= MOST_EXPONENT:
        return values, 0
    # Two steps: the factor itself may be beyond the range.
    half = -exponent // 2
    return values * 2.0**half * 2.0 ** (-exponent - half), exponent


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
        matrix = values.tocsr().astype(np.float64, copy=False)
        if matrix.indices.dtype != np.int32 and max(matrix.nnz, *matrix.shape) < MOST_INDICES:
            # Few estimators take wide indices.
            indices, starts = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
            matrix = type(matrix)((matrix.data, indices, starts), shape=matrix.shape)
        return matrix
    array = np.ascontiguousarray(values, dtype=np.float64)
    if rows is None:
        array = array.view()
        array.flags.writeable = False
    return array
