"""What an ensemble of subsets is made of: AdaBoosts, or any other classifiers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from balancekit.core.boosting import BoostedStumps, SortedColumns
from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.ensemble._voting import adaboost_probabilities, dense, shares_of

Fit: TypeAlias = Callable[[Any, IntArray], Any]


def fitter(estimator: Any, X: Any, labels: Labels, weights: Any) -> Fit:
    """Prepare the fits of an estimator on subsets of the same rows.

    Parameters
    ----------
    estimator : classifier
        AdaBoost over stumps is fitted by `core.boosting`, which sorts the columns here.
    X : ndarray or CSR matrix of shape (n_rows, n_columns)
        Features.
    labels : Labels
        Their labels; members are fitted on the codes.
    weights : ndarray of shape (n_rows,) or None
        Weights of the rows.

    Returns
    -------
    fit : callable
        Takes an unfitted clone of the estimator and the rows of a subset, repeated if drawn
        repeatedly; returns the fitted member.
    """
    n_classes = len(labels.classes)
    if not is_boosted_stumps(estimator):

        def fit(member: Any, rows: IntArray) -> Any:
            more = {} if weights is None else {"sample_weight": weights[rows]}
            return member.fit(X[rows], labels.codes[rows], **more)

        return fit
    columns = SortedColumns(dense(X))

    def boost(member: Any, rows: IntArray) -> BoostedStumps:
        once, times = np.unique(rows, return_counts=True)
        start = times.astype(np.float64) if weights is None else times * weights[once]
        return columns.boost(
            once, labels.codes[once], n_classes, member.n_estimators, member.learning_rate, start
        )

    return boost


def is_stump(tree: Any) -> bool:
    """Whether a weak learner is a plain tree of one split.

    Parameters
    ----------
    tree : estimator or None
        None is AdaBoost's default, which is one.

    Returns
    -------
    is_stump : bool
        False for any parameter that is not its default, but for the seed: a stump draws nothing.
    """
    if tree is None:
        return True
    if type(tree) is not DecisionTreeClassifier:
        return False
    plain = DecisionTreeClassifier(max_depth=1, random_state=tree.random_state)
    return bool(tree.get_params() == plain.get_params())


def is_boosted_stumps(estimator: Any) -> bool:
    """Whether an estimator is an AdaBoost over plain stumps.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    is_boosted_stumps : bool
        False for subclasses, which may do anything.
    """
    return type(estimator) is AdaBoostClassifier and is_stump(estimator.estimator)


def have_votes(members: Sequence[Any]) -> bool:
    """Whether members have weak learners, whose votes can be summed.

    Parameters
    ----------
    members : sequence
        Fitted members.

    Returns
    -------
    have_votes : bool
    """
    return isinstance(members[0], BoostedStumps | AdaBoostClassifier)


def sum_of_votes(members: Sequence[Any], X: Any, n_classes: int) -> FloatArray:
    """Sum the votes of all weak learners of all members.

    Parameters
    ----------
    members : sequence
        With votes.
    X : ndarray or CSR matrix of shape (n_rows, n_columns)
        Rows.
    n_classes : int
        Number of classes.

    Returns
    -------
    votes : ndarray of float64, shape (n_rows, n_classes)
    """
    if isinstance(members[0], BoostedStumps):
        return BoostedStumps.together(members).scores(dense(X))
    total = np.zeros((X.shape[0], n_classes))
    for member in members:
        for learner, vote in zip(member.estimators_, member.estimator_weights_, strict=False):
            total[np.arange(len(total)), learner.predict(X)] += vote
    return total


def mean_probabilities(members: Sequence[Any], X: Any, n_classes: int) -> FloatArray:
    """Average the probabilities of members.

    Parameters
    ----------
    members : sequence
        Fitted members.
    X : ndarray or CSR matrix of shape (n_rows, n_columns)
        Rows.
    n_classes : int
        Number of classes.

    Returns
    -------
    probabilities : ndarray of float64, shape (n_rows, n_classes)
    """
    total = np.zeros((X.shape[0], n_classes))
    for member in members:
        if isinstance(member, BoostedStumps):
            total += adaboost_probabilities(shares_of(member.scores(dense(X))))
        else:
            total += member.predict_proba(X)
    return total / len(members)


def importances(members: Sequence[Any], n_columns: int) -> FloatArray:
    """Compute the importance of each column.

    Parameters
    ----------
    members : sequence
        Fitted members.
    n_columns : int
        Number of columns.

    Returns
    -------
    importances : ndarray of float64, shape (n_columns,)
        Share of the votes of the stumps that split the column, or the mean of the members' own.
    """
    if isinstance(members[0], BoostedStumps):
        return BoostedStumps.together(members).importances(n_columns)
    return np.mean([member.feature_importances_ for member in members], axis=0)  # type: ignore[no-any-return]


def check_told_apart(members: Sequence[Any], n_classes: int) -> None:
    """Raise if no stump of any member splits.

    Parameters
    ----------
    members : sequence
        Fitted members.
    n_classes : int
        Number of classes.

    Raises
    ------
    ValueError
        Tells what to pass.
    """
    stumps = [member for member in members if isinstance(member, BoostedStumps)]
    if stumps and not any((member.columns >= 0).any() for member in stumps):
        msg = (
            f"No column of X tells the {n_classes} classes of any subset apart. Pass columns that "
            "vary, or another estimator."
        )
        raise ValueError(msg)
