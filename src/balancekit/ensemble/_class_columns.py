"""New rows of a class, drawn column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray, IntArray


class ClassColumns:
    """What the columns of a class hold.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        The rows of the class.
    nominal : ndarray of int
        Columns whose numbers are codes of names.
    """

    def __init__(self, rows: NDArray[Any], nominal: IntArray) -> None:
        self._low, self._high = rows.min(axis=0), rows.max(axis=0)
        self._scale = rows.std(axis=0, dtype=np.float64)
        self._values = {}
        for column in nominal.tolist():
            values, counts = np.unique(rows[:, column], return_counts=True)
            self._values[column] = values, counts / counts.sum()

    def around(self, seeds: NDArray[Any], n_each: int, rng: np.random.RandomState) -> FloatArray:
        """Draw new rows around seeds.

        Parameters
        ----------
        seeds : ndarray of shape (n_seeds, n_columns)
            Rows of the class.
        n_each : int
            New rows of each seed.
        rng : RandomState
            The stream.

        Returns
        -------
        rows : ndarray of float64, shape (n_seeds * n_each, n_columns)
            Numbers from a normal distribution around the seed's, with the standard deviation of the
            seeds or, if there is one, of the class, within the range of the class; names as often
            as the class has them.
        """
        scale = seeds.std(axis=0, dtype=np.float64) if len(seeds) > 1 else self._scale
        rows: FloatArray = np.repeat(seeds, n_each, axis=0).astype(np.float64)
        rows += rng.standard_normal(rows.shape) * scale
        np.clip(rows, self._low, self._high, out=rows)
        for column, (values, shares) in self._values.items():
            rows[:, column] = rng.choice(values, size=len(rows), p=shares)
        return rows
