"""How much of each class is found."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import UndefinedMetricWarning

from balancekit.core.wording import list_names
from balancekit.metrics._labels import (
    check_same_rows,
    encode,
    read_labels,
    read_order,
    sort_labels,
)
from balancekit.metrics._weights import read_weights


def recall_by_label(
    y_true: Any, y_pred: Any, sample_weight: Any
) -> tuple[list[Any], NDArray[np.float64]]:
    """Find the recall of each label, true or predicted.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_rows,)
        True and predicted labels.
    sample_weight : array-like of shape (n_rows,) or None
        Weights of the rows.

    Returns
    -------
    labels : list
        Sorted labels.
    recall : ndarray of float64, shape (n_classes,)
        NaN for a class that has no true rows, or none with a weight.
    """
    truth, predicted = read_labels(y_true, "y_true"), read_labels(y_pred, "y_pred")
    check_same_rows(truth, predicted, "y_pred")
    weights = read_weights(sample_weight, len(truth))
    order = sort_labels(truth, predicted)
    codes = encode(truth, order, "y_true")
    right = codes == encode(predicted, order, "y_pred")
    total = np.bincount(codes, weights=weights, minlength=len(order))
    found = np.bincount(codes, weights=weights * right, minlength=len(order))
    recall = np.full(len(order), np.nan)
    np.divide(found, total, out=recall, where=total > 0)
    return order, recall


def per_class_recall(
    y_true: Any, y_pred: Any, *, labels: Any = None, sample_weight: Any = None
) -> NDArray[np.float64]:
    """Find the share of each class's rows that are predicted as this class.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    labels : array-like of shape (n_classes,), default=None
        Classes to report on, in this order. None is the sorted labels of `y_true` and `y_pred`.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of the rows.

    Returns
    -------
    recall : ndarray of float64, shape (n_classes,)
        NaN for a class without true rows.

    Raises
    ------
    TypeError
        If labels are of types without a common order.
    ValueError
        If numbers of rows differ, labels are missing, or weights cannot be used.

    Warns
    -----
    sklearn.exceptions.UndefinedMetricWarning
        If a class has no true rows; it is named.

    See Also
    --------
    balanced_error : One less their mean.

    Examples
    --------
    >>> from balancekit.metrics import per_class_recall
    >>> per_class_recall(["a", "a", "a", "a", "b", "b"], ["a", "a", "a", "b", "b", "a"])
    array([0.75, 0.5 ])
    """
    order, known = recall_by_label(y_true, y_pred, sample_weight)
    recall_of = dict(zip(order, known.tolist(), strict=True))
    reported = order if labels is None else read_order(labels)
    recall = np.array([recall_of.get(label, np.nan) for label in reported])
    empty = [label for label, share in zip(reported, recall, strict=True) if np.isnan(share)]
    if empty:
        msg = (
            f"y_true has no rows of {list_names(empty)}, so that their recall is not known: NaN. "
            "Pass labels of the other classes to leave them out."
        )
        warnings.warn(msg, UndefinedMetricWarning, stacklevel=2)
    return recall
