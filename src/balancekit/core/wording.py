"""Pieces of messages."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from difflib import get_close_matches

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


def counted(count: int, noun: str) -> str:
    """Name a number of things.

    Parameters
    ----------
    count : int
        How many.
    noun : str
        What, in the singular.

    Returns
    -------
    text : str

    Examples
    --------
    >>> counted(1, "row"), counted(2, "row")
    ('1 row', '2 rows')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def list_rows(rows: IntArray) -> str:
    """List row numbers, the first few in full.

    Parameters
    ----------
    rows : ndarray of int
        Row numbers.

    Returns
    -------
    text : str
        Such as "row 4" or "rows 1, 2, 8".
    """
    listed = [str(row) for row in rows[:MOST_NAMED].tolist()]
    numbers = ", ".join(listed + ["..."] * (len(rows) > MOST_NAMED))
    return f"row {numbers}" if len(rows) == 1 else f"rows {numbers}"


def suggest(unknown: object, known: Iterable[Hashable]) -> str:
    """Ask whether a name like an unknown one was meant.

    Parameters
    ----------
    unknown : object
        What was written.
    known : iterable of hashable
        What could have been.

    Returns
    -------
    text : str
        A sentence after a space, or nothing if no name is alike.

    Examples
    --------
    >>> suggest("outcom", ["age", "Outcome"])
    " Did you mean 'Outcome'?"
    """
    names = {str(name).casefold(): name for name in known}
    alike = get_close_matches(str(unknown).casefold(), names, n=1)
    return f" Did you mean {names[alike[0]]!r}?" if alike else ""
