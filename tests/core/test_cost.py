"""Compiled kernels are used where they are worth loading or compiling."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from tests.kernels.process import run_python

from balancekit.core.neighbors import AutomaticEngine, DirectEngine, automatic, cost
from balancekit.core.neighbors.cost import is_worth_kernels

SEARCH = "sweep.sweep"
MODULE = "balancekit.kernels.neighbors.sweep"

BIG = [(20_000, 20_000, 130), (100_000, 100_000, 30), (1_000, 10**6, 60)]
MIDDLING = [(20_000, 20_000, 10), (60_000, 60_000, 1), (5_000, 50_000, 100)]
SMALL = [(200, 200, 30), (2_000, 2_000, 100), (20_000, 500, 20)]
TINY = [(5, 5, 1000), (199, 199, 10_000), (100, 300, 50), (1, 39_999, 3), (0, 10_000, 5)]


@pytest.fixture
def state(monkeypatch):
    """Say whether kernels are loaded, and whether they are cached."""

    def pretend(*, loaded, cached):
        monkeypatch.setattr(cost, "_is_loaded", lambda kernel: loaded)
        monkeypatch.setattr(cost, "_is_cached", lambda kernel: cached)

    return pretend


@pytest.mark.parametrize(
    ("loaded", "cached", "worth"),
    [
        (False, False, BIG),
        (False, True, BIG + MIDDLING),
        (True, False, BIG + MIDDLING + SMALL),
        (True, True, BIG + MIDDLING + SMALL),
    ],
)
def test_the_more_is_there_the_less_work_is_worth_kernels(state, loaded, cached, worth):
    state(loaded=loaded, cached=cached)
    for shape in BIG + MIDDLING + SMALL + TINY:
        assert is_worth_kernels(*shape) == (shape in worth), shape


def test_sizes_that_are_integers_of_numpy_do_not_overflow(state):
    state(loaded=False, cached=False)
    assert is_worth_kernels(np.int32(2**31 - 1), np.int32(2**31 - 1), np.int32(2**31 - 1))


@pytest.fixture
def cache_folder(monkeypatch, tmp_path):
    """A folder for numba's cache, looked into anew."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    cost._is_cached.cache_clear()
    yield tmp_path
    cost._is_cached.cache_clear()


def test_kernels_are_looked_for_in_the_cache_folder(cache_folder):
    assert not cost._is_cached(SEARCH)
    folder = cache_folder / "neighbors_0123"
    folder.mkdir()
    (folder / "sweep.sweep-12.py311.nbi").touch()
    cost._is_cached.cache_clear()
    assert cost._is_cached(SEARCH)


def test_other_kernels_in_the_cache_are_not_taken_for_the_search(cache_folder):
    (cache_folder / "sweep.half_gap-37.py311.nbi").touch()
    (cache_folder / "interpolation._interpolate-12.py311.nbi").touch()
    assert not cost._is_cached(SEARCH)


def test_a_cache_folder_that_cannot_be_is_an_empty_one(cache_folder, monkeypatch):
    (cache_folder / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(cache_folder / "file" / "cache"))
    assert not cost._is_cached(SEARCH)


def test_kernels_count_as_loaded_once_they_are_compiled(monkeypatch):
    class Kernel:
        signatures = ()

    class Module:
        sweep = Kernel

    monkeypatch.setitem(cost.sys.modules, MODULE, Module)
    assert not cost._is_loaded(SEARCH)
    Kernel.signatures = ("a signature",)
    assert cost._is_loaded(SEARCH)
    monkeypatch.delitem(cost.sys.modules, MODULE)
    assert not cost._is_loaded(SEARCH)


@pytest.mark.parametrize("is_worth", [True, False])
def test_the_automatic_search_goes_by_the_cost(monkeypatch, is_worth):
    asked = []

    def answer(*shape):
        asked.append(shape)
        return is_worth

    def refuse(*_):
        raise AssertionError

    X, rows = np.random.RandomState(0).randn(300, 4), np.arange(300)
    expected = DirectEngine().kneighbors(X, rows[:250], rows, 3)[1]
    monkeypatch.setattr(automatic, "is_worth_kernels", answer)
    if is_worth:
        monkeypatch.setattr(automatic.ScikitLearnEngine, "kneighbors", refuse)
    else:
        from balancekit.core.neighbors.compiled import CompiledEngine

        monkeypatch.setattr(CompiledEngine, "kneighbors", refuse)
    assert_array_equal(AutomaticEngine(1).kneighbors(X, rows[:250], rows, 3)[1], expected)
    assert asked == [(250, 300, 4)]


def test_small_samplings_import_no_compiler_even_if_kernels_are_cached(tmp_path):
    (tmp_path / "sweep.sweep-12.py311.nbi").touch()
    script = """
import sys
import numpy as np
from balancekit.core.neighbors import cost
from balancekit.over_sampling import SMOTE

assert cost._is_cached("sweep.sweep")
X, y = np.random.RandomState(0).randn(900, 4), np.repeat([0, 1], [600, 300])
for engine in ("auto", "sklearn", "direct"):
    SMOTE(random_state=0, engine=engine).fit_resample(X, y)
print(*{"numba", "llvmlite", "balancekit.kernels.neighbors.sweep"} & set(sys.modules))
"""
    assert run_python(script, NUMBA_CACHE_DIR=str(tmp_path)) == "\n"
