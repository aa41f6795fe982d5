"""How many negatives to start from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral
from typing import Any

from balancekit.core.shortfall import warn_whoever_called
from balancekit.core.wording import counted

PER_POSITIVE = 3
LEAST = 30
LARGEST_SHARE = 0.25


def initial_sizes(
    initial_size: Any,
    n_positives: int,
    available: Mapping[int, int | None],
    names: Mapping[int, Any],
) -> dict[int, int]:
    """Tell how many rows of each class of negatives to draw first.

    Parameters
    ----------
    initial_size : int, float or "auto"
        Number of rows, or rows for each positive, or three for each, but at least 30 and at most a
        quarter of the class.
    n_positives : int
        Rows of other classes.
    available : mapping of class code to int or None
        Rows of each class of negatives; None where they are not counted yet.
    names : mapping of class code to label
        For messages.

    Returns
    -------
    sizes : dict of class code to int

    Warns
    -----
    ShortfallWarning
        If a class has fewer rows than a number asks for.
    """
    sizes = {}
    for code, has in available.items():
        if isinstance(initial_size, str):
            wanted = max(LEAST, PER_POSITIVE * n_positives)
            sizes[code] = wanted if has is None else min(wanted, math.ceil(has * LARGEST_SHARE))
            continue
        is_number = isinstance(initial_size, Integral)
        asked = int(initial_size) if is_number else math.ceil(initial_size * n_positives)
        if has is not None and asked > has:
            warn_whoever_called(
                f"Class {names[code]!r} has {counted(has, 'row')}, fewer than the {asked} that "
                f"initial_size={initial_size!r} asks for, so that all of them are kept and none is "
                "mined. Use a smaller initial_size, or 'auto'."
            )
        sizes[code] = asked if has is None else min(asked, has)
    return sizes
