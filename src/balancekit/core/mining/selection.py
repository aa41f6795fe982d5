"""The best of many rows, of which only those are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from balancekit.core.recipes import FloatArray, IntArray

# Rows beyond the limit that are let in before the worst are dropped.
SLACK = 1024


@dataclass(frozen=True, eq=False)
class Negatives:
    """Rows of a pool.

    Parameters
    ----------
    positions : ndarray of int, shape (n_rows,)
        Where in the pool they stand.
    codes : ndarray of int, shape (n_rows,)
        Their class codes.
    values : ndarray or CSR matrix of float64, shape (n_rows, n_columns), or None
        Their numbers; None where there are no rows.
    """

    positions: IntArray
    codes: IntArray
    values: Any

    def __len__(self) -> int:
        return len(self.positions)

    def take(self, rows: IntArray) -> Negatives:
        """Return some of the rows.

        Parameters
        ----------
        rows : ndarray of int
            Which, by their place here.

        Returns
        -------
        negatives : Negatives
        """
        values = None if self.values is None else self.values[rows]
        return Negatives(self.positions[rows], self.codes[rows], values)


def stack(values: Sequence[Any]) -> Any:
    """Put rows below each other.

    Parameters
    ----------
    values : sequence of ndarray or CSR matrix, or None for no rows
        At least one is not None, or None comes out.

    Returns
    -------
    stacked : ndarray or CSR matrix
        CSR if any of the parts is.
    """
    parts = [part for part in values if part is not None]
    if len(parts) < 2:
        return parts[0] if parts else None
    if any(map(sparse.issparse, parts)):
        return sparse.vstack(parts, format="csr")
    return np.vstack(parts)


def join(parts: Sequence[Negatives]) -> Negatives:
    """Put rows of a pool below each other.

    Parameters
    ----------
    parts : sequence of Negatives
        May be empty.

    Returns
    -------
    negatives : Negatives
    """
    none = np.empty(0, dtype=np.intp)
    return Negatives(
        np.concatenate([none, *(part.positions for part in parts)]),
        np.concatenate([none, *(part.codes for part in parts)]),
        stack([part.values for part in parts]),
    )


class Selection:
    """The rows of the largest keys among all that are offered, whatever batches they come in.

    Parameters
    ----------
    limit : int or None
        How many rows to keep at most; None keeps all.
    """

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self._least = np.inf if limit == 0 else -np.inf
        self._keys: list[FloatArray] = []
        self._parts: list[Negatives] = []

    def wanted(self, keys: FloatArray) -> IntArray:
        """Find the rows that are still among the best.

        Parameters
        ----------
        keys : ndarray of float64, shape (n_offered,)

        Returns
        -------
        rows : ndarray of int
            Places in `keys`. Rows of equal keys that came earlier go first.
        """
        return np.flatnonzero(keys > self._least)

    def add(self, keys: FloatArray, negatives: Negatives) -> None:
        """Let rows in.

        Parameters
        ----------
        keys : ndarray of float64, shape (n_rows,)
        negatives : Negatives
        """
        self._keys.append(keys)
        self._parts.append(negatives)
        if self.limit is not None and sum(map(len, self._keys)) > self.limit + SLACK:
            self._trim()

    def _trim(self) -> None:
        keys, negatives = np.concatenate(self._keys), join(self._parts)
        best = np.lexsort((negatives.positions, -keys))[: self.limit]
        self._keys, self._parts = [keys[best]], [negatives.take(best)]
        if self.limit is not None and len(best) == self.limit:
            self._least = float(keys[best[-1]])

    def result(self) -> Negatives:
        """Return the best rows, by falling key, then by position.

        Returns
        -------
        negatives : Negatives
        """
        if not self._parts:
            return join([])
        self._trim()
        return self._parts[0]
