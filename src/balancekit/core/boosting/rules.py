"""How boosting judges a weak learner, and what it makes of the weights of the rows."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from balancekit.core.recipes import FloatArray, IntArray

# Weights that shrink stay above this, as in scikit-learn's AdaBoost.
LEAST = np.finfo(np.float64).eps

# By how much a learner has to be better than chance, for more than rounding errors.
MARGIN = 1e-12

# What a learner without errors gets, as there.
FLAWLESS = 1.0


class BoostingRule(Protocol):
    """What the rounds of boosting ask of a rule."""

    error: float | None
    mistaken: float
    divides: bool

    @property
    def weights(self) -> FloatArray:
        """Weights of the rows; they add up to one."""

    @weights.setter
    def weights(self, weights: FloatArray) -> None: ...

    def judge(self, shares: FloatArray) -> float | None:
        """Return the vote of a learner and change the weights.

        Parameters
        ----------
        shares : ndarray of float64, shape (n_rows, n_classes)
            What it says of the rows.

        Returns
        -------
        vote : float or None
            None if it is no better than chance.
        """


class Samme:
    """AdaBoost for any number of classes (SAMME) [1]_: a learner names one class.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows,)
        Classes.
    n_classes : int
        Number of classes.
    weights : ndarray of float64, shape (n_rows,) or None
        Initial weights.
    learning_rate : float
        Factor of each vote.

    Attributes
    ----------
    error : float or None
        Weight of the rows that the last learner got wrong.
    mistaken : float
        The same; 0 at first.

    References
    ----------
    .. [1] J. Zhu, H. Zou, S. Rosset and T. Hastie, "Multi-class AdaBoost", Statistics and Its
       Interface 2, 2009.
    """

    divides = False

    def __init__(
        self, codes: IntArray, n_classes: int, weights: FloatArray | None, learning_rate: float
    ) -> None:
        self.codes = codes
        self.n_classes = n_classes
        self.learning_rate = learning_rate
        self.error: float | None = None
        self.mistaken = 0.0
        self.weights = np.ones(len(codes)) if weights is None else weights

    @property
    def weights(self) -> FloatArray:
        """Weights of the rows; they add up to one."""
        return self._weights

    @weights.setter
    def weights(self, weights: FloatArray) -> None:
        self._weights = np.where(weights > 0, np.maximum(weights / weights.sum(), LEAST), 0.0)

    def judge(self, shares: FloatArray) -> float | None:
        """Return the vote of a learner, and raise the weights of the rows that it gets wrong."""
        wrong = shares.argmax(axis=1) != self.codes
        self.error = error = float(self._weights[wrong].sum() / self._weights.sum())
        self.mistaken = error
        if error >= 1 - 1 / self.n_classes - MARGIN:
            return None
        if error <= 0:
            return FLAWLESS
        vote = self.learning_rate * (np.log((1 - error) / error) + np.log(self.n_classes - 1))
        self.weights = np.where(wrong, self._weights * np.exp(vote), self._weights)
        return float(vote)


class AdaBoostM2:
    """AdaBoost.M2 [1]_: a learner divides its vote, and every wrong class of a row has a weight.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows,)
        Classes.
    n_classes : int
        Number of classes.
    weights : ndarray of float64, shape (n_rows,) or None
        Initial weights.
    learning_rate : float
        Factor of each vote.

    Attributes
    ----------
    error : float or None
        Pseudo-loss of the last learner; 1/2 is chance.
    mistaken : float
        Weight of the rows for which it favours another class; 0 at first.

    References
    ----------
    .. [1] Y. Freund and R. E. Schapire, "A decision-theoretic generalization of on-line learning
       and an application to boosting", Journal of Computer and System Sciences 55, 1997.
    """

    divides = True

    def __init__(
        self, codes: IntArray, n_classes: int, weights: FloatArray | None, learning_rate: float
    ) -> None:
        self.codes = codes
        self.learning_rate = learning_rate
        self.error: float | None = None
        self.mistaken = 0.0
        self._is_wrong = np.ones((len(codes), n_classes), dtype=bool)
        self._is_wrong[np.arange(len(codes)), codes] = False
        self.weights = np.ones(len(codes)) if weights is None else weights

    @property
    def weights(self) -> FloatArray:
        """Weights of the rows; they add up to one."""
        weights: FloatArray = self._pairs.sum(axis=1)
        return weights

    @weights.setter
    def weights(self, weights: FloatArray) -> None:
        self._set_pairs(weights[:, None] * self._is_wrong)

    def _set_pairs(self, pairs: FloatArray) -> None:
        self._pairs = np.where(pairs > 0, np.maximum(pairs / pairs.sum(), LEAST), 0.0)

    def judge(self, shares: FloatArray) -> float | None:
        """Return the vote of a learner, and lower the weights of wrong classes that it denies."""
        of_class = np.take_along_axis(shares, self.codes[:, None], axis=1)
        # From 0, all for the wrong class, to 1, all for the row's own.
        right = (1 + of_class - shares) / 2
        self.error = error = float((self._pairs * (1 - right)).sum() / self._pairs.sum())
        self.mistaken = float(self.weights[shares.argmax(axis=1) != self.codes].sum())
        if error >= 1 / 2 - MARGIN:
            return None
        if error <= 0:
            return FLAWLESS
        vote = self.learning_rate * np.log((1 - error) / error)
        self._set_pairs(self._pairs * np.exp(-vote * right))
        return float(vote)
