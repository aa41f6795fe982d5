"""Costs as one factor for each class."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import StrOptions

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.thresholding._cost_matrix import check_costs
from balancekit.thresholding._prior_correction import normalised, resolve_prior
from balancekit.thresholding._rule import Given, ThresholdRule
from balancekit.thresholding._scores import Answers


def check_mistake_costs(costs: Any, n_classes: int | None = None) -> FloatArray:
    """Check a matrix of what mistakes cost, where hits are free.

    Parameters
    ----------
    costs : array-like of shape (n_classes, n_classes)
        ``costs[true, predicted]``, zero or more, with zeros on the diagonal.
    n_classes : int, optional
        Number of classes; without it, that of the rows of the matrix.

    Returns
    -------
    costs : ndarray of float64, shape (n_classes, n_classes)
        A copy.

    Raises
    ------
    ValueError
        If they have another shape, are not finite or are negative, a hit costs something, or no
        mistake does.
    """
    if n_classes is None:
        n_classes = max(2, len(costs)) if hasattr(costs, "__len__") else 2
    checked = check_costs(costs, n_classes)
    if np.diagonal(checked).any():
        code = int(np.flatnonzero(np.diagonal(checked))[0])
        msg = (
            f"costs[{code}, {code}] is {checked[code, code]:g}, and hits have to be free here. "
            "Subtract the cost of a hit from its row, which changes no decision of lowest cost."
        )
        raise ValueError(msg)
    if (checked < 0).any():
        true, predicted = np.argwhere(checked < 0)[0].tolist()
        msg = (
            f"costs[{true}, {predicted}] is {checked[true, predicted]:g}. Pass zero or more: a "
            "mistake that pays is none. CostMatrix takes any costs."
        )
        raise ValueError(msg)
    if not checked.any():
        msg = "costs is zero everywhere. Pass costs that are larger off the diagonal."
        raise ValueError(msg)
    return checked


def cost_vector(costs: Any, prior: Any) -> Any:
    """Compute what a mistake with a row of each class costs on average.

    The predicted classes are weighted by their shares, as if mistakes were made at random::

        sum over j != i of prior[j] * costs[i, j] / (1 - prior[i])

    Parameters
    ----------
    costs : ndarray or Tensor of float, shape (n_classes, n_classes)
        ``costs[true, predicted]``, with zeros on the diagonal.
    prior : ndarray or Tensor of float, shape (n_classes,)
        Shares or counts, above zero.

    Returns
    -------
    costs : ndarray or Tensor of float, shape (n_classes,)
    """
    return (costs * prior).sum(1) / (prior.sum() - prior)


class CostVector(ThresholdRule):
    """Decide by probabilities that are multiplied by what mistakes with each class cost.

    A probability is multiplied by the mean cost of mistaking a row of its class, with the other
    classes weighted by their shares, and the largest product decides: the cost-sensitive
    classification of [1]_.

    Parameters
    ----------
    costs : array-like of shape (n_classes, n_classes)
        ``costs[true, predicted]``, in the order of the columns of probabilities; zeros on the
        diagonal, zero or more elsewhere.
    prior : {"natural", "effective"} or array-like of shape (n_classes,), default="natural"
        Shares that other classes are weighted by: the `natural_prior` or the `effective_prior`
        passed to `fit`, or numbers.

    Attributes
    ----------
    cost_vector_ : ndarray of float64, shape (n_classes,)
        Mean cost of a mistake with a row of each class.
    classes_ : ndarray of shape (n_classes,)
        Labels of the columns.

    See Also
    --------
    CostMatrix : Decisions of the lowest expected cost, which know which mistake is made.
    cost_weights : Costs as weights of rows.
    balancekit.deep.losses.CostScaledRateLoss : The same costs in the training of a net.

    Notes
    -----
    With two classes, the decisions are those of `CostMatrix`. With more, they are where all
    mistakes with a class cost the same; elsewhere `CostMatrix` is better, if probabilities are
    calibrated. Equal costs of all mistakes leave the decisions as they were.

    References
    ----------
    .. [1] M. Kukar and I. Kononenko, "Cost-sensitive learning with neural networks", European
       Conference on Artificial Intelligence, 1998.

    Examples
    --------
    >>> from balancekit.thresholding import CostVector
    >>> proba, y = [[0.6, 0.3, 0.1], [0.9, 0.05, 0.05]], [2, 0]
    >>> rule = CostVector([[0, 1, 2], [4, 0, 6], [10, 20, 0]], prior=[0.5, 0.3, 0.2])
    >>> rule.fit(proba, y, classes=[0, 1, 2]).cost_vector_.round(2)
    array([ 1.4 ,  4.57, 13.75])
    >>> rule.scale(proba).round(3)
    array([[0.234, 0.382, 0.383],
           [0.579, 0.105, 0.316]])
    >>> rule.decide(proba)
    array([2, 0])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "costs": ["array-like"],
        "prior": [StrOptions({"natural", "effective"}), "array-like"],
    }

    cost_vector_: FloatArray

    def __init__(self, costs: Any, prior: Any = "natural") -> None:
        self.costs = costs
        self.prior = prior

    def scale(self, proba: Any) -> FloatArray:
        """Multiply probabilities by the cost vector, and divide each row by its sum.

        Parameters
        ----------
        proba : array-like of shape (n_rows,) or (n_rows, n_classes)
            Probabilities; one for each row is that of the second class.

        Returns
        -------
        scaled : ndarray of float64, shape (n_rows, n_classes)
            They decide, but are no probabilities of anything.

        Raises
        ------
        ValueError
            If they are no probabilities, or of another number of classes.
        """
        return self._scale(self._check_fitted(proba))

    def _fit(self, scores: FloatArray, answers: Answers, given: Given) -> None:
        costs = check_mistake_costs(self.costs, len(answers.classes))
        prior = resolve_prior(self.prior, given, answers.classes, "prior")
        self.cost_vector_: FloatArray = cost_vector(costs, prior)

    def _scale(self, scores: FloatArray) -> FloatArray:
        return normalised(scores * self.cost_vector_, scores)

    def _decide(self, scores: FloatArray) -> IntArray:
        decided: IntArray = self._scale(scores).argmax(axis=1)
        return decided

    @property
    def _factors(self) -> FloatArray | None:
        return self.cost_vector_

    @property
    def _assumed_prior(self) -> str | None:
        return self.prior if isinstance(self.prior, str) else None
