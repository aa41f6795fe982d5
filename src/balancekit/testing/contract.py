"""The contract of samplers: which promises apply to one, and whether it keeps them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any

from sklearn.exceptions import ConvergenceWarning

from balancekit.core.shortfall import ShortfallWarning
from balancekit.testing.conversion import CONTAINERS
from balancekit.testing.promises import (
    PROMISES,
    check_incumbent_rows,
    check_same_plan_with,
    check_same_rows_in,
    incumbent_of,
)


def check_sampler(sampler: Any) -> None:
    """Check that a sampler keeps the contract.

    Parameters
    ----------
    sampler : sampler
        An instance; it is cloned. Its `random_state` is set by the checks.

    Raises
    ------
    AssertionError
        If a promise is broken; the message names it and the cause is attached.

    Examples
    --------
    >>> from balancekit.testing import check_sampler
    >>> from balancekit.under_sampling import RandomUnderSampler
    >>> check_sampler(RandomUnderSampler())
    """
    for name, check in sampler_checks(sampler):
        try:
            check()
        except Exception as error:
            msg = f"{type(sampler).__name__} breaks the promise {name!r}: {error}"
            raise AssertionError(msg) from error


def sampler_checks(sampler: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the checks that apply to a sampler.

    Containers of libraries that are not installed are left out.

    Parameters
    ----------
    sampler : sampler
        An instance; every check clones it.

    Yields
    ------
    name : str
        What is promised.
    check : callable
        Takes no argument and raises AssertionError if the promise is broken.
    """
    for name, check in _checks(sampler):
        yield name, partial(_without_shortfall_warnings, check)


def _without_shortfall_warnings(check: Callable[[], None]) -> None:
    """Run a check on data that a method may be ill suited to; one check asks for the warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShortfallWarning)
        # k-means on rows that are all the same.
        warnings.simplefilter("ignore", ConvergenceWarning)
        check()


def _checks(sampler: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    for check in PROMISES:
        yield check.__name__.removeprefix("check_"), partial(check, sampler)
    for name, conversion in CONTAINERS.items():
        if find_spec(conversion.library):
            yield f"same_rows_in_{name}", partial(check_same_rows_in, sampler, name)
    if "engine" in sampler.get_params():
        engines = sampler._parameter_constraints["engine"][0].options
        for engine in sorted(engines - (set() if find_spec("torch") else {"torch"})):
            yield f"same_plan_with_{engine}", partial(check_same_plan_with, sampler, engine)
    if incumbent_of(sampler) is not None and sampler._follows_incumbent:
        for sizes in sampler._incumbent_sizes:
            for n_columns in (6, 40):
                yield (
                    f"incumbent_rows_{len(sizes)}_classes_{n_columns}_columns",
                    partial(check_incumbent_rows, sampler, sizes, n_columns),
                )
