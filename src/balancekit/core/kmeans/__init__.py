"""k-means that gives the same clusters whatever computes them.

scikit-learn's `KMeans` rounds as threads and the library of linear algebra happen to, so that a
seed would not give the same rows on a device. `k_means` is the algorithm, `ClusterRows` what it
asks of rows; those in NumPy, by compiled kernels and on a device answer alike.
"""

from balancekit.core.kmeans.choice import rows_to_cluster
from balancekit.core.kmeans.fitted import as_estimator
from balancekit.core.kmeans.lloyd import Clustering, k_means

__all__ = ["Clustering", "as_estimator", "k_means", "rows_to_cluster"]
