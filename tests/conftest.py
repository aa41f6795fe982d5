"""Fixtures that run one test for every container, engine or data folder."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

from balancekit.core.neighbors import ENGINES
from balancekit.testing import CONTAINERS

settings.register_profile("balancekit", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("balancekit")


def _marked(name):
    if CONTAINERS[name].library != "torch":
        return name
    missing = pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
    return pytest.param(name, marks=[pytest.mark.torch, missing])


@pytest.fixture(scope="session", params=[_marked(name) for name in CONTAINERS])
def container(request):
    """Name of a container, for `balancekit.testing.from_numpy`."""
    return request.param


def _needs_torch(name):
    missing = pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
    return pytest.param(name, marks=[pytest.mark.torch, missing]) if name == "torch" else name


@pytest.fixture(scope="session", params=[_needs_torch(name) for name in ENGINES])
def engine(request):
    """Name of a neighbour engine."""
    return request.param


@pytest.fixture
def data_folder():
    """Folder of real data sets, where there is one."""
    folder = os.environ.get("BALANCEKIT_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("BALANCEKIT_DATA names no folder of data sets")
    return Path(folder)
