"""Calibration of scores by others of rows that the classifier was not fitted on."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, logit, softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from balancekit.core.recipes import FloatArray, IntArray

# Temperatures from e ** -WIDEST to e ** WIDEST.
WIDEST = 10.0


class Calibrator:
    """Turns scores into probabilities.

    Parameters
    ----------
    kind : {"sigmoid", "isotonic", "temperature"}
        A logistic regression [1]_ or a step function [2]_ for each class, or one factor for the
        logits of all [3]_.
    are_probabilities : bool
        Whether scores are probabilities; if not, logits.

    References
    ----------
    .. [1] J. Platt, "Probabilistic outputs for support vector machines", Advances in Large Margin
       Classifiers, 1999.
    .. [2] B. Zadrozny and C. Elkan, "Transforming classifier scores into accurate multiclass
       probability estimates", KDD 2002.
    .. [3] C. Guo et al., "On calibration of modern neural networks", ICML 2017.
    """

    def __init__(self, kind: str, *, are_probabilities: bool) -> None:
        self.kind = kind
        self.are_probabilities = are_probabilities

    def fit(self, scores: FloatArray, codes: IntArray, weights: FloatArray | None) -> Self:
        """Fit.

        Parameters
        ----------
        scores : ndarray of float64, shape (n_rows,) or (n_rows, n_classes)
            One for each row belongs to the second of two classes.
        codes : ndarray of int, shape (n_rows,)
            True classes.
        weights : ndarray of float64, shape (n_rows,) or None
            Weights of the rows.

        Returns
        -------
        self : Calibrator
        """
        self._n_classes = 2 if scores.ndim == 1 else scores.shape[1]
        # So few rows say nothing of smaller probabilities, and 0 has no finite logit.
        self._least = 1 / (len(scores) + 2)
        columns = self._columns(scores)
        if self.kind == "temperature":
            self._factor = _best_factor(columns, codes, weights)
            return self
        labels = [1] if self._n_classes == 2 else range(self._n_classes)
        self._of_columns = [
            self._unfitted().fit(
                column if self.kind == "isotonic" else column[:, None], codes == label, weights
            )
            for column, label in zip(columns.T, labels, strict=True)
        ]
        return self

    def transform(self, scores: FloatArray) -> FloatArray:
        """Return probabilities.

        Parameters
        ----------
        scores : ndarray of float64
            As in `fit`.

        Returns
        -------
        proba : ndarray of float64, shape (n_rows, n_classes)
        """
        columns = self._columns(scores)
        if self.kind == "temperature":
            return softmax(columns * self._factor, axis=1)  # type: ignore[no-any-return]
        found = np.column_stack(
            [
                fitted.predict(column)
                if self.kind == "isotonic"
                else fitted.predict_proba(column[:, None])[:, 1]
                for fitted, column in zip(self._of_columns, columns.T, strict=True)
            ]
        )
        if self._n_classes == 2:
            return np.column_stack([1 - found[:, 0], found[:, 0]])
        total = found.sum(axis=1, keepdims=True)
        even = np.full(found.shape, 1 / self._n_classes)
        return np.divide(found, total, out=even, where=total > 0)

    def _unfitted(self) -> Any:
        if self.kind == "isotonic":
            return IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
        # So weak a penalty only keeps separable scores finite.
        return LogisticRegression(C=1e6, max_iter=1000)

    def _columns(self, scores: FloatArray) -> FloatArray:
        """Return what is calibrated: one column for two classes, unless it takes all logits."""
        if self.kind == "temperature":
            if scores.ndim == 1:
                return np.column_stack([np.zeros(len(scores)), scores])
            return np.log(np.maximum(scores, self._least)) if self.are_probabilities else scores
        columns = scores[:, None] if scores.ndim == 1 else scores
        if columns.shape[1] == 2:
            columns = columns[:, 1:]
        if not self.are_probabilities or self.kind == "isotonic":
            return columns
        return logit(np.clip(columns, self._least, 1 - self._least))  # type: ignore[no-any-return]


def _best_factor(logits: FloatArray, codes: IntArray, weights: FloatArray | None) -> float:
    """Return the factor of the logits for which the answers are the most likely."""
    rows = np.arange(len(codes))

    def loss(logarithm: float) -> float:
        likelihood = log_softmax(logits * np.exp(logarithm), axis=1)[rows, codes]
        return -float(np.average(likelihood, weights=weights))

    found = minimize_scalar(loss, bounds=(-WIDEST, WIDEST), method="bounded")
    return float(np.exp(found.x))
