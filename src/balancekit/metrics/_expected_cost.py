"""The cost of decisions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.wording import list_names
from balancekit.metrics._labels import (
    check_same_rows,
    encode,
    read_labels,
    read_order,
    sort_labels,
)
from balancekit.metrics._numbers import read_numbers
from balancekit.metrics._weights import read_weights


def read_costs(costs: Any) -> NDArray[np.float64]:
    """Read a matrix of costs.

    Parameters
    ----------
    costs : array-like of shape (n_classes, n_classes)
        Finite numbers.

    Returns
    -------
    costs : ndarray of float64, shape (n_classes, n_classes)
        A copy.

    Raises
    ------
    TypeError, ValueError
        If it is not square, or has something else than finite numbers.
    """
    matrix = read_numbers(costs, "costs", "Pass a row and a column for each class.")
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        msg = f"costs has shape {matrix.shape}; pass a row and a column for each class."
        raise ValueError(msg)
    bad = np.argwhere(~np.isfinite(matrix))
    if len(bad):
        row, column = bad[0].tolist()
        msg = (
            f"costs holds {matrix[row, column]} in row {row}, column {column}. Pass finite costs; "
            "a large one forbids a mistake."
        )
        raise ValueError(msg)
    return matrix


def expected_cost(
    y_true: Any,
    y_pred: Any,
    costs: Any,
    *,
    labels: Any = None,
    sample_weight: Any = None,
) -> float:
    """Average what decisions cost [1]_.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels.
    y_pred : array-like of shape (n_rows,)
        Predicted labels.
    costs : array-like of float, shape (n_classes, n_classes)
        Cost of deciding for the class of the column where that of the row is true. Negative costs
        are gains.
    labels : array-like of shape (n_classes,), default=None
        Labels of the rows and columns of `costs`. None is the sorted labels of `y_true` and
        `y_pred`, which then have to have all of them.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of the rows.

    Returns
    -------
    cost : float
        Mean of ``costs[true, predicted]``; low is good.

    Raises
    ------
    TypeError
        If labels are of types without a common order.
    ValueError
        If a label is not among `labels`, or `costs` has another shape or numbers that are not
        finite.

    See Also
    --------
    make_expected_cost_scorer : The same as a scorer.

    References
    ----------
    .. [1] C. Elkan, "The foundations of cost-sensitive learning", IJCAI 2001.

    Examples
    --------
    >>> from balancekit.metrics import expected_cost
    >>> y_true = ["well", "well", "ill", "ill"]
    >>> y_pred = ["well", "ill", "ill", "well"]
    >>> expected_cost(y_true, y_pred, [[0, 1], [10, 0]], labels=["well", "ill"])
    2.75
    """
    matrix = read_costs(costs)
    truth, predicted = read_labels(y_true, "y_true"), read_labels(y_pred, "y_pred")
    check_same_rows(truth, predicted, "y_pred")
    order = sort_labels(truth, predicted) if labels is None else read_order(labels)
    if len(order) != len(matrix):
        what = "y_true and y_pred have" if labels is None else "labels has"
        way_out = (
            "Pass labels, one for each row of costs."
            if labels is None
            else "Pass a row and a column of costs for each."
        )
        found = f"the label {order[0]!r}" if len(order) == 1 else f"{len(order)} labels"
        if len(order) > 1:
            found = f"{found}, {list_names(order)}"
        msg = f"{what} {found}, and costs has shape {matrix.shape}. {way_out}"
        raise ValueError(msg)
    weights = read_weights(sample_weight, len(truth))
    paid = matrix[encode(truth, order, "y_true"), encode(predicted, order, "y_pred")]
    return float(np.average(paid, weights=weights))
