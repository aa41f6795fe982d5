"""imbalanced-learn's tests of RandomUnderSampler, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import RandomUnderSampler

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_selection.tests.test_random_under_sampler",
        imblearn.under_sampling,
        [RandomUnderSampler],
    )
)
