"""EasyEnsemble, against scikit-learn's AdaBoost on the same subsets."""

import numpy as np
import pandas as pd
import pytest
from imblearn.ensemble import EasyEnsembleClassifier as Incumbent
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.ensemble import (
    AdaBoostClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import get_tags

from balancekit.ensemble import EasyEnsembleClassifier
from balancekit.testing import make_blobs_of_sizes


def _overlapping(sizes=(300, 40), seed=0):
    X, y = make_blobs_of_sizes(sizes, 6, seed=seed)
    return X + 2 * np.random.RandomState(seed + 1).standard_normal(X.shape), y


X, Y = _overlapping()
X_MANY, Y_MANY = _overlapping((200, 90, 30))


@pytest.mark.parametrize("data", [(X, Y), (X_MANY, Y_MANY)], ids=["two", "three"])
def test_one_subset_is_scikit_learns_adaboost_on_its_rows(data):
    rows, y = data
    model = EasyEnsembleClassifier(1, random_state=0).fit(rows, y)
    (drawn,) = model.estimators_samples_
    boosted = AdaBoostClassifier(random_state=0).fit(rows[drawn], y[drawn])
    assert_array_equal(model.predict(rows), boosted.predict(rows))
    assert_allclose(model.predict_proba(rows), boosted.predict_proba(rows))


@pytest.mark.parametrize("data", [(X, Y), (X_MANY, Y_MANY)], ids=["two", "three"])
@pytest.mark.parametrize("voting", ["sum", "average"])
def test_stumps_and_scikit_learns_adaboost_vote_alike(data, voting):
    rows, y = data

    class Slow(AdaBoostClassifier):
        """Not known to be the same, so fitted by its own code."""

    fast = EasyEnsembleClassifier(3, voting=voting, random_state=0).fit(rows, y)
    slow = clone(fast).set_params(estimator=Slow()).fit(rows, y)
    assert_array_equal(fast.predict(rows), slow.predict(rows))
    assert_allclose(fast.predict_proba(rows), slow.predict_proba(rows))
    assert_allclose(fast.decision_function(rows), slow.decision_function(rows))
    assert_allclose(fast.feature_importances_, slow.feature_importances_, atol=0.05)


@pytest.mark.parametrize(
    "estimator",
    [
        AdaBoostClassifier(n_estimators=7, learning_rate=0.5),
        AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=7, learning_rate=0.5),
    ],
)
def test_parameters_of_an_adaboost_over_stumps_are_kept(estimator):
    model = EasyEnsembleClassifier(2, estimator, random_state=0).fit(X, Y)
    assert [len(stumps) for stumps in model.estimators_] == [7, 7]
    (drawn, _) = model.estimators_samples_
    boosted = clone(estimator).set_params(random_state=0).fit(X[drawn], Y[drawn])
    assert_allclose(model.estimators_[0].votes, boosted.estimator_weights_)


def test_the_sum_is_one_over_all_weak_learners():
    model = EasyEnsembleClassifier(4, random_state=0).fit(X, Y)
    votes = sum(member.scores(X) for member in model.estimators_)
    shares = votes[:, 1] / votes.sum(axis=1)
    assert_allclose(model.decision_function(X), 2 * shares - 1)
    averaged = clone(model).set_params(voting="average").fit(X, Y)
    assert not np.allclose(model.predict_proba(X), averaged.predict_proba(X))


@pytest.mark.parametrize("replacement", [False, True])
def test_subsets_are_balanced_and_hold_the_smallest_class_whole(replacement):
    model = EasyEnsembleClassifier(3, replacement=replacement, random_state=0).fit(X_MANY, Y_MANY)
    for drawn in model.estimators_samples_:
        assert np.bincount(Y_MANY[drawn]).tolist() == [30, 30, 30]
        assert set(np.flatnonzero(Y_MANY == 2)) <= set(drawn)
        assert (len(set(drawn)) < len(drawn)) == replacement
    assert len({tuple(drawn) for drawn in model.estimators_samples_}) == 3
    assert_allclose(model.natural_prior_, [200 / 320, 90 / 320, 30 / 320])
    assert_allclose(model.effective_prior_, [1 / 3, 1 / 3, 1 / 3])


def test_a_strategy_sets_the_sizes():
    model = EasyEnsembleClassifier(2, sampling_strategy={0: 60}, random_state=0).fit(X, Y)
    assert np.bincount(Y[model.estimators_samples_[0]]).tolist() == [60, 40]
    assert_allclose(model.effective_prior_, [0.6, 0.4])


def test_threads_change_nothing():
    alone, together = (
        EasyEnsembleClassifier(6, n_jobs=n_jobs, random_state=0).fit(X, Y) for n_jobs in (1, 3)
    )
    assert_array_equal(alone.predict_proba(X), together.predict_proba(X))


def test_a_warm_start_adds_what_a_cold_one_would_have():
    cold = EasyEnsembleClassifier(5, random_state=0).fit(X, Y)
    warm = EasyEnsembleClassifier(2, random_state=0, warm_start=True).fit(X, Y)
    first = warm.estimators_[0]
    warm.set_params(n_estimators=5).fit(X, Y)
    assert warm.estimators_[0] is first
    assert_array_equal(warm.predict_proba(X), cold.predict_proba(X))
    with pytest.raises(ValueError, match="n_estimators=3 is less than the 5 that are fitted"):
        warm.set_params(n_estimators=3).fit(X, Y)


def test_weights_count_inside_subsets_and_in_the_prior():
    weights = np.where(X[:, 0] > 0, 3.0, 1.0)
    model = EasyEnsembleClassifier(1, random_state=0).fit(X, Y, sample_weight=weights)
    (drawn,) = model.estimators_samples_
    boosted = AdaBoostClassifier(random_state=0).fit(X[drawn], Y[drawn], weights[drawn])
    assert_allclose(model.predict_proba(X), boosted.predict_proba(X))
    assert_allclose(model.natural_prior_[1], weights[Y == 1].sum() / weights.sum())


@pytest.mark.parametrize("data", [(X, Y), (X_MANY, Y_MANY)], ids=["two", "three"])
@pytest.mark.parametrize(
    "estimator", [None, DecisionTreeClassifier(max_depth=3, max_features=2, random_state=7)]
)
def test_a_seed_gives_imbalanced_learns_subsets_and_averages(data, estimator):
    rows, y = data
    ours = EasyEnsembleClassifier(3, estimator, voting="average", random_state=0).fit(rows, y)
    theirs = Incumbent(3, estimator, random_state=0).fit(rows, y)
    for drawn, member in zip(ours.estimators_samples_, theirs.estimators_, strict=True):
        assert_array_equal(drawn, member[0].sample_indices_)
    assert_allclose(ours.predict_proba(rows), theirs.predict_proba(rows))


def test_a_progress_bar_counts_subsets(capsys):
    model = EasyEnsembleClassifier(2, n_jobs=2, progress=True, random_state=0).fit(X, Y)
    assert "2/2" in capsys.readouterr().err
    assert_array_equal(
        model.predict_proba(X),
        EasyEnsembleClassifier(2, random_state=0).fit(X, Y).predict_proba(X),
    )


@pytest.mark.parametrize(
    "make",
    [sparse.csr_array, sparse.csc_matrix, pd.DataFrame, np.asfortranarray],
)
def test_containers_make_no_difference(make):
    expected = EasyEnsembleClassifier(2, random_state=0).fit(X, Y).predict_proba(X)
    names = np.array(["many", "few"])[Y]
    model = EasyEnsembleClassifier(2, random_state=0).fit(make(X), names)
    assert_allclose(model.predict_proba(make(X))[:, ::-1], expected)
    assert set(model.predict(make(X))) == {"few", "many"}


def test_any_classifier_is_fitted_on_the_subsets():
    model = EasyEnsembleClassifier(2, RandomForestClassifier(5), random_state=0).fit(X, Y)
    assert isinstance(model.estimators_[0], RandomForestClassifier)
    assert model.estimators_[0].random_state != model.estimators_[1].random_state
    assert_allclose(
        model.predict_proba(X), np.mean([m.predict_proba(X) for m in model.estimators_], axis=0)
    )
    with pytest.raises(ValueError, match=r"voting='sum' .*RandomForestClassifier.*'average'"):
        model.set_params(voting="sum").predict(X)


def test_columns_that_tell_nothing_apart_are_refused():
    with pytest.raises(ValueError, match="No column of X tells the 2 classes"):
        EasyEnsembleClassifier(2).fit(np.ones((30, 2)), np.repeat([0, 1], [20, 10]))


def test_it_stands_in_a_search():
    search = GridSearchCV(
        EasyEnsembleClassifier(random_state=0), {"n_estimators": [1, 2]}, scoring="roc_auc", cv=2
    )
    assert search.fit(X, Y).best_score_ > 0.55


def test_an_estimator_gets_rows_as_they_come():
    rows = X.copy()
    rows[::7, 0] = np.nan
    holey = EasyEnsembleClassifier(2, HistGradientBoostingClassifier(), random_state=0)
    assert roc_auc_score(Y, holey.fit(rows, Y).predict_proba(rows)[:, 1]) > 0.8
    assert get_tags(holey).input_tags.allow_nan
    with pytest.raises(ValueError, match="Input X contains NaN"):
        EasyEnsembleClassifier(2).fit(rows, Y)
    words = np.where(rows > 0, "high", "low").astype(object)
    encoded = make_pipeline(OneHotEncoder(), LogisticRegression())
    assert EasyEnsembleClassifier(2, encoded).fit(words, Y).predict(words).shape == Y.shape
