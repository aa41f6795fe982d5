"""SMOTE from end to end against imbalanced-learn, and the memory it takes."""

import argparse
import subprocess
import sys
from pathlib import Path

import imblearn.over_sampling
import numpy as np

import balancekit.over_sampling
from benchmarks.data import imbalanced
from benchmarks.timing import interleaved, machine, peak_memory_of, report

MIB = 2**20
LIBRARIES = {"balancekit": balancekit.over_sampling, "imbalanced-learn": imblearn.over_sampling}


def end_to_end(n_rows, n_columns, rounds):
    """Compare `fit_resample` at a ratio of one to ten, and check that the rows are equal."""
    X, y = imbalanced(n_rows, n_columns)
    calls = {
        name: lambda library=library: library.SMOTE(
            random_state=np.random.RandomState(0)
        ).fit_resample(X, y)
        for name, library in LIBRARIES.items()
    }
    ours, theirs = (call() for call in calls.values())
    assert np.array_equal(ours[0], theirs[0])
    title = f"SMOTE from end to end, {n_rows} x {n_columns} float64, 1:10, numba not loaded"
    assert "numba" not in sys.modules
    report(title, interleaved(calls, rounds))


def peak_memory(n_rows, n_columns):
    """Print how far the resident memory of a fresh process rises above what it held before."""
    print(f"\nPeak memory of SMOTE, {n_rows} x {n_columns} float64, 1:10, beyond the input")
    for name in LIBRARIES:
        command = [sys.executable, "-m", "benchmarks.smote", "--memory-of", name]
        sizes = ["--rows", str(n_rows), "--columns", str(n_columns)]
        run = subprocess.run([*command, *sizes], capture_output=True, text=True, check=True)
        grown, output = map(float, run.stdout.split())
        print(f"  {name:<38} {grown:7.1f} MiB = output {output:.1f} MiB + {grown - output:.1f} MiB")


def measure_memory(name, n_rows, n_columns):
    """Print the growth and the size of the output in MiB; runs in a process of its own."""
    sampler = LIBRARIES[name].SMOTE(random_state=0)
    sampler.fit_resample(*imbalanced(500, 20))
    X, y = imbalanced(n_rows, n_columns)
    grown, (X_out, y_out) = peak_memory_of(lambda: sampler.fit_resample(X, y))
    print(grown, (X_out.nbytes + y_out.nbytes) / MIB)


def main(arguments=None):
    """Run the comparison, or one measurement of memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--memory-of", choices=LIBRARIES, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.memory_of:
        measure_memory(options.memory_of, options.rows, options.columns)
        return
    print(machine())
    end_to_end(options.rows, options.columns, options.rounds)
    if Path("/proc/self/clear_refs").exists():
        peak_memory(options.rows, options.columns)


if __name__ == "__main__":
    main()
