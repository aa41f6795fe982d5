"""Costs as weights of rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray
from balancekit.core.targets import check_several_classes
from balancekit.thresholding._cost_matrix import check_costs


def cost_weights(y: Any, costs: Any) -> FloatArray:
    """Turn costs into weights of rows, for any classifier whose `fit` takes `sample_weight`.

    A row of class i weighs what mistaking it costs on average, less what a hit costs::

        w_i = sum over j != i of costs[i, j] / (n_classes - 1) - costs[i, i]

    and all weights are divided by their mean over the rows.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        Labels.
    costs : array-like of shape (n_classes, n_classes) or (n_rows, n_classes, n_classes)
        ``costs[true, predicted]``, in the order of the sorted labels of y; or one matrix for each
        row.

    Returns
    -------
    weights : ndarray of float64, shape (n_rows,)
        Zero or more, with mean 1.

    Raises
    ------
    ValueError
        If y has a single class, costs have another shape or are not finite, hits of a class cost
        more than its mistakes do on average, or all weights are zero.

    See Also
    --------
    CostMatrix : Decides by costs instead, from probabilities of a model fitted without weights.

    Notes
    -----
    For two classes this is exact: the plain error under these weights is, but for a constant, the
    cost of the decisions [1]_. For more it is an approximation, because a weight does not tell
    which mistake is made; it is exact where all mistakes of a class cost the same. Where hits are
    free, these are the weights of [2]_.

    References
    ----------
    .. [1] C. Elkan, "The foundations of cost-sensitive learning", International Joint Conference on
       Artificial Intelligence, 2001.
    .. [2] K. M. Ting, "An instance-weighting method to induce cost-sensitive trees", IEEE
       Transactions on Knowledge and Data Engineering 14, 2002.

    Examples
    --------
    >>> from balancekit.thresholding import cost_weights
    >>> cost_weights(["no", "no", "no", "yes"], [[0, 1], [5, 0]])
    array([0.5, 0.5, 0.5, 2.5])
    """
    labels = Labels(y)
    check_several_classes(labels)
    n_classes = len(labels.classes)
    checked = check_costs(costs, n_classes, len(labels))
    hits = np.diagonal(checked, axis1=-2, axis2=-1)
    weigh = (checked.sum(axis=-1) - hits) / (n_classes - 1) - hits
    weights: FloatArray = (
        weigh[labels.codes] if checked.ndim == 2 else weigh[np.arange(len(weigh)), labels.codes]
    )
    if weights.min() < 0:
        row = int(weights.argmin())
        msg = (
            f"By these costs, mistakes with class {labels.name(labels.codes[row])!r} cost less "
            f"than hits do (row {row}: {weights[row]:g} on average), and no weight can say so. "
            "Check that costs has the truth in rows and predictions in columns, and that hits, on "
            "the diagonal, cost least."
        )
        raise ValueError(msg)
    if not weights.any():
        msg = (
            "By these costs, no mistake costs more than a hit, so all weights are 0. Pass costs "
            "that are larger off the diagonal."
        )
        raise ValueError(msg)
    weights /= weights.mean()
    return weights
