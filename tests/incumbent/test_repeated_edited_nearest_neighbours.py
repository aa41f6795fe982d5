"""imbalanced-learn's tests of RepeatedEditedNearestNeighbours, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import RepeatedEditedNearestNeighbours

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_selection.tests.test_repeated_edited_nearest_neighbours",
        imblearn.under_sampling,
        [RepeatedEditedNearestNeighbours],
    )
)
