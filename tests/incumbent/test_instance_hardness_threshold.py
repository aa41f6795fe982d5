"""imbalanced-learn's tests of InstanceHardnessThreshold, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import InstanceHardnessThreshold

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_selection.tests.test_instance_hardness_threshold",
        imblearn.under_sampling,
        [InstanceHardnessThreshold],
    )
)
