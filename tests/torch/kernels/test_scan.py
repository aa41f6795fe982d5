"""The search by limits that tighten, with Triton's kernel interpreted on the CPU."""

import os
import subprocess
import sys
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from balancekit.core.neighbors import DirectEngine
from balancekit.core.neighbors.tensors import TorchEngine
from balancekit.kernels.torch import nearest, running, scan
from balancekit.kernels.torch.points import Frame, Points
from balancekit.over_sampling import SMOTE

pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(find_spec("triton") is None, reason="Triton is not installed"),
]

KERNEL = "balancekit.kernels.torch.scan_kernel"
IS_INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
rng = np.random.default_rng(0)

# Triton decides when it is imported, which PyTorch may do at any time.
interpreted = pytest.mark.skipif(not IS_INTERPRETED, reason="Triton does not interpret kernels")


@pytest.mark.skipif(IS_INTERPRETED, reason="this is that process")
def test_all_of_this_passes_in_a_process_that_interprets_kernels():
    of_xdist = [name for name in os.environ if name.startswith("PYTEST_")]
    environment = {name: value for name, value in os.environ.items() if name not in of_xdist}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", __file__],
        env=environment | {"TRITON_INTERPRET": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


@pytest.fixture
def left_over(monkeypatch):
    """Numbers of queries that had too many rivals, with parts that are small enough for a test."""
    monkeypatch.setattr(running, "FIRST", 128)
    seen = []
    inner = running.scanned

    def noted(*given):
        squared, rows, is_complete = inner(*given)
        seen.append(int((~is_complete).sum()))
        return squared, rows, is_complete

    monkeypatch.setattr(nearest, "scanned", noted)
    return seen


def _same_as_by_definition(X, queries=None, k=5):
    among = np.arange(len(X))
    queries = among[:: max(1, len(X) // 150)] if queries is None else queries
    found = TorchEngine().kneighbors(X, queries, among, k)
    expected = DirectEngine().kneighbors(X, queries, among, k)
    for ours, theirs in zip(found, expected, strict=True):
        assert_array_equal(ours, theirs)


def _points(X):
    rows = torch.from_numpy(X)
    exponent = int(np.frexp(np.abs(X).max())[1])
    frame = Frame.of(rows, exponent)
    return Points.of(rows, frame, torch.float16, torch.float16, 2**20), frame


@interpreted
@pytest.mark.parametrize("n_columns", [1, 16, 30, 65])
def test_the_scan_finds_all_that_is_near_enough_and_little_else(n_columns):
    X = rng.standard_normal((700, n_columns))
    points, frame = _points(X)
    order = running._spread(len(X), torch.device("cpu"))
    table = scan.Table.of(points, order)
    queries = points.take(torch.arange(150))
    squared = ((X[:150, None] - X[None]) ** 2).sum(2)
    near = np.sort(squared, axis=1)[:, 6]
    limits = scan.Limits.of(queries, queries.reach(torch.from_numpy(near), frame.factor))
    hits = table.within(limits, 128, 640, 64)
    is_found = np.zeros(squared.shape, dtype=bool)
    is_found[tuple(part.numpy() for part in hits.pairs(table.ids))] = True
    is_asked = np.zeros(len(X), dtype=bool)
    is_asked[order[128:640].numpy()] = True
    is_near = (squared <= near[:, None]) & is_asked
    assert hits.is_complete.all()
    assert not (is_near & ~is_found).any()
    assert not (is_found & ~is_asked).any()
    assert (is_found & (squared > 1.1 * near[:, None] + 1e-4)).sum() == 0


@interpreted
def test_words_beyond_the_capacity_are_counted():
    X = np.ones((256, 2))
    points, frame = _points(X)
    table = scan.Table.of(points, torch.arange(256))
    reach = points.reach(torch.zeros(256, dtype=torch.float64), frame.factor)
    hits = table.within(scan.Limits.of(points, reach), 0, 256, 3)
    assert not hits.is_complete.any()
    assert_array_equal(hits.counts.sum(1).numpy(), np.full(256, 256 // scan.WORD))
    assert len(hits.pairs(table.ids)[0]) == 0


@interpreted
@pytest.mark.parametrize("n_columns", [1, 3, 30, 130])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_limits_lead_to_the_nearest(left_over, n_columns, dtype):
    _same_as_by_definition(rng.standard_normal((1_100, n_columns)).astype(dtype))
    assert left_over == [0]


@interpreted
@pytest.mark.parametrize(
    "X",
    [
        rng.integers(0, 4, (900, 4)).astype(float),
        np.repeat(rng.standard_normal((15, 4)), 60, axis=0),
        np.vstack([rng.standard_normal((450, 4)), rng.standard_normal((450, 4)) + 1e9]),
        np.vstack([rng.standard_normal((900, 4)), np.full((1, 4), 1e6)]),
        rng.standard_normal((900, 4)) * 1e30,
        np.sort(rng.standard_normal((900, 1)), axis=0),
        rng.standard_cauchy((900, 3)),
    ],
    ids=["grid", "copies", "far clusters", "one far away", "large", "sorted", "heavy tails"],
)
def test_what_has_many_rivals_is_searched_all_the_same(left_over, X):
    _same_as_by_definition(X)


@interpreted
def test_queries_need_not_be_candidates(left_over):
    X = rng.standard_normal((800, 4))
    queries, among = np.arange(0, 200, 2), np.arange(150, 800)
    found = TorchEngine().kneighbors(X, queries, among, 3)
    expected = DirectEngine().kneighbors(X, queries, among, 3)
    assert_array_equal(found[1], expected[1])
    assert left_over == [0]


@interpreted
def test_too_many_rivals_are_told(left_over):
    _same_as_by_definition(np.ones((600, 3)), queries=np.arange(70))
    assert left_over == [70]


@interpreted
@pytest.mark.parametrize("n_bytes", [1, 2**20])
def test_the_size_of_tiles_does_not_show(monkeypatch, left_over, n_bytes):
    monkeypatch.setattr(nearest, "tile_bytes", lambda device: n_bytes)
    _same_as_by_definition(rng.standard_normal((500, 3)), queries=np.arange(0, 500, 50))


@interpreted
@pytest.mark.parametrize("fault", [RuntimeError("no compiler"), None])
def test_a_kernel_that_fails_or_errs_is_told_and_not_used(monkeypatch, fault):
    def broken(self, limits, first, last, capacity):
        if fault:
            raise fault
        nothing = torch.zeros((len(limits.rows), 1, capacity), dtype=torch.int32)
        return scan.Hits(nothing, nothing, nothing[:, :, 0])

    monkeypatch.setattr(scan.Table, "within", broken)
    monkeypatch.setattr(scan, "_runs", scan._runs.__wrapped__)
    monkeypatch.setattr(running, "FIRST", 128)
    why = "no compiler" if fault else "does not find what is to be found"
    with pytest.warns(RuntimeWarning, match=f"does not run on cpu: .*{why}"):
        _same_as_by_definition(rng.standard_normal((400, 3)))


@interpreted
def test_few_candidates_are_not_scanned(left_over):
    _same_as_by_definition(rng.standard_normal((250, 3)))
    assert not left_over


@interpreted
def test_a_sampler_delivers_the_same_rows(left_over):
    X, y = rng.standard_normal((900, 3)), np.repeat([0, 1], [500, 400])
    expected, _ = SMOTE(random_state=0, engine="direct").fit_resample(X, y)
    found, _ = SMOTE(random_state=0, engine="torch").fit_resample(X, y)
    assert_array_equal(found, expected)
    assert left_over == [0]


@pytest.mark.parametrize("n", [1, 2, 3, 1_000, 1_024, 1_025])
def test_the_order_has_every_row_once(n):
    order = running._spread(n, torch.device("cpu"))
    assert_array_equal(np.sort(order.numpy()), np.arange(n))


@pytest.mark.parametrize("n", [9_000, 16_384, 16_512, 1_000_064])
def test_parts_cover_the_table(n):
    stops = running._stops(n)
    assert (stops[0], stops[-1]) == (0, n)
    assert all(first < last for first, last in pairwise(stops))


@pytest.mark.parametrize("n_padded", [32, pytest.param(832, marks=pytest.mark.slow)])
def test_the_kernel_compiles_for_a_gpu(n_padded):
    """Triton compiles without a device; an interpreter does not see what that lacks."""
    script = f"""
from triton import compile
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from {KERNEL} import within
types = dict.fromkeys(within.arg_names, "i32")
types |= dict.fromkeys(["queries", "candidates"], "*fp16")
types |= dict.fromkeys(["reaches", "offsets", "biases", "errors"], "*fp32")
types |= dict.fromkeys(["groups", "words", "counts"], "*i32")
depth = min(64, {n_padded})
constants = dict(DEPTH=depth, STEPS={n_padded} // depth, ROWS=128, WIDTH=128)
types |= dict.fromkeys(constants, "constexpr")
source = ASTSource(within, types, constants)
options = dict(num_warps=8, num_stages=2)
made = compile(source, target=GPUTarget("cuda", 90, 32), options=options)
print(made.asm["ptx"].count("wgmma.mma_async"))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0
