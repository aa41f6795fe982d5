"""Decisions of minimum expected cost."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.thresholding._rule import Given, ThresholdRule
from balancekit.thresholding._scores import Answers


def check_costs(costs: Any, n_classes: int, n_rows: int | None = None) -> FloatArray:
    """Check a matrix of costs, or one for each row.

    Parameters
    ----------
    costs : array-like of shape (n_classes, n_classes) or (n_rows, n_classes, n_classes)
        ``costs[..., true, predicted]``; negative ones are benefits.
    n_classes : int
        Number of classes.
    n_rows : int, optional
        Number of rows. Without it, only one matrix for all will do.

    Returns
    -------
    costs : ndarray of float64
        A copy.

    Raises
    ------
    ValueError
        If they have another shape or are not finite.
    """
    try:
        checked: FloatArray = np.array(costs, dtype=np.float64)
    except (TypeError, ValueError) as error:
        msg = f"costs holds no numbers; pass costs[true, predicted] as an array. {error}"
        raise ValueError(msg) from error
    one = (n_classes, n_classes)
    known = [one] if n_rows is None else [one, (n_rows, *one)]
    if checked.shape not in known:
        of_each = "" if n_rows is None else f", or {known[1]}, one matrix for each row"
        msg = (
            f"costs has shape {checked.shape}, and there are {n_classes} classes. Pass "
            f"costs[true, predicted] of shape {one}{of_each}."
        )
        raise ValueError(msg)
    bad = ~np.isfinite(checked)
    if bad.any():
        place = ", ".join(map(str, np.argwhere(bad)[0].tolist()))
        msg = (
            f"costs contains NaN or infinity, the first in costs[{place}]. Pass finite costs; a "
            "large one in place of infinity."
        )
        raise ValueError(msg)
    return checked


def expect(proba: FloatArray, costs: FloatArray) -> FloatArray:
    """Compute the expected cost of each decision.

    Parameters
    ----------
    proba : ndarray of float64, shape (n_rows, n_classes)
        Probabilities.
    costs : ndarray of float64, shape (n_classes, n_classes) or (n_rows, n_classes, n_classes)
        ``costs[..., true, predicted]``.

    Returns
    -------
    expected : ndarray of float64, shape (n_rows, n_classes)
    """
    expected: FloatArray = np.zeros(proba.shape)
    # A product of matrices may round a row by the rows around it, and so break ties otherwise.
    for true in range(proba.shape[1]):
        expected += proba[:, [true]] * costs[..., true, :]
    return expected


def warn_of_dominated(costs: FloatArray, classes: NDArray[Any], stacklevel: int) -> None:
    """Warn of each class that these costs never let anyone predict.

    Parameters
    ----------
    costs : ndarray of float64, shape (n_classes, n_classes) or (n_rows, n_classes, n_classes)
        ``costs[..., true, predicted]``.
    classes : ndarray of shape (n_classes,)
        Labels.
    stacklevel : int
        Whom to warn: 1 is the caller.

    Warns
    -----
    UserWarning
        Once for each dominated column. Of equal columns, the first is not dominated by the others.
    """
    columns, names = costs.reshape(-1, len(classes)), classes.tolist()
    for column, name in enumerate(names):
        others = np.delete(np.arange(len(names)), column)
        no_cheaper = (columns[:, [column]] >= columns[:, others]).all(axis=0)
        dearer = (columns[:, [column]] > columns[:, others]).any(axis=0)
        by = others[no_cheaper & (dearer | (others < column))]
        if by.size:
            warnings.warn(
                f"Class {name!r} would never be predicted: whatever the truth, predicting it costs "
                f"at least as much as predicting class {names[by[0]]!r}. Check that costs has the "
                "truth in rows and predictions in columns.",
                UserWarning,
                stacklevel=stacklevel + 1,
            )


class CostMatrix(ThresholdRule):
    """Decide for the class of the lowest expected cost.

    Parameters
    ----------
    costs : array-like of shape (n_classes, n_classes) or (n_rows, n_classes, n_classes)
        ``costs[true, predicted]``, in the order of the columns of probabilities; negative costs
        are benefits. With one matrix for each row that the rule is fitted on, `decide` needs costs
        of its own.

    Attributes
    ----------
    threshold_ : float or None
        With two classes and one matrix, a row is taken for the second class if its probability is
        above this [1]_. Infinite, with a sign, if a class is never predicted; NaN if every mistake
        costs less than a hit, for then low probabilities are taken for the second class. None with
        more classes, or a matrix for each row.
    expected_cost_ : float
        Mean cost, weighted by `sample_weight`, of the decisions on the rows that the rule was
        fitted on, by their true labels.
    classes_ : ndarray of shape (n_classes,)
        Labels of the columns.

    See Also
    --------
    cost_weights : Costs as weights of rows, for models that are to be fitted on them.
    MetaCostClassifier : Costs by relabelling, for a model that is to keep to plain labels.

    Notes
    -----
    With two classes, FP the cost of a false positive less that of a true negative, and FN the cost
    of a false negative less that of a true positive, the threshold is ``FP / (FP + FN)``. Of
    decisions that cost the same, the lowest column is taken. Probabilities need to be calibrated
    under the shares of the classes in use; see `PriorCorrection` for those of a resampled model.

    A predicted class that costs at least as much as another one whatever the truth would never be
    predicted: costs are seldom meant like that, and `fit` warns. Of a matrix for each row, it warns
    if this holds for all rows.

    References
    ----------
    .. [1] C. Elkan, "The foundations of cost-sensitive learning", International Joint Conference on
       Artificial Intelligence, 2001.

    Examples
    --------
    A missed positive costs nine times a false alarm.

    >>> from balancekit.thresholding import CostMatrix
    >>> rule = CostMatrix([[0, 1], [9, 0]]).fit([0.05, 0.2, 0.6], [0, 0, 1])
    >>> rule.threshold_
    0.1
    >>> rule.decide([0.05, 0.2, 0.6])
    array([0, 1, 1])
    >>> round(rule.expected_cost_, 3)
    0.333
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {"costs": ["array-like"]}

    threshold_: float | None
    expected_cost_: float

    def __init__(self, costs: Any) -> None:
        self.costs = costs

    def decide(self, proba: Any, costs: Any = None) -> IntArray:
        """Decide.

        Parameters
        ----------
        proba : array-like of shape (n_rows,) or (n_rows, n_classes)
            Probabilities; one for each row is that of the second class.
        costs : array-like of shape (n_rows, n_classes, n_classes) or (n_classes, n_classes), \
                optional
            Costs of these rows, in place of those that the rule was fitted with.

        Returns
        -------
        codes : ndarray of int, shape (n_rows,)
            Columns: positions in `classes_`.

        Raises
        ------
        ValueError
            If an argument cannot be used, or the rule was fitted with a matrix for each row and
            there are none for these.
        """
        if costs is None:
            return super().decide(proba)
        decided: IntArray = self.expected_costs(proba, costs).argmin(axis=1)
        return decided

    def expected_costs(self, proba: Any, costs: Any = None) -> FloatArray:
        """Compute the expected cost of each decision.

        Parameters
        ----------
        proba : array-like of shape (n_rows,) or (n_rows, n_classes)
            Probabilities; one for each row is that of the second class.
        costs : array-like of shape (n_rows, n_classes, n_classes) or (n_classes, n_classes), \
                optional
            Costs of these rows, in place of those that the rule was fitted with.

        Returns
        -------
        expected : ndarray of float64, shape (n_rows, n_classes)
            Column j is the expected cost of predicting class j.

        Raises
        ------
        ValueError
            As for `decide`.
        """
        checked = self._check_fitted(proba)
        return expect(checked, self._costs if costs is None else self._check_own(costs, checked))

    def _check_own(self, costs: Any, proba: FloatArray) -> FloatArray:
        return check_costs(costs, len(self.classes_), len(proba))

    @property
    def _costs(self) -> FloatArray:
        if self._matrix is None:
            msg = (
                "The rule was fitted with a matrix of costs for each row, which says nothing about "
                "other rows. Pass `costs` of shape (n_rows, n_classes, n_classes) with these rows."
            )
            raise ValueError(msg)
        return self._matrix

    def _fit(self, scores: FloatArray, answers: Answers, given: Given) -> None:
        costs = self._check_own(self.costs, scores)
        warn_of_dominated(costs, answers.classes, stacklevel=3)
        self._matrix: FloatArray | None = costs if costs.ndim == 2 else None
        self.threshold_ = _threshold(costs) if costs.shape == (2, 2) else None
        decided = expect(scores, costs).argmin(axis=1)
        if costs.ndim == 2:
            paid = costs[answers.codes, decided]
        else:
            paid = costs[np.arange(len(costs)), answers.codes, decided]
        weights = given.sample_weight
        if weights is not None and weights.sum() == 0:
            msg = "The weights of all rows add up to 0. Pass sample_weight with a positive sum."
            raise ValueError(msg)
        self.expected_cost_ = float(np.average(paid, weights=weights))

    @property
    def _assumed_prior(self) -> str | None:
        return "natural"

    @property
    def _moved_to(self) -> float | None:
        return self.threshold_

    def _decide(self, scores: FloatArray) -> IntArray:
        decided: IntArray = expect(scores, self._costs).argmin(axis=1)
        return decided


def _threshold(costs: FloatArray) -> float:
    false_alarm, miss = costs[0, 1] - costs[0, 0], costs[1, 0] - costs[1, 1]
    if false_alarm >= 0 and miss >= 0 and false_alarm + miss > 0:
        return float(false_alarm / (false_alarm + miss))
    if false_alarm >= 0:
        return float("inf")
    return float("-inf") if miss >= 0 else float("nan")
