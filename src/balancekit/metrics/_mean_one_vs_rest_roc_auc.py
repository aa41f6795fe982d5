"""The area under the ROC curve for many classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from balancekit.metrics._labels import read_labels
from balancekit.metrics._scores import match_columns, read_scores
from balancekit.metrics._weights import read_weights


def mean_one_vs_rest_roc_auc(
    y_true: Any, y_score: Any, *, labels: Any = None, sample_weight: Any = None
) -> float:
    """Average the area under the ROC curve of each class against all others [1]_.

    Every class counts the same, whatever its size.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels.
    y_score : array-like of float, shape (n_rows,) or (n_rows, n_classes)
        A score for each class, which grows with it. Scores of a row need not add up to one. One
        number for each row is the score of the second of two classes.
    labels : array-like of shape (n_classes,), default=None
        Labels of the columns, such as ``model.classes_``. None is the sorted labels of `y_true`.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of the rows.

    Returns
    -------
    area : float
        0.5 for scores that know nothing, 1 for a perfect ranking.

    Raises
    ------
    TypeError, ValueError
        If a class has no rows or all of them, the numbers of labels and columns differ, or scores
        are not finite.

    See Also
    --------
    sklearn.metrics.roc_auc_score : The same for probabilities that add up to one, with
        ``multi_class="ovr"``.

    References
    ----------
    .. [1] M. Buda, A. Maki and M. A. Mazurowski, "A systematic study of the class imbalance problem
       in convolutional neural networks", Neural Networks 106, 2018.

    Examples
    --------
    >>> from balancekit.metrics import mean_one_vs_rest_roc_auc
    >>> y_score = [[3.0, 0.1, 1.0], [2.0, 0.9, 0.0], [1.0, 0.5, 2.0], [0.0, 0.4, 3.0]]
    >>> mean_one_vs_rest_roc_auc(["a", "a", "b", "c"], y_score)
    0.888...
    """
    column = read_labels(y_true, "y_true")
    scores = read_scores(y_score, "y_score")
    codes, order = match_columns(column, scores, labels, "y_score")
    weights = read_weights(sample_weight, len(codes))
    total = np.bincount(codes, weights=weights, minlength=len(order))
    for label, size in zip(order, total, strict=True):
        if size == 0:
            msg = (
                f"y_true has no rows of class {label!r}, or none with a weight, so that there is "
                "no ROC curve of it. Pass rows of every class."
            )
            raise ValueError(msg)
    if scores.ndim == 1:
        return float(roc_auc_score(codes == 1, scores, sample_weight=weights))
    areas = [
        roc_auc_score(codes == code, scores[:, code], sample_weight=weights)
        for code in range(len(order))
    ]
    return float(np.mean(areas))
