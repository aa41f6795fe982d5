"""Kernels compile with or without a cache, and for processors other than this one."""

import shutil
from pathlib import Path

import pytest
from tests.kernels.process import run_python

import balancekit
from balancekit.kernels.compiling import PROPOSES, compiled

SEARCH = """
import numpy as np
from balancekit.core.neighbors import DirectEngine
from balancekit.core.neighbors.compiled import CompiledEngine

rng = np.random.RandomState(0)
rows = np.arange(300)
for X in (rng.randn(300, 20), np.round(rng.randn(300, 3), 1), rng.randn(300, 130) * 9 + 1e6):
    for queries, among in ((rows, rows), (rows[::7], rows[::2])):
        found = CompiledEngine(2).kneighbors(X, queries, among, 5)
        expected = DirectEngine().kneighbors(X, queries, among, 5)
        assert all(map(np.array_equal, found, expected))
"""


def test_only_what_proposes_may_reorder_its_sums():
    def function():
        return 1.0

    assert not compiled()(function).targetoptions["fastmath"]
    assert compiled(proposes=True)(function).targetoptions["fastmath"] == PROPOSES
    assert "nnan" not in PROPOSES
    assert "ninf" not in PROPOSES
    for kernel in (compiled()(function), compiled(proposes=True)(function)):
        assert kernel.targetoptions["nogil"]
        assert kernel() == 1.0


@pytest.fixture
def no_cache(tmp_path):
    """Environment of a process that finds no place for numba's cache: root may write anywhere."""
    package = tmp_path / "balancekit"
    ours = Path(balancekit.__file__).parent
    shutil.copytree(ours, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (package, *package.rglob("*/")):
        if folder.is_dir():
            (folder / "__pycache__").touch()
    file = tmp_path / "file"
    file.touch()
    return {
        "PYTHONPATH": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "NUMBA_CACHE_DIR": str(file / "cache"),
        "XDG_CACHE_HOME": str(file),
        "HOME": str(file),
    }


@pytest.mark.slow
def test_without_a_place_for_the_cache_kernels_are_compiled_anew(no_cache):
    check = """
import balancekit, os
from balancekit.core.neighbors import cost
from balancekit.kernels.neighbors.sweep import sweep
assert balancekit.__file__.startswith(os.environ["PYTHONPATH"])
assert type(sweep._cache).__name__ == "NullCache"
assert not cost._is_cached()
"""
    run_python(check + SEARCH, timeout=300, **no_cache)


def test_new_rows_need_no_place_for_the_cache(no_cache):
    run_python("import balancekit.kernels.interpolation", **no_cache)


@pytest.mark.slow
def test_kernels_are_kept_in_the_cache_folder(tmp_path):
    environment = {"NUMBA_CACHE_DIR": str(tmp_path)}
    run_python(SEARCH, timeout=300, **environment)
    before = sorted(tmp_path.rglob("*.nb?"))
    assert any("sweep.sweep-" in path.name for path in before)
    again = """
from balancekit.core.neighbors import cost
from balancekit.kernels.neighbors.sweep import sweep
assert cost._is_cached()
assert sum(sweep.stats.cache_hits.values()) > 0
assert not sweep.stats.cache_misses
"""
    run_python(SEARCH + again, **environment)
    assert sorted(tmp_path.rglob("*.nb?")) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["NARROW", "NEON", "MIDDLE", "WIDE"])
def test_the_search_is_exact_with_the_tile_of_any_processor(name, tmp_path):
    # The tile is no part of the key of numba's cache, so each gets a folder of its own.
    choose = f"""
from balancekit.kernels.neighbors import target
target.host_tile = lambda: target.{name}
"""
    run_python(choose + SEARCH, timeout=300, NUMBA_CACHE_DIR=str(tmp_path))


@pytest.mark.slow
def test_the_search_is_exact_without_any_vector_instructions_beyond_the_least(tmp_path):
    # What LLVM compiles for: on x86, neither AVX nor fused multiplication.
    choose = """
from balancekit.kernels.neighbors import target
target.host_tile = lambda: target.NARROW
"""
    environment = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    run_python(choose + SEARCH, timeout=300, NUMBA_CACHE_DIR=str(tmp_path), **environment)
