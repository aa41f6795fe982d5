"""What is given as rows and labels, checked by the name of the parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from balancekit.core.containers import wrap
from balancekit.core.wording import counted

WANTED = {
    "X": "a data frame or an array with one row per label",
    "y": "a series, a list or an array with one label per row",
    "groups": "a series, a list or an array with one group per row",
}


def check_given(name: str, value: Any) -> None:
    """Refuse what holds no rows.

    Parameters
    ----------
    name : {"X", "y", "groups"}
        Name of the parameter.
    value : object
        What was passed.

    Raises
    ------
    ValueError
        If it is None or has no rows.
    TypeError
        If it is a dict or a lazy frame.
    """
    if value is None:
        msg = f"{name} is None; pass {WANTED[name]}."
        raise ValueError(msg)
    if isinstance(value, Mapping):
        msg = f"{name} is a {type(value).__name__}; pass {WANTED[name]}."
        raise TypeError(msg)
    try:
        wrap(value)
    except (TypeError, ValueError) as error:
        msg = f"{name} cannot be used: {error}"
        raise type(error)(msg) from error


def check_lengths(X: Any, n_labels: int) -> None:
    """Compare the number of rows with that of the labels.

    Parameters
    ----------
    X : {array-like, sparse matrix, data frame, tensor}
        Features.
    n_labels : int
        Number of labels.

    Raises
    ------
    ValueError
        If they differ.
    """
    n_rows = len(wrap(X))
    if n_rows != n_labels:
        msg = (
            f"X has {counted(n_rows, 'row')}, y has {counted(n_labels, 'label')}; pass one label "
            "per row."
        )
        raise ValueError(msg)
