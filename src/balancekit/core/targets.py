"""How many rows of each class are wanted."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from imblearn.utils import check_sampling_strategy

from balancekit.core.labels import Labels
from balancekit.core.recipes import IntArray
from balancekit.core.wording import list_names, suggest


def check_several_classes(labels: Labels) -> None:
    """Raise if all rows are of one class.

    Parameters
    ----------
    labels : Labels
        Labels of the input.

    Raises
    ------
    ValueError
        Names the class.
    """
    if len(labels.classes) < 2:
        msg = (
            f"The target 'y' needs to have more than 1 class. Got 1 class instead: all "
            f"{len(labels)} rows are {labels.name(0)!r}. Add rows of another class; if they are "
            "part of a split, stratify it (e.g. by StratifiedKFold)."
        )
        raise ValueError(msg)


def resolve_targets(
    sampling_strategy: Any, labels: Labels, sampling_type: str
) -> tuple[dict[Any, int], dict[int, int]]:
    """Turn a sampling strategy into numbers.

    Parameters
    ----------
    sampling_strategy : float, str, dict, list or callable
        What the user asked for, as imbalanced-learn defines it. A float is also taken for more
        than two classes: it raises every smaller class to that fraction of the largest, or lowers
        every larger class to the smallest divided by it.
    labels : Labels
        Labels of the input.
    sampling_type : {"over-sampling", "under-sampling", "clean-sampling"}
        What the numbers mean: rows to generate, rows to keep, classes to clean.

    Returns
    -------
    strategy : dict of label to int
        For the attribute `sampling_strategy_`, in the order of the sorted labels.
    targets : dict of class code to int
        The same, for the planner.

    Raises
    ------
    ValueError
        If y has one class only, or the strategy names an absent class, a wrong count or ratio.
    """
    check_several_classes(labels)
    wanted = sampling_strategy
    if callable(wanted):
        wanted = wanted(labels.values)
        if sampling_type == "clean-sampling" and isinstance(wanted, Mapping):
            wanted = list(wanted)
        elif not isinstance(wanted, list if sampling_type == "clean-sampling" else Mapping):
            raise _wrong_answer(wanted, labels, sampling_type)
    names = dict(enumerate(labels.classes))
    if isinstance(wanted, Mapping):
        # A date may be spelled in several ways that compare equal and hash differently: keep the
        # user's, so that it can be looked up.
        spelled = {_code_of(label, labels): label for label in wanted}
        names |= spelled
        wanted = {code: _whole(wanted[label], label) for code, label in spelled.items()}
        _check_counts(wanted, labels, sampling_type)
    elif isinstance(wanted, list):
        wanted = [_code_of(label, labels) for label in wanted]
    elif isinstance(wanted, Real):
        wanted = _ratio_to_counts(float(wanted), labels, sampling_type)
    # Codes instead of labels: no message names a class any more, and integers are counted faster.
    resolved = check_sampling_strategy(wanted, labels.codes, sampling_type)
    targets = {int(code): int(count) for code, count in resolved.items()}
    return {names[code]: count for code, count in targets.items()}, targets


def _wrong_answer(answer: Any, labels: Labels, sampling_type: str) -> ValueError:
    needed = f"dict of label to number of rows, such as {{{labels.name(0)!r}: {labels.counts[0]}}}"
    if sampling_type == "clean-sampling":
        needed = f"list of labels, such as [{labels.name(0)!r}]"
    return ValueError(
        f"sampling_strategy is a callable that returned {type(answer).__name__} ({answer!r}); it "
        f"needs to return a {needed}."
    )


def _ratio_to_counts(ratio: float, labels: Labels, sampling_type: str) -> dict[int, int]:
    counts = labels.counts
    if sampling_type == "over-sampling":
        wanted = np.maximum(counts, (counts.max() * ratio).astype(int))
    elif sampling_type == "under-sampling":
        wanted = np.minimum(counts, int(counts.min() / ratio))
    else:
        msg = (
            f"sampling_strategy={ratio:g} is a ratio, which a cleaning method has no use for; it "
            "needs to be a str, a list or a callable. List the classes to clean, such as "
            f"[{labels.name(int(counts.argmax()))!r}], or use 'auto'."
        )
        raise ValueError(msg)
    changed = np.flatnonzero(wanted != counts)
    if not changed.size:
        sizes = dict(zip(labels.classes.tolist(), counts.tolist(), strict=True))
        msg = (
            f"sampling_strategy={ratio:g} changes no class: the counts {sizes} are within that "
            f"ratio already. {_other_ratio(counts, sampling_type)}"
        )
        raise ValueError(msg)
    return {int(code): int(wanted[code]) for code in changed}


def _other_ratio(counts: IntArray, sampling_type: str) -> str:
    """Say which ratio would change a class."""
    smallest, largest = int(counts.min()), int(counts.max())
    if smallest == largest:
        return "Classes of one size are as balanced as can be: use 'auto', which leaves them so."
    # As a ratio is cut to a whole number of rows, another row is the least that shows.
    limit = (smallest + (sampling_type == "over-sampling")) / largest
    return f"Choose a ratio nearer to 1, from {min(1.0, (math.floor(limit * 1000) + 1) / 1000)} on."


def _code_of(label: Any, labels: Labels) -> int:
    code = labels.code_of(label)
    if code is None:
        names = [labels.name(code) for code in range(len(labels.classes))]
        msg = (
            f"sampling_strategy names class {label!r}, which is not present in y. Name classes of "
            f"y: {list_names(names)}.{_meant(label, names, labels)}"
        )
        raise ValueError(msg)
    return code


def _meant(label: Any, names: list[Hashable], labels: Labels) -> str:
    """Ask whether a class was meant; where only the type is wrong, say so."""
    for name, known in zip(names, labels.classes, strict=True):
        if str(label) == str(name):
            # NumPy's own str_ and bool_ are what Python's are.
            kind = type(known).__name__.rstrip("_")
            return f" Did you mean {name!r} of type {kind}, not {type(label).__name__}?"
    return suggest(label, names)


def _whole(count: Any, label: Any) -> int:
    if isinstance(count, Integral):
        return int(count)
    if isinstance(count, Real) and float(count).is_integer():
        return int(float(count))
    msg = (
        f"sampling_strategy asks for {count!r} rows of class {label!r}; it needs to be a whole "
        "number of rows. A single float (not in a dict) is a ratio."
    )
    raise ValueError(msg)


def _check_counts(wanted: dict[int, int], labels: Labels, sampling_type: str) -> None:
    raises = sampling_type == "over-sampling"
    for code, count in wanted.items():
        has = int(labels.counts[code])
        if count >= has if raises else 0 <= count <= has:
            continue
        possible = f"{has} or more" if raises else f"a number from 0 to {has}"
        found = (
            f"sampling_strategy asks for {count} rows of class {labels.name(code)!r}, which has "
            f"{has}. Ask for {possible}, or leave the class out"
        )
        if count < 0:
            msg = f"The number of samples in a class cannot be negative; {found}."
            raise ValueError(msg)
        relation, opposite = "greater", "an under-sampler"
        if not raises:
            relation, opposite = "less", "an over-sampler"
        msg = (
            f"With {sampling_type} methods, the number of samples in a class should be {relation} "
            f"or equal to the original number of samples; {found}, or use {opposite}."
        )
        raise ValueError(msg)
