"""imbalanced-learn's tests of BorderlineSMOTE, run on ours."""

import imblearn.over_sampling
import pytest
from tests.incumbent.loading import load_tests

from balancekit.over_sampling import BorderlineSMOTE

# Without rows in danger, imbalanced-learn gives no new rows and says nothing.
pytestmark = pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")

globals().update(
    load_tests(
        "imblearn.over_sampling._smote.tests.test_borderline_smote",
        imblearn.over_sampling,
        [BorderlineSMOTE],
    )
)
