import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_array_equal
from scipy import stats

from balancekit.core.neighborhood import is_unanimous, most_frequent

shapes = array_shapes(min_dims=2, max_dims=2, max_side=9)


@given(arrays(np.intp, shapes, elements=st.integers(0, 4)))
def test_the_most_frequent_class_is_the_mode_of_scipy(codes):
    assert_array_equal(most_frequent(codes), stats.mode(codes, axis=1).mode)


def test_no_rows_have_no_votes():
    nothing = np.empty((0, 3), dtype=np.intp)
    assert most_frequent(nothing).shape == is_unanimous(nothing, nothing[:, 0]).shape == (0,)


def test_one_other_class_breaks_unanimity():
    neighbors = np.array([[0, 0, 0], [0, 1, 0], [1, 1, 1]])
    assert_array_equal(is_unanimous(neighbors, np.array([0, 0, 0])), [True, False, False])
