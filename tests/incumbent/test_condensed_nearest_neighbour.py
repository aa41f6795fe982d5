"""imbalanced-learn's tests of CondensedNearestNeighbour, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import CondensedNearestNeighbour

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_selection.tests.test_condensed_nearest_neighbour",
        imblearn.under_sampling,
        [CondensedNearestNeighbour],
    )
)
