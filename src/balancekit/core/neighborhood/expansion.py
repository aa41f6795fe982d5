"""Squared distances by a product of matrices, with a bound of their error: they only propose."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from balancekit.core.recipes import FloatArray, IntArray

# Rows that the centre is taken from.
SAMPLE = 1_000


class ExpandedSquares:
    """Squared distances between rows as |a|**2 - 2 ab + |b|**2.

    Dense rows are centred first, since the expansion loses digits far from the origin.

    Parameters
    ----------
    points : ndarray of float64 or CSR matrix, shape (n_rows, n_columns)
        Rows.
    excess : int
        Exponent that is taken out of them, so that no square overflows.

    Notes
    -----
    Memory: a copy of dense rows, and a number for each row.
    """

    def __init__(self, points: Any, excess: int) -> None:
        rows = points * 2.0**-excess if excess else points
        if sparse.issparse(rows):
            self._norms = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
        else:
            # A few rows far away move a mean, and with it everything into the noise.
            rows = rows - np.median(rows[:: max(1, len(rows) // SAMPLE)], axis=0)
            self._norms = np.einsum("ij,ij->i", rows, rows)
        self._rows = rows

    def between(
        self, left: slice | IntArray, right: slice | IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Compute the squared distance between every two rows of two sets.

        Parameters
        ----------
        left, right : slice or ndarray of int
            The sets.

        Returns
        -------
        table : ndarray of float64, shape (n_left, n_right)
            Squared distances, in units of ``2**excess``.
        slack : ndarray of float64, shape (n_left,)
            Bound of the difference between them and those of
            `balancekit.core.neighbors.distance`, for each row of `left`.

        Notes
        -----
        O(n_left * n_right * n_columns) time.
        """
        product = self._rows[left] @ self._rows[right].T
        table: FloatArray = product.toarray() if sparse.issparse(product) else product
        ours, theirs = self._norms[left], self._norms[right]
        table *= -2
        table += theirs
        table += ours[:, np.newaxis]
        reach = (np.sqrt(ours) + np.sqrt(theirs.max(initial=0.0))) ** 2
        # Every rounding of the centre, of either sum and of the product is relative to `reach`,
        # or it is an underflow.
        numbers = np.finfo(np.float64)
        slack = 8 * (self._rows.shape[1] + 16) * (float(numbers.eps) * reach + 5e-324)
        return table, slack
