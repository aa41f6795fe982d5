"""Names that load when they are first used, with a word to those who lack PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any


def load(package: str, modules: Mapping[str, str], name: str) -> Any:
    """Load what a package shows under a name.

    Parameters
    ----------
    package : str
        Name of the package.
    modules : mapping of str to str
        The module of each name.
    name : str
        What is asked for.

    Returns
    -------
    value : object

    Raises
    ------
    AttributeError
        If the package shows no such name.
    ImportError
        If PyTorch is not installed; the message names the extra.
    """
    if name not in modules:
        msg = f"module {package!r} has no attribute {name!r}"
        raise AttributeError(msg)
    try:
        return getattr(import_module(f"{package}.{modules[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        msg = (
            f"{name} needs PyTorch, which is not installed; install it with "
            'pip install "balancekit[torch]".'
        )
        raise ImportError(msg) from error
