"""How much better probabilities are than the shares of the classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.wording import list_names
from balancekit.metrics._labels import read_labels
from balancekit.metrics._scores import match_columns, read_probabilities
from balancekit.metrics._weights import read_weights


def brier_skill_score(
    y_true: Any, y_proba: Any, *, labels: Any = None, sample_weight: Any = None
) -> float:
    """Compare the Brier score with that of always predicting the prior [1]_.

    Where one class is rare, the Brier score is good whatever is predicted. The skill is not.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels.
    y_proba : array-like of float, shape (n_rows,) or (n_rows, n_classes)
        Probabilities of the classes. One number for each row is that of the second of two classes.
    labels : array-like of shape (n_classes,), default=None
        Labels of the columns, such as ``model.classes_``. None is the sorted labels of `y_true`.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of the rows.

    Returns
    -------
    skill : float
        1 for perfect probabilities, 0 for the shares of the classes in `y_true`, less than that for
        probabilities that are worse.

    Raises
    ------
    TypeError, ValueError
        If `y_true` has one class only, the numbers of labels and columns differ, or there are no
        probabilities.

    See Also
    --------
    sklearn.metrics.brier_score_loss : The Brier score.

    Notes
    -----
    The Brier score is the mean over rows of the sum over classes of the squared difference between
    the probability and 1 for the true class, 0 for the others. For two classes that is twice the
    usual score, and the skill is the same.

    References
    ----------
    .. [1] G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly
       Weather Review 78, 1950.

    Examples
    --------
    >>> from balancekit.metrics import brier_skill_score
    >>> brier_skill_score([0, 0, 0, 1], [0.25, 0.25, 0.25, 0.25])
    0.0
    >>> brier_skill_score([0, 0, 0, 1], [0.0, 0.0, 0.5, 0.5])
    0.333...
    """
    column = read_labels(y_true, "y_true")
    proba = read_probabilities(y_proba, "y_proba")
    codes, order = match_columns(column, proba, labels, "y_proba")
    weights = read_weights(sample_weight, len(codes))
    if proba.ndim == 1:
        proba = np.column_stack([1 - proba, proba])
    prior = np.bincount(codes, weights=weights, minlength=len(order)) / weights.sum()
    present = [label for label, share in zip(order, prior, strict=True) if share > 0]
    if len(present) < 2:
        msg = (
            f"y_true has one class only, {list_names(present)}, among rows with a weight; the "
            "prior is perfect then, and nothing to compare with. Pass rows of two classes or more."
        )
        raise ValueError(msg)
    reference = _brier(codes, np.broadcast_to(prior, proba.shape), weights)
    return 1 - _brier(codes, proba, weights) / reference


def _brier(
    codes: NDArray[np.intp], proba: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    truth = np.eye(proba.shape[1])[codes]
    return float(np.average(((proba - truth) ** 2).sum(axis=1), weights=weights))
