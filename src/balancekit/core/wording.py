"""Pieces of messages."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from balancekit.core.recipes import IntArray

MOST_NAMED = 5


def list_names(names: Iterable[Hashable]) -> str:
    """List names, the first few in full.

    Parameters
    ----------
    names : iterable of hashable
        Column or class names.

    Returns
    -------
    text : str
    """
    listed = [repr(name) for name in names]
    more = len(listed) - MOST_NAMED
    return ", ".join(listed[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def list_rows(rows: IntArray) -> str:
    """List row numbers, the first few in full.

    Parameters
    ----------
    rows : ndarray of int
        Row numbers.

    Returns
    -------
    text : str
    """
    listed = [str(row) for row in rows[:MOST_NAMED].tolist()]
    return ", ".join(listed + ["..."] * (len(rows) > MOST_NAMED))
