"""What estimators of other libraries get to see."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.cluster import KMeans

from balancekit.core.containers import wrap
from balancekit.core.foreign import as_float64
from balancekit.testing import from_numpy
from balancekit.under_sampling import ClusterCentroids


@pytest.mark.parametrize("container", ["numpy", "numpy-fortran", "csr_array", "pandas", "polars"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int8, bool])
def test_rows_are_float64_whatever_they_are_in(container, dtype):
    X = (np.arange(12).reshape(6, 2) % 5).astype(dtype)
    numbers = wrap(from_numpy(X, container)).numbers
    for rows in (None, np.array([4, 1])):
        values = as_float64(numbers, rows)
        dense = values.toarray() if sparse.issparse(values) else values
        assert values.dtype == np.float64
        np.testing.assert_array_equal(dense, X if rows is None else X[rows])


def test_an_estimator_that_would_write_to_the_data_cannot():
    X = np.random.RandomState(0).randn(30, 2)
    before, y = X.copy(), np.repeat([0, 1], [20, 10])
    sampler = ClusterCentroids(estimator=KMeans(n_init=1, random_state=0, copy_x=False))
    sampler.fit_resample(X, y)
    np.testing.assert_array_equal(X, before)
    with pytest.raises(ValueError, match="read-only"):
        as_float64(X)[0] = 1
