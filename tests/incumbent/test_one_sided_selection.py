"""imbalanced-learn's tests of OneSidedSelection, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import OneSidedSelection

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_selection.tests.test_one_sided_selection",
        imblearn.under_sampling,
        [OneSidedSelection],
    )
)
