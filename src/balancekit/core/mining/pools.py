"""Where negatives come from: rows that can be asked for by number, or batches that pass by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import numpy as np

from balancekit.core.containers import wrap
from balancekit.core.mining.selection import Negatives, stack
from balancekit.core.recipes import IntArray

Read = Callable[[Any], Any]


class Batch:
    """Some rows of a pool that follow each other.

    Parameters
    ----------
    start : int
        Position of the first one in the pool.
    codes : ndarray of int, shape (n_rows,)
        Their class codes.
    values : callable
        Takes row numbers within the batch, ascending, or None for all rows, and returns numbers.
    """

    def __init__(self, start: int, codes: IntArray, values: Callable[[IntArray | None], Any]):
        self.start = start
        self.codes = codes
        self.values = values

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: IntArray, values: Any = None) -> Negatives:
        """Return some of the rows.

        Parameters
        ----------
        rows : ndarray of int
            Which, by their place in the batch.
        values : ndarray or CSR matrix, optional
            Numbers of all rows, if they have been read already.

        Returns
        -------
        negatives : Negatives
        """
        found = self.values(rows) if values is None else values[rows]
        return Negatives(self.start + rows, self.codes[rows], found if len(rows) else None)


class Pool(Protocol):
    """Negatives, in the same order every time."""

    def batches(self) -> Iterator[Batch]:
        """Pass through the pool once."""


class TablePool:
    """Rows of a table.

    Parameters
    ----------
    table : array-like, sparse matrix or data frame of shape (n_rows, n_columns)
        It is read in batches, so that a memory map stays on disk.
    read : callable
        Makes numbers of rows of that container.
    rows : ndarray of int, shape (n_pool,), or None
        Rows of the table that are the pool; None for all.
    codes : ndarray of int, shape (n_pool,)
        Class code of each.
    batch_rows : int
        Rows to read at once.
    """

    def __init__(
        self, table: Any, read: Read, rows: IntArray | None, codes: IntArray, batch_rows: int
    ) -> None:
        self._container = wrap(table)
        self._read = read
        self._rows = rows
        self._codes = codes
        self._batch_rows = batch_rows

    def batches(self) -> Iterator[Batch]:
        """Pass through the pool once.

        Yields
        ------
        batch : Batch
            Its rows are read when they are asked for.
        """
        for start in range(0, len(self._codes), self._batch_rows):
            codes = self._codes[start : start + self._batch_rows]
            yield Batch(start, codes, self._reader(start, len(codes)))

    def _reader(self, start: int, n_rows: int) -> Callable[[IntArray | None], Any]:
        def values(rows: IntArray | None) -> Any:
            asked = start + (np.arange(n_rows) if rows is None else rows)
            return self._read(
                self._container.gather(asked if self._rows is None else self._rows[asked])
            )

        return values


class StreamPool:
    """Batches that a callable gives anew for every pass.

    Parameters
    ----------
    open_stream : callable
        Returns an iterable of tables, or of pairs of a table and its labels.
    read : callable
        Takes what the iterable gives; returns numbers and class codes.
    batch_rows : int
        Rows to look at together. Batches are cut and joined to this, so that scores do not depend
        on how the rows are delivered.
    """

    def __init__(
        self,
        open_stream: Callable[[], Iterable[Any]],
        read: Callable[[Any], tuple[Any, IntArray]],
        batch_rows: int,
    ) -> None:
        self._open = open_stream
        self._read = read
        self._batch_rows = batch_rows

    def batches(self) -> Iterator[Batch]:
        """Pass through the pool once.

        Yields
        ------
        batch : Batch
        """
        start, waiting, n_waiting = 0, [], 0
        for given in self._open():
            values, codes = self._read(given)
            if not len(codes):
                continue
            waiting.append((values, codes))
            n_waiting += len(codes)
            if n_waiting < self._batch_rows:
                continue
            values, codes = _joined(waiting)
            whole = n_waiting - n_waiting % self._batch_rows
            for first in range(0, whole, self._batch_rows):
                part = slice(first, first + self._batch_rows)
                yield _held_batch(start + first, values[part], codes[part])
            start, n_waiting = start + whole, n_waiting - whole
            # A copy, so that the batch itself can go.
            waiting = [(values[whole:].copy(), codes[whole:].copy())] if n_waiting else []
        if n_waiting:
            yield _held_batch(start, *_joined(waiting))


def _joined(waiting: list[tuple[Any, IntArray]]) -> tuple[Any, IntArray]:
    return stack([values for values, _ in waiting]), np.concatenate([codes for _, codes in waiting])


def _held_batch(start: int, values: Any, codes: IntArray) -> Batch:
    return Batch(start, codes, lambda rows: values if rows is None else values[rows])
