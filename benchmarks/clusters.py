"""k-means beside scikit-learn's, and cluster centroids beside imbalanced-learn's.

``python -m benchmarks.clusters [--shapes 5000x30x500 ...] [--rounds 5]``: rows x columns x
clusters, blobs that overlap, float64, in turn, in one process, each with one thread. What is
printed beside the times: by how much the sums of squared distances to the centres differ.
"""

import argparse
import statistics

from benchmarks import thread_limit  # noqa: F401  # isort: skip
import numpy as np
from imblearn.under_sampling import ClusterCentroids as Incumbent
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from balancekit.core.kmeans import k_means, rows_to_cluster
from balancekit.core.neighbors import choose_engine
from balancekit.under_sampling import ClusterCentroids
from benchmarks.timing import interleaved, machine, ratio

SHAPES = (
    "3000x30x300",
    "5000x2x500",
    "20000x30x2000",
    "5000x784x200",
    "100000x10x8",
    "50000x20x1000",
)


def blobs(n_rows, n_columns, n_clusters, seed=0):
    """Draw rows around as many centres as clusters are asked for."""
    rng = np.random.default_rng(seed)
    centres = 3 * rng.standard_normal((n_clusters, n_columns))
    return centres[rng.integers(0, n_clusters, n_rows)] + rng.standard_normal((n_rows, n_columns))


def clustering(X, n_clusters, engine):
    """Return two callables: ours, and scikit-learn's."""
    engine = choose_engine("n_neighbors", 1, engine, 1)[0]

    def ours():
        rows, _ = rows_to_cluster(X, np.arange(len(X)), n_clusters, engine, 1)
        return k_means(rows, n_clusters, np.random.RandomState(0))

    def theirs():
        return KMeans(n_clusters, n_init=1, random_state=np.random.RandomState(0)).fit(X)

    return ours, theirs


def resampling(X, n_clusters):
    """Return two callables: our sampler, and imbalanced-learn's."""
    y = np.repeat([0, 1], [len(X), n_clusters])
    rows = np.vstack([X, X[:n_clusters] + 100.0])
    ours = ClusterCentroids(random_state=np.random.RandomState(0), n_jobs=1)
    theirs = Incumbent(random_state=np.random.RandomState(0))
    return lambda: ours.fit_resample(rows, y), lambda: theirs.fit_resample(rows, y)


def show(name, ours, theirs, rounds):
    """Time two callables in turn, and print a line."""
    seconds = interleaved({"ours": ours, "theirs": theirs}, rounds)
    median = statistics.median(seconds["ours"])
    print(f"  {name:<34} {median:8.3f} s   {ratio(seconds, 'theirs', 'ours'):5.2f} times as fast")


def main(arguments=None):
    """Time both."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shapes", nargs="*", default=SHAPES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engine", default="compiled", help="direct is what NumPy does")
    options = parser.parse_args(arguments)
    print(machine())
    with threadpool_limits(1):
        for shape in options.shapes:
            n_rows, n_columns, n_clusters = map(int, shape.split("x"))
            X = blobs(n_rows, n_columns, n_clusters)
            print(f"\n{n_rows:,} x {n_columns}, {n_clusters:,} clusters")
            ours, theirs = clustering(X, n_clusters, options.engine)
            found, expected = ours(), theirs()
            apart = abs(found.inertia / expected.inertia_ - 1)
            show("k-means, scikit-learn's", ours, theirs, options.rounds)
            print(f"  inertia differs by {apart:.1e}, after {found.n_rounds} rounds")
            show("ClusterCentroids, imbalanced-learn's", *resampling(X, n_clusters), options.rounds)


if __name__ == "__main__":
    main()
