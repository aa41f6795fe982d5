"""imbalanced-learn's tests of SMOTETomek, run on ours."""

import imblearn.combine
from tests.incumbent.loading import load_tests

from balancekit.combine import SMOTETomek

globals().update(
    load_tests("imblearn.combine.tests.test_smote_tomek", imblearn.combine, [SMOTETomek])
)
