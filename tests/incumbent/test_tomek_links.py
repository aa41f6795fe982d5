"""imbalanced-learn's tests of TomekLinks, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import TomekLinks

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_selection.tests.test_tomek_links",
        imblearn.under_sampling,
        [TomekLinks],
    )
)
