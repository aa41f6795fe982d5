"""Calls of classes and factories by arguments that users named."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from balancekit.core.wording import suggest


def call(
    make: Callable[..., Any], part: str, given: Mapping[str, Any], filled: Mapping[str, Any]
) -> Any:
    """Call a class or factory.

    Parameters
    ----------
    make : callable
        The class or factory.
    part : str
        What the parameter is called that it was passed as.
    given : mapping of str to object
        Arguments that the user named.
    filled : mapping of str to object
        Arguments that are passed if the callable names them, and the user did not.

    Returns
    -------
    made : object

    Raises
    ------
    ValueError
        If the callable lacks an argument that the user named, or nothing tells one that it needs.
    """
    return make(**arguments_for(make, part, given, filled))


def by_name(part: Any, kind: str, known: Mapping[str, Any]) -> Callable[..., Any]:
    """Find what makes a part.

    Parameters
    ----------
    part : str, type or callable
        What was passed.
    kind : str
        What the parameter is called.
    known : mapping of str to callable
        What names stand for.

    Returns
    -------
    make : callable

    Raises
    ------
    TypeError, ValueError
        If there is no such name, or it is neither a name nor a class nor a factory.
    """
    if isinstance(part, str):
        # Long names of schedules are known as well.
        found = known.get(part) or known.get(part.casefold().removesuffix("lr"))
        if found is None:
            msg = (
                f"{kind}={part!r} is unknown.{suggest(part, known)} Pass one of "
                f"{', '.join(map(repr, sorted(known)))}, a class or a factory."
            )
            raise ValueError(msg)
        made: Callable[..., Any] = found
        return made
    if not callable(part):
        msg = f"{kind} is of type {type(part).__name__}. Pass a name, a class or a factory."
        raise TypeError(msg)
    return part


def refuse_arguments(part: str, built: Any, given: Mapping[str, Any]) -> None:
    """Raise if there are arguments for something that is built already.

    Parameters
    ----------
    part : str
        What the parameter is called.
    built : object
        What was passed.
    given : mapping of str to object
        Arguments of the user.

    Raises
    ------
    ValueError
        Names one of them.
    """
    if given:
        msg = (
            f"{part}__{next(iter(given))} was passed, but {part} is a built "
            f"{type(built).__name__}. Pass its class with such arguments, or build it with them."
        )
        raise ValueError(msg)


def arguments_for(
    make: Callable[..., Any],
    part: str,
    given: Mapping[str, Any],
    filled: Mapping[str, Any],
    n_passed: int = 0,
) -> dict[str, Any]:
    """Put arguments together.

    Parameters
    ----------
    make : callable
        What takes them.
    part : str
        What the parameter is called that it was passed as.
    given : mapping of str to object
        Arguments that the user named.
    filled : mapping of str to object
        Arguments to pass if they are taken, and the user did not name them.
    n_passed : int, default=0
        How many of the first arguments are passed by others.

    Returns
    -------
    arguments : dict of str to object

    Raises
    ------
    ValueError
        If some are unknown or missing.
    """
    defaults, takes_all = named_arguments(make)
    defaults = dict(list(defaults.items())[n_passed:])
    for name in given:
        if name not in defaults and not takes_all:
            msg = (
                f"{part}__{name} was passed, and {name_of(make)} takes no {name!r}."
                f"{suggest(name, defaults)} It takes {', '.join(defaults) or 'nothing'}."
            )
            raise ValueError(msg)
    arguments = {**{name: filled[name] for name in defaults if name in filled}, **given}
    for name, default in defaults.items():
        if default is inspect.Parameter.empty and name not in arguments:
            msg = f"{name_of(make)} needs {name!r}, which nothing tells. Pass {part}__{name}."
            raise ValueError(msg)
    return arguments


def named_arguments(make: Callable[..., Any]) -> tuple[dict[str, Any], bool]:
    """Find the arguments that a callable names.

    Parameters
    ----------
    make : callable
        Class or factory.

    Returns
    -------
    named : dict of str to object
        Their defaults.
    takes_all : bool
        Whether any other is taken as well.
    """
    try:
        parameters = inspect.signature(make).parameters.values()
    except ValueError:
        # Classes of C have no signature.
        return {}, True
    named = {
        parameter.name: parameter.default
        for parameter in parameters
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    }
    return named, any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)


def name_of(part: Any) -> str:
    """Name a class or factory, for messages.

    Parameters
    ----------
    part : object
        What was passed.

    Returns
    -------
    name : str
    """
    if isinstance(part, partial):
        return name_of(part.func)
    return getattr(part, "__name__", repr(part))
