"""The coordinates in which rows are compared in float32."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.neighbors.crew import Crew
from balancekit.core.neighbors.rotation import N_AXES, Rotation
from balancekit.core.recipes import IntArray
from balancekit.kernels.neighbors.packing import LARGEST_NORM

ROUNDING = 2.0**-24

# A rotation is worth learning between these numbers of columns, from so many rows for each.
FEWEST_COLUMNS, MOST_COLUMNS = 12, 1024
ROWS_PER_COLUMN = 10

# Rows that centre and rotation are learned from, and rows for each column.
SAMPLE = 2_000
SAMPLE_PER_COLUMN = 2
MEDIAN_SAMPLE = 1_000

# Rows that are nearer to the centre than this are as good as there.
SMALLEST_NORM = 1e-250

# Numbers gathered at once.
PART = 2**18


class Coordinates:
    """Rows centred, scaled to a largest norm and, if it pays, rotated to principal axes.

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
    crew : Crew
        Who computes the norms.
    rotates : bool, default=True
        Whether rows may be rotated at all.

    Attributes
    ----------
    unit : float
        Units of these coordinates in one unit of the table, rounded up.
    relative : float
        Bound of the error of a row in these coordinates, relative to its norm there.
    relative_in_two : float
        The same, of the sum of both parts.

    Notes
    -----
    A rotation takes O(n_columns) time for each row and each of up to 64 axes.
    """

    def __init__(
        self,
        table: NDArray[Any],
        rows: IntArray,
        others: IntArray,
        crew: Crew,
        *,
        rotates: bool = True,
    ) -> None:
        n_columns = table.shape[1]
        n_sample = max(SAMPLE, SAMPLE_PER_COLUMN * n_columns)
        sample = table[rows[:: max(1, len(rows) // n_sample)]].astype(np.float64)
        # A few rows far away move a mean, and with it everything into the noise of float32.
        self._centre = np.median(sample[:: max(1, len(sample) // MEDIAN_SAMPLE)], axis=0)
        self._rotation: Rotation | None = None
        stretch = 1.0
        is_wide = FEWEST_COLUMNS <= n_columns <= MOST_COLUMNS
        if rotates and is_wide and len(rows) > ROWS_PER_COLUMN * n_columns:
            self._rotation = Rotation(sample - self._centre)
            stretch += self._rotation.stretch
        largest = max(self._largest_norm(table, ids, crew) for ids in (rows, others))
        is_tiny = largest < SMALLEST_NORM
        self._scale = 1.0 if is_tiny else LARGEST_NORM / (largest * stretch * (1 + 1e-5))
        self.unit = self._scale * stretch * (1 + 1e-12)
        # Everything but the result is computed in float64.
        rounding = 2.0**-53 * (4 + 4 * (n_columns + N_AXES) * n_columns**0.5)
        self.relative = ROUNDING + rounding
        self.relative_in_two = ROUNDING**2 + rounding

    def of(
        self, table: NDArray[Any], rows: IntArray, crew: Crew, *, in_two: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Express rows in these coordinates.

        Parameters
        ----------
        table : ndarray of float32 or float64, shape (n_table, n_columns)
            Rows.
        rows : ndarray of int, shape (n_rows,)
            Which.
        crew : Crew
            Who does it.
        in_two : bool
            Whether to return what float32 leaves over too.

        Returns
        -------
        points : ndarray of float32, shape (n_rows, n_columns)
        rest : ndarray of float32, shape (n_rows, n_columns), or None
        """
        points = np.empty((len(rows), table.shape[1]), np.float32)
        rest = np.empty_like(points) if in_two else None

        def express(start: int) -> None:
            part = self._centred(table, rows[start : start + size])
            part *= self._scale
            if self._rotation is not None:
                part = self._rotation.turned(part)
            points[start : start + size] = part
            if rest is not None:
                part -= points[start : start + size]
                rest[start : start + size] = part

        size = max(1, PART // table.shape[1])
        crew.each(express, range(0, len(rows), size))
        return points, rest

    def _largest_norm(self, table: NDArray[Any], rows: IntArray, crew: Crew) -> float:
        def largest(start: int) -> float:
            part = self._centred(table, rows[start : start + size])
            # Scaled, squares stay within the range.
            scale = float(np.abs(part).max())
            part /= scale or 1.0
            return scale * float(np.sqrt(np.einsum("ij,ij->i", part, part).max()))

        size = max(1, PART // table.shape[1])
        return max(crew.each(largest, range(0, len(rows), size)), default=0.0)

    def _centred(self, table: NDArray[Any], rows: IntArray) -> NDArray[np.float64]:
        centred: NDArray[np.float64] = table[rows] - self._centre
        return centred
