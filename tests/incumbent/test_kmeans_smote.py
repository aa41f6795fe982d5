"""imbalanced-learn's tests of KMeansSMOTE, run on ours."""

import imblearn.over_sampling
from tests.incumbent.loading import load_tests

from balancekit.over_sampling import KMeansSMOTE

globals().update(
    load_tests(
        "imblearn.over_sampling._smote.tests.test_kmeans_smote",
        imblearn.over_sampling,
        [KMeansSMOTE],
        without=["test_sample_kmeans_not_enough_clusters"],
    )
)
