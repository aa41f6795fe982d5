"""NumPy's numbers as parameters are the numbers they hold."""

from collections import OrderedDict

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import RandomUnderSampler

pytestmark = pytest.mark.thorough

X, Y = make_blobs_of_sizes((40, 16, 12), 3)
SEED = {"random_state": 0}


@pytest.mark.parametrize(
    ("make", "name", "plain", "numpy"),
    [
        (SMOTE, "k_neighbors", 3, np.int64(3)),
        (SMOTE, "k_neighbors", 3, np.int8(3)),
        (SMOTE, "k_neighbors", 3, np.uint8(3)),
        (SMOTE, "k_neighbors", 3, np.uint64(3)),
        (SMOTE, "random_state", 7, np.int64(7)),
        (SMOTE, "random_state", 7, np.uint32(7)),
        (SMOTE, "n_jobs", 1, np.int32(1)),
        (SMOTE, "engine", "direct", np.str_("direct")),
        (SMOTE, "sampling_strategy", "minority", np.str_("minority")),
        (SMOTE, "sampling_strategy", 0.5, np.float64(0.5)),
        (SMOTE, "sampling_strategy", 0.5, np.float32(0.5)),
        (SMOTE, "sampling_strategy", 1.0, np.int64(1)),
        (RandomOverSampler, "shrinkage", 0.5, np.float32(0.5)),
        (RandomOverSampler, "shrinkage", 1.0, np.int64(1)),
        (RandomOverSampler, "shrinkage", {1: 0.5, 2: 2}, {np.int8(1): np.float16(0.5), 2.0: 2}),
        (RandomUnderSampler, "replacement", True, np.bool_(True)),
        (RandomUnderSampler, "sampling_strategy", 0.5, np.float16(0.5)),
    ],
    ids=lambda value: getattr(value, "__name__", repr(value)),
)
def test_a_numpy_number_gives_the_rows_of_the_plain_one(make, name, plain, numpy):
    expected, y_expected = make(**(SEED | {name: plain})).fit_resample(X, Y)
    X_out, y_out = make(**(SEED | {name: numpy})).fit_resample(X, Y)
    assert_array_equal(X_out, expected)
    assert_array_equal(y_out, y_expected)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16])
def test_the_largest_number_of_a_narrow_integer_is_a_number_of_neighbours(dtype):
    k = int(np.iinfo(np.int8).max)
    rows, y = make_blobs_of_sizes((160, 140), 2)
    expected, _ = SMOTE(k_neighbors=k, random_state=0).fit_resample(rows, y)
    X_out, _ = SMOTE(k_neighbors=dtype(k), random_state=0).fit_resample(rows, y)
    assert_array_equal(X_out, expected)


@pytest.mark.parametrize(
    "strategy",
    [
        {np.int64(1): np.int64(20), np.int32(2): np.uint8(30)},
        {1: 20.0, 2: np.float32(30.0)},
        {1.0: 20, np.float64(2.0): 30},
        OrderedDict([(np.uint8(2), np.array(30)[()]), (np.uint8(1), np.int8(20))]),
    ],
)
@pytest.mark.parametrize("make", [SMOTE, RandomOverSampler])
def test_keys_and_counts_of_a_dict_may_be_numpy_numbers_or_whole_floats(make, strategy):
    sampler = make(sampling_strategy=strategy, random_state=0)
    _, y_out = sampler.fit_resample(X, Y)
    assert_array_equal(np.bincount(y_out), [40, 20, 30])
    assert sampler.sampling_strategy_ == {1: 4, 2: 18}
    assert all(type(count) is int for count in sampler.sampling_strategy_.values())


def test_an_under_sampler_takes_them_too():
    sampler = RandomUnderSampler(sampling_strategy={np.int8(0): np.float64(9)}, random_state=0)
    assert_array_equal(np.bincount(sampler.fit_resample(X, Y)[1]), [9, 16, 12])


@pytest.mark.parametrize("count", [20.5, np.float32(20.5), "20", None, float("nan"), 1j, [20]])
@pytest.mark.parametrize("make", [SMOTE, RandomOverSampler, RandomUnderSampler])
def test_what_is_no_whole_number_of_rows_is_refused_with_its_class(make, count):
    with pytest.raises(ValueError, match=r"rows of class 1\b.*whole number"):
        make(sampling_strategy={1: count}).fit_resample(X, Y)


@pytest.mark.parametrize("k", [0, -1, 2.5, np.float64(3), "3", None, np.array([3])])
def test_what_is_no_number_of_neighbours_is_refused_by_the_name_of_the_parameter(k):
    with pytest.raises((ValueError, TypeError), match="k_neighbors"):
        SMOTE(k_neighbors=k).fit_resample(X, Y)
