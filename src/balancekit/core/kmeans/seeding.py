"""k-means++: rows far from each other, to start from."""

from __future__ import annotations

import numpy as np

from balancekit.core.kmeans.fixed_point import units_in_one
from balancekit.core.kmeans.rows import ClusterRows
from balancekit.core.recipes import IntArray


def spread_seeds(rows: ClusterRows, n_clusters: int, rng: np.random.RandomState) -> IntArray:
    """Draw rows with a probability in proportion to the squared distance to those drawn before.

    Parameters
    ----------
    rows : ClusterRows
        All of them in cluster 0. Their distances are written to.
    n_clusters : int
        How many to draw.
    rng : RandomState
        The stream: one number for the first row, and for each other one as many as rows are tried,
        in the order of scikit-learn.

    Returns
    -------
    ids : ndarray of int, shape (n_clusters,)

    Notes
    -----
    Of 2 + log(n_clusters) rows that are tried, the one counts that leaves the smallest sum of
    squared distances. O(n_rows * n_clusters * log(n_clusters) * n_columns) time.
    """
    n_rows = rows.shape[0]
    n_trials = 2 + int(np.log(n_clusters))
    ids = np.empty(n_clusters, dtype=np.intp)
    ids[0] = rng.choice(n_rows, p=np.full(n_rows, 1.0 / n_rows))
    largest = rows.measure(rows.take(ids[:1]))
    for place, draws in enumerate(rng.uniform(size=(n_clusters - 1, n_trials)), 1):
        total = rows.cumulate(units_in_one(largest, n_rows))
        tried = rows.draw(np.ceil(draws * float(total)).astype(np.int64))
        sums = rows.try_rows(tried)
        best = sums.index(min(sums))
        largest = rows.adopt(best)
        ids[place] = tried[best]
    return ids
