"""The coordinates in which rows are compared in float32."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import IntArray

ROUNDING = 2.0**-24

# A rotation is worth learning between these numbers of columns, from so many rows for each.
FEWEST_COLUMNS, MOST_COLUMNS = 12, 1024
ROWS_PER_COLUMN = 10

# Rows that centre and rotation are learned from.
SAMPLE = 10_000
MEDIAN_SAMPLE = 1_000

# Numbers gathered at once.
PART = 2**18


class Coordinates:
    """Rows centred, scaled to norms of at most 1 and, if it pays, rotated to principal axes.

    Leading axes then carry most of a distance, so that boxes around blocks of rows tell early how
    far apart they are. Nothing needs to be exact here, only the errors have to be known.

    Parameters
    ----------
    table : ndarray of float32 or float64, shape (n_table, n_columns)
        Rows.
    rows : ndarray of int, shape (n_rows,)
        Those to learn the coordinates from.
    others : ndarray of int, shape (n_others,)
        Further rows that will be expressed in them.

    Attributes
    ----------
    unit : float
        Units of these coordinates in one unit of the table, rounded up.
    relative : float
        Bound of the error of a row in these coordinates, relative to its norm there.

    Notes
    -----
    The rotation takes O(n_columns**3) time once and O(n_columns**2) for each row.
    """

    def __init__(self, table: NDArray[Any], rows: IntArray, others: IntArray) -> None:
        n_columns = table.shape[1]
        sample = table[rows[:: max(1, len(rows) // SAMPLE)]].astype(np.float64)
        # A few rows far away move a mean, and with it everything into the noise of float32.
        self._centre = np.median(sample[:: max(1, len(sample) // MEDIAN_SAMPLE)], axis=0)
        self._rotation: NDArray[np.float32] | None = None
        stretch, rounding = 1.0, 4 * ROUNDING
        if FEWEST_COLUMNS <= n_columns <= MOST_COLUMNS and len(rows) > ROWS_PER_COLUMN * n_columns:
            self._rotation = _principal_axes(sample - self._centre)
            # How far the rounded axes are from being orthogonal, and the rounding of a product of
            # matrices in whatever order BLAS adds.
            axes = self._rotation.astype(np.float64)
            stretch += float(np.linalg.norm(axes.T @ axes - np.eye(n_columns)))
            rounding += (n_columns + 4) * ROUNDING * n_columns**0.5
        largest = max(
            float(np.einsum("ij,ij->i", part, part).max())
            for ids in (rows, others)
            for part in self._centred(table, ids)
        )
        self._scale = 2.0 ** -int(np.frexp(largest**0.5 * stretch)[1]) if largest else 1.0
        self.unit = self._scale * stretch * (1 + 1e-12)
        self.relative = rounding * stretch * (1 + 4 * rounding)

    def of(self, table: NDArray[Any], rows: IntArray) -> NDArray[np.float32]:
        """Express rows in these coordinates.

        Parameters
        ----------
        table : ndarray of float32 or float64, shape (n_table, n_columns)
            Rows.
        rows : ndarray of int, shape (n_rows,)
            Which.

        Returns
        -------
        points : ndarray of float32, shape (n_rows, n_columns)
        """
        points = np.empty((len(rows), table.shape[1]), np.float32)
        start = 0
        for part in self._centred(table, rows):
            block = points[start : start + len(part)]
            part *= self._scale
            if self._rotation is None:
                block[...] = part
            else:
                np.matmul(part.astype(np.float32), self._rotation, out=block)
            start += len(part)
        return points

    def _centred(self, table: NDArray[Any], rows: IntArray) -> Iterator[NDArray[np.float64]]:
        size = max(1, PART // table.shape[1])
        for start in range(0, len(rows), size):
            yield table[rows[start : start + size]] - self._centre


def _principal_axes(sample: NDArray[np.float64]) -> NDArray[np.float32]:
    largest = np.abs(sample).max() or 1.0
    sample = sample / largest
    axes = np.linalg.eigh(sample.T @ sample)[1][:, ::-1]
    return np.ascontiguousarray(axes, dtype=np.float32)
