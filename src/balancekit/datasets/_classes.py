"""The classes of a set, as those who cut it take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.label_lists import as_list, check_label
from balancekit.core.wording import list_names


def read_classes(y: Any) -> tuple[list[Any], NDArray[np.intp]]:
    """Read the labels of rows.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        Integers, bool, strings, integral floats, or anything else that can be sorted.

    Returns
    -------
    classes : list
        Sorted distinct labels, two or more, as Python objects.
    codes : ndarray of int, shape (n_rows,)
        Positions in `classes`.

    Raises
    ------
    TypeError
        If labels are not hashable or have no common order.
    ValueError
        If `y` has another shape or fewer than two classes, or labels are missing or fractions.
    """
    labels = as_list(y, "y", "one label for each row, in one dimension")
    distinct = set(labels)
    for label in distinct:
        check_label(label, "y", "Pass labels.")
    if len(distinct) < 2:
        found = f"only the class {labels[0]!r}" if labels else "no rows"
        msg = f"y has {found}. Pass rows of two classes or more."
        raise ValueError(msg)
    try:
        classes = sorted(distinct)
    except TypeError:
        kinds = ", ".join(sorted({type(label).__name__ for label in distinct}))
        msg = (
            f"Labels in y have no common order; their types are: {kinds}. Convert all labels to "
            "one type."
        )
        raise TypeError(msg) from None
    code_of = {label: code for code, label in enumerate(classes)}
    codes = np.fromiter(map(code_of.__getitem__, labels), dtype=np.intp, count=len(labels))
    return classes, codes


def find_classes(named: Any, classes: list[Any], name: str, needed: int) -> NDArray[np.intp]:
    """Find the places of classes that are named in a parameter.

    Parameters
    ----------
    named : array-like of shape (needed,)
        Labels, each once.
    classes : list
        Sorted labels of `y`.
    name : str
        Of the parameter.
    needed : int
        How many classes it has to name.

    Returns
    -------
    codes : ndarray of int, shape (needed,)
        Positions in `classes`.

    Raises
    ------
    TypeError
        If labels are not hashable.
    ValueError
        If `y` lacks one of the classes, one is named twice, or their number is another.
    """
    labels = as_list(named, name, "a list of labels")
    code_of = {label: code for code, label in enumerate(classes)}
    for place, label in enumerate(labels):
        if label not in code_of:
            msg = (
                f"{name} names {label!r}, of which y has no rows. Its classes are: "
                f"{list_names(classes)}."
            )
            raise ValueError(msg)
        if label in labels[:place]:
            msg = f"{name} names {label!r} more than once. Name each class once."
            raise ValueError(msg)
    if len(labels) != needed:
        msg = (
            f"{name} has the length {len(labels)}; name {needed} of the {len(classes)} classes "
            f"{list_names(classes)}."
        )
        raise ValueError(msg)
    return np.array([code_of[label] for label in labels], dtype=np.intp)
