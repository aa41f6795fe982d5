"""mypy and pyright see what comes out of samplers, and it is what comes out."""

import inspect
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import numpy as np
import pytest
from tests.typing import examples, wrong_calls

from balancekit.testing import all_samplers

HERE = Path(__file__).parent
# Run in the root, mypy reads its part of pyproject.toml, and shares its cache.
COMMANDS = {
    "mypy": ["mypy", "tests/typing/examples.py", "tests/typing/wrong_calls.py"],
    "pyright": ["pyright", "--pythonpath", sys.executable, "--project", "tests/typing"],
}


def _functions(module):
    found = [
        function
        for function in vars(module).values()
        if inspect.isfunction(function) and function.__module__ == module.__name__
    ]
    return [
        pytest.param(function, id=function.__name__, marks=_marks(function)) for function in found
    ]


def _marks(function):
    return [pytest.mark.torch] if "torch" in function.__code__.co_names else []


def _is(value, expected):
    """Whether a value is of a type exactly, with what it holds."""
    kind, inner = get_origin(expected) or expected, get_args(expected)
    if kind is Any:
        return True
    if kind in (Union, UnionType):
        return any(_is(value, one) for one in inner)
    if type(value) is not kind:
        return False
    if kind is np.ndarray and inner:
        return issubclass(value.dtype.type, get_args(inner[1]) or object)
    if kind is list and inner:
        return all(_is(entry, inner[0]) for entry in value)
    if kind is tuple and inner[-1] is ...:
        return all(_is(entry, inner[0]) for entry in value)
    if kind is tuple:
        return len(value) == len(inner) and all(map(_is, value, inner))
    return True


def _assert_type(value, expected):
    if isinstance(expected, str):
        # What pandas does not have at run time: types of what its containers hold.
        caller = sys._getframe(1)
        expected = eval(expected.partition("[")[0], caller.f_globals, caller.f_locals)
    assert _is(value, expected), f"{type(value)} instead of {expected}"
    return value


@pytest.mark.parametrize("checker", COMMANDS)
def test_type_checkers_agree(checker):
    for module in (checker, "pandas-stubs", "polars"):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed")
    run = subprocess.run(
        [sys.executable, "-m", *COMMANDS[checker]],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")
@pytest.mark.parametrize("example", _functions(examples))
def test_what_type_checkers_see_comes_out(example, monkeypatch):
    monkeypatch.setattr(examples, "assert_type", _assert_type)
    try:
        example()
    except ModuleNotFoundError as error:
        pytest.skip(f"{error.name} is not installed")


@pytest.mark.parametrize("call", _functions(wrong_calls))
def test_what_type_checkers_refuse_does_not_work(call):
    try:
        with pytest.raises((AttributeError, TypeError, ValueError)):
            call()
    except ModuleNotFoundError as error:
        pytest.skip(f"{error.name} is not installed")


def test_types_are_asserted_of_every_sampler():
    source = inspect.getsource(examples.every_sampler)
    missing = [
        kind.__name__ for kind in all_samplers() if f" assert_type({kind.__name__}(" not in source
    ]
    assert missing == []
