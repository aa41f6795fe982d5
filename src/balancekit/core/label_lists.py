"""Labels as Python objects, for those who need no container: `core.labels` has codes of any."""

from __future__ import annotations

from typing import Any

import numpy as np


def as_list(values: Any, name: str, way_out: str) -> list[Any]:
    """Read a column of labels.

    Parameters
    ----------
    values : array-like of shape (n_rows,) or (n_rows, 1)
        Labels.
    name : str
        What to call them in messages.
    way_out : str
        What to pass instead, for messages.

    Returns
    -------
    labels : list
        Python objects.

    Raises
    ------
    TypeError
        If labels are not hashable.
    ValueError
        If they have another shape.
    """
    # NumPy would make strings of [1, "a"].
    column = (
        np.asarray(values) if hasattr(values, "__array__") else np.asarray(values, dtype=object)
    )
    if column.ndim == 2 and column.shape[1] == 1:
        column = column.ravel()
    if column.ndim != 1:
        msg = f"{name} has shape {column.shape}; pass {way_out}."
        raise ValueError(msg)
    labels = [label.item() if isinstance(label, np.generic) else label for label in column.tolist()]
    try:
        set(labels)
    except TypeError as error:
        msg = f"{name} holds something that is no label. Pass integers, bool or strings. {error}"
        raise TypeError(msg) from None
    return labels


def check_label(label: Any, name: str, way_out: str) -> None:
    """Raise if a label is missing, or a fraction.

    Parameters
    ----------
    label : object
        The label.
    name : str
        What to call the column in messages.
    way_out : str
        What to do about fractions, for messages.

    Raises
    ------
    ValueError
        Names the label.
    """
    if _is_missing(label):
        msg = f"{name} has missing labels ({label!r}). Drop those rows."
        raise ValueError(msg)
    if isinstance(label, float) and not label.is_integer():
        msg = f"{name} holds numbers such as {label:g}, which are no class labels. {way_out}"
        raise ValueError(msg)


def _is_missing(label: Any) -> bool:
    try:
        return label is None or bool(label != label)
    except TypeError:
        # pandas' NA has no truth value.
        return True
