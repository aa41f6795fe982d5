"""Boosting that changes its training rows in every round: what its classifiers share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

from balancekit.core.base import RANDOM_STATE
from balancekit.core.boosting import (
    AdaBoostM2,
    BoostedStumps,
    Classifiers,
    Samme,
    Stumps,
    boost,
    shares_by,
)
from balancekit.core.classifier import prior_of
from balancekit.core.draws import random_stream
from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray
from balancekit.ensemble._members import is_stump
from balancekit.ensemble._voting import (
    VotingClassifier,
    adaboost_probabilities,
    dense,
    shares_of,
)

RULES: dict[str, type[Samme | AdaBoostM2]] = {"SAMME": Samme, "M2": AdaBoostM2}


class BoostedClassifier(VotingClassifier):
    """Weak learners in sequence; a method says how each round's rows arise."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "algorithm": [StrOptions(set(RULES))],
        "random_state": RANDOM_STATE,
    }

    estimator: Any
    n_estimators: int
    learning_rate: float
    algorithm: str
    random_state: Any
    n_features_in_: int

    @abstractmethod
    def _resampling(self, X: Any, labels: Labels) -> Callable[..., Any]:
        """Return what gives each round its rows and weights; see `core.boosting.boost`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fit weak learners one after another.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Numeric and finite features.
        y : array-like of shape (n_rows,)
            Labels.
        sample_weight : array-like of shape (n_rows,), optional
            Weights that the rows start with.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the input cannot be used, the estimator takes no weights, or no learner is better
            than chance.

        Warns
        -----
        ShortfallWarning
            If most learners are no better than chance, and have no vote.
        """
        self._validate_params()
        estimator = self.estimator
        if estimator is None:
            estimator = DecisionTreeClassifier(max_depth=1)
        if not has_fit_parameter(estimator, "sample_weight"):
            msg = (
                f"{type(estimator).__name__}.fit takes no sample_weight, which boosting needs. "
                "Pass an estimator that does, such as a DecisionTreeClassifier."
            )
            raise ValueError(msg)
        X, labels, weights = self._check_fit(X, y, sample_weight)
        n_classes = len(labels.classes)
        resample = self._resampling(X, labels)
        stumps = is_stump(estimator)
        learners = Stumps(dense(X), labels) if stumps else Classifiers(X, labels)
        boosted = boost(
            learners,
            estimator,
            RULES[self.algorithm](labels.codes, n_classes, weights, self.learning_rate),
            resample,
            self.n_estimators,
            random_stream(self.random_state),
        )
        self._divides = RULES[self.algorithm].divides
        self.classes_ = labels.classes
        self.estimators_ = boosted.learners
        self.estimator_weights_ = boosted.votes
        self.estimator_errors_ = boosted.errors
        self.natural_prior_ = prior_of(labels.codes, n_classes, weights)
        self.effective_prior_ = prior_of(boosted.first_plan.codes, n_classes, boosted.first_weights)
        return self

    def _shares(self, X: Any) -> FloatArray:
        if isinstance(self.estimators_, BoostedStumps):
            return shares_of(self.estimators_.scores(dense(X)))
        n_classes = len(self.classes_)
        votes = np.zeros((X.shape[0], n_classes))
        for learner, vote in zip(self.estimators_, self.estimator_weights_, strict=True):
            shares = shares_by(learner, X, n_classes)
            if not self._divides:
                shares = np.eye(n_classes)[shares.argmax(axis=1)]
            votes += vote * shares
        return shares_of(votes)

    def _probabilities(self, shares: FloatArray) -> FloatArray:
        return shares if self._divides else adaboost_probabilities(shares)

    @property
    def feature_importances_(self) -> FloatArray:
        """Importance of each column."""
        check_is_fitted(self)
        if isinstance(self.estimators_, BoostedStumps):
            return self.estimators_.importances(self.n_features_in_)
        own = [learner.feature_importances_ for learner in self.estimators_]
        return np.average(own, axis=0, weights=self.estimator_weights_)  # type: ignore[no-any-return]
