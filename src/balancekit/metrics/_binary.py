"""Two classes, one of them the positive one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from balancekit.core.wording import list_names
from balancekit.metrics._labels import check_same_rows, read_labels, sort_labels
from balancekit.metrics._weights import read_weights


class Binary(NamedTuple):
    """Rows of two classes.

    Attributes
    ----------
    positive : ndarray of bool, shape (n_rows,)
        Which rows are of the positive class.
    scores : ndarray of float64, shape (n_rows,)
        Score of the positive class.
    weights : ndarray of float64, shape (n_rows,)
        All of them above zero.
    pos_label : object
        Label of the positive class.
    """

    positive: NDArray[np.bool_]
    scores: NDArray[np.float64]
    weights: NDArray[np.float64]
    pos_label: Any


def read_binary(
    y_true: Any,
    scores: Any,
    name: str,
    pos_label: Any,
    sample_weight: Any,
    read: Callable[[Any, str], NDArray[np.float64]],
) -> Binary:
    """Read labels, scores and weights of two classes; rows without weight are left out.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels.
    scores : array-like of shape (n_rows,) or (n_rows, 2)
        Score of the positive class, or of both in the order of the sorted labels.
    name : str
        What to call the scores in messages.
    pos_label : object or None
        Label of the positive class. None is the second of the sorted labels.
    sample_weight : array-like of shape (n_rows,) or None
        Weights of the rows.
    read : callable
        `read_scores` or `read_probabilities`.

    Returns
    -------
    rows : Binary

    Raises
    ------
    TypeError, ValueError
        If labels, scores or weights cannot be used, or there are not two classes.
    """
    column = read_labels(y_true, "y_true")
    values = read(scores, name)
    check_same_rows(column, values, name)
    weights = read_weights(sample_weight, len(column))
    order = sort_labels(column)
    if len(order) > 2:
        msg = (
            f"y_true has {len(order)} classes, {list_names(order)}, and this metric is for two. "
            "Pass y_true == label, and the scores of that label."
        )
        raise ValueError(msg)
    chosen = _positive_label(order, pos_label)
    if values.ndim == 2:
        values = values[:, _positive_column(order, chosen, values.shape[1], name)]
    counted = weights > 0
    positive = np.fromiter((label == chosen for label in column), dtype=bool, count=len(column))
    return Binary(positive[counted], values[counted], weights[counted], chosen)


def _positive_label(order: list[Any], pos_label: Any) -> Any:
    if pos_label is None:
        if len(order) == 1:
            msg = (
                f"y_true has one class only, {order[0]!r}, so that the positive one is not known. "
                "Pass pos_label, or rows of both classes."
            )
            raise ValueError(msg)
        return order[1]
    if len(order) == 2 and pos_label not in order:
        msg = f"pos_label is {pos_label!r}, and y_true has {list_names(order)}. Pass one of these."
        raise ValueError(msg)
    return pos_label


def _positive_column(order: list[Any], chosen: Any, n_columns: int, name: str) -> int:
    if n_columns != 2:
        msg = f"{name} has {n_columns} columns, and this metric is for two classes. Pass two."
        raise ValueError(msg)
    if len(order) == 1:
        msg = (
            f"y_true has one class only, {order[0]!r}, so that the column of {chosen!r} in {name} "
            "is not known. Pass that column alone, or rows of both classes."
        )
        raise ValueError(msg)
    return order.index(chosen)
