"""Pieces of sentences."""

from __future__ import annotations

from collections.abc import Iterable


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


def join_words(words: Iterable[str]) -> str:
    """Join words with commas and a final "and".

    Parameters
    ----------
    words : iterable of str
        At least one.

    Returns
    -------
    text : str

    Examples
    --------
    >>> join_words(["over", "under", "SMOTE"])
    'over, under and SMOTE'
    """
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
