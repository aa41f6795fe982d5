"""Nearest neighbours of every row: balancekit beside its peers, in one process.

``python -m benchmarks.side_by_side [--threads 1] [--rounds 5] [--shapes 10000x30 ...]``

Peers that search by brute force get a sample of the queries, and their time is scaled up: it is
proportional to the number of queries. Trees and approximate methods do all of the work. Whatever is
not installed is left out.
"""

import argparse
import os
import sys
from importlib.util import find_spec

SHAPES = (
    "10000x30", "100000x3", "100000x8", "100000x30", "50000x128", "20000x784",
)  # fmt: skip
KINDS = ("uniform", "clustered", "low intrinsic dimension")
N_NEIGHBORS = 5
SAMPLE = 1_000
MOST_COLUMNS_OF_TREES = 8


def draw(kind, n_rows, n_columns, seed=0):
    """Draw float32 rows: in a cube, in clusters, or near a surface of eight dimensions."""
    rng = np.random.default_rng(seed)
    if kind == "uniform":
        X = rng.random((n_rows, n_columns))
    elif kind == "clustered":
        X, _ = make_classification(
            n_rows,
            n_columns,
            n_informative=max(2, min(n_columns // 3, 40)),
            n_redundant=n_columns // 4,
            n_clusters_per_class=8 if n_columns >= 12 else 2,
            weights=[0.9],
            flip_y=0.02,
            random_state=seed,
        )
    else:
        hidden = min(8, n_columns)
        latent = rng.standard_normal((n_rows, hidden))
        bent = np.tanh(1.5 * latent @ rng.standard_normal((hidden, 32)) / hidden**0.5)
        X = bent @ rng.standard_normal((32, n_columns)) / 32**0.5
        X += 0.01 * rng.standard_normal(X.shape)
    return X.astype(np.float32)


def ours(X, threads):
    """Search with the compiled kernels."""
    search = NearestNeighbors(algorithm="compiled", n_jobs=threads, n_neighbors=N_NEIGHBORS)
    return lambda: search.fit(X).kneighbors(return_distance=False)


def peers(X, threads):
    """Return name, call, share of the queries that it searches for, and the dtype it works in."""
    n_rows, n_columns = X.shape
    k = N_NEIGHBORS + 1
    queries = X[:: max(1, n_rows // SAMPLE)]
    part = len(queries) / n_rows
    wide, wide_queries = X.astype(np.float64), queries.astype(np.float64)
    brute = of_sklearn.NearestNeighbors(n_neighbors=k, algorithm="brute", n_jobs=threads)
    yield "scikit-learn brute", lambda: brute.fit(wide).kneighbors(wide_queries), part
    if find_spec("faiss"):
        import faiss

        faiss.omp_set_num_threads(threads)
        index = faiss.IndexFlatL2(n_columns)
        index.add(X)
        yield "faiss IndexFlatL2", lambda: index.search(queries, k), part
    if n_columns <= MOST_COLUMNS_OF_TREES:
        tree = of_sklearn.NearestNeighbors(n_neighbors=k, algorithm="kd_tree", n_jobs=threads)
        yield "scikit-learn kd_tree", lambda: tree.fit(wide).kneighbors(wide), 1
        yield "scipy cKDTree", lambda: cKDTree(wide).query(wide, k, workers=threads), 1
        if find_spec("pykdtree"):
            from pykdtree.kdtree import KDTree

            yield "pykdtree", lambda: KDTree(X).query(X, k), 1
    elif find_spec("pynndescent") and n_rows <= 20_000:
        from pynndescent import NNDescent

        yield "pynndescent (approximate)", lambda: NNDescent(X, n_neighbors=k, n_jobs=threads), 1


def share_found(X, rows):
    """Compare a sample of the answers with a direct float64 search."""
    sample = np.arange(0, len(X), max(1, len(X) // 200))
    expected = DirectEngine().kneighbors(X, sample, np.arange(len(X)), N_NEIGHBORS)[1]
    return float(np.mean(rows[sample] == expected))


def compare(kind, X, threads, rounds):
    """Print the ratios of one data set."""
    call = ours(X, threads)
    rows = call()
    names, calls, parts = zip(*peers(X, threads), strict=True)
    seconds = interleaved({"balancekit": call, **dict(zip(names, calls, strict=True))}, rounds)
    mine = statistics.median(seconds["balancekit"])
    print(f"\n{kind} {X.shape[0]} x {X.shape[1]}: balancekit {mine:.3f} s, "
          f"{share_found(X, rows):.1%} of the neighbours as by direct search")  # fmt: skip
    for name, part in zip(names, parts, strict=True):
        print(f"  {name:<28} {ratio(seconds, name, 'balancekit') / part:7.1f} times as long")
    sys.stdout.flush()


def main(arguments=None):
    """Compare on all shapes and kinds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shapes", nargs="+", default=SHAPES)
    parser.add_argument("--kinds", nargs="+", default=KINDS)
    options = parser.parse_args(arguments)
    print(f"{machine()}; {options.threads} thread(s), median of {options.rounds}")
    with threadpool_limits(options.threads):
        for shape in options.shapes:
            n_rows, n_columns = map(int, shape.split("x"))
            for kind in options.kinds:
                compare(kind, draw(kind, n_rows, n_columns), options.threads, options.rounds)


def _set_threads():
    # Libraries read these when they are loaded.
    threads = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv else "1"
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = threads


if __name__ == "__main__":
    _set_threads()

import statistics  # noqa: E402

import numpy as np  # noqa: E402
from scipy.spatial import cKDTree  # noqa: E402
from sklearn import neighbors as of_sklearn  # noqa: E402
from sklearn.datasets import make_classification  # noqa: E402
from threadpoolctl import threadpool_limits  # noqa: E402

from balancekit.core.neighbors import DirectEngine  # noqa: E402
from balancekit.neighbors import NearestNeighbors  # noqa: E402
from benchmarks.timing import interleaved, machine, ratio  # noqa: E402

if __name__ == "__main__":
    main()
