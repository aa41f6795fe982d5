"""Messages about values that a sampler cannot compute with."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.wording import MOST_NAMED, list_names, list_rows

WAYS_OUT_OF_NOMINAL = (
    "Encode or drop them inside a pipeline (e.g. OneHotEncoder), use SMOTENC (imbalanced-learn's) "
    "for nominal columns, or a sampler that only chooses rows: RandomUnderSampler, or "
    "RandomOverSampler without `shrinkage`."
)
WAYS_OUT_OF_MISSING = (
    "Impute them inside a pipeline (e.g. SimpleImputer), drop those rows, or use a sampler that "
    "only chooses rows: RandomUnderSampler, or RandomOverSampler without `shrinkage`."
)


class NotNumericError(ValueError):
    """Columns of X hold something else than numbers."""


def not_numeric(columns: dict[Hashable, str]) -> NotNumericError:
    """Describe columns that hold no numbers.

    Parameters
    ----------
    columns : dict of name to what the column holds

    Returns
    -------
    error : NotNumericError
    """
    kinds: dict[str, list[Hashable]] = {}
    for name, kind in columns.items():
        kinds.setdefault(kind, []).append(name)
    found = "; ".join(
        f"column{'s' if len(names) > 1 else ''} {list_names(names)}: {kind}"
        for kind, names in kinds.items()
    )
    msg = f"X needs to contain only numerical data. Found {found}. {WAYS_OUT_OF_NOMINAL}"
    return NotNumericError(msg)


def check_finite(
    name_of: Callable[[int], Hashable], columns: Iterable[tuple[int, NDArray[Any]]]
) -> None:
    """Raise if a column holds NaN or an infinity.

    Parameters
    ----------
    name_of : callable
        Name of a column by its position.
    columns : iterable of (int, ndarray of shape (n_rows,))
        Position and values of each float column to look at.

    Raises
    ------
    ValueError
        Names the columns, how many values are missing or infinite, and the first rows.
    """
    found = []
    kinds = set()
    for index, values in columns:
        for kind, where in (("NaN", np.isnan(values)), ("infinity", np.isinf(values))):
            count = int(np.count_nonzero(where))
            if count:
                kinds.add(kind)
                rows = list_rows(np.flatnonzero(where))
                found.append(f"column {name_of(index)!r}: {count} x {kind} ({rows})")
    if found:
        more = len(found) - MOST_NAMED
        listed = "; ".join(found[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
        what = " and ".join(sorted(kinds))
        ways_out = WAYS_OUT_OF_MISSING
        if "infinity" in kinds:
            ways_out = f"Replace infinities by NaN first. {ways_out}"
        msg = f"Input X contains {what}. Found {listed}. {ways_out}"
        raise ValueError(msg)
