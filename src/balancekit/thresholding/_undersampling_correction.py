"""Probabilities of a model fitted on an under-sampled class, as they would be without that."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.thresholding._prior_correction import normalised
from balancekit.thresholding._rule import Given, ThresholdRule
from balancekit.thresholding._scores import Answers


class UndersamplingCorrection(ThresholdRule):
    """Undo what under-sampling does to probabilities, knowing the share of rows that was kept.

    Where a fraction beta of the negatives was kept, at random, a probability p of the positives
    becomes ``beta * p / (beta * p - p + 1)`` [1]_.

    Parameters
    ----------
    beta : float or array-like of shape (n_classes,)
        Fraction of the rows that was kept in training, above 0 and up to 1. A float is that of the
        first of two classes (the negatives); the second was kept whole. An array has one for each
        class.

    Attributes
    ----------
    kept_ : ndarray of float64, shape (n_classes,)
        Fraction kept of each class.
    classes_ : ndarray of shape (n_classes,)
        Labels of the columns.

    See Also
    --------
    PriorCorrection : The same from priors before and after, for any kind of resampling.

    Notes
    -----
    For any number of classes, each probability is divided by the fraction kept of its class, and
    each row by its sum. This is exact for calibrated probabilities and rows dropped at random; it
    over-corrects models that are not calibrated.

    References
    ----------
    .. [1] A. Dal Pozzolo, O. Caelen, R. A. Johnson and G. Bontempi, "Calibrating probability with
       undersampling for unbalanced classification", IEEE Symposium on Computational Intelligence
       and Data Mining, 2015.

    Examples
    --------
    >>> from balancekit.thresholding import UndersamplingCorrection
    >>> rule = UndersamplingCorrection(beta=0.1).fit([0.5, 0.95], [0, 1])
    >>> rule.correct([0.5, 0.95]).round(4)
    array([[0.9091, 0.0909],
           [0.3448, 0.6552]])
    >>> rule.decide([0.5, 0.95])
    array([0, 1])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "beta": [Interval(Real, 0, 1, closed="right"), "array-like"],
    }

    kept_: FloatArray

    def __init__(self, beta: Any) -> None:
        self.beta = beta

    def correct(self, proba: Any) -> FloatArray:
        """Correct probabilities.

        Parameters
        ----------
        proba : array-like of shape (n_rows,) or (n_rows, n_classes)
            Probabilities of the model fitted on the rows kept; one for each row is that of the
            second class.

        Returns
        -------
        proba : ndarray of float64, shape (n_rows, n_classes)
            Probabilities of a model fitted on all rows.

        Raises
        ------
        ValueError
            If they are no probabilities, or of another number of classes.
        """
        return self._correct(self._check_fitted(proba))

    def _fit(self, scores: FloatArray, answers: Answers, given: Given) -> None:
        n_classes = len(answers.classes)
        if isinstance(self.beta, Real):
            if n_classes != 2:
                msg = (
                    f"beta={self.beta:g} is the fraction kept of the first of two classes, and "
                    f"there are {n_classes}. Pass an array of one fraction for each class."
                )
                raise ValueError(msg)
            self.kept_ = np.array([self.beta, 1.0], dtype=np.float64)
            return
        try:
            kept: FloatArray = np.array(self.beta, dtype=np.float64)
        except (TypeError, ValueError) as error:
            msg = f"beta holds no numbers; pass the fraction kept of each class. {error}"
            raise ValueError(msg) from error
        if kept.shape != (n_classes,):
            msg = (
                f"beta has shape {kept.shape}, and there are {n_classes} classes. Pass one "
                "fraction for each class, in the order of classes_."
            )
            raise ValueError(msg)
        # NaN is in no order.
        bad = ~((kept > 0) & (kept <= 1))
        if bad.any():
            code = int(bad.argmax())
            msg = (
                f"beta gives class {answers.classes.tolist()[code]!r} a fraction of "
                f"{kept[code]:g}. Pass fractions above 0 and up to 1; 1 if no row was dropped."
            )
            raise ValueError(msg)
        self.kept_ = kept

    def _decide(self, scores: FloatArray) -> IntArray:
        decided: IntArray = self._correct(scores).argmax(axis=1)
        return decided

    @property
    def _factors(self) -> FloatArray | None:
        return 1 / self.kept_

    def _correct(self, proba: FloatArray) -> FloatArray:
        # In this order nothing overflows.
        return normalised(proba * (self.kept_.min() / self.kept_), proba)
