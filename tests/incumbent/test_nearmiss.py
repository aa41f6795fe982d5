"""imbalanced-learn's tests of NearMiss, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import NearMiss

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_selection.tests.test_nearmiss",
        imblearn.under_sampling,
        [NearMiss],
    )
)
