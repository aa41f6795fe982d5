"""Rotations that bring the axes along which rows vary most to the front."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from sklearn.utils.extmath import randomized_svd

FloatArray = NDArray[np.float64]

# Axes that are brought to the front.
N_AXES = 64


class Rotation:
    """A rotation, or reflection, whose first coordinates are the leading principal ones.

    Parameters
    ----------
    sample : ndarray of float64, shape (n_sample, n_columns)
        Centred rows. The better they represent all, the more the leading coordinates tell.

    Attributes
    ----------
    stretch : float
        By what share lengths may change, because axes are orthogonal up to rounding only.

    Notes
    -----
    Up to `N_AXES` columns, all coordinates are principal. With more columns, the rotation is a
    product of that many Householder reflections, I - V T V', so that a row takes
    O(n_columns * N_AXES) time and not O(n_columns**2); what the other coordinates are does not
    matter.

    References
    ----------
    R. Schreiber and C. Van Loan, "A storage-efficient WY representation for products of Householder
    transformations", SIAM Journal on Scientific and Statistical Computing 10(1), 1989.
    """

    def __init__(self, sample: FloatArray) -> None:
        n_columns = sample.shape[1]
        sample = sample / (np.abs(sample).max() or 1.0)
        if n_columns <= N_AXES:
            axes = np.linalg.eigh(sample.T @ sample)[1][:, ::-1]
            self._axes: FloatArray | None = np.ascontiguousarray(axes)
            self.stretch = float(np.linalg.norm(axes.T @ axes - np.eye(n_columns)))
            return
        self._axes = None
        axes = randomized_svd(sample, N_AXES, n_iter=2, random_state=0)[2].T
        (reflectors, scales), _ = qr(axes, mode="raw")
        away = np.tril(reflectors, -1)
        np.fill_diagonal(away, 1.0)
        # T is known by its inverse.
        inner = np.triu(away.T @ away, 1) + np.diag(1 / scales)
        self._away = np.ascontiguousarray(away)
        self._back = np.linalg.solve(inner, away.T)
        moved = self._away @ self._back
        excess = self._back.T @ (away.T @ away) @ self._back - moved - moved.T
        self.stretch = float(np.linalg.norm(excess))

    def turned(self, rows: FloatArray) -> FloatArray:
        """Rotate rows.

        Parameters
        ----------
        rows : ndarray of float64, shape (n_rows, n_columns)

        Returns
        -------
        turned : ndarray of float64, shape (n_rows, n_columns)
        """
        if self._axes is not None:
            turned: FloatArray = rows @ self._axes
        else:
            turned = rows - (rows @ self._away) @ self._back
        return turned
