"""How new rows arise: recipes as plain data.

A recipe says which input rows a new row is made from and with which numbers. It holds no
feature values (``Rows`` excepted) and knows no container: `balancekit.core.arithmetic` executes
it on NumPy values, `balancekit.kernels` on whatever is fastest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

IntArray: TypeAlias = NDArray[np.intp]
FloatArray: TypeAlias = NDArray[np.float64]


def as_rows(rows: Any) -> IntArray:
    """Return row ids as a contiguous array of the platform's index type.

    Parameters
    ----------
    rows : array-like of int
        Row ids.

    Returns
    -------
    rows : ndarray of intp

    Raises
    ------
    TypeError
        If the ids are not integers; a mask is not taken for ids.
    """
    given = np.asarray(rows)
    if given.dtype.kind not in "iu" and given.size:
        msg = f"Row ids need to be integers, found {given.dtype}; use np.flatnonzero on a mask."
        raise TypeError(msg)
    return np.ascontiguousarray(given, dtype=np.intp)


def _as_numbers(values: Any) -> FloatArray:
    # np.ascontiguousarray would give a scalar a dimension.
    return np.asarray(values, dtype=np.float64, order="C")


class _Recipe:
    """What the recipes share: a base row for every new row."""

    base: IntArray

    def _convert(self, **converters: Callable[[Any], Any]) -> None:
        """Convert fields, the base among them, to what kernels can take."""
        for name, converter in {"base": as_rows, **converters}.items():
            object.__setattr__(self, name, converter(getattr(self, name)))

    @property
    def sources(self) -> tuple[IntArray, ...]:
        """All arrays of input rows that the recipe reads."""
        return (self.base,)

    def donors_of(self, index: int) -> IntArray | None:
        """Find the rows whose values a column copies.

        Parameters
        ----------
        index : int
            Position of the column.

        Returns
        -------
        rows : ndarray of int, shape (n_new,), or None
            None for a column that is computed.
        """
        return None


@dataclass(frozen=True, eq=False)
class Interpolation(_Recipe):
    """New rows on the line through a base row and a partner row.

    ``new = X[base] + step * (X[partner] - X[base])``. A step in [0, 1] lies between the two, a
    negative step beyond the base. Where one of the two has no value, it is that of the other;
    where neither has, it is missing as in the base.

    Parameters
    ----------
    base, partner : ndarray of int, shape (n_new,)
        Rows of the input.
    step : ndarray of float64, shape (n_new,)
        Position on the line.
    nominal : ndarray of int, shape (n_nominal,), optional
        Columns that are copied, not interpolated.
    donor : ndarray of int, shape (n_new, n_nominal), optional
        The input row whose value each new row copies in each nominal column. Ties are resolved
        by whoever plans.
    """

    base: IntArray
    partner: IntArray
    step: FloatArray
    nominal: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    donor: IntArray | None = None

    def __post_init__(self) -> None:
        self._convert(partner=as_rows, step=_as_numbers, nominal=as_rows)
        if self.donor is not None:
            self._convert(donor=as_rows)
        if not len(self.base) == len(self.partner) == len(self.step):
            msg = (
                f"base, partner and step need one entry per new row, found {len(self.base)}, "
                f"{len(self.partner)} and {len(self.step)}."
            )
            raise ValueError(msg)
        shape = None if self.donor is None else self.donor.shape
        if shape != ((len(self.base), len(self.nominal)) if len(self.nominal) else None):
            msg = (
                f"donor needs one row id per new row and nominal column, that is shape "
                f"{(len(self.base), len(self.nominal))}; found {shape}."
            )
            raise ValueError(msg)

    def column(self, index: int) -> Interpolation:
        """Restrict the recipe to one column.

        Parameters
        ----------
        index : int
            Position of a column that is not nominal.

        Returns
        -------
        recipe : Interpolation
            The same recipe for a one-dimensional source.
        """
        return Interpolation(self.base, self.partner, self.step)

    def donors_of(self, index: int) -> IntArray | None:
        """Find the rows whose values a column copies.

        Parameters
        ----------
        index : int
            Position of the column.

        Returns
        -------
        rows : ndarray of int, shape (n_new,), or None
            None for a column that is computed.
        """
        position = np.flatnonzero(self.nominal == index)
        if self.donor is None or not position.size:
            return None
        return self.donor[:, position[0]]

    def between_known(self, missing: NDArray[np.bool_]) -> tuple[Interpolation, NDArray[np.bool_]]:
        """Let a parent that lacks a value of a column have that of the other.

        Parameters
        ----------
        missing : ndarray of bool, shape (n_rows,)
            Which rows of the input lack the value.

        Returns
        -------
        recipe : Interpolation
            The recipe for that column.
        lost : ndarray of bool, shape (n_new,)
            Which new rows have no parent with a value.
        """
        base = np.where(missing[self.base], self.partner, self.base)
        partner = np.where(missing[self.partner], self.base, self.partner)
        return Interpolation(base, partner, self.step), missing[base]

    @property
    def sources(self) -> tuple[IntArray, ...]:
        """All arrays of input rows that the recipe reads."""
        donors = () if self.donor is None else (self.donor,)
        return (self.base, self.partner, *donors)


@dataclass(frozen=True, eq=False)
class Noise(_Recipe):
    """New rows scattered around a base row: the smoothed bootstrap.

    ``new = X[base] + draws * scale``.

    Parameters
    ----------
    base : ndarray of int, shape (n_new,)
        Rows of the input.
    scale : ndarray of float64, shape (n_columns,)
        Standard deviation of the noise in each column.
    draws : ndarray of float64, shape (n_new, n_columns)
        Draws from the standard normal distribution.
    """

    base: IntArray
    scale: FloatArray
    draws: FloatArray

    def __post_init__(self) -> None:
        self._convert(scale=_as_numbers, draws=_as_numbers)
        if self.draws.shape != (len(self.base), *np.shape(self.scale)):
            msg = (
                f"draws needs one row per base and one column per scale, that is shape "
                f"{(len(self.base), *np.shape(self.scale))}; found {self.draws.shape}."
            )
            raise ValueError(msg)

    def column(self, index: int) -> Noise:
        """Restrict the recipe to one column.

        Parameters
        ----------
        index : int
            Position of the column.

        Returns
        -------
        recipe : Noise
            The same recipe for a one-dimensional source.
        """
        return Noise(self.base, self.scale[index], self.draws[:, index])


@dataclass(frozen=True, eq=False)
class Rows(_Recipe):
    """New rows given by their values, such as the centres of a clustering.

    Parameters
    ----------
    base : ndarray of int, shape (n_new,)
        The input row that each new row stems from, e.g. the member nearest to a centre.
    values : ndarray of float64, shape (n_new, n_columns)
        The rows.
    """

    base: IntArray
    values: FloatArray

    def __post_init__(self) -> None:
        self._convert(values=_as_numbers)
        if len(self.values) != len(self.base):
            msg = f"values has {len(self.values)} rows for {len(self.base)} bases."
            raise ValueError(msg)

    def column(self, index: int) -> Rows:
        """Restrict the recipe to one column.

        Parameters
        ----------
        index : int
            Position of the column.

        Returns
        -------
        recipe : Rows
            The same recipe for a one-dimensional source.
        """
        return Rows(self.base, self.values[:, index])


Recipe: TypeAlias = Interpolation | Noise | Rows
