"""Scores of rows that a classifier was not fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import StratifiedShuffleSplit, check_cv
from sklearn.utils import _safe_indexing
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import _check_method_params

from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import counted

METHODS = ("predict_proba", "decision_function")


class HeldOut(NamedTuple):
    """Scores, and which rows they are of.

    Attributes
    ----------
    scores : ndarray of float64, shape (n_scores,) or (n_scores, n_classes)
        One for each row belongs to the second of two classes.
    rows : ndarray of int, shape (n_scores,)
        Rows of the input; repeated where folds overlap.
    members : list of classifier
        What was fitted on each training part.
    """

    scores: FloatArray
    rows: IntArray
    members: list[Any]


def splitter_of(cv: Any, codes: IntArray, random_state: Any) -> Any:
    """Return the splitter that a parameter stands for.

    Parameters
    ----------
    cv : int, float, splitter or iterable
        A float is the share of rows that are held out, once.
    codes : ndarray of int
        Classes.
    random_state : None, int or RandomState
        For a float.

    Returns
    -------
    splitter : splitter
    """
    if isinstance(cv, float):
        return StratifiedShuffleSplit(1, test_size=cv, random_state=random_state)
    return check_cv(cv, codes, classifier=True)


def score_held_out(
    estimator: Any,
    X: Any,
    labels: Labels,
    splits: Sequence[tuple[IntArray, IntArray]],
    method: str,
    fit_params: dict[str, Any],
    n_jobs: int | None,
) -> HeldOut:
    """Fit a classifier on each training part, and score the rows held out.

    Parameters
    ----------
    estimator : classifier
        It is cloned.
    X : table of n_rows rows
        Features.
    labels : Labels
        Their labels.
    splits : sequence of (ndarray, ndarray)
        Rows to fit on and rows to score.
    method : {"predict_proba", "decision_function"}
        What scores them.
    fit_params : dict
        For the fits; what has an entry for each row is split.
    n_jobs : int or None
        Jobs.

    Returns
    -------
    held_out : HeldOut

    Raises
    ------
    ValueError
        If a training part lacks a class.
    """
    values = labels.values
    for train, _ in splits:
        counts = np.bincount(labels.codes[train], minlength=len(labels.classes))
        if not counts.all():
            code = int(np.flatnonzero(counts == 0)[0])
            msg = (
                f"A training part has no row of class {labels.name(code)!r}, which has "
                f"{counted(int(labels.counts[code]), 'row')} in all, so no threshold can be found "
                "for it. Use fewer folds, stratified ones, or add rows of the class."
            )
            raise ValueError(msg)
    outcomes = Parallel(n_jobs=n_jobs)(
        delayed(_fit_and_score)(clone(estimator), X, values, train, test, method, fit_params)
        for train, test in splits
    )
    return HeldOut(
        np.concatenate([scores for _, scores in outcomes]),
        np.concatenate([test for _, test in splits]),
        [member for member, _ in outcomes],
    )


def _fit_and_score(
    estimator: Any,
    X: Any,
    y: NDArray[Any],
    train: IntArray,
    test: IntArray,
    method: str,
    fit_params: dict[str, Any],
) -> tuple[Any, FloatArray]:
    params = _check_method_params(X, fit_params, indices=train)
    estimator.fit(_safe_indexing(X, train), y[train], **params)
    return estimator, respond(estimator, method, _safe_indexing(X, test))


def respond(estimator: Any, method: str, X: Any) -> FloatArray:
    """Score rows by a method of a fitted classifier.

    Parameters
    ----------
    estimator : classifier
        Fitted.
    method : {"predict_proba", "decision_function"}
        The method.
    X : table
        Rows.

    Returns
    -------
    scores : ndarray of float64, shape (n_rows,) or (n_rows, n_classes)

    Raises
    ------
    ValueError
        If the classifier does not have the method; names the other.
    """
    if not hasattr(estimator, method):
        other = METHODS[method == METHODS[0]]
        way_out = f"Use method={other!r}." if hasattr(estimator, other) else "Use another one."
        msg = f"{type(estimator).__name__} has no {method}. {way_out}"
        raise ValueError(msg)
    scores: FloatArray = np.asarray(getattr(estimator, method)(X), dtype=np.float64)
    return scores


def prior_reported(estimator: Any, name: str) -> Any:
    """Find a prior that a fitted classifier, or one inside it, reports.

    Parameters
    ----------
    estimator : classifier
        See `reported`.
    name : {"natural_prior_", "effective_prior_"}
        Which.

    Returns
    -------
    prior : ndarray of shape (n_classes,) or None
    """
    found = reported(estimator, name)
    return None if found is None else np.asarray(found, dtype=np.float64)


def reported(estimator: Any, name: str) -> Any:
    """Find an attribute of a fitted classifier, or of one inside it.

    Parameters
    ----------
    estimator : classifier
        Pipelines are asked for their last step, searches and wrappers for what they hold.
    name : str
        The attribute.

    Returns
    -------
    value : object, or None if it is None or not there
    """
    while estimator is not None:
        found = getattr(estimator, name, None)
        if found is not None:
            return found
        steps = getattr(estimator, "steps", None)
        if steps:
            estimator = steps[-1][1]
        else:
            found_by_search = getattr(estimator, "best_estimator_", None)
            inner = getattr(estimator, "estimator_", None)
            estimator = inner if found_by_search is None else found_by_search
    return None
