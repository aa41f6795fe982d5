"""Nearest neighbours of every row: balancekit beside its peers, in one process.

``python -m benchmarks.side_by_side [--threads 1] [--rounds 5] [--shapes 10000x30 ...]
[--kinds uniform ...] [--real letter_img mammography]``

A shape of 18000/200000x30 stands for 18,000 rows searched among 200,000 others. Real sets are
those of `imblearn.datasets.fetch_datasets`, read from the folder that BALANCEKIT_DATA names.

Peers that search by brute force get a sample of the queries, and their time is scaled up: it is
proportional to the number of queries. Trees and approximate methods do all of the work. Whatever is
not installed is left out.
"""

import argparse
import os
import statistics
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks import thread_limit  # noqa: F401  # isort: skip
import numpy as np
from scipy.spatial import cKDTree
from sklearn import neighbors as of_sklearn
from sklearn.datasets import make_classification
from threadpoolctl import threadpool_limits

from balancekit.core.neighbors import DirectEngine
from balancekit.neighbors import NearestNeighbors
from benchmarks.timing import interleaved, machine, ratio

SHAPES = (
    "10000x30", "100000x3", "100000x8", "100000x30", "50000x128", "20000x784", "18000/200000x30",
    "1000000x2", "1000000x3",
)  # fmt: skip
KINDS = ("uniform", "clustered", "low intrinsic dimension")
N_NEIGHBORS = 5
SAMPLE = 1_000
MOST_COLUMNS_OF_TREES = 8
MOST_ROWS_OF_BRUTE_FORCE = 300_000


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


def real(name):
    """Read one of imbalanced-learn's data sets."""
    from imblearn.datasets import fetch_datasets

    folder = Path(os.environ["BALANCEKIT_DATA"]) / "imblearn_home"
    found = fetch_datasets(data_home=str(folder), filter_data=(name,), download_if_missing=False)
    return found[name].data.astype(np.float32)


def ours(X, queries, threads):
    """Search with the compiled kernels."""
    search = NearestNeighbors(algorithm="compiled", n_jobs=threads, n_neighbors=N_NEIGHBORS)
    return lambda: search.fit(X).kneighbors(queries, return_distance=False)


def peers(X, queries, threads):
    """Return name, call, share of the queries that it searches for."""
    n_rows, n_columns = X.shape
    # A row finds itself first.
    k = N_NEIGHBORS + (queries is None)
    queries = X if queries is None else queries
    some = queries[:: max(1, len(queries) // SAMPLE)]
    part = len(some) / len(queries)
    wide, wide_queries, wide_some = (rows.astype(np.float64) for rows in (X, queries, some))
    brute = of_sklearn.NearestNeighbors(n_neighbors=k, algorithm="brute", n_jobs=threads)
    if n_rows <= MOST_ROWS_OF_BRUTE_FORCE:
        yield "scikit-learn brute", lambda: brute.fit(wide).kneighbors(wide_some), part
    if find_spec("faiss") and n_rows <= MOST_ROWS_OF_BRUTE_FORCE:
        import faiss

        faiss.omp_set_num_threads(threads)
        index = faiss.IndexFlatL2(n_columns)
        index.add(X)
        yield "faiss IndexFlatL2", lambda: index.search(some, k), part
    if n_columns <= MOST_COLUMNS_OF_TREES:
        tree = of_sklearn.NearestNeighbors(n_neighbors=k, algorithm="kd_tree", n_jobs=threads)
        yield "scikit-learn kd_tree", lambda: tree.fit(wide).kneighbors(wide_queries), 1
        yield "scipy cKDTree", lambda: cKDTree(wide).query(wide_queries, k, workers=threads), 1
        if find_spec("pykdtree"):
            from pykdtree.kdtree import KDTree

            yield "pykdtree", lambda: KDTree(X).query(queries, k), 1
    elif find_spec("pynndescent") and n_rows <= 20_000:
        from pynndescent import NNDescent

        yield "pynndescent (approximate)", lambda: NNDescent(X, n_neighbors=k, n_jobs=threads), 1


def share_found(X, rows, queries=None):
    """Compare a sample of the answers with a direct float64 search."""
    table = X if queries is None else np.vstack([X, queries])
    first = len(table) - len(rows)
    sample = np.arange(0, len(rows), max(1, len(rows) // 200))
    expected = DirectEngine().kneighbors(table, first + sample, np.arange(len(X)), N_NEIGHBORS)[1]
    return float(np.mean(rows[sample] == expected))


def compare(name, X, queries, threads, rounds):
    """Print the ratios of one data set."""
    call = ours(X, queries, threads)
    rows = call()
    names, calls, parts = zip(*peers(X, queries, threads), strict=True)
    seconds = interleaved({"balancekit": call, **dict(zip(names, calls, strict=True))}, rounds)
    mine = statistics.median(seconds["balancekit"])
    print(f"\n{name}: balancekit {mine:.3f} s, "
          f"{share_found(X, rows, queries):.1%} of the neighbours as by direct search")  # fmt: skip
    for peer, part in zip(names, parts, strict=True):
        print(f"  {peer:<28} {ratio(seconds, peer, 'balancekit') / part:7.1f} times as long")
    sys.stdout.flush()


def main(arguments=None):
    """Compare on all shapes and kinds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shapes", nargs="*", default=SHAPES)
    parser.add_argument("--kinds", nargs="+", default=KINDS)
    parser.add_argument("--real", nargs="*", default=[])
    options = parser.parse_args(arguments)
    print(f"{machine()}; {options.threads} thread(s), median of {options.rounds}")
    with threadpool_limits(options.threads):
        for name in options.real:
            compare(name, real(name), None, options.threads, options.rounds)
        for shape in options.shapes:
            rows, n_columns = shape.split("x")
            *n_queries, n_rows = map(int, rows.split("/"))
            for kind in options.kinds:
                X = draw(kind, n_rows + sum(n_queries), int(n_columns))
                X, queries = X[:n_rows], X[n_rows:] if n_queries else None
                name = f"{kind} {shape.replace('/', ' among ').replace('x', ' x ')}"
                compare(name, X, queries, options.threads, options.rounds)


if __name__ == "__main__":
    main()
