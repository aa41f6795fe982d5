"""Small data, and one comparison that many tests look at."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification

from balancekit import compare
from balancekit.__main__ import main


@pytest.fixture(scope="session")
def small():
    """150 rows, a fifth of them positive, in four columns."""
    X, y = make_classification(
        n_samples=150, n_features=4, n_informative=3, n_redundant=0, weights=[0.8], random_state=0
    )
    X.setflags(write=False)
    return X, y


@pytest.fixture(scope="session")
def comparison(small):
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


@pytest.fixture
def rows():
    """Numbers, words, missing values, visits of patients and a class."""
    X, y = make_classification(n_samples=120, n_features=3, n_redundant=0, random_state=0)
    rare = np.where((y == 1) & (np.arange(120) % 3 == 0), "ill", "well")
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(
        city=np.where(X[:, 0] > 0, "Rome", "Bern"), patient=np.arange(120) // 2, state=rare
    )
    frame.loc[::9, "a"] = np.nan
    return frame


@pytest.fixture
def file(rows, tmp_path):
    """Those rows as a csv."""
    path = tmp_path / "rows.csv"
    rows.to_csv(path, index=False)
    return path


@pytest.fixture
def run(capsys):
    """Return a function that runs the command in this process."""

    def call(*argv):
        status = main([str(argument) for argument in argv])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call
