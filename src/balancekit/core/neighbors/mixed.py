"""Nearest rows by numbers and names together."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.cost import is_worth_kernels
from balancekit.core.neighbors.crew import Crew, thread_count
from balancekit.core.neighbors.distance import (
    N_STRIPES,
    all_squared_distances,
    in_whole_stripes,
)
from balancekit.core.neighbors.selection import nearest_in_table
from balancekit.core.recipes import IntArray

# Sparse rows of no more cells are searched as dense ones, which takes 16 MiB.
FEW_VALUES = 2**21


def nearest_mixed_rows(
    points: Any,
    codes: IntArray,
    weight: float,
    k: int,
    n_jobs: int | None,
    device: Any = None,
) -> IntArray:
    """Find the nearest other rows of each row.

    Parameters
    ----------
    points : ndarray or CSR matrix of float64, shape (n_rows, n_numeric)
        Numeric columns, of magnitudes whose squares stay within the range.
    codes : ndarray of int, shape (n_rows, n_nominal)
        Nominal columns.
    weight : float
        What each nominal column that differs adds to a squared distance.
    k : int
        Number of neighbours, fewer than rows.
    n_jobs : int, optional
        Threads.
    device : str or torch.device, optional
        Where PyTorch searches dense rows. None is the CPU, without PyTorch.

    Returns
    -------
    rows : ndarray of int, shape (n_rows, k)
        By (distance, row).

    Notes
    -----
    O(n_rows**2 * n_columns) time, O(n_rows * k) memory or blocks within scikit-learn's
    `working_memory`.
    """
    n_rows = points.shape[0]
    if sparse.issparse(points) and n_rows * points.shape[1] <= FEW_VALUES:
        points = points.toarray()
    if device is not None and not sparse.issparse(points):
        # Imports torch.
        from balancekit.kernels.torch.mixed import nearest_mixed as nearest_on_device

        return nearest_on_device(points, codes, weight, k, device)
    if sparse.issparse(points):
        # Imports numba.
        from balancekit.core.neighbors.inverted import nearest_among_sparse

        everyone = np.arange(n_rows)
        with Crew(thread_count(n_jobs)) as crew:
            return nearest_among_sparse(points, everyone, everyone, k, crew, codes, weight)[1]
    n_columns = points.shape[1] + codes.shape[1]
    if is_worth_kernels(n_rows, n_rows, n_columns, "mixed.nearest_mixed"):
        # Imports numba.
        from balancekit.kernels.neighbors.mixed import nearest_mixed

        filled = in_whole_stripes(points)
        names = np.ascontiguousarray(codes, dtype=np.int64)
        squares = np.full((n_rows, k), np.inf)
        found = np.zeros((n_rows, k), dtype=np.int64)
        with Crew(thread_count(n_jobs)) as crew:
            crew.ranges(
                lambda first, last: nearest_mixed(
                    filled, names, weight, squares, found, first, last
                ),
                n_rows,
            )
        return found.astype(np.intp, copy=False)
    rows = np.empty((n_rows, k), dtype=np.intp)
    for block in row_blocks(n_rows, 8 * (N_STRIPES + 4) * n_rows):
        table = all_squared_distances(points[block], points)
        n_differing = np.zeros(table.shape, dtype=np.intp)
        for column in codes.T:
            n_differing += column[block, np.newaxis] != column
        table += n_differing * weight
        table[np.arange(len(table)), np.arange(block.start, block.stop)] = np.inf
        rows[block] = nearest_in_table(table, k)[1]
    return rows
