"""What texts stand for: dates and numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

MOST_STRAYS = 0.1
# Fewer different numbers may be the codes of categories.
FEWEST_NUMBERS = 10

NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", re.ASCII | re.IGNORECASE)
DAY = "(0?[1-9]|[12][0-9]|3[01])"
TIME = r"([T ]\d\d?:\d\d(:\d\d([.,]\d+)?)?\s*(Z|UTC|[+-]\d\d(:?\d\d)?)?)?"
DATE = re.compile(
    rf"\s*(\d{{4}}([-/])(0?[1-9]|1[0-2])\2{DAY}|{DAY}([-/.]){DAY}\6\d{{4}}){TIME}\s*", re.ASCII
)


def are_dates(texts: Sequence[str]) -> bool:
    """Whether all texts are dates, with or without a time.

    Parameters
    ----------
    texts : sequence of str
        At least one.

    Returns
    -------
    are_dates : bool

    Notes
    -----
    Year, month and day, or day and month in whatever order and then the year.

    Examples
    --------
    >>> are_dates(["2020-01-31", "2020-02-01 10:30"]), are_dates(["31.1.2020"])
    (True, True)
    >>> are_dates(["2020-01-31", "unknown"]), are_dates(["2020"])
    (False, False)
    """
    return all(DATE.fullmatch(text) for text in texts)


def strays_among_numbers(texts: Sequence[str]) -> list[str] | None:
    """Find the texts that are no numbers, if almost all others are.

    Parameters
    ----------
    texts : sequence of str
        At least one.

    Returns
    -------
    strays : list of str or None
        As often as they occur; none if all texts are numbers, and of more than a few values. None
        if the texts are no numbers on the whole.

    Examples
    --------
    >>> strays_among_numbers(["1.5", "2", "?"] + ["7"] * 20)
    ['?']
    >>> strays_among_numbers(["1.5", "a", "b"])
    """
    counts = Counter(texts)
    words = {text: count for text, count in counts.items() if not NUMBER.fullmatch(text)}
    if sum(words.values()) > MOST_STRAYS * len(texts):
        return None
    if not words and len(counts) <= FEWEST_NUMBERS:
        return None
    return list(Counter(words).elements())
