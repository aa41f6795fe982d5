"""imbalanced-learn's tests of SVMSMOTE, run on ours."""

import imblearn.over_sampling
from tests.incumbent.loading import load_tests

from balancekit.over_sampling import SVMSMOTE

globals().update(
    load_tests(
        "imblearn.over_sampling._smote.tests.test_svm_smote",
        imblearn.over_sampling,
        [SVMSMOTE],
        without=["test_svm_smote_all_noise"],
    )
)
