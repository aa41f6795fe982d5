"""Batch samplers by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from balancekit.core.wording import suggest
from balancekit.deep.batches._base import BatchSampler
from balancekit.deep.batches._class_aware import ClassAwareBatches
from balancekit.deep.batches._function import FunctionBatches
from balancekit.deep.batches._natural import NaturalBatches
from balancekit.deep.batches._over_sampled import OverSampledBatches
from balancekit.deep.batches._planned import PlannedBatches
from balancekit.deep.batches._under_sampled import UnderSampledBatches
from balancekit.deep.batches._weighted import WeightedBatches

BATCHES: dict[str, Callable[[], BatchSampler]] = {
    "class_aware": ClassAwareBatches,
    "natural": NaturalBatches,
    "over_sampled": OverSampledBatches,
    "under_sampled": UnderSampledBatches,
    "weighted": WeightedBatches,
}


def resolve_batches(batches: Any) -> BatchSampler:
    """Find the batch sampler that a parameter stands for.

    Parameters
    ----------
    batches : str, BatchSampler, sampler or callable
        ``"class_aware"``, ``"natural"``, ``"over_sampled"``, ``"under_sampled"`` or
        ``"weighted"``, for the batch sampler of that name with its defaults; a batch sampler; a
        sampler with `fit_resample`, for `PlannedBatches`; or a function, for `FunctionBatches`.

    Returns
    -------
    batches : BatchSampler
        A batch sampler itself, no copy; a new one for anything else.

    Raises
    ------
    ValueError
        If no batch sampler has that name.
    TypeError
        If it is nothing of these.

    Examples
    --------
    >>> from balancekit.deep.batches import resolve_batches
    >>> from balancekit.under_sampling import TomekLinks
    >>> resolve_batches("class_aware"), resolve_batches(TomekLinks())
    (ClassAwareBatches(), PlannedBatches(sampler=TomekLinks()))
    """
    if isinstance(batches, BatchSampler):
        return batches
    if isinstance(batches, str):
        if batches not in BATCHES:
            known = ", ".join(map(repr, BATCHES))
            msg = (
                f"batches={batches!r} is unknown.{suggest(batches, BATCHES)} Pass one of {known}, "
                "a batch sampler, a sampler or a function."
            )
            raise ValueError(msg)
        return BATCHES[batches]()
    if not isinstance(batches, type):
        if hasattr(batches, "fit_resample"):
            return PlannedBatches(batches)
        if callable(batches):
            return FunctionBatches(batches)
        described = f"of type {type(batches).__name__}"
    else:
        described = batches.__name__
    msg = (
        f"batches is {described}. Pass a name, an object of a BatchSampler, a sampler with "
        "fit_resample, or a function of codes, epoch and rng."
    )
    raise TypeError(msg)
