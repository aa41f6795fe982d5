"""Hard input: sparse text and names, in time against imbalanced-learn; frames, in memory."""

# Sets the number of threads before any library is loaded.
import benchmarks.thread_limit  # noqa: F401

# isort: split
import argparse
import subprocess
import sys
from pathlib import Path

import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
import polars as pl
from scipy import sparse
from threadpoolctl import threadpool_limits

import balancekit
import balancekit.over_sampling
import balancekit.under_sampling
from benchmarks.data import imbalanced, texts
from benchmarks.timing import interleaved, machine, peak_memory_of, ratio

MIB = 2**20
LIBRARIES = {"balancekit": balancekit, "imbalanced-learn": imblearn}
WORDS = 100_000


def text(n_rows):
    """Rows of TF-IDF with 100,000 columns."""
    return texts(n_rows, WORDS)


def categories(n_rows):
    """Two numbers beside a column of up to 2,000 categories."""
    X, y = imbalanced(n_rows, 3)
    X[:, 2] = np.random.default_rng(1).integers(0, min(2_000, n_rows // 10), n_rows)
    return X, y


def names(n_rows):
    """Eight columns of two to nine names each, whose shares depend on the class."""
    rng = np.random.default_rng(1)
    y = imbalanced(n_rows, 1)[1]
    columns = [(rng.integers(0, n, n_rows) + y * rng.integers(0, 2, n_rows)) for n in range(2, 10)]
    return np.column_stack(columns), y


def frame(n_rows):
    """A polars frame of twenty columns of numbers."""
    X, y = imbalanced(n_rows, 20)
    return pl.DataFrame({f"column_{i}": column for i, column in enumerate(X.T)}), pl.Series(y)


# Data, rows, sampler, its parameters.
TIMED = [
    (text, 20_000, "SMOTE", {}),
    (text, 20_000, "TomekLinks", {}),
    (text, 20_000, "EditedNearestNeighbours", {}),
    (categories, 20_000, "SMOTENC", {"categorical_features": [2]}),
    (names, 20_000, "SMOTEN", {}),
]
MEASURED = [
    *[(text, 20_000, *case[2:]) for case in TIMED[:3]],
    (categories, 20_000, "SMOTENC", {"categorical_features": [2]}),
    (frame, 1_000_000, "RandomUnderSampler", {}),
    (frame, 1_000_000, "SMOTE", {}),
]


def build(library, name, parameters):
    """Make a sampler, with a fresh stream if it draws."""
    module = library.over_sampling
    if not hasattr(module, name):
        module = library.under_sampling
    sampler = getattr(module, name)(**parameters)
    if "random_state" in sampler.get_params():
        sampler.set_params(random_state=np.random.RandomState(0))
    return sampler


def size_of(rows):
    """Bytes of the numbers in a container; of a sparse matrix, of its values and their places."""
    if sparse.issparse(rows):
        return rows.data.nbytes + rows.indices.nbytes + rows.indptr.nbytes
    return rows.estimated_size() if isinstance(rows, pl.DataFrame) else rows.nbytes


def compare(data, n_rows, name, parameters, rounds):
    """Print the ratio of the times of one case."""
    X, y = data(n_rows)
    calls = {
        library: lambda module=module: build(module, name, parameters).fit_resample(X, y)
        for library, module in LIBRARIES.items()
    }
    rows = [call()[0] for call in calls.values()]
    same = rows[0].shape == rows[1].shape and abs(rows[0] - rows[1]).max() < 1e-9
    seconds = interleaved(calls, rounds)
    print(
        f"  {data.__name__:<10} {name:<24} {n_rows:>8} rows: "
        f"{np.median(seconds['balancekit']):8.3f} s, "
        f"{ratio(seconds, 'imbalanced-learn', 'balancekit'):7.1f} times as fast, "
        f"{'same rows' if same else 'OTHER ROWS'}",
        flush=True,
    )


def memory_of(data, n_rows, name, parameters):
    """Print how far memory rises; runs in a process of its own."""
    X, y = data(n_rows)
    # Compilers are no part of what is measured.
    balancekit.warm_up()
    first = slice(0, 3000)
    build(balancekit, name, parameters).fit_resample(X[first], y[first])
    sampler = build(balancekit, name, parameters)
    grown, result = peak_memory_of(lambda: sampler.fit_resample(X, y))
    sizes = size_of(X) / MIB, size_of(result[0]) / MIB
    print(
        f"  {data.__name__:<10} {name:<24} {n_rows:>8} rows: {grown:6.1f} MiB for an input of "
        f"{sizes[0]:.1f} and an output of {sizes[1]:.1f} MiB"
    )


def main(arguments=None):
    """Compare, then measure memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shrink", type=int, default=1, help="divide all numbers of rows by this")
    parser.add_argument("--memory-of", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.memory_of is not None:
        data, n_rows, *case = MEASURED[options.memory_of]
        memory_of(data, n_rows // options.shrink, *case)
        return
    print(f"{machine()}; {options.threads} thread(s), 1:10")
    balancekit.warm_up()
    with threadpool_limits(options.threads):
        for data, n_rows, *case in TIMED:
            compare(data, n_rows // options.shrink, *case, options.rounds)
    if Path("/proc/self/clear_refs").exists():
        for place in range(len(MEASURED)):
            command = [sys.executable, "-m", "benchmarks.containers", "--memory-of", str(place)]
            subprocess.run([*command, "--shrink", str(options.shrink)], check=True)


if __name__ == "__main__":
    main()
