"""Over-samplers that prefer rows close to the border."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from balancekit.exceptions import ShortfallWarning
from balancekit.over_sampling import ADASYN, SMOTE, BorderlineSMOTE
from balancekit.testing import make_blobs_of_sizes

pytestmark = pytest.mark.thorough


def _enemies(X, y, rows, k):
    distances = np.square(X[rows][:, np.newaxis] - X).sum(axis=2)
    distances[np.arange(len(rows)), rows] = np.inf
    return np.count_nonzero(
        y[np.argsort(distances, axis=1)[:, :k]] != y[rows][:, np.newaxis], axis=1
    )


def _apart():
    """Two classes with nothing between them."""
    X, y = make_blobs_of_sizes((40, 12), 2)
    return X + 100.0 * y[:, np.newaxis], np.array(["near", "far"])[y]


@pytest.mark.parametrize("kind", ["borderline-1", "borderline-2"])
@pytest.mark.parametrize("m", [5, 10])
def test_new_rows_start_from_rows_in_danger(kind, m):
    X, y = make_blobs_of_sizes((80, 30), 3)
    sampler = BorderlineSMOTE(kind=kind, m_neighbors=m, random_state=0)
    sampler.fit_resample(X, y)
    rows = np.flatnonzero(y == 1)
    enemies = _enemies(X, y, rows, m)
    danger = rows[(enemies >= m / 2) & (enemies < m)]
    assert_array_equal(sampler.in_danger_indices[1], danger)
    (recipe,) = sampler.plan_.synthesis
    assert set(recipe.base) <= set(danger)
    if kind == "borderline-1":
        assert (y[recipe.partner] == 1).all()
    else:
        assert (recipe.step[y[recipe.partner] == 0] <= 0.5).all()
        assert (y[recipe.partner] == 0).any()


@pytest.mark.parametrize("kind", ["borderline-1", "borderline-2"])
def test_a_class_without_rows_in_danger_is_named_and_the_remedy_works(kind):
    X, y = _apart()
    sampler = BorderlineSMOTE(kind=kind, m_neighbors=7)
    with pytest.warns(ShortfallWarning, match=r"12 rows of class 'far' where 40.*7 nearest.*SMOTE"):
        assert len(sampler.fit_resample(X, y)[0]) == 52
    assert sampler.in_danger_indices == {}
    assert len(SMOTE().fit_resample(X, y)[0]) == 80


@pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")
def test_adasyn_gives_rows_in_proportion_to_enemies():
    X, y = make_blobs_of_sizes((90, 30), 3)
    sampler = ADASYN(random_state=0)
    _, y_out = sampler.fit_resample(X, y)
    rows = np.flatnonzero(y == 1)
    enemies = _enemies(X, y, rows, 5)
    (recipe,) = sampler.plan_.synthesis
    found = np.bincount(recipe.base, minlength=len(y))[rows]
    assert_allclose(found, 60 * enemies / enemies.sum(), atol=0.5 + 1e-9)
    assert (found[enemies == 0] == 0).all()
    assert len(y_out) == 120 + found.sum()


def test_adasyn_says_what_rounding_takes():
    X, y = make_blobs_of_sizes((70, 20), 3)
    with pytest.warns(
        ShortfallWarning, match=r"of class 1 where 23 .*share of each row is rounded"
    ):
        _, y_out = ADASYN(sampling_strategy={1: 23}).fit_resample(X, y)
    assert np.count_nonzero(y_out == 1) < 23


def test_adasyn_without_enemies_says_so_and_the_remedy_works():
    X, y = _apart()
    with pytest.warns(
        ShortfallWarning, match="class 'far'.*no row has one of another class.*SMOTE"
    ):
        assert len(ADASYN().fit_resample(X, y)[0]) == 52
    assert len(SMOTE().fit_resample(X, y)[0]) == 80


@pytest.mark.parametrize("sampler", [BorderlineSMOTE, ADASYN])
def test_a_class_too_small_is_named(sampler):
    X, y = make_blobs_of_sizes((40, 4))
    with pytest.raises(ValueError, match=r"Class 1 has 4 rows, too few for [kn]_neighbors=5"):
        sampler().fit_resample(X, y)


def test_too_few_rows_to_look_for_danger_are_named():
    X, y = make_blobs_of_sizes((8, 6))
    with pytest.raises(ValueError, match="14 rows, too few for m_neighbors=20"):
        BorderlineSMOTE(m_neighbors=20).fit_resample(X, y)
