"""Imports that the base install does without."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class MissingExtraError(ImportError):
    """Something needs a library that only comes with an extra."""


def require(module: str, purpose: str) -> Any:
    """Import a module of the extra `report`.

    Parameters
    ----------
    module : str
        Dotted name of the module.
    purpose : str
        What it is needed for, as the subject of the error message.

    Returns
    -------
    module : module

    Raises
    ------
    MissingExtraError
        If it cannot be imported.
    """
    try:
        return import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        msg = (
            f"{purpose} needs {library}, which cannot be imported; install it with "
            'pip install "balancekit[report]"'
        )
        raise MissingExtraError(msg) from error
