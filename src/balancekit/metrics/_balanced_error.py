"""Errors in which every class counts the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from balancekit.metrics._per_class_recall import recall_by_label


def balanced_error(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """Average the share of errors over classes.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of the rows.

    Returns
    -------
    error : float
        One less the mean recall of the classes that `y_true` has; low is good.

    Raises
    ------
    TypeError
        If labels are of types without a common order.
    ValueError
        If numbers of rows differ, labels are missing, or weights cannot be used.

    See Also
    --------
    per_class_recall : Class by class.
    sklearn.metrics.balanced_accuracy_score : What is left of one.

    Examples
    --------
    >>> from balancekit.metrics import balanced_error
    >>> balanced_error([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0])
    0.375
    """
    _, recall = recall_by_label(y_true, y_pred, sample_weight)
    return float(1 - np.nanmean(recall))
