import numpy as np
import pytest
from imblearn.under_sampling import AllKNN, RepeatedEditedNearestNeighbours
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.neighbors import NearestNeighbors

from balancekit.core.neighborhood import RemainingNeighbors, is_unanimous, most_frequent
from balancekit.core.neighbors import EstimatorEngine, choose_engine


@pytest.mark.parametrize("slack", [0, 3])
def test_lists_are_those_of_a_search_among_the_rows_left(table, direct, neighbors, slack):
    X, codes = table
    rng = np.random.RandomState(0)
    everyone = np.arange(len(codes))
    queries = everyone[::2]
    left = RemainingNeighbors(X, queries, everyone, direct, 3, slack)
    for k in (1, 3, 2, 3):
        asked = rng.permutation(queries)[:25]
        assert_array_equal(left.nearest(asked, k), neighbors(X, asked, left.rows, k))
        left.remove(rng.choice(left.rows, size=len(left.rows) // 4, replace=False))
    assert len(left.rows) < 0.4 * len(codes)


def test_only_lists_that_ran_short_are_searched_anew(untied, direct):
    X, _ = untied
    everyone = np.arange(len(X))
    left = RemainingNeighbors(X, everyone, everyone, direct, 3, 2)
    nearest = direct.kneighbors(X, everyone, everyone, 5)[1]
    left.remove(nearest[7, :2])
    left.nearest(everyone, 3)
    assert left.n_searched == len(X)
    left.remove(nearest[7, 2:4])
    left.nearest(np.array([7]), 1)
    assert left.n_searched == len(X)
    assert_array_equal(left.nearest(np.array([7, 7]), 3), left.nearest(np.array([7]), 3)[[0, 0]])
    assert left.n_searched == len(X) + 1


def test_blocks_change_nothing(untied, direct):
    X, _ = untied
    everyone = np.arange(len(X))
    left = RemainingNeighbors(X, everyone, everyone, direct, 3)
    left.remove(everyone[::3])
    expected = left.nearest(everyone, 3)
    with config_context(working_memory=0.001):
        again = RemainingNeighbors(X, everyone, everyone, direct, 3)
        again.remove(everyone[::3])
        assert_array_equal(again.nearest(everyone, 3), expected)


def test_removed_rows_may_still_ask_until_too_few_are_left(direct):
    X = np.arange(6.0)[:, np.newaxis]
    everyone = np.arange(6)
    left = RemainingNeighbors(X, everyone, everyone, direct, 2, 9)
    left.remove(np.array([0, 2, 3, 4]))
    assert_array_equal(left.nearest(np.array([0, 3]), 2), [[1, 5], [1, 5]])
    assert_array_equal(left.nearest(np.array([1, 5]), 1), [[5], [1]])
    with pytest.raises(ValueError, match="2 rows left, too few for 2 neighbours of each"):
        left.nearest(np.array([1]), 2)
    with pytest.raises(ValueError, match="1 row left, too few for 1 neighbour"):
        RemainingNeighbors(X, everyone[:1], everyone[:1], direct, 1)


def test_only_rows_given_at_the_start_may_ask(direct):
    X = np.arange(6.0)[:, np.newaxis]
    left = RemainingNeighbors(X, np.array([1, 4]), np.arange(6), direct, 2)
    with pytest.raises(ValueError, match="Not given at the start: row 3"):
        left.nearest(np.array([1, 3]), 1)


def test_a_users_estimator_gives_lists_of_its_own_length(untied, direct):
    X, _ = untied
    everyone = np.arange(len(X))
    engine = EstimatorEngine(NearestNeighbors(n_neighbors=4))
    left = RemainingNeighbors(X, everyone, everyone, engine, 3)
    exact = RemainingNeighbors(X, everyone, everyone, direct, 3)
    for each in (left, exact):
        each.remove(everyone[::3])
    assert_array_equal(left.nearest(left.rows, 3), exact.nearest(exact.rows, 3))
    with pytest.raises(ValueError, match="gives 3 neighbours, fewer than 4"):
        left.nearest(left.rows, 4)


def _edited(X, y, targets, engine, sizes, kind, is_repeated):
    """Edit in rounds, with lists that are searched once, as the samplers do."""
    rows, smallest = np.arange(len(y)), np.bincount(y).min()
    asked = rows[np.isin(y, targets)]
    left = RemainingNeighbors(X, asked, rows, engine, max(sizes))
    for k in sizes:
        votes = y[left.nearest(asked, k)]
        is_kept = (
            is_unanimous(votes, y[asked]) if kind == "all" else most_frequent(votes) == y[asked]
        )
        left.remove(asked[~is_kept])
        asked = asked[is_kept]
        counts = np.bincount(y[left.rows], minlength=y.max() + 1)
        is_converged = is_repeated and is_kept.all()
        if is_converged or (np.delete(counts, np.bincount(y).argmin()) < smallest).any():
            break
    return left.rows, left.n_searched - np.isin(y, targets).sum()


@pytest.mark.parametrize("engine", ["direct", "sklearn"])
@pytest.mark.parametrize("kind", ["all", "mode"])
@pytest.mark.parametrize(
    ("sampler", "sizes", "is_repeated"),
    [(RepeatedEditedNearestNeighbours, [3] * 100, True), (AllKNN, [1, 2, 3], False)],
)
def test_rows_kept_in_rounds_are_those_of_imbalanced_learn(
    engine, kind, sampler, sizes, is_repeated
):
    rng = np.random.RandomState(7)
    y = rng.choice(3, size=600, p=[0.6, 0.1, 0.3])
    X = rng.randn(600, 4) + 1.3 * y[:, np.newaxis]
    incumbent = sampler(n_neighbors=3, kind_sel=kind)
    expected, _ = incumbent.fit_resample(X, y)
    search = choose_engine("n_neighbors", 3, engine, None)[0]
    kept, n_again = _edited(X, y, [0, 2], search, sizes, kind, is_repeated)
    assert len(kept) < len(X)
    assert n_again < 30
    # By rows: imbalanced-learn's sample_indices_ are wrong where its last round removes nothing.
    assert_array_equal(X[kept[np.lexsort((kept, y[kept]))]], expected)
