"""The most frequent names among neighbours, all that tie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from balancekit.core.recipes import IntArray


@dataclass(frozen=True, eq=False)
class Modes:
    """For each row, the values that are most frequent among its neighbours.

    Parameters
    ----------
    starts : ndarray of int, shape (n_rows + 1,)
        Where the values of each row begin.
    donors : ndarray of int, shape (n_values,)
        For each value, in ascending order of codes, the nearest neighbour that has it, as a
        position among the neighbours of the row.
    """

    starts: IntArray
    donors: IntArray

    def draw(self, rows: IntArray, rng: np.random.RandomState) -> IntArray:
        """Choose one of the values that tie, for each of some rows.

        Parameters
        ----------
        rows : ndarray of int, shape (n_asked,)
            Positions of the rows; repeats are allowed.
        rng : RandomState
            The stream. One permutation of all values of all rows asked about is drawn, those that
            do not tie included, as imbalanced-learn does.

        Returns
        -------
        donors : ndarray of int, shape (n_asked,)
            The chosen values, as `donors`.
        """
        counts = np.diff(self.starts)[rows]
        ends = np.cumsum(counts)
        firsts = ends - counts
        n_values = int(ends[-1]) if len(ends) else 0
        rank = np.empty(n_values, dtype=np.intp)
        order = rng.permutation(n_values)
        rank[order] = np.arange(n_values)
        if not len(rows):
            return np.empty(0, dtype=np.intp)
        # Of the values of a row, the one that comes first in the permutation.
        chosen = order[np.minimum.reduceat(rank, firsts)] - firsts
        donors: IntArray = self.donors[self.starts[rows] + chosen]
        return donors


def find_modes(neighbor_codes: IntArray) -> Modes:
    """Find the most frequent values among neighbours.

    Parameters
    ----------
    neighbor_codes : ndarray of int, shape (n_rows, k)
        Codes of the neighbours of each row, the nearest first.

    Returns
    -------
    modes : Modes

    Notes
    -----
    O(n_rows * k * log(k)) time and O(n_rows * k) memory, whatever the number of different values.

    Examples
    --------
    >>> import numpy as np
    >>> modes = find_modes(np.array([[2, 1, 1], [2, 1, 0]]))
    >>> modes.starts, modes.donors
    (array([0, 1, 4]), array([1, 2, 1, 0]))
    """
    n_rows, k = neighbor_codes.shape
    # Stable, so that the first of a run is the nearest.
    order = np.argsort(neighbor_codes, axis=1, kind="stable")
    ascending = np.take_along_axis(neighbor_codes, order, axis=1)
    begins = np.ones((n_rows, k), dtype=bool)
    begins[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    place = np.flatnonzero(begins)
    lengths = np.diff(np.append(place, n_rows * k))
    row = place // k
    longest = np.zeros(n_rows, dtype=np.intp)
    np.maximum.at(longest, row, lengths)
    is_mode = lengths == longest[row]
    starts = np.zeros(n_rows + 1, dtype=np.intp)
    np.cumsum(np.bincount(row[is_mode], minlength=n_rows), out=starts[1:])
    return Modes(starts, order.ravel()[place[is_mode]])
