"""The value difference metric: how far apart names are, by the classes of those that have them."""

from __future__ import annotations

import numpy as np

from balancekit.core.neighbors.blocks import row_blocks
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

    Notes
    -----
    For each column, memory for a number for each value and class.
    """

    def __init__(self, codes: IntArray, labels: IntArray) -> None:
        self._codes = codes
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
        Rows that are equal are searched for once. Blocks within scikit-learn's `working_memory`.
        """
        _, first, same = np.unique(
            self._codes[rows], axis=0, return_index=True, return_inverse=True
        )
        same = same.reshape(-1)
        found = np.empty((len(first), k + 1), dtype=np.intp)
        for block in row_blocks(len(first), 8 * BUFFERS_PER_PAIR * len(rows)):
            table = self.between(rows[first[block]], rows)
            found[block] = nearest_in_table(table, k + 1)[1]
        return found[same]
