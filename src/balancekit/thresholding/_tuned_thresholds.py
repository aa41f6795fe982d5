"""Thresholds that serve a metric best, for two classes or many."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.thresholding._cuts import between_scores
from balancekit.thresholding._line_search import (
    ascend,
    in_order,
    search_line,
)
from balancekit.thresholding._metric import Metric, resolve_metric
from balancekit.thresholding._rule import Given, ThresholdRule
from balancekit.thresholding._scores import TOLERANCE, Answers, of_second_class


class TunedThresholds(ThresholdRule):
    """Decide as serves a metric best.

    For two classes, the metric is computed at every threshold there is, which are as many as
    different scores. For more, each class gets a weight, and a row is taken for the class with the
    largest product of weight and probability; the weights are searched one at a time, each one
    exactly, until none gains.

    Parameters
    ----------
    metric : str or callable, default="balanced_accuracy"
        What to maximise: the name of a scorer of scikit-learn that judges labels, one of
        ``"geometric_mean"``, ``"cohen_kappa"``, ``"youden"`` and ``"cost"``, such a scorer, or a
        function of true and predicted labels. Accuracy, balanced accuracy, F-beta (binary, macro,
        micro, weighted), the geometric mean of the recalls, Matthews' correlation, kappa and cost
        are fast; any other is called once for every different score.
    costs : array-like of shape (n_classes, n_classes), default=None
        For ``metric="cost"``: ``costs[true, predicted]``.
    max_sweeps : int, default=50
        Times that all weights are searched at most, for more than two classes.

    Attributes
    ----------
    threshold_ : float
        Of two classes: rows with a score of the second class of at least this are taken for it.
        Infinite if it is best to take all rows for one class. None for more classes.
    weights_ : ndarray of float64, shape (n_classes,)
        Factors of the probabilities; their product is one. None for two classes.
    score_ : float
        The metric on the rows of `fit`; negative if it is a cost or a loss.
    n_sweeps_ : int
        Times that all weights were searched; 0 for two classes.
    curve_ : tuple of ndarray
        Of two classes: thresholds, ascending, and the metric from each of them on, at most 1,000.
        None for more classes.
    classes_ : ndarray of shape (n_classes,)
        Labels.

    See Also
    --------
    ConstrainedThreshold : Maximises one metric and keeps to others.
    sklearn.model_selection.TunedThresholdClassifierCV : Tries a grid of thresholds, of two classes.

    Notes
    -----
    O(n_rows * log(n_rows)) time for two classes; for more, that for each class and sweep, from
    three starts: equal weights, weights inverse to the classes' shares of the rows (the correction
    of the prior), and their geometric mean. Of more than 100,000 rows, so many find the best of the
    three, and all rows go on from there. What is found is a local optimum: no single weight can
    be bettered.

    Of equally good thresholds, the one in the middle of the widest gap is taken.

    Scores of more than two classes that are no probabilities are taken for logits; weights are
    then factors of what they are the logarithms of.

    Examples
    --------
    >>> from balancekit.thresholding import TunedThresholds
    >>> rule = TunedThresholds().fit([0.1, 0.2, 0.3, 0.4], ["no", "no", "yes", "yes"])
    >>> rule.threshold_
    0.25
    >>> rule.classes_[rule.decide([0.24, 0.26])]
    array(['no', 'yes'], dtype='<U3')
    """

    _takes = "scores"
    _learns_from_rows = True
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "metric": [str, callable],
        "costs": ["array-like", None],
        "max_sweeps": [Interval(Integral, 1, None, closed="left")],
    }
    _most_points: ClassVar[int] = 1000
    _most_for_starts: ClassVar[int] = 100_000

    def __init__(
        self, metric: Any = "balanced_accuracy", *, costs: Any = None, max_sweeps: int = 50
    ) -> None:
        self.metric = metric
        self.costs = costs
        self.max_sweeps = max_sweeps

    def _fit(self, scores: FloatArray, answers: Answers, given: Given) -> None:
        if self.costs is not None and self.metric != "cost":
            msg = (
                f"costs were passed, but metric={self.metric!r} does not heed them. Set "
                "metric='cost', or leave costs out."
            )
            raise ValueError(msg)
        metric = resolve_metric(self.metric, answers.classes, self.costs)
        self.threshold_ = self.weights_ = self.curve_ = None
        self.n_sweeps_ = 0
        if len(answers.classes) == 2:
            self._fit_threshold(of_second_class(scores), answers, given.sample_weight, metric)
        else:
            self._fit_weights(scores, answers, given.sample_weight, metric)

    def _fit_threshold(
        self, scores: FloatArray, answers: Answers, weights: FloatArray | None, metric: Metric
    ) -> None:
        rivals = np.zeros(len(scores), dtype=np.int16)
        switches = in_order(-scores, rivals, answers.codes.astype(np.int16), weights)
        found = search_line(switches, 1, 2, metric, keep_values=True)
        self.score_ = found.value
        if np.isinf(found.low) or np.isinf(found.high):
            # Taken for the first class, or for the second, whatever the score.
            self.threshold_ = np.inf if np.isinf(found.low) else -np.inf
        else:
            self.threshold_ = float(between_scores(-found.high, -found.low))
        values = found.values[1:]
        cuts = np.flatnonzero(~np.isnan(values))[::-1]
        if len(cuts) > self._most_points:
            spread = np.linspace(0, len(cuts) - 1, self._most_points - 1).astype(np.intp)
            cuts = cuts[np.union1d(spread, np.argmax(values[cuts]))]
        self.curve_ = (-switches.points[cuts], values[cuts])

    def _fit_weights(
        self, scores: FloatArray, answers: Answers, weights: FloatArray | None, metric: Metric
    ) -> None:
        self._are_probabilities = bool(
            scores.min() >= 0 and (np.abs(scores.sum(axis=1) - 1) <= TOLERANCE).all()
        )
        additive = np.ascontiguousarray(self._additive(scores))
        n_classes = scores.shape[1]
        shares = np.bincount(answers.codes, weights, minlength=n_classes)
        corrected = -np.log(np.maximum(shares, shares[shares > 0].min()) / shares.sum())
        starts = [np.zeros(n_classes), corrected, corrected / 2]
        few = _thinned(answers.codes, self._most_for_starts)
        if len(few) < len(scores):
            of_few = None if weights is None else weights[few]
            outcomes = [
                ascend(additive[few], answers.codes[few], of_few, metric, start, self.max_sweeps)
                for start in starts
            ]
            starts = [max(outcomes, key=lambda outcome: outcome[1])[0]]
        outcomes = [
            ascend(additive, answers.codes, weights, metric, start, self.max_sweeps)
            for start in starts
        ]
        # Taken as they are: rounded by centring, they would decide tied rows otherwise.
        self._offsets, self.score_, self.n_sweeps_ = max(outcomes, key=lambda outcome: outcome[1])
        self.weights_ = np.exp(self._offsets - self._offsets.mean())

    @property
    def _moved_to(self) -> float | None:
        return self.threshold_

    @property
    def _factors(self) -> FloatArray | None:
        return self.weights_

    def _additive(self, scores: FloatArray) -> FloatArray:
        if not self._are_probabilities:
            return scores
        if scores.min() < 0:
            msg = (
                f"The rule was fitted on probabilities, found a score of {scores.min():.6g}. Pass "
                "scores of the same kind as in `fit`."
            )
            raise ValueError(msg)
        with np.errstate(divide="ignore"):
            logarithms: FloatArray = np.log(scores)
        return logarithms

    def _decide(self, scores: FloatArray) -> IntArray:
        if self.threshold_ is not None:
            return (of_second_class(scores) >= self.threshold_).astype(np.intp)
        named: IntArray = (self._additive(scores) + self._offsets).argmax(axis=1)
        return named


def _thinned(codes: IntArray, most: int) -> IntArray:
    """Return so many rows at most, of each class in proportion."""
    step = -(-len(codes) // most)
    return np.sort(np.argsort(codes, kind="stable")[::step])
