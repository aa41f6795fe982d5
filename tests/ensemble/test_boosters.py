"""SMOTEBoost, RUSBoost and DataBoost-IM: boosting on rows that change in every round."""

import numpy as np
import pandas as pd
import pytest
from imblearn.ensemble import RUSBoostClassifier as Incumbent
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.tree import DecisionTreeClassifier

from balancekit.core.labels import Labels
from balancekit.ensemble import (
    DataBoostIMClassifier,
    RUSBoostClassifier,
    SMOTEBoostClassifier,
)
from balancekit.ensemble._class_columns import ClassColumns
from balancekit.ensemble._data_boost import used_seeds
from balancekit.exceptions import ShortfallWarning
from balancekit.over_sampling import SMOTE
from balancekit.testing import make_blobs_of_sizes


def _overlapping(sizes=(300, 40), seed=0, noise=1):
    X, y = make_blobs_of_sizes(sizes, 6, seed=seed)
    return X + noise * np.random.RandomState(seed + 1).standard_normal(X.shape), y


X, Y = _overlapping()
X_MANY, Y_MANY = _overlapping((200, 90, 30))
BOOSTERS = [
    SMOTEBoostClassifier(n_estimators=8, random_state=0),
    RUSBoostClassifier(n_estimators=8, random_state=0),
    DataBoostIMClassifier(n_estimators=8, random_state=0),
]
BOTH = pytest.mark.parametrize("data", [(X, Y), (X_MANY, Y_MANY)], ids=["two", "three"])


def _name(booster):
    return type(booster).__name__


# Stumps on so few rows are no better than chance now and then.
pytestmark = pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")
EVERY = pytest.mark.parametrize("booster", BOOSTERS, ids=_name)


class Slow(DecisionTreeClassifier):
    """Not known to be the same, so fitted by its own code."""


@EVERY
@BOTH
@pytest.mark.parametrize("algorithm", ["SAMME", "M2"])
def test_stumps_and_scikit_learns_trees_vote_alike(booster, data, algorithm):
    rows, y = data
    fast = clone(booster).set_params(algorithm=algorithm).fit(rows, y)
    slow = clone(fast).set_params(estimator=Slow(max_depth=1)).fit(rows, y)
    assert_allclose(fast.estimator_weights_, slow.estimator_weights_)
    assert_allclose(fast.estimator_errors_, slow.estimator_errors_)
    assert_allclose(fast.predict_proba(rows), slow.predict_proba(rows))
    assert_allclose(fast.decision_function(rows), slow.decision_function(rows), atol=1e-12)
    assert_array_equal(fast.predict(rows), slow.predict(rows))
    assert_allclose(fast.feature_importances_, slow.feature_importances_, atol=1e-12)


@BOTH
@pytest.mark.parametrize("estimator", [None, DecisionTreeClassifier(max_depth=2, max_features=2)])
@pytest.mark.parametrize("replacement", [False, True])
def test_rus_boost_by_samme_is_imbalanced_learns(data, estimator, replacement):
    rows, y = data
    # Classes this far apart leave few learners worse than chance, which ends theirs.
    rows = rows + 2 * np.eye(6)[y]
    # Of two splits that are equally good, scikit-learn draws one; weights spare it that.
    weights = np.random.RandomState(0).uniform(1, 2, len(y))
    parameters = {"replacement": replacement, "random_state": 0}
    theirs = Incumbent(estimator, n_estimators=6, **parameters).fit(rows, y, weights)
    n_fitted = len(theirs.estimators_)
    ours = RUSBoostClassifier(estimator, n_estimators=n_fitted, algorithm="SAMME", **parameters)
    ours.fit(rows, y, weights)
    assert_allclose(ours.estimator_weights_, theirs.estimator_weights_[:n_fitted])
    assert_allclose(ours.estimator_errors_, theirs.estimator_errors_[:n_fitted])
    assert_allclose(ours.predict_proba(rows), theirs.predict_proba(rows))
    assert_array_equal(ours.predict(rows), theirs.predict(rows))


def _smote_boost_by_definition(rows, y, n_rounds, seed):
    """Search and resample anew in every round, with two classes."""
    rng = np.random.RandomState(seed)
    weights = np.full(len(y), 1 / len(y))
    total, votes = np.zeros((len(y), 2)), 0.0
    for _ in range(n_rounds):
        tree = DecisionTreeClassifier(max_depth=1, random_state=rng.randint(2**31 - 1))
        sampler = SMOTE(random_state=np.random.RandomState(rng.randint(2**31 - 1)))
        X_new, y_new = sampler.fit_resample(rows, y)
        tree.fit(X_new, y_new, sample_weight=weights[sampler.sample_indices_])
        shares = tree.predict_proba(rows)
        right = (1 + shares[np.arange(len(y)), y] - shares[np.arange(len(y)), 1 - y]) / 2
        loss = (weights * (1 - right)).sum()
        vote = np.log((1 - loss) / loss)
        weights = weights * np.exp(-vote * right)
        weights /= weights.sum()
        total += vote * shares
        votes += vote
    return total / votes


def test_smote_boost_is_its_definition():
    model = SMOTEBoostClassifier(n_estimators=7, random_state=3).fit(X, Y)
    assert_allclose(model.predict_proba(X), _smote_boost_by_definition(X, Y, 7, 3))


def test_smote_boost_searches_once_for_each_class():
    calls = []

    class Counted(NearestNeighbors):
        def kneighbors(self, *arguments, **options):
            calls.append(1)
            return super().kneighbors(*arguments, **options)

    SMOTEBoostClassifier(n_estimators=9, k_neighbors=Counted(n_neighbors=6)).fit(X_MANY, Y_MANY)
    assert len(calls) == 2


@EVERY
@BOTH
def test_priors_are_those_of_the_data_and_of_the_first_round(booster, data):
    rows, y = data
    model = clone(booster).fit(rows, y)
    assert_allclose(model.natural_prior_, np.bincount(y) / len(y))
    assert_allclose(model.effective_prior_, np.full(y.max() + 1, 1 / (y.max() + 1)))


@EVERY
def test_weights_count_from_the_first_round_on(booster):
    weights = np.where(X[:, 0] > 0, 3.0, 1.0)
    model = clone(booster).fit(X, Y, sample_weight=weights)
    assert_allclose(model.natural_prior_[1], weights[Y == 1].sum() / weights.sum())
    assert not np.allclose(model.predict_proba(X), clone(booster).fit(X, Y).predict_proba(X))
    uniform = clone(booster).fit(X, Y, sample_weight=np.full(len(Y), 7.0))
    assert_allclose(uniform.predict_proba(X), clone(booster).fit(X, Y).predict_proba(X))


@EVERY
@pytest.mark.parametrize("make", [sparse.csr_array, pd.DataFrame, np.asfortranarray])
def test_containers_and_names_make_no_difference(booster, make):
    if make is sparse.csr_array and isinstance(booster, DataBoostIMClassifier):
        with pytest.raises(TypeError, match="dense data is required"):
            clone(booster).fit(make(X), Y)
        return
    expected = clone(booster).fit(X, Y).predict_proba(X)
    # "few" sorts before "many", and seeds follow the order of classes.
    names = np.array(["a many", "few"])[Y]
    model = clone(booster).fit(make(X), names)
    assert_allclose(model.predict_proba(make(X)), expected)
    assert set(model.predict(make(X))) <= {"few", "a many"}


@EVERY
@pytest.mark.parametrize("estimator", [LogisticRegression(), RandomForestClassifier(3)], ids=_name)
def test_any_classifier_with_weights_is_boosted(booster, estimator):
    model = clone(booster).set_params(estimator=estimator, n_estimators=3).fit(X_MANY, Y_MANY)
    assert isinstance(model.estimators_[0], type(estimator))
    assert roc_auc_score(Y_MANY == 2, model.predict_proba(X_MANY)[:, 2]) > 0.7
    assert_allclose(model.predict_proba(X_MANY).sum(axis=1), 1)


@EVERY
def test_a_classifier_without_weights_is_refused(booster):
    with pytest.raises(ValueError, match=r"KNeighborsClassifier.fit takes no sample_weight"):
        clone(booster).set_params(estimator=KNeighborsClassifier()).fit(X, Y)


@EVERY
def test_a_table_without_differences_is_refused_with_a_way_out(booster):
    with pytest.raises(ValueError, match=r"better than chance: .*error .* is 0\.\d+.*Pass"):
        clone(booster).set_params(algorithm="M2").fit(np.ones((40, 2)), np.repeat([0, 1], 20))


def test_learners_without_a_vote_are_told():
    rows, y = _overlapping(noise=2)
    with pytest.warns(ShortfallWarning, match=r"\d of 20 learners have a vote.*algorithm='M2'"):
        model = RUSBoostClassifier(n_estimators=20, algorithm="SAMME", random_state=0).fit(rows, y)
    assert 1 < len(model.estimators_) == len(model.estimator_weights_) < 20
    assert (model.estimator_weights_ > 0).all()


@EVERY
def test_it_stands_in_a_search(booster):
    search = GridSearchCV(clone(booster), {"n_estimators": [2, 5]}, scoring="roc_auc", cv=3)
    assert search.fit(X, Y).best_score_ > 0.55


def test_threads_change_nothing():
    alone, together = (
        SMOTEBoostClassifier(n_estimators=4, n_jobs=n_jobs, random_state=0).fit(X, Y)
        for n_jobs in (1, 3)
    )
    assert_array_equal(alone.predict_proba(X), together.predict_proba(X))


def test_too_few_rows_for_the_neighbours_are_refused():
    with pytest.raises(ValueError, match=r"Class 1 has 4 rows, too few for k_neighbors=5"):
        SMOTEBoostClassifier().fit(*_overlapping((300, 4)))


def test_the_hardest_seeds_are_used_in_the_numbers_of_the_paper():
    # 123 and 32 rows; the 40 hardest are 14 of the larger class and 26 of the smaller one.
    labels = Labels(np.repeat([0, 1], [123, 32]))
    weights = np.zeros(155)
    weights[:14] = np.arange(20, 34)
    weights[-26:] = np.arange(40, 66)
    (larger, of_larger), (smaller, of_smaller) = used_seeds(labels, weights, 40)
    assert (larger, smaller) == (0, 1)
    # min(123 / 32, 14) = 3, and min(123 * 3 / 32, 26) = 11.
    assert_array_equal(of_larger, [13, 12, 11])
    assert_array_equal(of_smaller, 154 - np.arange(11))
    assert used_seeds(labels, weights, 0) == []


@pytest.mark.parametrize("ratio", [None, 0.5])
def test_new_rows_of_a_seed_share_its_weight_and_classes_weigh_the_same(ratio):
    booster = DataBoostIMClassifier(max_new_ratio=ratio)
    booster.n_features_in_ = 6

    class Rule:
        weights = np.random.RandomState(0).uniform(1, 2, len(Y))
        error = mistaken = 0.2

    rule, labels = Rule(), Labels(Y)
    before = rule.weights.copy()
    plan, weights = booster._resampling(X, labels)(rule, np.random.RandomState(1))
    assert_allclose(np.bincount(plan.codes, weights), [1, 1])
    for code, seeds in used_seeds(labels, before, int(0.2 * len(Y))):
        for seed in seeds:
            offspring = plan.is_synthetic & (plan.sample_indices == seed)
            assert_allclose(weights[offspring].sum(), weights[seed])
            if ratio is None:
                assert offspring.sum() == labels.counts[code]
    if ratio is not None:
        assert 0 < plan.n_new <= ratio * len(Y)


def test_new_rows_stay_within_their_class_and_take_its_names():
    rng = np.random.RandomState(0)
    rows = np.column_stack([rng.randn(50), rng.choice([1.0, 4.0], 50, p=[0.8, 0.2])])
    new = ClassColumns(rows, np.array([1])).around(rows[:3], 400, rng)
    assert new.shape == (1200, 2)
    assert set(new[:, 1]) == {1.0, 4.0}
    assert_allclose((new[:, 1] == 1).mean(), (rows[:, 1] == 1).mean(), atol=0.05)
    assert (new[:, 0].min(), new[:, 0].max()) >= (rows[:, 0].min(), -np.inf)
    assert new[:, 0].max() <= rows[:, 0].max()
    alone = ClassColumns(rows, np.empty(0, int)).around(rows[:1], 4000, rng)
    assert 0.5 < alone[:, 0].std() / rows[:, 0].std() < 1.1


def test_categorical_columns_can_be_named():
    frame = pd.DataFrame(X.round(), columns=list("abcdef"))
    by_name = DataBoostIMClassifier(n_estimators=4, categorical_features=["b"], random_state=0)
    by_place = clone(by_name).set_params(categorical_features=[1])
    assert_allclose(
        by_name.fit(frame, Y).predict_proba(frame),
        by_place.fit(X.round(), Y).predict_proba(X.round()),
    )
    with pytest.raises(ValueError, match=r"categorical_features names 'z'.*'a'"):
        by_name.set_params(categorical_features=["z"]).fit(frame, Y)
