"""Finding the samplers by walking the package."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from typing import Any

import balancekit

# Private parts, and parts with dependencies or work of their own at import.
NOT_WALKED = {"balancekit.__main__", "balancekit.core", "balancekit.kernels", "balancekit.testing"}


def all_samplers() -> list[type]:
    """Find every public class of balancekit with `fit_resample`.

    Returns
    -------
    samplers : list of type
        Sorted by name.

    Examples
    --------
    >>> from balancekit.testing import all_samplers
    >>> [sampler.__name__ for sampler in all_samplers()][:3]
    ['ADASYN', 'AllKNN', 'BorderlineSMOTE']
    """
    found = {
        value
        for module in _public_modules()
        for name, value in vars(module).items()
        if inspect.isclass(value) and not name.startswith("_") and _is_ours(value)
    }
    return sorted(found, key=lambda sampler: sampler.__name__)


def _is_ours(value: type) -> bool:
    return hasattr(value, "fit_resample") and value.__module__.startswith("balancekit.")


def _public_modules() -> list[Any]:
    names = ["balancekit"]
    for module in pkgutil.walk_packages(balancekit.__path__, "balancekit."):
        private = any(part.startswith("_") for part in module.name.split(".")[1:])
        if not private and not any(f"{module.name}.".startswith(f"{n}.") for n in NOT_WALKED):
            names.append(module.name)
    return [import_module(name) for name in names]
