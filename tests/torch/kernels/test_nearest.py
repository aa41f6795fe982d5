"""The search on tensors: proofs, tiles, and what happens when memory is short."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from balancekit.core.neighbors import DirectEngine
from balancekit.core.neighbors.tensors import TorchEngine
from balancekit.kernels.torch import comparison, memory, nearest, points, proposals
from balancekit.kernels.torch.distance import sum_in_order

pytestmark = pytest.mark.torch

rng = np.random.default_rng(0)


def _same_as_by_definition(X, queries=None, k=5):
    among = np.arange(len(X))
    queries = among if queries is None else queries
    found = TorchEngine().kneighbors(X, queries, among, k)
    expected = DirectEngine().kneighbors(X, queries, among, k)
    for ours, theirs in zip(found, expected, strict=True):
        assert_array_equal(ours, theirs)


@pytest.fixture
def compared(monkeypatch):
    """Numbers of queries that all candidates were compared with."""
    seen = []
    inner = nearest._all_compared

    def noted(queries, *others):
        seen.append(len(queries))
        return inner(queries, *others)

    monkeypatch.setattr(nearest, "_all_compared", noted)
    return seen


def test_the_sum_has_the_fixed_order():
    gaps = rng.standard_normal((50, 21)) * np.logspace(-8, 8, 21)
    stripes = np.zeros((8, 50))
    for column, square in enumerate((gaps**2).T):
        stripes[column % 8] += square
    a, b, c, d, e, f, g, h = stripes
    expected = ((a + e) + (c + g)) + ((b + f) + (d + h))
    assert_array_equal(sum_in_order(torch.from_numpy(gaps)).numpy(), expected)


@pytest.mark.parametrize("n_columns", [1, 3, 8, 30])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_proposals_are_proven_on_plain_rows(compared, n_columns, dtype):
    _same_as_by_definition(rng.standard_normal((700, n_columns)).astype(dtype))
    assert not compared


@pytest.mark.parametrize(
    "X",
    [
        rng.integers(0, 3, (600, 3)).astype(float),
        np.repeat(rng.standard_normal((10, 4)), 60, axis=0),
        np.vstack([rng.standard_normal((300, 4)), rng.standard_normal((300, 4)) + 1e9]),
        np.vstack([rng.standard_normal((300, 4)) * 1e-30, np.ones((1, 4))]),
        rng.standard_normal((600, 4)) * 1e30,
    ],
    ids=["grid", "copies", "far clusters", "tiny beside large", "large"],
)
def test_what_low_precision_cannot_tell_apart_is_decided_all_the_same(X):
    _same_as_by_definition(X)


def test_what_is_not_proven_is_compared_with_everything(compared):
    _same_as_by_definition(np.ones((600, 3)))
    assert compared == [600]


@pytest.mark.parametrize(
    "X",
    [
        rng.integers(0, 2, (400, 3)).astype(np.float32) - 1,
        np.vstack([np.zeros((200, 2)), rng.standard_normal((100, 2)), -np.zeros((50, 2))]),
    ],
    ids=["corners", "zeros of both signs"],
)
@pytest.mark.parametrize("queries", [None, np.arange(0, 250, 3)])
def test_crowds_are_left_out(monkeypatch, compared, X, queries):
    monkeypatch.setattr(nearest, "WORTH_SORTING", 1)
    _same_as_by_definition(X, queries)
    assert not compared


def test_rows_that_differ_by_less_than_squares_can_hold_are_no_copies(monkeypatch, compared):
    monkeypatch.setattr(nearest, "WORTH_SORTING", 1)
    X = np.vstack(
        [np.zeros((150, 2)), np.full((1, 2), 1e-170), np.zeros((150, 2)), np.ones((3, 2))]
    )
    _same_as_by_definition(X, np.arange(140, 160))
    assert compared == [20]


def test_queries_that_are_no_candidates_need_but_a_few_of_a_crowd(monkeypatch, compared):
    monkeypatch.setattr(nearest, "WORTH_SORTING", 1)
    X = np.repeat(rng.standard_normal((6, 3)), 100, axis=0)
    queries, among = np.arange(0, 600, 2), np.arange(1, 600, 2)
    found = TorchEngine().kneighbors(X, queries, among, 5)
    expected = DirectEngine().kneighbors(X, queries, among, 5)
    assert_array_equal(found[1], expected[1])
    assert not compared


@pytest.mark.parametrize("precision", ["high", "medium"])
def test_matrix_products_may_be_rounded_more(precision):
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        _same_as_by_definition(rng.standard_normal((500, 12)))
    finally:
        torch.set_float32_matmul_precision(before)


@pytest.mark.parametrize("n_bytes", [1, 4_096, 2**18])
def test_the_size_of_tiles_does_not_show(monkeypatch, n_bytes):
    for module in (nearest, comparison):
        monkeypatch.setattr(module, "tile_bytes", lambda device: n_bytes)
    _same_as_by_definition(rng.standard_normal((300, 5)), queries=np.arange(0, 300, 7))
    _same_as_by_definition(np.ones((40, 3)))


def test_groups_do_not_hide_small_values():
    tile = torch.from_numpy(rng.standard_normal((20, 32 * 40)))
    values, places = proposals._smallest_of_tile(tile.clone(), 9)
    expected = tile.sort(dim=1)
    assert torch.equal(values, expected.values[:, :9])
    assert torch.equal(places, expected.indices[:, :9])


def test_tiles_shrink_when_memory_runs_out():
    tried = []

    def work(n_bytes):
        tried.append(n_bytes)
        if n_bytes > 2**22:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return "done"

    assert memory.in_less_memory(work, 2**26) == "done"
    assert tried == [2**26, 2**24, 2**22]


def test_the_message_says_how_much_was_needed():
    def work(n_bytes):
        raise torch.OutOfMemoryError("Tried to allocate 3 GiB")

    with pytest.raises(MemoryError, match=r"tiles of 1 MiB.*Tried to allocate 3 GiB"):
        memory.in_less_memory(work, 2**26)


def test_the_message_says_how_much_the_rows_themselves_need(monkeypatch):
    def full(*given):
        raise torch.OutOfMemoryError("Tried to allocate 3 GiB")

    monkeypatch.setattr(points.Points, "of", full)
    with pytest.raises(MemoryError, match=r"about 3 MiB.*use the CPU.*Tried to allocate"):
        _same_as_by_definition(rng.standard_normal((8_000, 4)))


def test_tiles_of_a_search_shrink_until_they_fit(monkeypatch):
    tried = []
    inner = nearest.proposed

    def proposed(*given):
        tried.append(given[-1])
        if given[-1] > memory.SMALLEST_TILE:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return inner(*given)

    monkeypatch.setattr(nearest, "proposed", proposed)
    _same_as_by_definition(rng.standard_normal((300, 4)))
    assert tried == [2**23, 2**21, 2**20]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
@pytest.mark.parametrize("shape", [(3_000, 30), (500, 784)])
def test_a_gpu_finds_the_same(shape):
    X = rng.standard_normal(shape).astype(np.float32)
    among = np.arange(len(X))
    found = TorchEngine("cuda").kneighbors(X, among, among, 5)
    for ours, theirs in zip(found, DirectEngine().kneighbors(X, among, among, 5), strict=True):
        assert_array_equal(ours, theirs)
