"""Boosting that changes its training rows in every round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from balancekit.core.boosting.learners import WeakLearners
from balancekit.core.boosting.rules import BoostingRule
from balancekit.core.draws import LARGEST_SEED, reseeded_clone
from balancekit.core.plan import Plan
from balancekit.core.recipes import FloatArray
from balancekit.core.shortfall import warn_whoever_called

Resample: TypeAlias = Callable[[BoostingRule, np.random.RandomState], tuple[Plan, FloatArray]]


@dataclass(frozen=True, eq=False)
class Boosted:
    """What boosting ends with.

    Parameters
    ----------
    learners : list of classifiers, or BoostedStumps
        At least one.
    votes, errors : ndarray of float64, shape (n_learners,)
        Of each.
    first_plan : Plan
        The rows that the first one was fitted on.
    first_weights : ndarray of float64, shape (n_output,)
        Their weights.
    """

    learners: Any
    votes: FloatArray
    errors: FloatArray
    first_plan: Plan
    first_weights: FloatArray


def boost(
    learners: WeakLearners,
    estimator: Any,
    rule: BoostingRule,
    resample: Resample,
    n_rounds: int,
    rng: np.random.RandomState,
) -> Boosted:
    """Fit weak learners one after another, each on rows of its own.

    Parameters
    ----------
    learners : WeakLearners
        Fits them.
    estimator : classifier
        Their parameters.
    rule : BoostingRule
        Judges them on the rows as they came, and keeps the weights of these.
    resample : callable
        Takes the rule and the stream of the round; returns the rows of the round as a plan, and
        their weights. It may change the weights of the rule.
    n_rounds : int
        Learners at most.
    rng : RandomState
        The stream, which seeds the estimator and then the stream of each round, as in
        imbalanced-learn.

    Returns
    -------
    boosted : Boosted
        Fewer learners than rounds if one makes no error, which ends boosting, or is no better than
        chance, which leaves it out.

    Raises
    ------
    ValueError
        If none is better than chance.

    Warns
    -----
    ShortfallWarning
        If most are not.
    """
    fitted: list[Any] = []
    votes: list[float] = []
    errors: list[float] = []
    first: tuple[Plan, FloatArray] | None = None
    for _ in range(n_rounds):
        unfitted = reseeded_clone(estimator, rng)
        plan, weights = resample(rule, np.random.RandomState(rng.randint(LARGEST_SEED)))
        learner = learners.fit(unfitted, plan, weights)
        vote = rule.judge(learners.shares(learner))
        if vote is None or rule.error is None:
            # The next round may draw better rows.
            continue
        first = first or (plan, weights)
        fitted.append(learner)
        votes.append(vote)
        errors.append(rule.error)
        if rule.error <= 0:
            break
    if first is None:
        msg = (
            f"No {type(estimator).__name__} of {n_rounds} is better than chance: the last one's "
            f"error on the rows as they came is {rule.error:.3g}. {_way_out(rule)}"
        )
        raise ValueError(msg)
    # A few are to be expected once weights have grown uneven.
    if 2 * len(fitted) < n_rounds and errors[-1] > 0:
        warn_whoever_called(
            f"{len(fitted)} of {n_rounds} learners have a vote: the others were no better than "
            f"chance under the weights of their rounds. {_way_out(rule)}"
        )
    of_each = np.array(votes)
    return Boosted(
        learners.together(fitted, of_each, divides=rule.divides), of_each, np.array(errors), *first
    )


def _way_out(rule: BoostingRule) -> str:
    stronger = (
        "a stronger estimator, such as DecisionTreeClassifier(max_depth=3), or columns that tell "
        "the classes apart"
    )
    if rule.divides:
        return f"Pass {stronger}."
    return f"Use algorithm='M2', for which that is rare, or pass {stronger}."
