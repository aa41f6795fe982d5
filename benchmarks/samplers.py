"""Every sampler that imbalanced-learn has too, against it, on as many threads."""

# Sets the number of threads before any library is loaded.
import benchmarks.thread_limit  # noqa: F401

# isort: split
import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

import imblearn.combine
import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
from threadpoolctl import threadpool_limits

import balancekit
import balancekit.combine
import balancekit.over_sampling
import balancekit.under_sampling
from benchmarks.data import imbalanced
from benchmarks.timing import interleaved, machine, peak_memory_of, ratio

MIB = 2**20
# Sampler, its parameters, rows.
CASES = [
    ("CondensedNearestNeighbour", {}, 10_000),
    ("TomekLinks", {}, 100_000),
    ("EditedNearestNeighbours", {}, 100_000),
    ("RepeatedEditedNearestNeighbours", {}, 100_000),
    ("AllKNN", {}, 100_000),
    ("NeighbourhoodCleaningRule", {}, 100_000),
    ("OneSidedSelection", {}, 100_000),
    ("NearMiss", {"version": 1}, 100_000),
    ("NearMiss", {"version": 2}, 20_000),
    ("NearMiss", {"version": 3}, 100_000),
    ("SMOTE", {}, 100_000),
    ("BorderlineSMOTE", {}, 200_000),
    ("ADASYN", {}, 200_000),
    ("KMeansSMOTE", {"cluster_balance_threshold": 0.02}, 100_000),
    ("SVMSMOTE", {}, 10_000),
    ("ClusterCentroids", {}, 5_000),
    ("SMOTEENN", {}, 50_000),
    ("SMOTETomek", {}, 50_000),
]
# Too large for imbalanced-learn's memory.
ALONE = [("NearMiss", {"version": 2}, 200_000)]
MEMORY = ["TomekLinks", "EditedNearestNeighbours", "OneSidedSelection"]
LIBRARIES = {"balancekit": balancekit, "imbalanced-learn": imblearn}


def build(library, name, parameters):
    """Make a sampler, with a fresh stream if it draws."""
    for module in (library.over_sampling, library.under_sampling, library.combine):
        if hasattr(module, name):
            sampler = getattr(module, name)(**parameters)
            break
    if "random_state" in sampler.get_params():
        sampler.set_params(random_state=np.random.RandomState(0))
    return sampler


def in_order(resampled):
    """Return the rows by class and first column: ClusterCentroids has an order of its own."""
    X, y = resampled
    return X[np.lexsort((X[:, 0], y))]


def compare(name, parameters, n_rows, n_columns, rounds, seconds_at_most):
    """Print the ratio of one case; a slow incumbent gets fewer rounds."""
    X, y = imbalanced(n_rows, n_columns)
    calls = {
        library: lambda module=module: build(module, name, parameters).fit_resample(X, y)
        for library, module in LIBRARIES.items()
    }
    start = time.perf_counter()
    theirs = calls["imbalanced-learn"]()
    taken = time.perf_counter() - start
    ours = calls["balancekit"]()
    same = ours[0].shape == theirs[0].shape and np.allclose(*map(in_order, (ours, theirs)))
    if taken > seconds_at_most / 3:
        mine = []
        for _ in range(rounds):
            start = time.perf_counter()
            calls["balancekit"]()
            mine.append(time.perf_counter() - start)
        times, seconds = taken / statistics.median(mine), statistics.median(mine)
    else:
        found = interleaved(calls, max(1, min(rounds, int(seconds_at_most / taken))))
        times = ratio(found, "imbalanced-learn", "balancekit")
        seconds = statistics.median(found["balancekit"])
    title = f"{name}({', '.join(f'{key}={value}' for key, value in parameters.items())})"
    print(
        f"  {title:<52} {n_rows:>8} rows: {seconds:8.3f} s, {times:8.1f} times as fast, "
        f"{'same rows' if same else 'OTHER ROWS'}",
        flush=True,
    )


def alone(name, parameters, n_rows, n_columns):
    """Print the time and memory of a case that imbalanced-learn cannot do here."""
    X, y = imbalanced(n_rows, n_columns)
    start = time.perf_counter()
    build(balancekit, name, parameters).fit_resample(X, y)
    print(f"  {name}({parameters}) {n_rows} rows: {time.perf_counter() - start:.2f} s", flush=True)


def memory_of(name, n_rows, n_columns):
    """Print how far memory rises, in sizes of the input; runs in a process of its own."""
    X, y = imbalanced(n_rows, n_columns)
    build(balancekit, name, {}).fit_resample(X[:3000], y[:3000])
    sampler = build(balancekit, name, {})
    grown, result = peak_memory_of(lambda: sampler.fit_resample(X, y))
    size = X.nbytes + y.nbytes
    print(
        f"  {name:<26} {n_rows} x {n_columns}: {grown * MIB / size:.2f} times the input, "
        f"output of {result[0].nbytes / size:.2f} included"
    )


def main(arguments=None):
    """Compare all, then measure memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--shrink", type=int, default=1, help="divide all numbers of rows by this")
    parser.add_argument("--only", nargs="+", help="names of samplers")
    parser.add_argument("--seconds", type=float, default=120, help="for the incumbent, each case")
    parser.add_argument("--memory-rows", type=int, default=1_000_000)
    parser.add_argument("--memory-of", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.memory_of:
        memory_of(options.memory_of, options.memory_rows, options.columns)
        return
    print(f"{machine()}; {options.threads} thread(s), {options.columns} columns, 1:10")
    balancekit.warm_up()
    with threadpool_limits(options.threads):
        for name, parameters, n_rows in CASES:
            if not options.only or name in options.only:
                compare(
                    name, parameters, n_rows // options.shrink, options.columns, options.rounds,
                    options.seconds,
                )  # fmt: skip
        for name, parameters, n_rows in ALONE:
            if not options.only or name in options.only:
                alone(name, parameters, n_rows // options.shrink, options.columns)
    if options.memory_rows and Path("/proc/self/clear_refs").exists():
        for name in MEMORY:
            if not options.only or name in options.only:
                command = [sys.executable, "-m", "benchmarks.samplers", "--memory-of", name]
                sizes = ["--memory-rows", str(options.memory_rows // options.shrink)]
                subprocess.run([*command, *sizes], check=True)


if __name__ == "__main__":
    main()
