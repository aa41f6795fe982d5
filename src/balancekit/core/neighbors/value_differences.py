"""The value difference metric: how far apart names are, by the classes of those that have them."""

from __future__ import annotations

from typing import Any

import numpy as np

from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.cost import is_worth_kernels
from balancekit.core.neighbors.crew import Crew, thread_count
from balancekit.core.neighbors.selection import nearest_in_table
from balancekit.core.recipes import FloatArray, IntArray

# Numbers in memory at once for each pair of rows.
BUFFERS_PER_PAIR = 5


class ValueDifferences:
    """Distances between rows of names.

    In each column, two values differ by the sum over classes of the differences between the shares
    of the class among the rows that have either; rows differ by the sum of the squares of those.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows, n_columns)
        Codes of the values in each column, from 0 on.
    labels : ndarray of int, shape (n_rows,)
        Class codes, from 0 on.
    n_jobs : int, optional
        Threads; see `balancekit.core.neighbors.crew.thread_count`.
    device : str or torch.device, optional
        Where PyTorch searches. None is the CPU, without PyTorch.

    Notes
    -----
    For each column, memory for a number for each value and class.
    """

    def __init__(
        self, codes: IntArray, labels: IntArray, n_jobs: int | None = None, device: Any = None
    ) -> None:
        self._codes = codes
        self._n_jobs = n_jobs
        self._device = device
        n_classes = int(labels.max(initial=0)) + 1
        self._shares = []
        for column in codes.T:
            n_values = int(column.max(initial=0)) + 1
            counts = np.bincount(column * n_classes + labels, minlength=n_values * n_classes)
            counts = counts.reshape(n_values, n_classes).astype(np.float64)
            self._shares.append(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))

    def between(self, rows: IntArray, others: IntArray) -> FloatArray:
        """Compute the distances between two sets of rows.

        Parameters
        ----------
        rows, others : ndarray of int
            Row ids.

        Returns
        -------
        distances : ndarray of float64, shape (n_rows, n_others)
        """
        total = np.zeros((len(rows), len(others)))
        for column, shares in zip(self._codes.T, self._shares, strict=True):
            # Between the values that occur here: often far fewer than rows.
            left, left_of = np.unique(column[rows], return_inverse=True)
            right, right_of = np.unique(column[others], return_inverse=True)
            table = np.zeros((len(left), len(right)))
            for share in shares.T:
                table += np.abs(np.subtract.outer(share[left], share[right]))
            np.square(table, out=table)
            total += table[left_of[:, np.newaxis], right_of]
        return total

    def nearest(self, rows: IntArray, k: int) -> IntArray:
        """Find for each row itself and its k nearest others, or rows that equal it.

        Parameters
        ----------
        rows : ndarray of int, shape (n_rows,)
            Row ids.
        k : int
            Number of others, fewer than rows.

        Returns
        -------
        positions : ndarray of int, shape (n_rows, k + 1)
            Positions in `rows`, by (distance, position). Of rows that are equal, those that come
            first stand for all.

        Notes
        -----
        Rows that are equal are searched for once. O(n_rows**2 * n_columns) time; O(n_rows) memory
        for each thread, or blocks within scikit-learn's `working_memory`.
        """
        _, first, same = np.unique(
            self._codes[rows], axis=0, return_index=True, return_inverse=True
        )
        same = same.reshape(-1)
        if self._device is not None:
            # Imports torch.
            from balancekit.kernels.torch.value_differences import nearest_names

            names = self._codes[rows]
            return nearest_names(names, self._shares, first, k + 1, self._device)[same]
        shape = (len(first), len(rows), self._codes.shape[1])
        if is_worth_kernels(*shape, "value_differences.nearest_names"):
            return self._nearest_compiled(rows, first, k + 1)[same]
        found = np.empty((len(first), k + 1), dtype=np.intp)
        for block in row_blocks(len(first), 8 * BUFFERS_PER_PAIR * len(rows)):
            table = self.between(rows[first[block]], rows)
            found[block] = nearest_in_table(table, k + 1)[1]
        return found[same]

    def _nearest_compiled(self, rows: IntArray, queries: IntArray, k: int) -> IntArray:
        # Imports numba.
        from balancekit.kernels.neighbors.value_differences import nearest_names

        codes = np.ascontiguousarray(self._codes[rows].T, dtype=np.int32)
        starts = np.cumsum([0, *map(len, self._shares)])
        shares = np.concatenate(self._shares)
        asked = queries.astype(np.int64)
        distances = np.full((len(queries), k), np.inf)
        found = np.zeros((len(queries), k), dtype=np.int64)
        with Crew(thread_count(self._n_jobs)) as crew:
            crew.ranges(
                lambda first, last: nearest_names(
                    codes, shares, starts, asked, distances, found, first, last
                ),
                len(queries),
            )
        return found.astype(np.intp, copy=False)
