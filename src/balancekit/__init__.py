"""Class imbalance in scikit-learn: samplers and an honest comparison of what they are worth.

Subpackages load when they are first used: ``import balancekit`` alone is nearly free.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from balancekit._version import __version__

_SUBPACKAGES = frozenset(
    {
        "combine",
        "comparison",
        "compose",
        "datasets",
        "exceptions",
        "metrics",
        "model_selection",
        "neighbors",
        "over_sampling",
        "pipeline",
        "testing",
        "under_sampling",
        "utils",
    }
)
_NAMES = {
    "FunctionSampler": "imblearn",
    "compare": "balancekit.comparison",
    "warm_up": "balancekit.core.neighbors.warming",
}

__all__ = ["FunctionSampler", "__version__", "compare", "warm_up", *sorted(_SUBPACKAGES)]


def __getattr__(name: str) -> Any:
    if name in _SUBPACKAGES:
        return import_module(f"balancekit.{name}")
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    msg = f"module 'balancekit' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
