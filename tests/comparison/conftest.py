"""Small data, and one comparison that many tests look at."""

import numpy as np
import pytest
from sklearn.datasets import make_classification

from balancekit import compare
from balancekit.comparison import strategies

ALL_THRESHOLDS = strategies.THRESHOLDS


@pytest.fixture(scope="module", autouse=True)
def few_thresholds():
    """Try few thresholds: scoring them takes most of the time, and tests nothing of ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strategies, "THRESHOLDS", ALL_THRESHOLDS[::10])
        yield


@pytest.fixture
def all_thresholds(monkeypatch):
    """Try all thresholds after all."""
    monkeypatch.setattr(strategies, "THRESHOLDS", ALL_THRESHOLDS)


@pytest.fixture(scope="session")
def small():
    """150 rows, a fifth of them positive, in four columns."""
    X, y = make_classification(
        n_samples=150, n_features=4, n_informative=3, n_redundant=0, weights=[0.8], random_state=0
    )
    X.setflags(write=False)
    return X, y


@pytest.fixture(scope="module")
def comparison(small, few_thresholds):
    """All strategies on the small data."""
    return compare(*small, cv=3, n_repeats=2)


@pytest.fixture
def same_scores():
    """Return a function that tells whether two comparisons scored the same."""

    def check(one, other):
        assert one.strategies == other.strategies
        return all(
            np.array_equal(one.scores[name][key], other.scores[name][key])
            for name in one.strategies
            for key in one.scores[name]
        )

    return check
