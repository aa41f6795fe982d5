"""Sums that come out the same in any order: of integers, in units of a power of two."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray

# An integer of so many bits for each number, kept as two halves: sums of each fit 64 bits for up
# to 2**31 rows.
BITS = 62
HALF = 31
LOW_HALF = 2**HALF - 1

# Numbers far below this exponent count as zero.
LEAST_EXPONENT = -900

Halves = tuple[NDArray[np.int64], NDArray[np.int64]]


class Grid:
    """Integers in the place of numbers, column by column.

    Parameters
    ----------
    magnitudes : ndarray of float64, shape (n_columns,)
        Largest magnitude of each column.

    Attributes
    ----------
    scales : ndarray of float64, shape (n_columns,)
        Units in one, powers of two. A number becomes the nearest integer of units; the nine bits
        that float64 lacks leave all numbers down to a 500th of the largest as they are.
    """

    def __init__(self, magnitudes: FloatArray) -> None:
        self._exponents = np.maximum(np.frexp(magnitudes)[1], LEAST_EXPONENT)
        self.scales: FloatArray = np.ldexp(1.0, BITS - self._exponents)

    def cut(self, values: FloatArray) -> Halves:
        """Return numbers as integers, in two halves.

        Parameters
        ----------
        values : ndarray of float64, shape (n, n_columns)
            Numbers, none beyond the magnitude of its column.

        Returns
        -------
        high, low : ndarray of int64, shape (n, n_columns)
            The integer is ``2**31 * high + low``, and low is not negative.
        """
        units = np.rint(values * self.scales).astype(np.int64)
        return units >> HALF, units & LOW_HALF

    def means(
        self, high: NDArray[np.int64], low: NDArray[np.int64], counts: NDArray[np.int64]
    ) -> FloatArray:
        """Return means, rounded to a unit and then to float64.

        Parameters
        ----------
        high, low : ndarray of int64, shape (n, n_columns)
            Sums of halves.
        counts : ndarray of int64, shape (n,)
            How many numbers each is the sum of; not 0.

        Returns
        -------
        means : ndarray of float64, shape (n, n_columns)
        """
        counts = counts[:, np.newaxis]
        # Long division, half by half, so that nothing leaves 64 bits.
        whole, rest = np.divmod(high + (low >> HALF), counts)
        part, rest = np.divmod((rest << HALF) + (low & LOW_HALF), counts)
        units = (whole << HALF) + part + (2 * rest >= counts)
        means: FloatArray = np.ldexp(units.astype(np.float64), self._exponents - BITS)
        return means


def units_in_one(largest: float, n_rows: int) -> float:
    """Choose the unit in which squared distances are added up.

    Parameters
    ----------
    largest : float
        The largest of them.
    n_rows : int
        How many there are.

    Returns
    -------
    scale : float
        A power of two: units in one. The sum stays below 2**62.
    """
    exponent = max(math.frexp(largest)[1], LEAST_EXPONENT)
    return math.ldexp(1.0, BITS - n_rows.bit_length() - exponent)
