"""imbalanced-learn's tests of SMOTE, run on ours."""

import imblearn.over_sampling
from tests.incumbent.loading import load_tests

from balancekit.over_sampling import SMOTE

globals().update(
    load_tests(
        "imblearn.over_sampling._smote.tests.test_smote",
        imblearn.over_sampling,
        [SMOTE],
    )
)
