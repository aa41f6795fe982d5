"""Weak learners that are fitted on the rows of a plan."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from balancekit.core.boosting.stumps import BoostedStumps, SortedColumns, columns_of, sort_columns
from balancekit.core.containers import wrap
from balancekit.core.labels import Labels
from balancekit.core.plan import Plan
from balancekit.core.recipes import FloatArray
from balancekit.kernels.stumps import best_split, best_split_of_both


class WeakLearners(Protocol):
    """What the rounds of boosting ask of learners."""

    def fit(self, unfitted: Any, plan: Plan, weights: FloatArray) -> Any:
        """Fit a learner.

        Parameters
        ----------
        unfitted : classifier
            Its parameters.
        plan : Plan
            The rows it is fitted on.
        weights : ndarray of float64, shape (n_output,)
            Their weights.

        Returns
        -------
        learner : object
        """

    def shares(self, learner: Any) -> FloatArray:
        """Return what a learner says of all rows that plans are made for.

        Parameters
        ----------
        learner : object
            As `fit` returned it.

        Returns
        -------
        shares : ndarray of float64, shape (n_rows, n_classes)
        """

    def together(self, learners: list[Any], votes: FloatArray, *, divides: bool) -> Any:
        """Return the learners as an attribute of an ensemble.

        Parameters
        ----------
        learners : list
            As `fit` returned them.
        votes : ndarray of float64, shape (n_learners,)
            Their weights.
        divides : bool
            Whether each divides its vote by its shares.

        Returns
        -------
        learners : list of classifiers, or BoostedStumps
        """


class Classifiers:
    """Classifiers of another library.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_rows, n_columns)
        Rows that plans are made for.
    labels : Labels
        Their labels; learners are fitted on the codes.
    """

    def __init__(self, X: Any, labels: Labels) -> None:
        self._X = X
        self._n_classes = len(labels.classes)

    def fit(self, unfitted: Any, plan: Plan, weights: FloatArray) -> Any:
        """Fit a classifier."""
        return unfitted.fit(wrap(self._X).build(plan), plan.codes, sample_weight=weights)

    def shares(self, learner: Any) -> FloatArray:
        """Return its probabilities of all rows that plans are made for."""
        return shares_by(learner, self._X, self._n_classes)

    def together(self, learners: list[Any], votes: FloatArray, *, divides: bool) -> Any:
        """Return the classifiers."""
        return learners


class Stumps:
    """Trees of one split, in columns that are sorted once.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Rows that plans are made for.
    labels : Labels
        Their labels.

    Notes
    -----
    O(n_columns * n_rows * log(n_rows)) time once, 12 bytes for each number. A fit takes
    O(n_columns * n_rows) time, and as much as sorting the new rows of the plan.
    """

    def __init__(self, X: NDArray[Any], labels: Labels) -> None:
        self._X = X
        self._codes = labels.codes.astype(np.int32)
        self._n_classes = len(labels.classes)
        self._columns = SortedColumns(X)

    def fit(self, unfitted: Any, plan: Plan, weights: FloatArray) -> BoostedStumps:
        """Find the split; a row that is kept several times has the sum of its weights."""
        n_kept = len(plan.keep)
        row_weights: FloatArray = np.bincount(
            plan.keep, weights[:n_kept], minlength=plan.n_rows
        ).astype(np.float64)
        totals: FloatArray = np.bincount(plan.codes, weights, minlength=self._n_classes).astype(
            np.float64
        )
        if plan.n_new:
            new = columns_of(self._new_rows(plan))
            order, sorted_values = sort_columns(new)
            order += np.int32(plan.n_rows)
            column, threshold = best_split_of_both(
                self._columns.order,
                self._columns.sorted_values,
                order,
                sorted_values,
                np.append(self._codes, plan.codes[n_kept:]).astype(np.int32),
                np.append(row_weights, weights[n_kept:]),
                totals,
            )
        else:
            new = np.empty((len(self._columns.values), 0), dtype=np.float32)
            column, threshold = self._split_subset(np.flatnonzero(row_weights), row_weights, totals)
        return BoostedStumps(
            np.array([column]),
            np.array([threshold]),
            self._sides(plan, weights, new, column, threshold)[None],
            np.ones(1),
        )

    def _new_rows(self, plan: Plan) -> NDArray[Any]:
        only_new = Plan(plan.n_rows, plan.keep[:0], plan.codes[len(plan.keep) :], plan.synthesis)
        rows: NDArray[Any] = wrap(self._X).build(only_new)
        return rows

    def _split_subset(
        self, rows: NDArray[Any], weights: FloatArray, totals: FloatArray
    ) -> tuple[int, float]:
        if len(rows) == len(weights):
            split = best_split(
                self._columns.order, self._columns.sorted_values, self._codes, weights, totals
            )
        else:
            places, values = self._columns.subset(rows)
            split = best_split(places, values, self._codes[rows], weights[rows], totals)
        return int(split[0]), float(split[1])

    def _sides(
        self,
        plan: Plan,
        weights: FloatArray,
        new: NDArray[np.float32],
        column: int,
        threshold: float,
    ) -> FloatArray:
        """Return the shares of the classes on both sides of a split."""
        if column < 0:
            is_right = np.zeros(plan.n_output, dtype=bool)
        else:
            is_right = np.append(self._columns.values[column][plan.keep], new[column]) > threshold
        cells = is_right * self._n_classes + plan.codes
        sides = np.bincount(cells, weights, minlength=2 * self._n_classes).reshape(2, -1)
        if column < 0:
            sides[1] = sides[0]
        shares: FloatArray = sides / sides.sum(axis=1, keepdims=True)
        return shares

    def shares(self, learner: BoostedStumps) -> FloatArray:
        """Return the shares of the classes on each row's side."""
        column = learner.columns[0]
        is_right = self._columns.values[column] > learner.thresholds[0]
        shares: FloatArray = learner.shares[0][is_right.astype(np.intp)]
        return shares

    def together(
        self, learners: list[BoostedStumps], votes: FloatArray, *, divides: bool
    ) -> BoostedStumps:
        """Return all stumps as one object."""
        stumps = BoostedStumps.together(learners)
        return BoostedStumps(stumps.columns, stumps.thresholds, stumps.shares, votes, divides)


def shares_by(learner: Any, X: Any, n_classes: int) -> FloatArray:
    """Return what a classifier says of rows.

    Parameters
    ----------
    learner : classifier
        Fitted on codes, of which it may not have seen all.
    X : ndarray or CSR matrix of shape (n_rows, n_columns)
        Rows.
    n_classes : int
        Number of classes.

    Returns
    -------
    shares : ndarray of float64, shape (n_rows, n_classes)
        Its probabilities or, if it has none, all for the class that it predicts.
    """
    shares = np.zeros((X.shape[0], n_classes))
    if hasattr(learner, "predict_proba"):
        shares[:, learner.classes_] = learner.predict_proba(X)
    else:
        shares[np.arange(len(shares)), learner.predict(X)] = 1
    return shares
