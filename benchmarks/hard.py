"""Nearest neighbours on data that is hard to search exactly: balancekit beside scikit-learn.

``python -m benchmarks.hard [--rows 20000] [--columns 3 10 30] [--threads 1] [--rounds 3]``

What scikit-learn answers is often wrong here (far from the origin all of it); only its time is
compared, that of the algorithm it chooses itself. Ratios below 1/3 break a promise.
"""

import argparse
import statistics

from benchmarks import thread_limit  # noqa: F401  # isort: skip
import numpy as np
from sklearn import neighbors as of_sklearn
from threadpoolctl import threadpool_limits

from balancekit.neighbors import NearestNeighbors
from benchmarks.side_by_side import share_found
from benchmarks.timing import interleaved, machine, ratio

N_NEIGHBORS = 5


def tables(n, d):
    """Yield names and tables of float64."""
    rng = np.random.default_rng(0)
    normal = rng.standard_normal((n, d))
    half = n // 2
    yield "offset of 1e8", normal + 1e8
    yield "two clusters 1e4 apart", np.vstack([normal[:half], normal[half:] + 1e4])
    yield "two clusters 1e6 apart", np.vstack([normal[:half], normal[half:] + 1e6])
    yield (
        "a hundred clusters 1e4 apart",
        normal + 1e4 * rng.standard_normal((100, d))[rng.integers(100, size=n)],
    )
    yield "one row at 1e9", np.vstack([normal[1:], np.full((1, d), 1e9)])
    yield "heavy tails", rng.standard_t(1.2, (n, d))
    yield "lognormal", np.exp(3 * normal)
    yield "twelve decades of scale", normal * np.logspace(-6, 6, d)
    yield "integer grid", rng.integers(0, 5, (n, d)).astype(float)
    yield "copies of 200 rows", normal[rng.integers(200, size=n)]
    yield "constant", np.ones((n, d))
    yield "a constant half", np.vstack([np.zeros((half, d)), normal[half:]])
    yield "mostly zeros", np.where(rng.random((n, d)) < 0.9, 0.0, normal)


def main(arguments=None):
    """Compare on all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--columns", type=int, nargs="+", default=[3, 10, 30])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    print(f"{machine()}; {options.threads} thread(s), median of {options.rounds}")
    ours = NearestNeighbors(algorithm="compiled", n_jobs=options.threads, n_neighbors=N_NEIGHBORS)
    theirs = of_sklearn.NearestNeighbors(n_jobs=options.threads, n_neighbors=N_NEIGHBORS)
    with threadpool_limits(options.threads):
        for n_columns in options.columns:
            for name, X in tables(options.rows, n_columns):
                seconds = interleaved(
                    {
                        "balancekit": lambda X=X: ours.fit(X).kneighbors(),
                        "scikit-learn": lambda X=X: theirs.fit(X).kneighbors(),
                    },
                    options.rounds,
                )
                rows = ours.fit(X).kneighbors(return_distance=False)
                print(
                    f"{name + f', {n_columns} columns':<44}"
                    f"{statistics.median(seconds['balancekit']):7.3f} s, scikit-learn "
                    f"{ratio(seconds, 'scikit-learn', 'balancekit'):6.1f} times as long, "
                    f"{share_found(X, rows):.0%} as by direct search",
                    flush=True,
                )


if __name__ == "__main__":
    main()
