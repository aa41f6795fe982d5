"""Columns that may not be what they were taken for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.wording import counted, list_names

if TYPE_CHECKING:
    from balancekit.comparison.features import Features

# In fewer rows, values may differ by chance.
FEWEST_ROWS = 20
LONGEST_STRAY = 30
IDENTIFIER = re.compile(r"(^|.*[\W_])(id|uuid|guid|index|key)([\W_].*|$)", re.IGNORECASE)
# As in customerId, but not in Covid.
CAPITALISED_IDENTIFIER = re.compile(r".*[a-z]I[dD]")


def column_notes(features: Features) -> list[str]:
    """Point out columns that look like identifiers, or like numbers among which a text got.

    Parameters
    ----------
    features : Features
        The columns.

    Returns
    -------
    notes : list of str
        At most one for each column; each says what to change.
    """
    remarks = [_remark(features, index) for index in range(len(features.names))]
    named = zip(features.names, remarks, strict=True)
    return [f"column {name!r} {remark}" for name, remark in named if remark]


def _remark(features: Features, index: int) -> str:
    kind = features.kinds[index]
    if index in features.strays:
        return _number_remark(features.strays[index])
    # The zeros that a sparse column leaves out are all the same value.
    if features.is_sparse or kind == "dropped":
        return ""
    values = features.rows[:, index]
    if kind == "nominal" and _all_differ(values):
        return (
            "holds another text in every row, as identifiers do; remove it, or replace it by "
            "columns of what its texts mean"
        )
    if kind == "numeric" and _are_identifiers(values, features.names[index]):
        return (
            "holds another whole number in every row, as identifiers do; if it is one, remove it: "
            "it says nothing about new rows"
        )
    return ""


def _number_remark(strays: list[str]) -> str:
    if not strays:
        return "holds numbers as text, so that each is a category; convert it to numbers"
    listed = list_names(text[:LONGEST_STRAY] for text in dict.fromkeys(strays))
    verb, them = ("is", "it") if len(strays) == 1 else ("are", "them")
    return (
        f"counts as text, because {counted(len(strays), 'value')} {verb} no number ({listed}); "
        f"correct {them}, or leave {them} empty, to use the column as numbers"
    )


def _are_identifiers(values: NDArray[Any], name: str) -> bool:
    if (values % 1 > 0).any() or not _all_differ(values):
        return False
    is_named = IDENTIFIER.fullmatch(name) or CAPITALISED_IDENTIFIER.fullmatch(name)
    span = np.nanmax(values) - np.nanmin(values)
    return bool(is_named) or span == np.count_nonzero(~np.isnan(values)) - 1


def _all_differ(values: NDArray[Any]) -> bool:
    present = values[~np.isnan(values)]
    return len(present) >= FEWEST_ROWS and len(np.unique(present)) == len(present)
