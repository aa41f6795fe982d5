"""Scores and labels as rules take them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import list_names

# How far from one the probabilities of a row may add up to.
TOLERANCE = 1e-3


def check_scores(scores: Any) -> FloatArray:
    """Check scores of any kind.

    Parameters
    ----------
    scores : array-like of shape (n_rows,) or (n_rows, n_classes)
        Finite numbers; one for each row means two classes.

    Returns
    -------
    scores : ndarray of float64

    Raises
    ------
    ValueError
        If there are none, or they have another shape or are not finite.
    """
    try:
        checked: FloatArray = np.asarray(scores, dtype=np.float64)
    except (TypeError, ValueError) as error:
        reason = str(error).rstrip(".")
        msg = f"Scores are no numbers: {reason}. Pass the output of predict_proba."
        raise ValueError(msg) from error
    if checked.ndim not in (1, 2) or (checked.ndim == 2 and checked.shape[1] < 2):
        msg = (
            f"Scores have shape {checked.shape}; pass one number for each row, or a column for "
            "each of two or more classes."
        )
        raise ValueError(msg)
    if not len(checked):
        msg = "There are no scores: 0 rows. Pass one row of scores or more."
        raise ValueError(msg)
    bad = ~np.isfinite(checked)
    if bad.any():
        row = int(np.argwhere(bad)[0][0])
        msg = (
            f"Scores contain NaN or infinity: {int(bad.sum())} of them, the first in row {row}. "
            "Check the classifier that made them."
        )
        raise ValueError(msg)
    return checked


def check_probabilities(proba: Any) -> FloatArray:
    """Check probabilities, and give each class a column.

    Parameters
    ----------
    proba : array-like of shape (n_rows,) or (n_rows, n_classes)
        Probabilities of the classes; one for each row is that of the second class.

    Returns
    -------
    proba : ndarray of float64, shape (n_rows, n_classes)

    Raises
    ------
    ValueError
        If they lie outside of 0 to 1, or do not add up to one.
    """
    checked = check_scores(proba)
    if checked.min() < 0 or checked.max() > 1:
        msg = (
            f"Probabilities lie between 0 and 1, found {checked.min():.6g} to {checked.max():.6g}. "
            "Pass the output of predict_proba, or turn scores into probabilities by calibrating "
            "them."
        )
        raise ValueError(msg)
    if checked.ndim == 1:
        return np.column_stack([1 - checked, checked])
    sums = checked.sum(axis=1)
    worst = int(np.abs(sums - 1).argmax())
    if abs(sums[worst] - 1) > TOLERANCE:
        msg = (
            f"The probabilities of row {worst} add up to {sums[worst]:.6g}, not to 1. Pass one "
            "column for each class, in the order of classes_."
        )
        raise ValueError(msg)
    return checked


def of_second_class(scores: FloatArray) -> FloatArray:
    """Take the scores of the second of two classes.

    Parameters
    ----------
    scores : ndarray of float64, shape (n_rows,) or (n_rows, 2)
        One for each row is that already.

    Returns
    -------
    scores : ndarray of float64, shape (n_rows,)
    """
    return scores if scores.ndim == 1 else scores[:, 1]


class Answers(NamedTuple):
    """True classes of rows.

    Attributes
    ----------
    codes : ndarray of int, shape (n_rows,)
        Columns of the scores.
    classes : ndarray of shape (n_classes,)
        Labels of the columns.
    """

    codes: IntArray
    classes: NDArray[Any]


def check_answers(y: Any, scores: FloatArray, classes: Any = None) -> Answers:
    """Match labels with the columns of scores.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        True labels.
    scores : ndarray of shape (n_rows,) or (n_rows, n_classes)
        Scores of the same rows.
    classes : array-like of shape (n_classes,), optional
        Labels of the columns. By default the sorted labels of y, which then has to have all.

    Returns
    -------
    answers : Answers

    Raises
    ------
    ValueError
        If numbers of rows or classes differ, or y has labels that are no classes.
    """
    labels = Labels(y)
    if len(labels) != len(scores):
        msg = f"y has {len(labels)} rows and the scores have {len(scores)}; pass the same rows."
        raise ValueError(msg)
    n_classes = 2 if scores.ndim == 1 else scores.shape[1]
    if classes is None:
        if len(labels.classes) != n_classes:
            msg = (
                f"y has {len(labels.classes)} classes, {list_names(labels.classes.tolist())}, and "
                f"the scores have {n_classes} columns. Pass classes=model.classes_, or rows of "
                "every class."
            )
            raise ValueError(msg)
        return Answers(labels.codes, labels.classes)
    known = np.asarray(classes)
    if known.ndim != 1:
        msg = f"classes has shape {known.shape}; pass a list of one class for each column."
        raise ValueError(msg)
    if len(known) != n_classes:
        msg = (
            f"classes names {len(known)} classes, and the scores have {n_classes} columns. Pass "
            "one class for each column."
        )
        raise ValueError(msg)
    place_of = {label: place for place, label in enumerate(known.tolist())}
    if len(place_of) < n_classes:
        msg = (
            f"classes names a class more than once: {list_names(known.tolist())}. Pass one class "
            "for each column."
        )
        raise ValueError(msg)
    strangers = [label for label in labels.classes.tolist() if label not in place_of]
    if strangers:
        msg = (
            f"y has class {strangers[0]!r}, which is not among the classes of the scores: "
            f"{list_names(known.tolist())}. Pass labels of these classes only."
        )
        raise ValueError(msg)
    places = np.array([place_of[label] for label in labels.classes.tolist()], dtype=np.intp)
    return Answers(places[labels.codes], known)
