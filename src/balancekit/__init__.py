"""Class imbalance in scikit-learn: samplers and an honest comparison of what they are worth.

Subpackages load when they are first used: ``import balancekit`` alone is nearly free.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from balancekit._version import __version__

if TYPE_CHECKING:
    from imblearn import FunctionSampler

    from balancekit import (
        combine,
        comparison,
        compose,
        datasets,
        deep,
        ensemble,
        exceptions,
        metrics,
        model_selection,
        neighbors,
        over_sampling,
        pipeline,
        testing,
        thresholding,
        under_sampling,
        utils,
    )
    from balancekit.comparison import compare
    from balancekit.core.neighbors.warming import warm_up

__all__ = [
    "FunctionSampler",
    "__version__",
    "combine",
    "compare",
    "comparison",
    "compose",
    "datasets",
    "deep",
    "ensemble",
    "exceptions",
    "metrics",
    "model_selection",
    "neighbors",
    "over_sampling",
    "pipeline",
    "testing",
    "thresholding",
    "under_sampling",
    "utils",
    "warm_up",
]

# Where to find what is no subpackage.
_NAMES = {
    "FunctionSampler": "imblearn",
    "compare": "balancekit.comparison",
    "warm_up": "balancekit.core.neighbors.warming",
}

# Type checkers would believe that every name is found.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name in _NAMES:
            return getattr(import_module(_NAMES[name]), name)
        if name in __all__:
            return import_module(f"balancekit.{name}")
        msg = f"module 'balancekit' has no attribute {name!r}"
        raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
