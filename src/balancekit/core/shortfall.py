"""Saying so when a class gets fewer rows than were asked for."""

from __future__ import annotations

import sys
import warnings

import numpy as np

from balancekit.core.labels import Labels
from balancekit.core.plan import Plan
from balancekit.core.wording import counted


class ShortfallWarning(UserWarning):
    """A sampler delivers fewer rows of a class than were asked for, or an ensemble fewer members.

    The message names the number asked for, the number delivered and the reason; of rows, the class.
    """


def warn_of_shortfall(
    plan: Plan, labels: Labels, targets: dict[int, int], sampling_type: str, sampler: str
) -> None:
    """Compare what a plan delivers with what was asked for.

    Parameters
    ----------
    plan : Plan
        The plan, with reasons where the method knows them.
    labels : Labels
        Labels of the input.
    targets : dict of class code to int
        Rows to generate (over-sampling) or to keep (under-sampling). Cleaning methods have no
        number to fall short of, but should not remove a class.
    sampling_type : str
        imbalanced-learn's kind of sampler.
    sampler : str
        Name of the sampler, for the message.

    Warns
    -----
    ShortfallWarning
        Once for each class that falls short.
    """
    delivered = np.bincount(plan.codes, minlength=len(labels.classes))
    if sampling_type == "clean-sampling":
        for code in np.flatnonzero(delivered == 0).tolist():
            way_out = " Leave the class out of sampling_strategy to keep it."
            warn_whoever_called(
                f"{sampler} leaves none of the {labels.counts[code]} rows of class "
                f"{labels.name(code)!r}: the rows around them are of other classes."
                f"{way_out if code in targets else ''}"
            )
        return
    for code, count in targets.items():
        has = int(labels.counts[code])
        asked = count + (has if sampling_type == "over-sampling" else 0)
        if delivered[code] < asked:
            reason = plan.shortfall_reasons.get(code, "the method found no more")
            warn_whoever_called(
                f"{sampler} delivers {counted(delivered[code], 'row')} of class "
                f"{labels.name(code)!r} where {asked} were asked for: {reason}."
            )


def warn_whoever_called(message: str) -> None:
    """Warn of a shortfall at the line outside of balancekit that led to it.

    Parameters
    ----------
    message : str

    Warns
    -----
    ShortfallWarning
    """
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("balancekit."):
        level, frame = level + 1, frame.f_back
    # To whoever called from outside.
    warnings.warn(message, ShortfallWarning, stacklevel=level)
