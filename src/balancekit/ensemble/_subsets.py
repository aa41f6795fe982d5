"""Ensembles of classifiers that are fitted on balanced subsets."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.ensemble import AdaBoostClassifier
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from balancekit.core.base import RANDOM_STATE, BaseUnderSampler
from balancekit.core.draws import LARGEST_SEED, random_stream, reseeded_clone
from balancekit.core.recipes import FloatArray
from balancekit.ensemble._members import (
    have_votes,
    importances,
    is_boosted_stumps,
    mean_probabilities,
    sum_of_votes,
)
from balancekit.ensemble._voting import VotingClassifier, adaboost_probabilities, shares_of


class SubsetEnsemble(VotingClassifier):
    """One sum over the weak learners of all members, or the mean of the members' probabilities."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "estimator": [HasMethods(["fit", "predict"]), None],
        "voting": [StrOptions({"auto", "sum", "average"})],
        "sampling_strategy": BaseUnderSampler._parameter_constraints["sampling_strategy"],
        "replacement": ["boolean"],
        "progress": ["boolean"],
        "random_state": RANDOM_STATE,
    }

    n_estimators: int
    estimator: Any
    voting: str
    random_state: Any
    estimators_: list[Any]
    n_features_in_: int

    def _unfitted(self) -> Any:
        return AdaBoostClassifier() if self.estimator is None else self.estimator

    def _passes_rows_on(self) -> Any:
        estimator = self._unfitted()
        return None if is_boosted_stumps(estimator) else estimator

    def _seeded_members(self) -> Iterator[tuple[Any, np.random.RandomState]]:
        """Yield each member, unfitted, and its stream, seeded as in imbalanced-learn."""
        seeds = random_stream(self.random_state).randint(LARGEST_SEED, size=self.n_estimators)
        for seed in seeds:
            rng = np.random.RandomState(seed)
            member = reseeded_clone(self._unfitted(), rng)
            yield member, np.random.RandomState(rng.randint(LARGEST_SEED))

    def _sums(self) -> bool:
        voting = have_votes(self.estimators_)
        if self.voting == "sum" and not voting:
            msg = (
                f"voting='sum' adds up the votes of AdaBoost's weak learners, and "
                f"{type(self.estimators_[0]).__name__} has none. Use voting='average', or an "
                "AdaBoostClassifier as estimator."
            )
            raise ValueError(msg)
        return voting and self.voting != "average"

    def _shares(self, X: Any) -> FloatArray:
        n_classes = len(self.classes_)
        if self._sums():
            return shares_of(sum_of_votes(self.estimators_, X, n_classes))
        return mean_probabilities(self.estimators_, X, n_classes)

    def _probabilities(self, shares: FloatArray) -> FloatArray:
        return adaboost_probabilities(shares) if self._sums() else shares

    @property
    def feature_importances_(self) -> FloatArray:
        """Importance of each column."""
        check_is_fitted(self)
        return importances(self.estimators_, self.n_features_in_)
