"""imbalanced-learn's tests of ADASYN, run on ours."""

import imblearn.over_sampling
from tests.incumbent.loading import load_tests

from balancekit.over_sampling import ADASYN

globals().update(
    load_tests("imblearn.over_sampling.tests.test_adasyn", imblearn.over_sampling, [ADASYN])
)
