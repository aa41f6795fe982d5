"""How many rows of each class are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from imblearn.utils import check_sampling_strategy

from balancekit.core.labels import Labels


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
    if len(labels.classes) < 2:
        msg = (
            f"The target 'y' needs to have more than 1 class. Got 1 class instead: all "
            f"{len(labels)} rows are {labels.name(0)!r}."
        )
        raise ValueError(msg)
    if isinstance(sampling_strategy, Mapping):
        sampling_strategy = _whole_numbers(sampling_strategy)
    elif isinstance(sampling_strategy, Real) and len(labels.classes) > 2:
        sampling_strategy = _ratio_to_counts(float(sampling_strategy), labels, sampling_type)
    if isinstance(sampling_strategy, str | Real):
        # Neither names a class, so codes will do: they are counted faster than labels.
        resolved = check_sampling_strategy(sampling_strategy, labels.codes, sampling_type)
        targets = {int(code): int(count) for code, count in resolved.items()}
    else:
        resolved = check_sampling_strategy(sampling_strategy, labels.values, sampling_type)
        code_of = {label: code for code, label in enumerate(labels.classes.tolist())}
        targets = {code_of[_plain(label)]: int(count) for label, count in resolved.items()}
    return {labels.classes[code]: count for code, count in targets.items()}, targets


def _ratio_to_counts(ratio: float, labels: Labels, sampling_type: str) -> dict[Any, int]:
    counts = labels.counts
    if sampling_type == "over-sampling":
        wanted = np.maximum(counts, (counts.max() * ratio).astype(int))
    elif sampling_type == "under-sampling":
        wanted = np.minimum(counts, int(counts.min() / ratio))
    else:
        msg = "sampling_strategy needs to be a str, a list or a callable for a cleaning method."
        raise ValueError(msg)
    changed = np.flatnonzero(wanted != counts)
    if not changed.size:
        sizes = dict(zip(labels.classes.tolist(), counts.tolist(), strict=True))
        msg = (
            f"sampling_strategy={ratio:g} changes no class: the counts {sizes} are within that "
            "ratio already. Choose a ratio nearer to 1."
        )
        raise ValueError(msg)
    return {labels.classes[code]: int(wanted[code]) for code in changed}


def _whole_numbers(strategy: Mapping[Any, Any]) -> dict[Any, int]:
    whole = {}
    for label, count in strategy.items():
        if not isinstance(count, Integral) and not (
            isinstance(count, Real) and float(count).is_integer()
        ):
            msg = (
                f"sampling_strategy asks for {count!r} rows of class {label!r}; it needs to be a "
                "whole number of rows. A single float (not in a dict) is a ratio."
            )
            raise ValueError(msg)
        whole[label] = int(count) if isinstance(count, Integral) else int(float(count))
    return whole


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label
