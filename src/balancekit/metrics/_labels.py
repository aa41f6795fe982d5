"""Labels of rows, as metrics take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.label_lists import as_list, check_label
from balancekit.core.wording import list_names

SCORES_ELSEWHERE = "Pass labels: scores and probabilities have an argument of their own."


def read_labels(y: Any, name: str) -> list[Any]:
    """Read a column of labels.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        Integers, bool, strings, integral floats, or anything else that can be sorted.
    name : str
        What to call it in messages.

    Returns
    -------
    labels : list
        Python objects.

    Raises
    ------
    TypeError
        If labels are not hashable.
    ValueError
        If there are none, or they have another shape, are missing or are fractions.
    """
    labels = as_list(y, name, "one label for each row, in one dimension")
    if not labels:
        msg = f"{name} is empty. Pass one label or more."
        raise ValueError(msg)
    for label in set(labels):
        check_label(label, name, SCORES_ELSEWHERE)
    return labels


def sort_labels(*columns: list[Any]) -> list[Any]:
    """Sort the labels of one or more columns.

    Parameters
    ----------
    *columns : list
        From `read_labels`.

    Returns
    -------
    labels : list
        Distinct labels.

    Raises
    ------
    TypeError
        If they have no common order.
    """
    distinct: set[Any] = set().union(*columns)
    try:
        return sorted(distinct)
    except TypeError:
        kinds = ", ".join(sorted({type(label).__name__ for label in distinct}))
        msg = (
            f"Labels have no common order; their types are: {kinds}. Convert all labels, true and "
            "predicted, to one type."
        )
        raise TypeError(msg) from None


def read_order(labels: Any) -> list[Any]:
    """Read the labels of rows or columns of a matrix.

    Parameters
    ----------
    labels : array-like of shape (n_classes,)
        Distinct labels, in any order.

    Returns
    -------
    labels : list

    Raises
    ------
    ValueError
        If one of them is named twice, or on the grounds of `read_labels`.
    """
    order = read_labels(labels, "labels")
    twice = next((label for place, label in enumerate(order) if label in order[:place]), None)
    if twice is not None:
        msg = f"labels names {twice!r} more than once. Name each class once."
        raise ValueError(msg)
    return order


def encode(column: list[Any], order: list[Any], name: str) -> NDArray[np.intp]:
    """Find the places of labels.

    Parameters
    ----------
    column : list
        Labels of rows, from `read_labels`.
    order : list
        Labels of classes.
    name : str
        What to call the column in messages.

    Returns
    -------
    codes : ndarray of int, shape (n_rows,)
        Positions in `order`.

    Raises
    ------
    ValueError
        If a row has another label.
    """
    code_of = {label: code for code, label in enumerate(order)}
    stranger = next((label for label in column if label not in code_of), None)
    if stranger is not None:
        msg = (
            f"{name} has the label {stranger!r}, which is not among the labels "
            f"{list_names(order)}. Add it to labels, or drop its rows."
        )
        raise ValueError(msg)
    return np.fromiter(map(code_of.__getitem__, column), dtype=np.intp, count=len(column))


def check_same_rows(y_true: list[Any], other: Any, name: str) -> None:
    """Check that there is something for each row.

    Parameters
    ----------
    y_true : list
        True labels.
    other : list or ndarray
        What else there is of the same rows.
    name : str
        What to call it in messages.

    Raises
    ------
    ValueError
        If numbers of rows differ.
    """
    if len(y_true) != len(other):
        msg = f"y_true has {len(y_true)} rows and {name} has {len(other)}; pass the same rows."
        raise ValueError(msg)
