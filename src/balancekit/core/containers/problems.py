"""Messages about values that a sampler cannot compute with."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

import numpy as np

from balancekit.core.containers.column import Column
from balancekit.core.recipes import IntArray
from balancekit.core.wording import MOST_NAMED, list_names, list_rows

WAYS_OUT_OF_NOMINAL = (
    "Encode or drop them inside a pipeline (e.g. OneHotEncoder), use SMOTENC or SMOTEN for nominal "
    "columns, or a sampler that only chooses rows: RandomUnderSampler, or "
    "RandomOverSampler without `shrinkage`."
)
WAYS_OUT_OF_MISSING = (
    "Impute them inside a pipeline (e.g. SimpleImputer), drop those rows, set "
    "metric='nan_euclidean' (SMOTE, BorderlineSMOTE, ADASYN, EditedNearestNeighbours, TomekLinks, "
    "NearMiss), or use a sampler that only chooses rows: RandomUnderSampler, or RandomOverSampler "
    "without `shrinkage`."
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
    name_of: Callable[[int], Hashable],
    columns: Iterable[tuple[int, Column]],
    *,
    allow_missing: bool,
) -> None:
    """Raise if a column holds an infinity or a missing value.

    Parameters
    ----------
    name_of : callable
        Name of a column by its position.
    columns : iterable of (int, Column)
        Position and values of each column to look at.
    allow_missing : bool
        Whether missing values may stay.

    Raises
    ------
    ValueError
        Names the columns, how many values are missing or infinite, and the first rows.
    """
    refuse_not_finite(name_of, _places(columns), allow_missing=allow_missing)


def _places(columns: Iterable[tuple[int, Column]]) -> Iterator[tuple[int, str, IntArray]]:
    for index, column in columns:
        values = np.asarray(column.values)
        is_float = values.dtype.kind == "f"
        missing = column.missing if column.missing is not None else np.zeros(len(values), bool)
        if is_float:
            yield index, "NaN", np.flatnonzero(np.isnan(values) | missing)
            yield index, "infinity", np.flatnonzero(np.isinf(values) & ~missing)
        elif column.missing is not None:
            yield index, "NaN", np.flatnonzero(missing)


def refuse_not_finite(
    name_of: Callable[[int], Hashable],
    places: Iterable[tuple[int, str, IntArray]],
    *,
    allow_missing: bool,
) -> None:
    """Raise if there are places without a finite number.

    Parameters
    ----------
    name_of : callable
        Name of a column by its position.
    places : iterable of (int, {"NaN", "infinity"}, ndarray of int)
        Position of a column, what it holds and in which rows, if any.
    allow_missing : bool
        Whether NaN may stay.

    Raises
    ------
    ValueError
        As `check_finite`.
    """
    found = []
    kinds = set()
    for index, kind, rows in places:
        if rows.size and not (allow_missing and kind == "NaN"):
            kinds.add(kind)
            found.append(f"column {name_of(index)!r}: {rows.size} x {kind} ({list_rows(rows)})")
    if found:
        more = len(found) - MOST_NAMED
        listed = "; ".join(found[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
        what = " and ".join(sorted(kinds))
        ways_out = WAYS_OUT_OF_MISSING
        if "infinity" in kinds:
            ways_out = f"Replace infinities by NaN first. {ways_out}"
        msg = f"Input X contains {what}. Found {listed}. {ways_out}"
        raise ValueError(msg)
