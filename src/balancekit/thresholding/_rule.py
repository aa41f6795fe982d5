"""What a rule is: something that turns scores into decisions."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.thresholding._scores import (
    Answers,
    check_answers,
    check_probabilities,
    check_scores,
)


class Given(NamedTuple):
    """What else a rule is told when it is fitted.

    Attributes
    ----------
    natural_prior, effective_prior : array-like of shape (n_classes,) or None
        Shares of the classes in the data, and in the training data of the classifier.
    sample_weight : ndarray of float64, shape (n_rows,), or None
        Weights of the rows.
    """

    natural_prior: Any
    effective_prior: Any
    sample_weight: FloatArray | None


class ThresholdRule(BaseEstimator):  # type: ignore[misc]
    """A rule for decisions: fitted on scores and true labels, it decides on scores.

    A rule writes `_fit` and `_decide`; checks are done here.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels of the columns of scores.
    """

    # Whether only probabilities will do, or any scores: of two classes, a single column.
    _takes: ClassVar[Literal["probabilities", "scores"]] = "probabilities"
    # Whether it learns more of the rows than which classes there are.
    _learns_from_rows: ClassVar[bool] = False
    # Whether it divides by the prior that it assumes.
    _takes_prior_away: ClassVar[bool] = False
    _parameter_constraints: ClassVar[dict[str, Any]] = {}

    classes_: NDArray[Any]

    @abstractmethod
    def _fit(self, scores: FloatArray, answers: Answers, given: Given) -> None:
        """Learn what the rule needs."""

    @abstractmethod
    def _decide(self, scores: FloatArray) -> IntArray:
        """Return the column of the class that each row is taken for."""

    @property
    def _factors(self) -> FloatArray | None:
        """What probabilities are multiplied by before the largest decides, if that is the rule."""
        return None

    @property
    def _moved_to(self) -> float | None:
        """Of two classes: the score of the second from which on a row is taken for it."""
        factors = self._factors
        return None if factors is None else float(factors[0] / factors.sum())

    @property
    def _assumed_prior(self) -> str | None:
        """The prior, "natural" or "effective", that probabilities are taken to reflect, if any."""
        return None

    def _aims_at(self, natural_prior: FloatArray) -> bool:
        """Whether its corrected probabilities are meant to agree with the rows as they come."""
        return False

    def fit(
        self,
        proba: Any,
        y: Any,
        *,
        classes: Any = None,
        natural_prior: Any = None,
        effective_prior: Any = None,
        sample_weight: Any = None,
    ) -> Self:
        """Fit the rule.

        Parameters
        ----------
        proba : array-like of shape (n_rows,) or (n_rows, n_classes)
            Scores of rows that the classifier was not fitted on, such as out-of-fold ones; one for
            each row belongs to the second class.
        y : array-like of shape (n_rows,)
            True labels.
        classes : array-like of shape (n_classes,), optional
            Labels of the columns, `classes_` of the classifier. By default the sorted labels of y.
        natural_prior, effective_prior : array-like of shape (n_classes,), optional
            Share of each class in the data as it came, and in the data that the classifier was
            fitted on.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the rows.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If scores, labels or parameters cannot be used.
        """
        self._validate_params()
        scores = self._check(proba)
        answers = check_answers(y, scores, classes)
        weights: FloatArray | None = None
        if sample_weight is not None:
            weights = _check_sample_weight(
                sample_weight, scores, dtype=np.float64, ensure_non_negative=True
            )
        self.classes_ = answers.classes
        self._fit(scores, answers, Given(natural_prior, effective_prior, weights))
        return self

    def decide(self, proba: Any) -> IntArray:
        """Decide.

        Parameters
        ----------
        proba : array-like of shape (n_rows,) or (n_rows, n_classes)
            Scores, of the same kind as in `fit`.

        Returns
        -------
        codes : ndarray of int, shape (n_rows,)
            Columns: positions in `classes_`.
        """
        return self._decide(self._check_fitted(proba))

    def _check_fitted(self, proba: Any) -> FloatArray:
        """Check scores for a rule that is fitted."""
        check_is_fitted(self)
        scores = self._check(proba)
        n_classes = 2 if scores.ndim == 1 else scores.shape[1]
        if n_classes != len(self.classes_):
            msg = (
                f"The rule was fitted for {len(self.classes_)} classes, and the scores have "
                f"{n_classes} columns. Pass one column for each class."
            )
            raise ValueError(msg)
        return scores

    def _check(self, proba: Any) -> FloatArray:
        return check_probabilities(proba) if self._takes == "probabilities" else check_scores(proba)
