"""Logits less the logarithm of the prior."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.thresholding._prior_correction import resolve_prior
from balancekit.thresholding._rule import Given, ThresholdRule
from balancekit.thresholding._scores import Answers, check_probabilities, check_scores


class LogitAdjustment(ThresholdRule):
    """Decide by logits from which the logarithm of the prior is taken away.

    The decision is the class of the largest ``z - tau * log(prior)``, where z are logits, or
    logarithms of probabilities [1]_.

    Parameters
    ----------
    tau : float, default=1.0
        How much of the prior is taken away: 0 is none, 1 is all of it, which suits the balanced
        accuracy of a calibrated model; more favours rare classes further.
    prior : {"natural", "effective"} or array-like of shape (n_classes,), default="natural"
        Shares that the scores reflect: the `natural_prior` passed to `fit`, for a model fitted on
        data as it came, or the `effective_prior`, for one fitted on resampled data.
    scores : {"probabilities", "logits"}, default="probabilities"
        What the rule is given. One logit for each row is that of the second class against the
        first.

    Attributes
    ----------
    prior_ : ndarray of float64, shape (n_classes,)
        Shares that are taken away.
    classes_ : ndarray of shape (n_classes,)
        Labels of the columns.

    See Also
    --------
    PriorCorrection : With ``target_prior="balanced"``, the decisions of tau=1 as probabilities.

    Notes
    -----
    This is the adjustment after training of [1]_; the loss of the same name is another thing.
    Unlike a correction of probabilities, it works on logits of any scale, for which tau is then
    tuned.

    References
    ----------
    .. [1] A. K. Menon, S. Jayasumana, A. S. Rawat, H. Jain, A. Veit and S. Kumar, "Long-tail
       learning via logit adjustment", International Conference on Learning Representations, 2021.

    Examples
    --------
    >>> from balancekit.thresholding import LogitAdjustment
    >>> logits, y = [[2.0, 0.5, 0.0], [2.0, 0.5, 1.0]], [0, 2]
    >>> rule = LogitAdjustment(prior=[0.7, 0.2, 0.1], scores="logits")
    >>> rule.fit(logits, y, classes=[0, 1, 2]).decide(logits)
    array([0, 2])
    """

    _takes_prior_away = True
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "tau": [Interval(Real, 0, None, closed="left")],
        "prior": [StrOptions({"natural", "effective"}), "array-like"],
        "scores": [StrOptions({"probabilities", "logits"})],
    }

    prior_: FloatArray

    def __init__(
        self, tau: float = 1.0, prior: Any = "natural", scores: str = "probabilities"
    ) -> None:
        self.tau = tau
        self.prior = prior
        self.scores = scores

    def _fit(self, scores: FloatArray, answers: Answers, given: Given) -> None:
        self.prior_ = resolve_prior(self.prior, given, answers.classes, "prior")

    def _decide(self, scores: FloatArray) -> IntArray:
        if scores.ndim == 1:
            scores = np.column_stack([np.zeros(len(scores)), scores])
        # With nothing to take away, logarithms may only round different probabilities to the same.
        if self.scores == "probabilities" and self.tau > 0:
            with np.errstate(divide="ignore"):
                scores = np.log(scores)
        decided: IntArray = (scores - self.tau * np.log(self.prior_)).argmax(axis=1)
        return decided

    @property
    def _assumed_prior(self) -> str | None:
        return self.prior if isinstance(self.prior, str) else None

    @property
    def _factors(self) -> FloatArray | None:
        factors: FloatArray = self.prior_**-self.tau
        return factors

    @property
    def _moved_to(self) -> float | None:
        if self.scores == "probabilities":
            return super()._moved_to
        return float(self.tau * np.log(self.prior_[1] / self.prior_[0]))

    def _check(self, proba: Any) -> FloatArray:
        return check_probabilities(proba) if self.scores == "probabilities" else check_scores(proba)
