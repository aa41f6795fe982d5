"""imbalanced-learn's tests of ClusterCentroids, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import ClusterCentroids

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_generation.tests.test_cluster_centroids",
        imblearn.under_sampling,
        [ClusterCentroids],
    )
)
