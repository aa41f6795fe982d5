"""The samplers of one call."""

from __future__ import annotations

from typing import Any

from numpy.random import RandomState
from sklearn.base import clone

import balancekit.over_sampling
import balancekit.under_sampling
from balancekit.core.draws import seeded

OURS = (balancekit.over_sampling, balancekit.under_sampling)


def own_copy(sampler: Any, rng: RandomState) -> Any:
    """Clone a sampler for one call.

    Parameters
    ----------
    sampler : sampler
        Any. In the place of one of imbalanced-learn comes ours of the same name, if there is one:
        it gives the same rows, and tells where they come from.
    rng : RandomState
        The stream that it draws from if it has no seed of its own.

    Returns
    -------
    sampler : sampler
        It keeps its plan, if it is one of ours.
    """
    own = clone(sampler)
    if type(own).__module__.startswith("imblearn."):
        for module in OURS:
            if hasattr(module, type(own).__name__):
                own = getattr(module, type(own).__name__)(**own.get_params(deep=False))
    if "keep_plan" in own.get_params(deep=False):
        own.set_params(keep_plan=True)
    return seeded(own, rng)
