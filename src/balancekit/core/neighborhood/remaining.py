"""Nearest rows among those that are left, while rows are removed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from balancekit.core.containers import Numbers
from balancekit.core.neighbors import NeighborEngine
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.direct import own_positions
from balancekit.core.recipes import IntArray
from balancekit.core.wording import counted, list_rows

# Repeated editing with k = 3 then searches less than one row in 100 anew.
SLACK = 5

# Bytes in memory at once for each entry of a list.
BYTES_PER_ENTRY = 32

# Stands for no row at the end of a short list.
NO_ROW = -1


class RemainingNeighbors:
    """Neighbour lists that are computed once and outlive the removal of rows.

    Lists hold a few neighbours more than are asked for. After rows are removed, the nearest ones
    left are read off the lists, and only rows whose list ran short are searched anew.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    queries : ndarray of int, shape (n_queries,)
        Ids of the rows that may be asked about, ascending.
    among : ndarray of int, shape (n_among,)
        Ids of the rows that may be neighbours, ascending.
    engine : NeighborEngine
        The search. A user's estimator decides by itself how long its lists are.
    k : int
        Number of neighbours that will be asked for at most.
    slack : int, default=5
        Entries beyond k in each list.

    Attributes
    ----------
    n_searched : int
        Rows searched so far, repeats counted.

    Raises
    ------
    ValueError
        If there are too few rows for k neighbours.

    Notes
    -----
    One search at the start. Memory: 8 bytes for each of the n_queries * (k + slack) entries.
    """

    def __init__(
        self,
        X: Numbers,
        queries: IntArray,
        among: IntArray,
        engine: NeighborEngine,
        k: int,
        slack: int = SLACK,
    ) -> None:
        self._X = X
        self._queries = queries
        self._engine = engine
        self._length = k + slack
        # One more, for NO_ROW.
        self._is_left = np.zeros(X.shape[0] + 1, dtype=bool)
        self._is_left[among] = True
        self.n_searched = 0
        self._lists = self._search(queries, k)

    @property
    def rows(self) -> IntArray:
        """Ids of the rows left, ascending."""
        return np.flatnonzero(self._is_left)

    def remove(self, rows: IntArray) -> None:
        """Remove rows from those that may be neighbours.

        Parameters
        ----------
        rows : ndarray of int, shape (n_removed,)
            Ids.
        """
        self._is_left[rows] = False

    def nearest(self, queries: IntArray, k: int) -> IntArray:
        """Find the k nearest rows that are left.

        Parameters
        ----------
        queries : ndarray of int, shape (n_asked,)
            Ids of the rows in question, among those given at the start. They may be removed ones.
        k : int
            Number of neighbours, at most the k given at the start.

        Returns
        -------
        ids : ndarray of int, shape (n_asked, k)
            Ids of the neighbours, by (distance, id), as a search among the rows left gives them.

        Raises
        ------
        ValueError
            If too few rows are left, or a query was not given at the start.

        Notes
        -----
        O(n_asked * (k + slack)) time, and a search for the rows whose list ran short; in blocks.
        """
        places = own_positions(queries, self._queries)
        if (places < 0).any():
            msg = f"Not given at the start: {list_rows(queries[places < 0])}."
            raise ValueError(msg)
        self._refill(np.unique(places), k)
        ids = np.empty((len(places), k), dtype=np.intp)
        for block in self._blocks(len(places)):
            lists = self._lists[places[block]]
            is_left = self._is_left[lists]
            # The first k of each list; no list is shorter.
            is_left &= np.cumsum(is_left, axis=1) <= k
            ids[block] = lists[is_left].reshape(-1, k)
        return ids

    def _refill(self, places: IntArray, k: int) -> None:
        is_short = np.zeros(len(places), dtype=bool)
        for block in self._blocks(len(places)):
            is_left = self._is_left[self._lists[places[block]]]
            is_short[block] = np.count_nonzero(is_left, axis=1) < k
        short = places[is_short]
        if short.size:
            found = self._search(self._queries[short], k)
            self._lists[short] = NO_ROW
            self._lists[short, : found.shape[1]] = found

    def _search(self, queries: IntArray, k: int) -> IntArray:
        rows = self.rows
        n_others = len(rows) - int(self._is_left[queries].any())
        if n_others < k:
            msg = (
                f"{counted(len(rows), 'row')} left, too few for {counted(k, 'neighbour')} of each."
            )
            raise ValueError(msg)
        self.n_searched += len(queries)
        found = self._engine.kneighbors(self._X, queries, rows, min(self._length, n_others))[1]
        if found.shape[1] < k:
            msg = f"The search gives {counted(found.shape[1], 'neighbour')}, fewer than {k}."
            raise ValueError(msg)
        return found

    def _blocks(self, n_lists: int) -> Iterator[slice]:
        return row_blocks(n_lists, BYTES_PER_ENTRY * self._lists.shape[1])
