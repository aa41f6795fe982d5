"""The page of the documentation that shows what came of the probes."""

import re
from importlib.metadata import version

from benchmarks.behaviour import PROBES, TOPICS

# Libraries whose versions decide what imbalanced-learn does.
INCUMBENT = "imbalanced-learn"
BESIDE = ("scikit-learn", "NumPy", "pandas", "polars")

INTRODUCTION = """\
# Awkward input, side by side

What samplers do where something is likely to go wrong: the same small experiments, run on
imbalanced-learn and on balancekit. Most data is not like this, and gets the same rows from both.
`python -m benchmarks.behaviour` writes this page, and the tests compare it with what happens.

{versions}

- **!** marks wrong rows, or fewer than asked for, without an error or a warning.
- ✗ marks what is refused or falls short otherwise.
- Everything else is as one may expect.

{doc}`differences` has the reasons and everything else in which the two differ.
"""
HEAD = f"| experiment | {INCUMBENT} | balancekit |\n|---|---|---|"


def versions():
    """Name the versions that imbalanced-learn was observed with, without their last number."""
    beside = [f"{name} {'.'.join(version(name).split('.')[:2])}" for name in BESIDE]
    return (
        f"Observed with {INCUMBENT} {version(INCUMBENT)} on {', '.join(beside[:-1])} and "
        f"{beside[-1]}."
    )


def cell(probe, observation):
    """Show an observation in a cell of the table, marked if it is not good."""
    if observation.good:
        return observation.text
    is_silent = probe.silent and not observation.told
    return f"{'**!**' if is_silent else '✗'} {observation.text}"


def title(probe):
    """Show the name of a probe, with its code as code."""
    return re.sub(r"\w+(\(.*\)|=\"\w+\")", r"`\g<0>`", probe.name)


def line(probe, theirs, ours):
    """Show a probe in a line of the table."""
    return f"| {title(probe)} | {theirs} | {ours} |"


def cells(text):
    """Read the cells of both libraries from a page, by the name of the probe."""
    rows = [row[2:-2].split(" | ") for row in text.splitlines() if row.startswith("| ")]
    names = {title(probe): probe.name for probe in PROBES}
    return {names[shown]: tuple(both) for shown, *both in rows if shown in names}


def page(shown, header):
    """Write the page.

    Parameters
    ----------
    shown : dict of str to tuple of str
        The two cells of each probe, by its name.
    header : str
        The line with the versions.

    Returns
    -------
    text : str
    """
    parts = [INTRODUCTION.replace("{versions}", header)]
    for topic in TOPICS:
        rows = [line(probe, *shown[probe.name]) for probe in topic.probes]
        parts.append("\n".join([f"## {topic.title}", "", HEAD, *rows]) + "\n")
    return "\n".join(parts)
