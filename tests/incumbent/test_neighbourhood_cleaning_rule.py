"""imbalanced-learn's tests of NeighbourhoodCleaningRule, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import NeighbourhoodCleaningRule

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_selection.tests.test_neighbourhood_cleaning_rule",
        imblearn.under_sampling,
        [NeighbourhoodCleaningRule],
    )
)
