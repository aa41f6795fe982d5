"""imbalanced-learn's tests of SMOTEENN, run on ours."""

import imblearn.combine
from tests.incumbent.loading import load_tests

from balancekit.combine import SMOTEENN

globals().update(load_tests("imblearn.combine.tests.test_smote_enn", imblearn.combine, [SMOTEENN]))
