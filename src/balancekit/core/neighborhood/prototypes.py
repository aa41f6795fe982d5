"""Nearest prototypes, while prototypes are added one by one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.neighborhood.distances import pair_distances, pair_squares
from balancekit.core.neighborhood.expansion import ExpandedSquares
from balancekit.core.neighbors import NeighborEngine
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.distance import as_points, excess_exponent
from balancekit.core.recipes import FloatArray, IntArray

# Rows that are brought up to date together, and prototypes that they are compared with before
# those that are settled drop out: a table of 128 KiB, which allocators keep at hand.
WINDOW = 256
CHUNK = 64

# Numbers in memory at once for each pair of rows.
BUFFERS_PER_PAIR = 4


class Prototypes:
    """A growing set of prototypes, and whether rows have the class of their nearest one.

    It answers like a 1-nearest-neighbour classifier that is fitted anew after every addition: of
    prototypes at the same distance, the one that came first counts.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    codes : ndarray of int, shape (n_rows,)
        Class codes of all rows.
    rows : ndarray of int, shape (n_asked,)
        Ids of the rows that are asked about. Only these can be added; from here on they are named
        by their positions in `rows`.
    first : ndarray of int, shape (n_first,)
        Ids of the first prototypes, ascending, none of them in `rows`. It may be empty.
    engine : NeighborEngine
        The search among the first prototypes.

    Raises
    ------
    ValueError
        If a row is both asked about and one of the first prototypes.

    Notes
    -----
    At most O(n_prototypes * n_asked * n_columns) time in all. A row is compared with a prototype
    once at most, when an answer about the row needs it; a row that agrees with its nearest
    prototype is compared with none of its own class that comes later, until one of another class
    does. A product of matrices proposes, the distance of `balancekit.core.neighbors.distance`
    decides. Where its squares overflow, distances are compared instead of squares.

    Memory: two copies of the rows involved as float64, and four numbers for each row asked about.
    """

    def __init__(
        self, X: Numbers, codes: IntArray, rows: IntArray, first: IntArray, engine: NeighborEngine
    ) -> None:
        if np.isin(rows, first).any():
            msg = "A row cannot be asked about and be one of the first prototypes; add it instead."
            raise ValueError(msg)
        n_asked = len(rows)
        self._points, _ = as_points(X[np.concatenate([rows, first])])
        values = self._points.data if sparse.issparse(self._points) else self._points
        self._excess = max(0, excess_exponent(values))
        self._squares = ExpandedSquares(self._points, self._excess)
        self._codes = codes[rows]
        self._added = np.empty(n_asked, dtype=np.intp)
        self._n_added = 0
        # Of each class: how many prototypes were added when the last of another class had been.
        self._n_at_last_enemy = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.intp)
        # Of each row: the additions it was compared with, how near the nearest prototype is among
        # these and the first ones, and whether that one has its class.
        self._n_compared = np.zeros(n_asked, dtype=np.intp)
        self._nearest = np.full(n_asked, np.inf)
        self._is_agreeing = np.zeros(n_asked, dtype=bool)
        if n_asked and len(first):
            found = engine.kneighbors(X, rows, first, 1)[1][:, 0]
            self._nearest = self._measure(
                np.arange(n_asked), n_asked + np.searchsorted(first, found)
            )
            self._is_agreeing = codes[found] == self._codes

    def __len__(self) -> int:
        return len(self._codes)

    def add(self, position: int) -> None:
        """Make one of the rows a prototype.

        Parameters
        ----------
        position : int
            Its position. It is added once at most.

        Notes
        -----
        O(n_classes) time.
        """
        self._added[self._n_added] = position
        self._n_added += 1
        code = self._codes[position]
        self._n_at_last_enemy[:code] = self._n_added
        self._n_at_last_enemy[code + 1 :] = self._n_added

    def agree(self, positions: IntArray) -> NDArray[np.bool_]:
        """Tell whether the nearest prototype of each row has its class.

        Parameters
        ----------
        positions : ndarray of int, shape (n_positions,)
            Positions of the rows. A row that is a prototype finds itself.

        Returns
        -------
        agree : ndarray of bool, shape (n_positions,)
            False where there are no prototypes.

        Notes
        -----
        Compares the rows that are not settled with the prototypes that they have not seen, in
        blocks within scikit-learn's `working_memory`.
        """
        for block in row_blocks(len(positions), 8 * BUFFERS_PER_PAIR * CHUNK):
            open_rows = self._unsettled(positions[block])
            while open_rows.size:
                start = int(self._n_compared[open_rows].min())
                stop = min(start + CHUNK, self._n_added)
                behind = open_rows[self._n_compared[open_rows] < stop]
                self._compare(behind, self._added[start:stop])
                self._n_compared[behind] = stop
                open_rows = self._unsettled(open_rows)
        return self._is_agreeing[positions]

    def first_disagreeing(self, start: int) -> int:
        """Find the first row whose nearest prototype has another class.

        Parameters
        ----------
        start : int
            Position to start from.

        Returns
        -------
        position : int
            The number of rows if there is none.

        Notes
        -----
        Rows are brought up to date as far as the search goes, and no further.
        """
        while start < len(self):
            # Windows do not move along with the start, so that rows enter many at a time.
            stop = min(len(self), (start // WINDOW + 1) * WINDOW)
            disagreeing = np.flatnonzero(~self.agree(np.arange(start, stop)))
            if disagreeing.size:
                return start + int(disagreeing[0])
            start = stop
        return start

    def _unsettled(self, positions: IntArray) -> IntArray:
        """Choose the rows whose answer may change by prototypes that they have not seen."""
        n_compared = self._n_compared[positions]
        only_friends = n_compared >= self._n_at_last_enemy[self._codes[positions]]
        is_settled = (n_compared == self._n_added) | (only_friends & self._is_agreeing[positions])
        unsettled: IntArray = positions[~is_settled]
        return unsettled

    def _compare(self, rows: IntArray, prototypes: IntArray) -> None:
        """Let rows know of prototypes that came after all that they have seen."""
        pair, column = self._proposals(rows, prototypes)
        if not pair.size:
            return
        distance = self._measure(rows[pair], prototypes[column])
        # Row by row, equal distances in the order of insertion.
        order = np.lexsort((distance, pair))
        best = order[np.searchsorted(pair, np.unique(pair))]
        row, prototype, nearest = rows[pair[best]], prototypes[column[best]], distance[best]
        is_nearer = nearest < self._nearest[row]
        row = row[is_nearer]
        self._nearest[row] = nearest[is_nearer]
        self._is_agreeing[row] = self._codes[prototype[is_nearer]] == self._codes[row]

    def _proposals(self, rows: IntArray, prototypes: IntArray) -> tuple[IntArray, IntArray]:
        """Find all pairs that may be a row and its nearest prototype, row by row."""
        table, slack = self._squares.between(rows, prototypes)
        limit = table.min(axis=1) + 2 * slack
        if not self._excess:
            limit = np.minimum(limit, self._nearest[rows] + slack)
        pair, column = np.divmod(np.flatnonzero(table <= limit[:, np.newaxis]), len(prototypes))
        return pair, column

    def _measure(self, left: IntArray, right: IntArray) -> FloatArray:
        if self._excess:
            return pair_distances(self._points, left, self._points, right, self._excess)
        return pair_squares(self._points, left, self._points, right)
