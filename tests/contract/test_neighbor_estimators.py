"""Every parameter that names a number of neighbours also takes an estimator that finds them."""

from numbers import Integral

import numpy as np
import pytest
from sklearn import neighbors as of_sklearn
from sklearn.base import BaseEstimator, clone
from sklearn.random_projection import GaussianRandomProjection

from balancekit.neighbors import NearestNeighbors
from balancekit.over_sampling import SMOTEN, ClusterOverSampler
from balancekit.testing import all_samplers, make_blobs_of_sizes, sampler_checks


class ProjectedNeighbors(BaseEstimator):
    """Neighbours on a random plane: fast, often wrong, and without the row itself at times."""

    def __init__(self, n_neighbors=5):
        self.n_neighbors = n_neighbors

    def fit(self, X, y=None):
        self.projection_ = GaussianRandomProjection(2, random_state=0).fit(X)
        self.search_ = of_sklearn.NearestNeighbors(n_neighbors=self.n_neighbors)
        self.search_.fit(self.projection_.transform(X))
        return self

    def kneighbors(self, X=None, n_neighbors=None, return_distance=True):
        found = self.search_.kneighbors(None if X is None else self.projection_.transform(X))
        return found if return_distance else found[1]


def _with_neighbors():
    for sampler in all_samplers():
        for place, parameters in enumerate(sampler._test_parameters):
            made = sampler(**parameters)
            # The first stands for all of them where time is short.
            marks = [pytest.mark.slow] if place else []
            for name, value in made.get_params(deep=False).items():
                is_number = name.endswith("neighbors") and isinstance(value, Integral)
                # Those take a number only, or search by a distance of their own.
                is_number &= sampler not in (ClusterOverSampler, SMOTEN)
                # The farthest rows are not known to a search that is approximate.
                if is_number and parameters.get("version") != 2:
                    yield pytest.param(made, name, marks=marks, id=f"{made}-{name}")


# ADASYN rounds shares, and approximate neighbours may all be of other classes.
pytestmark = pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")
WITH_NEIGHBORS = pytest.mark.parametrize(("sampler", "name"), list(_with_neighbors()))


def _resampled(sampler, X, y):
    if "random_state" in sampler.get_params():
        sampler.set_params(random_state=0)
    return sampler.fit_resample(X, y)


@WITH_NEIGHBORS
@pytest.mark.parametrize(
    "estimator",
    [
        of_sklearn.NearestNeighbors(),
        of_sklearn.NearestNeighbors(algorithm="kd_tree"),
        NearestNeighbors(),
        NearestNeighbors(algorithm="compiled"),
    ],
    ids=str,
)
def test_exact_estimators_give_the_rows_of_a_number(sampler, name, estimator):
    X, y = make_blobs_of_sizes((90, 40, 30), 6)
    expected = _resampled(clone(sampler), X, y)
    # As in imbalanced-learn, an estimator counts the row itself, or not.
    n_neighbors = getattr(sampler, name) + sampler._estimators_count_the_row
    sampler = clone(sampler).set_params(
        **{name: clone(estimator).set_params(n_neighbors=n_neighbors)}
    )
    found = _resampled(sampler, X, y)
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])


@pytest.mark.slow
@WITH_NEIGHBORS
def test_an_approximate_estimator_keeps_the_contract(sampler, name):
    approximate = clone(sampler).set_params(**{name: ProjectedNeighbors(6)})
    for promise, check in sampler_checks(approximate):
        # Containers and engines do not meet an estimator, and imbalanced-learn takes the first
        # neighbour for the row itself, which it need not be here.
        if not promise.startswith(("incumbent", "same_")):
            check()


@WITH_NEIGHBORS
def test_neighbours_are_those_that_an_approximate_estimator_names(sampler, name):
    X, y = make_blobs_of_sizes((90, 40, 30), 6)
    if "n_seeds_S" in sampler.get_params():
        # With a single seed, nearly all rows stay whatever their neighbours are.
        sampler = clone(sampler).set_params(n_seeds_S=8)
    approximate = clone(sampler).set_params(**{name: ProjectedNeighbors(6)})
    ours, exact = _resampled(approximate, X, y), _resampled(clone(sampler), X, y)
    assert not np.array_equal(ours[0], exact[0])
    np.testing.assert_array_equal(ours[0], _resampled(clone(approximate), X, y)[0])


class Untold(ProjectedNeighbors):
    """Finds six neighbours, and does not say so."""

    def __init__(self):
        pass

    def fit(self, X, y=None):
        self.search_ = of_sklearn.NearestNeighbors(n_neighbors=6).fit(X)
        return self

    def kneighbors(self, X=None, n_neighbors=None, return_distance=True):
        return self.search_.kneighbors(X, return_distance=return_distance)


@WITH_NEIGHBORS
def test_an_estimator_that_does_not_tell_its_number_works_or_is_named(sampler, name):
    X, y = make_blobs_of_sizes((90, 40, 30), 6)
    try:
        _resampled(clone(sampler).set_params(**{name: Untold()}), X, y)
    except ValueError as error:
        assert f"given as {name} does not tell" in str(error)  # noqa: PT017
        # The remedy.
        _resampled(clone(sampler).set_params(**{name: of_sklearn.NearestNeighbors()}), X, y)
