"""imbalanced-learn's tests of SMOTENC, run on ours."""

import imblearn.over_sampling
from tests.incumbent.loading import load_tests

from balancekit.over_sampling import SMOTENC

globals().update(
    load_tests(
        "imblearn.over_sampling._smote.tests.test_smote_nc",
        imblearn.over_sampling,
        [SMOTENC],
        without=["test_smote_nc_categorical_features_auto_error"],
    )
)
