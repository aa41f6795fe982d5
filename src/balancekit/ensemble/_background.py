"""The classes that negatives are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from balancekit.core.labels import Labels
from balancekit.core.shortfall import warn_whoever_called
from balancekit.core.wording import counted, list_names


def resolve_background(y: Any, background: Any, *, has_pool: bool) -> tuple[Labels, Any]:
    """Find the classes that negatives are of.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Labels.
    background : label, list of labels or None
        The parameter.
    has_pool : bool
        Whether negatives are passed beside X.

    Returns
    -------
    labels : Labels
        Of y, and of every class of the background once more where y lacks one.
    codes : ndarray of int
        Codes of the background, ascending.

    Raises
    ------
    ValueError
        If classes of the background are absent or unnamed, or no other class is left.
    """
    labels = Labels(y)
    known = [labels.name(code) for code in range(len(labels.classes))]
    if background is None:
        if has_pool:
            msg = (
                "background=None, but negatives are passed: they have to belong to a class. Set "
                f"background to a class of y ({list_names(known)}), or to a new one."
            )
            raise ValueError(msg)
        if len(known) < 2:
            msg = (
                f"y has one class only, {known[0]!r}, and no negatives are passed. Pass rows of "
                "another class, or negatives and the class of theirs as background."
            )
            raise ValueError(msg)
        return labels, np.delete(np.arange(len(known)), labels.smallest)
    named = list(background) if isinstance(background, list | tuple | np.ndarray) else [background]
    absent = [name for name in named if labels.code_of(name) is None]
    if absent and not has_pool:
        msg = (
            f"background names class {absent[0]!r}, which is not present in y, and no negatives "
            f"are passed. Pass negatives, or name classes of y: {list_names(known)}."
        )
        raise ValueError(msg)
    if absent:
        labels = _labels_with(y, absent)
    codes = np.unique(np.array([labels.code_of(name) for name in named], dtype=np.intp))
    if len(codes) == len(labels.classes):
        msg = (
            f"background names all {len(codes)} classes: {list_names(named)}. Leave out those "
            "that are looked for."
        )
        raise ValueError(msg)
    return labels, codes


def _labels_with(y: Any, absent: list[Any]) -> Labels:
    more = np.asarray(absent)
    if y.dtype.kind != "O" and (more.dtype.kind in "US") != (y.dtype.kind in "US"):
        msg = (
            f"background names class {absent[0]!r} of type {type(absent[0]).__name__}, but y holds "
            f"labels such as {y[0].item()!r}. Name a class of the type of y."
        )
        raise ValueError(msg)
    return Labels(np.concatenate([y, more]))


def check_background(
    names: Mapping[int, Any], in_x: Any, in_pool: Any, asked: Mapping[int, int] | None
) -> None:
    """Check that each class of the background has rows, and enough of them to start from.

    Parameters
    ----------
    names : mapping of class code to label
        Classes of the background.
    in_x, in_pool : ndarray of int, shape (n_classes,)
        Rows of each class.
    asked : mapping of class code to int, or None
        Rows to start from, if a number was asked for.

    Raises
    ------
    ValueError
        If a class has no row at all.

    Warns
    -----
    ShortfallWarning
        If the pool has fewer rows of a class than were asked for.
    """
    for code, name in names.items():
        if not in_x[code] and not in_pool[code]:
            msg = (
                f"Class {name!r} of the background has no row, neither in X nor in negatives. "
                "Pass some, or leave it out of background."
            )
            raise ValueError(msg)
        if asked is not None and in_pool[code] < asked[code]:
            warn_whoever_called(
                f"The pool has {counted(int(in_pool[code]), 'row')} of class {name!r}, fewer than "
                f"the {asked[code]} that initial_size asks for, so that all are trained on and "
                "none is mined. Use a smaller initial_size, or 'auto'."
            )
