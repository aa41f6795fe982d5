"""imbalanced-learn's tests of RandomOverSampler, run on ours."""

import imblearn.over_sampling
from tests.incumbent.loading import load_tests

from balancekit.over_sampling import RandomOverSampler

globals().update(
    load_tests(
        "imblearn.over_sampling.tests.test_random_over_sampler",
        imblearn.over_sampling,
        [RandomOverSampler],
    )
)
