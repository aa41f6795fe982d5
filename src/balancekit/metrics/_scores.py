"""Scores of rows, and which class each of their columns belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.wording import list_names
from balancekit.metrics._labels import check_same_rows, encode, read_order, sort_labels
from balancekit.metrics._numbers import read_numbers

# How far from one the probabilities of a row may add up to.
TOLERANCE = 1e-3


def read_scores(scores: Any, name: str) -> NDArray[np.float64]:
    """Read scores.

    Parameters
    ----------
    scores : array-like of shape (n_rows,) or (n_rows, n_classes)
        Finite numbers.
    name : str
        What to call them in messages.

    Returns
    -------
    scores : ndarray of float64

    Raises
    ------
    TypeError, ValueError
        If they have another shape, or are not finite numbers.
    """
    read = read_numbers(scores, name, "Pass scores of the rows.")
    if read.ndim not in (1, 2) or (read.ndim == 2 and read.shape[1] < 2):
        msg = (
            f"{name} has shape {read.shape}; pass one number for each row, or a column for each of "
            "two or more classes."
        )
        raise ValueError(msg)
    bad = ~np.isfinite(read)
    if bad.any():
        row = int(np.argwhere(bad)[0][0])
        msg = (
            f"{name} contains NaN or infinity: {int(bad.sum())} of them, the first in row {row}. "
            "Check the classifier that made them."
        )
        raise ValueError(msg)
    return read


def read_probabilities(proba: Any, name: str) -> NDArray[np.float64]:
    """Read probabilities.

    Parameters
    ----------
    proba : array-like of shape (n_rows,) or (n_rows, n_classes)
        Probabilities; columns add up to one.
    name : str
        What to call them in messages.

    Returns
    -------
    proba : ndarray of float64

    Raises
    ------
    TypeError, ValueError
        If they lie outside of 0 to 1, do not add up to one, or on the grounds of `read_scores`.
    """
    read = read_scores(proba, name)
    if len(read) and (read.min() < 0 or read.max() > 1):
        msg = (
            f"{name} goes from {read.min():.6g} to {read.max():.6g}, and probabilities lie between "
            "0 and 1. Pass the output of predict_proba."
        )
        raise ValueError(msg)
    if read.ndim == 2 and len(read):
        sums = read.sum(axis=1)
        worst = int(np.abs(sums - 1).argmax())
        if abs(sums[worst] - 1) > TOLERANCE:
            msg = (
                f"{name} adds up to {sums[worst]:.6g} in row {worst}, not to 1. Pass one column "
                "for each class, the output of predict_proba."
            )
            raise ValueError(msg)
    return read


def match_columns(
    y_true: list[Any], scores: NDArray[np.float64], labels: Any, name: str
) -> tuple[NDArray[np.intp], list[Any]]:
    """Find the column of scores that belongs to the true label of each row.

    Parameters
    ----------
    y_true : list
        True labels, from `read_labels`.
    scores : ndarray of float64, shape (n_rows,) or (n_rows, n_classes)
        Scores; one for each row is that of the second of two classes.
    labels : array-like of shape (n_classes,) or None
        Labels of the columns. None is the sorted labels of `y_true`.
    name : str
        What to call the scores in messages.

    Returns
    -------
    codes : ndarray of int, shape (n_rows,)
        Columns.
    order : list
        Labels of the columns.

    Raises
    ------
    ValueError
        If numbers of rows, or of labels and columns, differ, or a true label has no column.
    """
    check_same_rows(y_true, scores, name)
    order = sort_labels(y_true) if labels is None else read_order(labels)
    n_columns = 2 if scores.ndim == 1 else scores.shape[1]
    if len(order) != n_columns:
        what, way_out = "labels", "Name one label for each column, such as model.classes_."
        if labels is None:
            what = "y_true"
            way_out = "Pass labels=model.classes_, one for each column, or rows of every class."
        found = "1 label" if len(order) == 1 else f"{len(order)} labels"
        shape = f"{n_columns} columns"
        if scores.ndim == 1:
            shape = "one number for each row, which is for two classes"
        msg = f"{what} has {found}, {list_names(order)}, and {name} has {shape}. {way_out}"
        raise ValueError(msg)
    return encode(y_true, order, "y_true"), order
