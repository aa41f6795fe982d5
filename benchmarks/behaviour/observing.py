"""Probes: small experiments that run alike on any library with imbalanced-learn's names."""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType

LONGEST_QUOTATION = 60


@dataclass(frozen=True)
class Observation:
    """What came of a probe.

    Parameters
    ----------
    text : str
        What happened, in a few words and computed from what happened.
    good : bool
        Whether it is what users may expect.
    told : bool
        Whether an error or a warning told them about it.
    """

    text: str
    good: bool
    told: bool = False


@dataclass(frozen=True)
class Probe:
    """One experiment.

    Parameters
    ----------
    row : str
        The behaviour that it shows; several probes may share it.
    experiment : str
        What it does, in one line.
    run : callable
        Takes a library and returns an `Observation`.
    silent : bool
        Whether imbalanced-learn gives wrong rows without a word.
    needs : tuple of str
        Libraries that have to be installed.
    """

    row: str
    experiment: str
    run: Callable[[ModuleType], Observation]
    silent: bool = False
    needs: tuple[str, ...] = ()

    @property
    def name(self):
        """Row and experiment."""
        return f"{self.row}: {self.experiment}"


@dataclass(frozen=True)
class Topic:
    """A section of the page, filled by the decorator `probe`."""

    title: str
    probes: list[Probe] = field(default_factory=list)

    def probe(self, row, experiment, *, silent=False, needs=()):
        """Make a probe of a function that takes a library."""

        def register(run):
            self.probes.append(Probe(row, experiment, run, silent, needs))
            return run

        return register


def observe(probe, library):
    """Run a probe; warnings that it does not ask about stay inside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return probe.run(library)


@dataclass(frozen=True)
class Attempt:
    """A call that may have failed or warned."""

    result: object = None
    error: Exception | None = None
    warned: tuple[Warning, ...] = ()

    @property
    def told(self):
        """Whether users heard of anything."""
        return self.error is not None or bool(self.warned)

    def judge(self, judgement):
        """Make an observation of the result, by a function that returns its text and goodness."""
        if self.error is not None:
            return Observation(quoted(self.error), False, told=True)
        text, good = judgement(self.result)
        return Observation(text, good, self.told)


def attempt(call):
    """Call, and keep what is raised and what users are warned of.

    Warnings for developers and of arithmetic do not count: they name no class, column or row.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result, error = call(), None
        except Exception as raised:
            result, error = None, raised
    told = tuple(one.message for one in caught if issubclass(one.category, UserWarning))
    return Attempt(result, error, told)


def quoted(error):
    """Return the kind of an error and the beginning of its message, for a cell of a table."""
    words = (str(error).strip() or "no message").splitlines()[0]
    if len(words) > LONGEST_QUOTATION:
        words = words[:LONGEST_QUOTATION].rsplit(" ", 1)[0] + " ..."
    return f"{type(error).__name__}: `{words.replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def mentions(message, *words):
    """Tell whether a message has all of these words, numbers or names."""
    return all(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", str(message)) for word in words)


def refusal(tried, required, welcome=None):
    """Judge a message by what it names.

    Parameters
    ----------
    tried : Attempt
        What should be refused with a ValueError.
    required : dict of str to tuple of str
        What the message has to name, and the words that do.
    welcome : dict of str to tuple of str, optional
        What it may name.

    Returns
    -------
    observation : Observation
    """
    if tried.error is None:
        return Observation("accepted", False, tried.told)
    found = [
        what
        for what, words in {**required, **(welcome or {})}.items()
        if mentions(tried.error, *words)
    ]
    if not isinstance(tried.error, ValueError) or not set(required) <= set(found):
        return Observation(quoted(tried.error), False, told=True)
    return Observation(f"ValueError that names {listed(found)}", True, told=True)


def listed(words):
    """Join words with commas and a final "and"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
