"""imbalanced-learn's tests of AllKNN, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import AllKNN

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_selection.tests.test_allknn",
        imblearn.under_sampling,
        [AllKNN],
    )
)
