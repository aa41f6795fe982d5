"""Neighbours by (distance, row id): against a reference that is nothing but the definition."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.neighbors import NearestNeighbors

from balancekit.over_sampling import SMOTE

pytestmark = pytest.mark.thorough

N = 30
Y = np.random.RandomState(3).permutation(np.repeat([0, 1], (36, N)))
MEMBERS = np.flatnonzero(Y == 1)


def _squared_distance(left, right):
    """The documented sum: eight stripes, each in ascending order, added pairwise."""
    stripe = [0.0] * 8
    for column, (a, b) in enumerate(zip(left, right, strict=True)):
        stripe[column % 8] += (float(a) - float(b)) * (float(a) - float(b))
    s = stripe
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))


def _naive_neighbors(rows, k):
    """For each member, the row ids of its k nearest other members."""
    points = {row: rows[row].tolist() for row in MEMBERS.tolist()}
    nearest = {}
    for row, point in points.items():
        ranked = sorted((_squared_distance(point, points[o]), o) for o in points if o != row)
        nearest[row] = [other for _, other in ranked[:k]]
    return nearest


def _partners(X, k, n_new=400, **parameters):
    """The neighbour list of each member as far as SMOTE draws from it: {(base, rank): partner}."""
    sampler = SMOTE(
        sampling_strategy={1: N + n_new},
        k_neighbors=k,
        random_state=np.random.RandomState(1),
        **parameters,
    )
    sampler.fit_resample(X, Y)
    draws = np.random.RandomState(1).randint(0, N * k, size=n_new)
    recipe = sampler.plan_.synthesis[0]
    assert_array_equal(recipe.base, MEMBERS[draws // k])
    return dict(zip(zip(recipe.base, draws % k, strict=True), recipe.partner, strict=True))


def _data(seed, n_columns, digits=None, scale=1.0):
    values = scale * np.random.RandomState(seed).randn(len(Y), n_columns)
    return values if digits is None else values.round(digits)


CASES = {
    "no ties": _data(0, 3),
    "small integers": np.rint(_data(1, 2)).astype(int),
    "uint8": np.abs(np.rint(_data(2, 3) * 3)).astype(np.uint8),
    "bool": _data(3, 4) > 0,
    "one column of three values": np.rint(_data(4, 1)),
    "constant": np.full((len(Y), 2), 7.25),
    "every row twice": np.repeat(_data(5, 3), 2, axis=0)[: len(Y)],
    "one decimal": _data(6, 9, digits=1),
    "one decimal, 20 columns": _data(7, 20, digits=1),
    "float32 with one decimal": _data(8, 5, digits=1).astype(np.float32),
    "far from the origin": _data(9, 3, digits=2) + 1e9,
    "far from the origin, 20 columns": _data(10, 20) + 1e8,
    "int64 beyond floats": np.rint(_data(11, 2) * 3).astype(np.int64) + 2**60,
    "large": _data(12, 3) * 1e120,
    "small": _data(13, 3) * 1e-120,
    "one outlier": np.where(np.arange(len(Y))[:, np.newaxis] == MEMBERS[3], 1e9, _data(14, 2)),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("k", [1, 5])
def test_partners_are_the_nearest_by_distance_and_then_by_row(name, k, engine):
    X = CASES[name]
    nearest = _naive_neighbors(X, k)
    for (base, rank), partner in _partners(X, k, engine=engine).items():
        assert partner == nearest[base][rank]


@pytest.mark.parametrize("name", ["small integers", "bool", "one decimal, 20 columns", "constant"])
@pytest.mark.parametrize("make", [sparse.csr_array, sparse.csc_matrix])
def test_sparse_rows_have_the_partners_of_dense_ones(name, make, engine):
    X = CASES[name]
    assert _partners(make(X), 5, engine=engine) == _partners(X, 5)


@pytest.mark.parametrize("k", [N - 1, N - 2])
def test_all_other_rows_may_be_neighbours(k, engine):
    X = CASES["small integers"]
    nearest = _naive_neighbors(X, k)
    for (base, rank), partner in _partners(X, k, engine=engine).items():
        assert partner == nearest[base][rank]


def test_a_row_among_its_duplicates_is_never_its_own_partner(engine):
    partners = _partners(CASES["constant"], 5, engine=engine)
    assert all(base != partner for (base, _), partner in partners.items())
    first = MEMBERS[:6].tolist()
    for (base, rank), partner in partners.items():
        assert partner == [row for row in first if row != base][rank]


def test_new_rows_among_duplicates_are_duplicates():
    X = CASES["constant"]
    X_out, _ = SMOTE(random_state=0).fit_resample(X, Y)
    assert_array_equal(np.unique(X_out, axis=0), X[:1])


@pytest.mark.parametrize("power", [-900, -300, 300, 900])
def test_a_change_of_units_by_a_power_of_two_changes_no_partner(power, engine):
    X = _data(0, 3)
    assert _partners(X * 2.0**power, 5, engine=engine) == _partners(X, 5)


@pytest.mark.parametrize("power", [-1074, -1060, -1030, -1022, 1010])
def test_whole_numbers_at_the_ends_of_the_range_of_floats_have_the_same_partners(power, engine):
    X = np.rint(_data(0, 3) * 100)
    assert np.abs(X).max() < 2**10
    assert _partners(np.ldexp(X, power), 5, engine=engine) == _partners(X, 5)


@pytest.mark.parametrize("constant", [1e9, 1e100, 1e160, 1e200, 1e308])
def test_a_constant_column_changes_no_partner_however_large(constant, engine):
    X = _data(0, 2)
    wide = np.c_[np.full(len(Y), constant), X]
    assert _partners(wide, 5, engine=engine) == _partners(X, 5)


@pytest.mark.parametrize("outlier", [1e9, 1e100, 1e160, 1e200, 1.7e308])
def test_one_outlier_changes_no_partner_of_other_rows_however_far(outlier, engine):
    X = _data(0, 2)
    X[MEMBERS[3], 0] = outlier
    nearest = _naive_neighbors(X, 5)
    for (base, rank), partner in _partners(X, 5, engine=engine).items():
        assert base == MEMBERS[3] or partner == nearest[base][rank]


def test_rows_of_other_classes_change_no_partner(engine):
    X = CASES["one decimal"].copy()
    before = _partners(X, 5, engine=engine)
    X[Y == 0] = X[MEMBERS].mean(axis=0)
    assert _partners(X, 5, engine=engine) == before
    X[Y == 0] = 1e300
    assert _partners(X, 5, engine=engine) == before


@pytest.mark.parametrize("n_jobs", [1, 2, -1])
def test_threads_change_no_partner(n_jobs):
    X = CASES["one decimal"]
    assert _partners(X, 5, n_jobs=n_jobs) == _partners(X, 5)


def test_neighbours_do_not_depend_on_working_memory(engine):
    X = CASES["small integers"]
    expected = _partners(X, 5, engine=engine)
    with config_context(working_memory=1e-3):
        assert _partners(X, 5, engine=engine) == expected


def test_an_estimator_searches_in_the_place_of_a_number():
    X = _data(0, 3)
    search = NearestNeighbors(n_neighbors=6)
    by_number = SMOTE(k_neighbors=5, random_state=2).fit_resample(X, Y)[0]
    assert_array_equal(SMOTE(k_neighbors=search, random_state=2).fit_resample(X, Y)[0], by_number)
    assert not hasattr(search, "n_samples_fit_")


def test_an_estimator_never_makes_a_row_its_own_partner_among_duplicates():
    sampler = SMOTE(k_neighbors=NearestNeighbors(n_neighbors=4), random_state=0)
    sampler.fit_resample(np.repeat(CASES["constant"][:1], len(Y), axis=0), Y)
    recipe = sampler.plan_.synthesis[0]
    assert (recipe.base != recipe.partner).all()
