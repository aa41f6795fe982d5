"""imbalanced-learn's ensembles that are handed on, with samplers of this package inside."""

import imblearn.ensemble
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.tree import DecisionTreeClassifier

from balancekit.ensemble import BalancedBaggingClassifier, BalancedRandomForestClassifier
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import OneSidedSelection, RandomUnderSampler, TomekLinks

X, Y = make_blobs_of_sizes((120, 30), 4, seed=0)


def test_they_are_the_same_objects():
    assert BalancedBaggingClassifier is imblearn.ensemble.BalancedBaggingClassifier
    assert BalancedRandomForestClassifier is imblearn.ensemble.BalancedRandomForestClassifier


@pytest.mark.parametrize(
    "sampler",
    [SMOTE(), RandomOverSampler(), RandomUnderSampler(), OneSidedSelection(), TomekLinks()],
    ids=lambda sampler: type(sampler).__name__,
)
def test_balanced_bagging_takes_our_samplers(sampler):
    first, second = (
        BalancedBaggingClassifier(
            DecisionTreeClassifier(), n_estimators=4, sampler=sampler, n_jobs=n_jobs, random_state=0
        ).fit(X, Y)
        for n_jobs in (1, 2)
    )
    assert_array_equal(first.predict_proba(X), second.predict_proba(X))
    assert (first.predict(X) == Y).mean() > 0.8
    for pipeline, drawn in zip(first.estimators_, first.estimators_samples_, strict=True):
        inner = pipeline[0]
        assert type(inner) is type(sampler)
        # Where the rows of a bag come from, two steps back.
        assert_array_equal(inner.plan_.codes[: len(inner.plan_.keep)], Y[drawn][inner.plan_.keep])


def test_balanced_bagging_draws_what_it_draws_with_imbalanced_learns_sampler():
    ours, theirs = (
        BalancedBaggingClassifier(
            DecisionTreeClassifier(), n_estimators=4, sampler=sampler, random_state=0
        ).fit(X, Y)
        for sampler in (RandomUnderSampler(), None)
    )
    for one, other in zip(ours.estimators_, theirs.estimators_, strict=True):
        assert_array_equal(one[0].sample_indices_, other[0].sample_indices_)
    assert_array_equal(ours.predict_proba(X), theirs.predict_proba(X))


def test_the_forest_is_fitted():
    forest = BalancedRandomForestClassifier(
        5, sampling_strategy="all", replacement=True, bootstrap=False, random_state=0
    )
    assert np.mean(forest.fit(X, Y).predict(X) == Y) > 0.8
