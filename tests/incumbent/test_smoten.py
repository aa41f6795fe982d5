"""imbalanced-learn's tests of SMOTEN, run on ours."""

import imblearn.over_sampling
from tests.incumbent.loading import load_tests

from balancekit.over_sampling import SMOTEN

globals().update(
    load_tests(
        "imblearn.over_sampling._smote.tests.test_smoten",
        imblearn.over_sampling,
        [SMOTEN],
        without=["test_smoten_sparse_input"],
    )
)
