"""What was found, as an estimator of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.cluster import KMeans

from balancekit.core.kmeans.lloyd import Clustering
from balancekit.core.neighbors.crew import thread_count


def as_estimator(clustering: Clustering, exponent: int, seed: Any) -> KMeans:
    """Put clusters into an estimator, which predicts, transforms and tells of them.

    Parameters
    ----------
    clustering : Clustering
        The clusters, of rows times ``2**-exponent``.
    exponent : int
        As above.
    seed : int or RandomState
        What they were drawn with.

    Returns
    -------
    estimator : KMeans
        Fitted.
    """
    n_clusters, n_columns = clustering.centres.shape
    estimator = KMeans(n_clusters, n_init=1, random_state=seed)
    estimator.cluster_centers_ = np.ldexp(clustering.centres, exponent)
    estimator.labels_ = clustering.labels
    with np.errstate(over="ignore"):
        estimator.inertia_ = float(np.ldexp(clustering.inertia, 2 * exponent))
    estimator.n_iter_ = clustering.n_rounds
    estimator.n_features_in_ = n_columns
    # Its methods read these, too.
    estimator._n_threads = thread_count(None)
    estimator._n_features_out = n_clusters
    return estimator
