"""AdaBoost over decision stumps, with columns that are sorted once for all rows and subsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.kernels.sorting import gather_sorted, pack_keys, unpack_keys
from balancekit.kernels.stumps import add_votes, boost_stumps


class SortedColumns:
    """The columns of a table in float32, as in scikit-learn's trees, and the order of each.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Finite numbers within the range of float32.

    Notes
    -----
    O(n_columns * n_rows * log(n_rows)) time, 12 bytes for each number.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.core.boosting import SortedColumns
    >>> X = np.array([[0.0, 3.0], [1.0, 2.0], [2.0, 5.0], [3.0, 4.0]])
    >>> stumps = SortedColumns(X).boost(np.arange(4), np.array([0, 0, 1, 1]), 2, n_rounds=5)
    >>> stumps.columns, stumps.thresholds
    (array([0]), array([1.5]))
    """

    def __init__(self, X: NDArray[Any]) -> None:
        self.values = columns_of(X)
        self.order, self.sorted_values = sort_columns(self.values)

    def subset(self, rows: IntArray) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Take the order of some rows from that of all.

        Parameters
        ----------
        rows : ndarray of int, shape (n_subset,)
            Ids, each at most once.

        Returns
        -------
        places : ndarray of int32, shape (n_columns, n_subset)
            Positions in `rows` by the value of each column.
        sorted_values : ndarray of float32, shape (n_columns, n_subset)
            Those values.
        """
        n_columns, n_rows = self.values.shape
        place_of = np.full(n_rows, -1, dtype=np.int32)
        place_of[rows] = np.arange(len(rows))
        places = np.empty((n_columns, len(rows)), dtype=np.int32)
        sorted_values = np.empty((n_columns, len(rows)), dtype=np.float32)
        gather_sorted(self.order, self.sorted_values, place_of, places, sorted_values)
        return places, sorted_values

    def boost(
        self,
        rows: IntArray,
        codes: IntArray,
        n_classes: int,
        n_rounds: int,
        learning_rate: float = 1.0,
        weights: FloatArray | None = None,
    ) -> BoostedStumps:
        """Run AdaBoost (SAMME) [1]_ on some rows.

        Parameters
        ----------
        rows : ndarray of int, shape (n_subset,)
            Ids, each at most once: a row that was drawn twice has twice the weight.
        codes : ndarray of int, shape (n_subset,)
            Their classes.
        n_classes : int
            Number of classes.
        n_rounds : int
            Stumps to fit at most.
        learning_rate : float, default=1.0
            Factor of each vote.
        weights : ndarray of float64, shape (n_subset,), optional
            Initial weights; equal by default.

        Returns
        -------
        stumps : BoostedStumps
            Fewer than rounds if one makes no error, or errs no less than chance would. None at all
            if the first one errs that much.

        Notes
        -----
        O(n_rounds * n_subset * n_columns) time, 8 bytes for each number of the subset. Releases the
        interpreter lock. Without ties between splits, the stumps are those of scikit-learn's
        `AdaBoostClassifier`.

        References
        ----------
        .. [1] J. Zhu, H. Zou, S. Rosset and T. Hastie, "Multi-class AdaBoost", Statistics and Its
           Interface 2, 2009.
        """
        places, sorted_values = self.subset(rows)
        start = np.ones(len(rows)) if weights is None else np.array(weights, dtype=np.float64)
        columns, thresholds = np.empty(n_rounds, dtype=np.int64), np.empty(n_rounds)
        shares, votes = np.empty((n_rounds, 2, n_classes)), np.empty(n_rounds)
        n_stumps = boost_stumps(
            places,
            sorted_values,
            self.values,
            rows.astype(np.int32),
            codes.astype(np.int32),
            start,
            learning_rate,
            columns,
            thresholds,
            shares,
            votes,
        )
        return BoostedStumps(
            columns[:n_stumps], thresholds[:n_stumps], shares[:n_stumps], votes[:n_stumps]
        )


@dataclass(frozen=True, eq=False)
class BoostedStumps:
    """Trees of one split, and what each of them counts.

    Parameters
    ----------
    columns : ndarray of int, shape (n_stumps,)
        Column of each split; -1 for a stump that does not split.
    thresholds : ndarray of float64, shape (n_stumps,)
        Rows with values up to it go left.
    shares : ndarray of float64, shape (n_stumps, 2, n_classes)
        Shares of the classes on the left and on the right.
    votes : ndarray of float64, shape (n_stumps,)
        Weights.
    divides : bool, default=False
        Whether a stump divides its vote by the shares; if not, the class with the most has it.
    """

    columns: IntArray
    thresholds: FloatArray
    shares: FloatArray
    votes: FloatArray
    divides: bool = False

    def __len__(self) -> int:
        return len(self.votes)

    @classmethod
    def together(cls, parts: Sequence[BoostedStumps]) -> BoostedStumps:
        """Put the stumps of several boosters together, whose votes then form one sum.

        Parameters
        ----------
        parts : sequence of BoostedStumps

        Returns
        -------
        stumps : BoostedStumps
        """
        return cls(
            np.concatenate([part.columns for part in parts]),
            np.concatenate([part.thresholds for part in parts]),
            np.concatenate([part.shares for part in parts]),
            np.concatenate([part.votes for part in parts]),
            parts[0].divides,
        )

    def importances(self, n_columns: int) -> FloatArray:
        """Compute the share of the votes that each column decides.

        Parameters
        ----------
        n_columns : int
            Number of columns.

        Returns
        -------
        importances : ndarray of float64, shape (n_columns,)
            Adding up to one, unless no stump splits.
        """
        splits = self.columns >= 0
        votes = np.bincount(self.columns[splits], self.votes[splits], minlength=n_columns)
        shares: FloatArray = votes / max(votes.sum(), np.finfo(float).tiny)
        return shares

    def scores(self, X: NDArray[Any]) -> FloatArray:
        """Sum the votes for each class.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_columns)
            Rows.

        Returns
        -------
        scores : ndarray of float64, shape (n_rows, n_classes)
            From 0 to the sum of all votes.

        Notes
        -----
        O(n_rows * n_stumps) time, times n_classes if votes are divided; a copy of the rows in
        float32.
        """
        votes = self.shares
        if not self.divides:
            votes = np.eye(votes.shape[2])[votes.argmax(axis=2)]
        votes = np.ascontiguousarray(votes * self.votes[:, None, None])
        scores = np.zeros((votes.shape[2], len(X)))
        add_votes(columns_of(X), self.columns, self.thresholds, votes, scores)
        return scores.T


def columns_of(X: NDArray[Any]) -> NDArray[np.float32]:
    """Return the columns of a table in float32, one after another.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Rows.

    Returns
    -------
    columns : ndarray of float32, shape (n_columns, n_rows), C-contiguous
    """
    return np.ascontiguousarray(X.T, dtype=np.float32)


def sort_columns(
    columns: NDArray[np.float32],
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Sort the rows of each column; of equal ones, the first is first.

    Parameters
    ----------
    columns : ndarray of float32, shape (n_columns, n_rows)
        Finite numbers.

    Returns
    -------
    order : ndarray of int32, shape (n_columns, n_rows)
        Rows.
    sorted_values : ndarray of float32, shape (n_columns, n_rows)
        Their values.

    Notes
    -----
    Value and row as one integer sort without ties, which NumPy does several times faster than a
    stable sort of positions.
    """
    order = np.empty(columns.shape, dtype=np.int32)
    sorted_values = np.empty(columns.shape, dtype=np.float32)
    keys = np.empty(columns.shape[1], dtype=np.uint64)
    for place, column in enumerate(columns):
        pack_keys(column, keys)
        keys.sort()
        unpack_keys(keys, order[place], sorted_values[place])
    return order, sorted_values
