"""A classifier of another library that draws from the one stream."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone

from balancekit.core.draws import seeded


def seeded_clone(estimator: Any, rng: np.random.RandomState) -> Any:
    """Clone an estimator and seed it, and the estimators inside it, where they have no seed.

    Parameters
    ----------
    estimator : estimator
        It is not changed.
    rng : RandomState
        The stream: one number is drawn for each estimator that takes a seed and has none.

    Returns
    -------
    seeded : estimator
        All its clones are the same.
    """
    copy = clone(estimator)
    inner = copy.get_params(deep=True)
    for part in (copy, *(inner[name] for name in sorted(inner))):
        is_unseeded = (
            hasattr(part, "get_params")
            and not isinstance(part, type)
            and part.get_params(deep=False).get("random_state", 0) is None
        )
        if is_unseeded:
            seeded(part, rng.randint(np.iinfo(np.int32).max))
    return copy
