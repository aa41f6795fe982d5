"""The clusters that a class consists of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from balancekit.core.containers import Numbers
from balancekit.core.draws import seeded
from balancekit.core.foreign import in_range
from balancekit.core.neighbors.engine import NeighborEngine
from balancekit.core.recipes import FloatArray, IntArray

# Rows that a silhouette is measured on; it takes all distances between them.
SILHOUETTE_ROWS = 1_000


def cluster_class(
    X: Numbers,
    rows: IntArray,
    estimator: Any,
    n_clusters: int | None,
    max_clusters: int,
    rng: np.random.RandomState,
) -> list[IntArray]:
    """Part the rows of a class into clusters.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    rows : ndarray of int, shape (n_members,)
        Ids of the rows of the class.
    estimator : clusterer or None
        None is k-means. Without a parameter `n_clusters`, it finds the number by itself.
    n_clusters : int or None
        Number of clusters; None is the one with the highest silhouette.
    max_clusters : int
        The most clusters that are tried.
    rng : RandomState
        The stream.

    Returns
    -------
    clusters : list of ndarray of int
        Ids of the rows of each; all rows form one if the clusterer calls them all noise (-1).
    """
    values, _ = in_range(X, rows)
    template = seeded(KMeans() if estimator is None else clone(estimator), rng)
    if "n_clusters" not in template.get_params():
        found = np.asarray(template.fit_predict(values))
    else:
        most = count_different(values, n_clusters or max_clusters)
        if n_clusters is None:
            found = _best_by_silhouette(values, template, most, rng)
        else:
            found = _cluster(values, template, most)
    numbers = np.unique(found[found >= 0])
    return [rows[found == number] for number in numbers] or [rows]


def raise_equally(sizes: IntArray, n_new: int) -> IntArray:
    """Share new rows between clusters so that these become as equal as possible.

    Parameters
    ----------
    sizes : ndarray of int, shape (n_clusters,)
        Rows of each cluster.
    n_new : int
        New rows.

    Returns
    -------
    shares : ndarray of int, shape (n_clusters,)
        New rows of each cluster; they add up to `n_new`. Of what cannot be shared equally, the
        smallest get one more.

    Examples
    --------
    >>> import numpy as np
    >>> raise_equally(np.array([8, 5]), 47), raise_equally(np.array([20, 3, 1]), 7)
    (array([22, 25]), array([0, 2, 5]))
    """
    order = np.argsort(sizes, kind="stable")
    ascending = sizes[order]
    needed = np.arange(1, len(sizes) + 1) * ascending - np.cumsum(ascending)
    n_raised = int(np.count_nonzero(needed <= n_new))
    level, extra = divmod(int(ascending[:n_raised].sum()) + n_new, n_raised)
    shares = np.zeros(len(sizes), dtype=np.intp)
    shares[order[:n_raised]] = level + (np.arange(n_raised) < extra) - ascending[:n_raised]
    return shares


def _cluster(values: Any, template: Any, n_clusters: int) -> NDArray[Any]:
    if n_clusters == 1:
        return np.zeros(values.shape[0], dtype=np.intp)
    # No clone, which would copy the stream: it has to move on.
    return np.asarray(template.set_params(n_clusters=n_clusters).fit_predict(values))


def _best_by_silhouette(
    values: Any, template: Any, most: int, rng: np.random.RandomState
) -> NDArray[Any]:
    """Try numbers of clusters from 2 on; of silhouettes that are equal, the first counts."""
    n_rows = values.shape[0]
    best, highest = np.zeros(n_rows, dtype=np.intp), -np.inf
    sample = np.arange(n_rows)
    if n_rows > SILHOUETTE_ROWS:
        sample = np.sort(rng.choice(n_rows, SILHOUETTE_ROWS, replace=False))
    # A silhouette needs fewer clusters than rows.
    for n_clusters in range(2, min(most, n_rows - 1) + 1):
        found = _cluster(values, template, n_clusters)
        if 1 < len(np.unique(found[sample])) < len(sample):
            silhouette = silhouette_score(values[sample], found[sample])
            if silhouette > highest:
                best, highest = found, silhouette
    return best


def count_different(values: Any, most: int) -> int:
    """Count the rows that differ, up to a number.

    Parameters
    ----------
    values : ndarray or CSR matrix of float64, shape (n_rows, n_columns)
        Rows.
    most : int
        Where to stop counting.

    Returns
    -------
    count : int
    """
    # Rows with different products with a vector differ; that is fast to see. A product of matrices
    # may round one row in two ways.
    vector = np.random.RandomState(0).standard_normal(values.shape[1])
    is_sparse = sparse.issparse(values)
    products = values @ vector if is_sparse else np.einsum("ij,j->i", values, vector)
    count = len(np.unique(products))
    if count < most and not is_sparse:
        count = len(np.unique(values, axis=0))
    return min(most, count)


def nearest_rows(values: Any, centres: FloatArray, engine: NeighborEngine) -> IntArray:
    """Find the row that is nearest to each centre.

    Parameters
    ----------
    values : ndarray or CSR matrix of float64, shape (n_rows, n_columns)
        Rows.
    centres : ndarray of float64, shape (n_centres, n_columns)
        Centres.
    engine : NeighborEngine
        The search.

    Returns
    -------
    rows : ndarray of int, shape (n_centres,)
        Positions; of rows that tie, the first.
    """
    n_rows = values.shape[0]
    if sparse.issparse(values):
        both = sparse.vstack([values, centres]).tocsr()
    else:
        both = np.vstack([values, centres])
    _, found = engine.kneighbors(both, np.arange(n_rows, both.shape[0]), np.arange(n_rows), 1)
    nearest: IntArray = found[:, 0]
    return nearest
