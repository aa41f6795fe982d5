"""Pieces of sentences."""

from __future__ import annotations

from collections.abc import Iterable


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
