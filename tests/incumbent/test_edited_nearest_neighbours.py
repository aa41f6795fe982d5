"""imbalanced-learn's tests of EditedNearestNeighbours, run on ours."""

import imblearn.under_sampling
from tests.incumbent.loading import load_tests

from balancekit.under_sampling import EditedNearestNeighbours

globals().update(
    load_tests(
        "imblearn.under_sampling._prototype_selection.tests.test_edited_nearest_neighbours",
        imblearn.under_sampling,
        [EditedNearestNeighbours],
    )
)
