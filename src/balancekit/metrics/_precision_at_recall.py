"""How clean a selection can be that has to find enough."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from balancekit.metrics._binary import read_binary
from balancekit.metrics._scores import read_scores

# Sums of weights are rounded, and a recall that is reached but for this is reached.
ROUNDING = 1e-12


def read_recall(recall: Any) -> float:
    """Read the recall that is asked for.

    Parameters
    ----------
    recall : float
        From 0 to 1.

    Returns
    -------
    recall : float

    Raises
    ------
    TypeError
        If it is no number.
    ValueError
        If it lies outside of 0 to 1.
    """
    if isinstance(recall, bool) or not isinstance(recall, Real):
        msg = f"recall is {recall!r}; pass a number from 0 to 1."
        raise TypeError(msg)
    wanted = float(recall)
    if not 0 <= wanted <= 1:
        msg = f"recall is {wanted!r}; pass a number from 0 to 1, 0.9 for 90 %."
        raise ValueError(msg)
    return wanted


def precision_at_recall(
    y_true: Any, y_score: Any, recall: float, *, pos_label: Any = None, sample_weight: Any = None
) -> float:
    """Find the best precision of all thresholds that reach a recall.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, of two classes.
    y_score : array-like of float, shape (n_rows,) or (n_rows, 2)
        Score of the positive class, or of both classes in the order of the sorted labels.
    recall : float
        The recall of the positive class to reach, from 0 to 1.
    pos_label : object, default=None
        Label of the positive class. None is the second of the sorted labels of `y_true`.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of the rows.

    Returns
    -------
    precision : float
        Of those whose score is the threshold or higher, the share of the positive class.

    Raises
    ------
    TypeError
        If `recall` is no number.
    ValueError
        If `recall` lies outside of 0 to 1, `y_true` has no positive row or more than two classes,
        or scores are not finite.

    See Also
    --------
    make_precision_at_recall_scorer : The same as a scorer.
    sklearn.metrics.precision_recall_curve : All thresholds.

    Notes
    -----
    Thresholds are the distinct scores, so that rows of the same score are selected together.

    Examples
    --------
    >>> from balancekit.metrics import precision_at_recall
    >>> precision_at_recall([1, 0, 1, 0, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4], recall=0.9)
    0.6
    """
    wanted = read_recall(recall)
    rows = read_binary(y_true, y_score, "y_score", pos_label, sample_weight, read_scores)
    if not rows.positive.any():
        msg = (
            f"y_true has no rows of the positive class {rows.pos_label!r}, or none with a weight, "
            "so that there is no recall. Pass some, or another pos_label."
        )
        raise ValueError(msg)
    descending = np.argsort(-rows.scores, kind="stable")
    scores, weights = rows.scores[descending], rows.weights[descending]
    found = np.cumsum(weights * rows.positive[descending])
    selected = np.cumsum(weights)
    thresholds = np.append(np.flatnonzero(scores[:-1] != scores[1:]), len(scores) - 1)
    reached = thresholds[found[thresholds] >= wanted * found[-1] * (1 - ROUNDING)]
    return float((found[reached] / selected[reached]).max())
