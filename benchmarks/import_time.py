"""What `from balancekit.over_sampling import SMOTE` costs beyond imbalanced-learn's import."""

import argparse
import os
import statistics
import subprocess
import sys
import time

from benchmarks.timing import machine

STATEMENTS = {
    "balancekit": "from balancekit.over_sampling import SMOTE",
    "imbalanced-learn": "from imblearn.over_sampling import SMOTE",
    "scikit-learn's neighbours": "from sklearn.neighbors import NearestNeighbors",
}


# Installed packages come with byte code; let a checkout have it too.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def seconds_of(statement):
    """Return the seconds that a fresh interpreter takes for a statement."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, env=ENVIRONMENT)
    return time.perf_counter() - start


def main(arguments=None):
    """Print medians of interleaved runs and the median difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args(arguments)
    print(machine())
    for statement in STATEMENTS.values():
        seconds_of(statement)
    times = {name: [] for name in STATEMENTS}
    for _ in range(options.rounds):
        for name, statement in STATEMENTS.items():
            times[name].append(seconds_of(statement))
    print("\nImport in a fresh process")
    for name, seconds in times.items():
        print(f"  {name:<38} {1e3 * statistics.median(seconds):9.1f} ms")
    pairs = zip(times["balancekit"], times["imbalanced-learn"], strict=True)
    difference = statistics.median(ours - theirs for ours, theirs in pairs)
    print(f"  balancekit beyond imbalanced-learn     {1e3 * difference:9.1f} ms")
    loaded = "import sys; from balancekit.over_sampling import SMOTE; print('torch' in sys.modules)"
    print("  torch imported:", subprocess.check_output([sys.executable, "-c", loaded], text=True))


if __name__ == "__main__":
    main()
