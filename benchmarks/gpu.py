"""Neighbours and samplers on a device, beside the CPU engine and the plain way with PyTorch.

``python -m benchmarks.gpu [--device cuda] [--shapes 1000000x30 100000x784] [--rounds 3]``: medians
of several rounds, the device's queue awaited; the largest allocation beside the rows, and what was
to be expected of it; and whether the CPU engine gives the same answer, up to ``--compared`` rows.
Without a CUDA device, it runs on the CPU at small shapes, to see that it works; such times mean
nothing.
"""

import argparse
import statistics
import time
from datetime import date
from functools import partial
from importlib.util import find_spec

import numpy as np
import torch

from balancekit.core.neighbors import choose_engine
from balancekit.core.neighbors.tensors import TorchEngine
from balancekit.kernels.torch.memory import bytes_beside_tiles, tile_bytes
from balancekit.kernels.torch.running import is_worth_scanning
from balancekit.over_sampling import SMOTE
from balancekit.under_sampling import ClusterCentroids, EditedNearestNeighbours, TomekLinks
from benchmarks.timing import machine

K = 5
PLAIN_ROWS = 2_048


def _clock(call, device, rounds):
    """Return the median seconds, the peak in MiB beside what was there, and the last result."""
    call()
    seconds = []
    is_cuda = device.type == "cuda"
    before = torch.cuda.memory_allocated(device) if is_cuda else 0
    if is_cuda:
        torch.cuda.reset_peak_memory_stats(device)
    for _ in range(rounds):
        start = time.perf_counter()
        result = call()
        if is_cuda:
            torch.cuda.synchronize(device)
        seconds.append(time.perf_counter() - start)
    peak = (torch.cuda.max_memory_allocated(device) - before) / 2**20 if is_cuda else None
    return statistics.median(seconds), peak, result


def _plain(rows):
    """Search as one would by hand: distances of some rows to all, and the smallest of them."""
    found = []
    for start in range(0, len(rows), PLAIN_ROWS):
        distances = torch.cdist(rows[start : start + PLAIN_ROWS], rows)
        found.append(distances.topk(K + 1, largest=False).indices)
    return torch.cat(found)


def _rivals(rows):
    """Return other searches for the device, where these are installed."""
    rivals = {"torch.cdist and topk": lambda: _plain(rows)}
    if rows.is_cuda and find_spec("cuml"):
        from cuml.neighbors import NearestNeighbors

        table = rows.cpu().numpy()
        search = NearestNeighbors(n_neighbors=K + 1, algorithm="brute").fit(table)
        rivals["cuML, brute force"] = lambda: search.kneighbors(table)
    if rows.is_cuda and find_spec("faiss"):
        import faiss

        if hasattr(faiss, "StandardGpuResources"):
            index = faiss.index_cpu_to_all_gpus(faiss.IndexFlatL2(rows.shape[1]))
            table = rows.cpu().numpy()
            index.add(table)
            rivals["faiss, flat"] = lambda: index.search(table, K + 1)
    return rivals


class _OnDevice:
    """Rows that the engine takes for those of a tensor on its device."""

    def __init__(self, tensor):
        self.tensor = tensor
        self.shape = tuple(tensor.shape)

    def __getitem__(self, rows):
        return self.tensor[torch.from_numpy(rows)].cpu().numpy()


def _search(shape, device, options):
    n_rows, n_columns = map(int, shape.split("x"))
    X = np.random.default_rng(0).random((n_rows, n_columns), dtype=np.float32)
    rows, ids = torch.from_numpy(X).to(device), np.arange(n_rows)
    way = (
        "Triton's kernel"
        if is_worth_scanning(n_rows, n_columns, K, device)
        else "PyTorch's products"
    )
    expected = (bytes_beside_tiles(n_rows, n_rows, n_columns, K) + tile_bytes(device)) / 2**20
    print(f"\n{K} neighbours of every row, {shape}, uniform, float32, by {way}")
    print(f"  memory foreseen, rows included: {expected:,.0f} MiB")
    calls = {
        "balancekit": lambda: TorchEngine().kneighbors(_OnDevice(rows), ids, ids, K),
        "balancekit, from NumPy": lambda: TorchEngine(str(device)).kneighbors(X, ids, ids, K),
    }
    for name, call in {**calls, **_rivals(rows)}.items():
        seconds, peak, result = _clock(call, device, options.rounds)
        memory = "" if peak is None else f", {peak:,.0f} MiB"
        print(f"  {name:<24} {seconds:9.3f} s{memory}")
        if name == "balancekit":
            found = result
    if n_rows <= options.compared:
        seconds, _, expected = _clock(
            lambda: choose_engine("k", K, "compiled", None)[0].kneighbors(X, ids, ids, K),
            torch.device("cpu"),
            1,
        )
        same = all(np.array_equal(*pair) for pair in zip(found, expected, strict=True))
        print(f"  {'compiled, on the CPU':<24} {seconds:9.3f} s; the same answer: {same}")


def _samplers(n_rows, device, rounds):
    rng = np.random.default_rng(0)
    X = torch.from_numpy(rng.random((n_rows, 30), dtype=np.float32)).to(device)
    y = torch.from_numpy((rng.random(n_rows) < 0.1).astype(np.int64)).to(device)
    print(f"\nfit_resample of tensors on the device, {n_rows:,} x 30, one row in ten of class 1")
    # On a CPU, the engine has to be named for the way of a device to be taken.
    named = {} if device.type == "cuda" else {"engine": "torch"}
    few = slice(0, n_rows // 20)
    for sampler, part in (
        (SMOTE(random_state=0), slice(None)),
        (TomekLinks(), slice(None)),
        (EditedNearestNeighbours(), slice(None)),
        (ClusterCentroids(random_state=0), few),
    ):
        sampler.set_params(**named)
        rows, labels = X[part], y[part]
        call = partial(sampler.fit_resample, rows, labels)
        seconds, peak, _ = _clock(call, device, rounds)
        memory = "" if peak is None else f", {peak:,.0f} MiB"
        name = f"{type(sampler).__name__}, {len(rows):,} rows"
        print(f"  {name:<42} {seconds:9.3f} s{memory}")


def main(arguments=None):
    """Time the search and samplers."""
    has_gpu = torch.cuda.is_available()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cuda" if has_gpu else "cpu")
    parser.add_argument("--shapes", nargs="*", default=None)
    parser.add_argument("--rows", type=int, default=1_000_000 if has_gpu else 2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compared", type=int, default=100_000)
    options = parser.parse_args(arguments)
    device = torch.device(options.device)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else machine()
    print(f"{date.today()}, {name}, torch {torch.__version__}")
    shapes = ["1000000x30", "100000x784"] if has_gpu else ["3000x30", "1000x784"]
    for shape in shapes if options.shapes is None else options.shapes:
        _search(shape, device, options)
    _samplers(options.rows, device, options.rounds)


if __name__ == "__main__":
    main()
