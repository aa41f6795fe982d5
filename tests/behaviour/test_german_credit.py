"""SMOTENC on real credits: imbalanced-learn's rows wherever neither distances nor votes tie."""

import imblearn.over_sampling as incumbent
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from balancekit.over_sampling import SMOTENC

# Imbalanced-learn expands the square, which of amounts of thousands loses digits.
APART = 1e-6

K = 5


@pytest.fixture
def german_credit(data_folder):
    """Features, names among them, and the risk."""
    frame = pd.read_csv(data_folder / "csv" / "german_credit.csv")
    return frame.drop(columns="risk"), frame["risk"]


def _neighbours(numbers, names):
    """Return distances and neighbours of all rows by the definition, k + 1 of each."""
    median = np.median(numbers.std(axis=0))
    squares = np.square(numbers[:, np.newaxis] - numbers).sum(axis=2)
    squares += median**2 * (names[:, np.newaxis] != names).sum(axis=2)
    np.fill_diagonal(squares, np.inf)
    order = np.argsort(squares, axis=1, kind="stable")[:, : K + 1]
    return np.sqrt(np.take_along_axis(squares, order, axis=1)), order


def test_rows_are_those_of_imbalanced_learn_wherever_nothing_ties(german_credit):
    X, y = german_credit
    is_name = X.dtypes.map(lambda dtype: not pd.api.types.is_numeric_dtype(dtype)).to_numpy()
    sampler = SMOTENC("auto", k_neighbors=K, random_state=np.random.RandomState(0))
    ours, y_ours = sampler.fit_resample(X, y)
    nominal = np.flatnonzero(is_name).tolist()
    # Of integers, imbalanced-learn cuts the median and new values to integers.
    floats = X.astype(dict.fromkeys(X.columns[~is_name], float))
    theirs, y_theirs = incumbent.SMOTENC(
        nominal, k_neighbors=K, random_state=np.random.RandomState(0)
    ).fit_resample(floats, y)
    assert_array_equal(y_ours, y_theirs)
    assert_array_equal(sampler.categorical_features_, nominal)
    pd.testing.assert_frame_equal(ours.iloc[: len(X)], X)

    members = np.flatnonzero(y == "bad")
    numbers = X.loc[:, ~is_name].to_numpy(dtype=float)[members]
    names = X.loc[:, is_name].to_numpy()[members]
    distances, near = _neighbours(numbers, names)
    base = np.searchsorted(members, sampler.sample_indices_[len(X) :])
    untied = (np.diff(distances, axis=1) > APART).all(axis=1)[base]
    assert untied.mean() > 0.5

    made, expected = ours.iloc[len(X) :], theirs.iloc[len(X) :]
    assert_array_equal(
        made.loc[untied, ~is_name], np.rint(expected.loc[untied, ~is_name].to_numpy(dtype=float))
    )

    votes = names[near[:, :K]]
    n_compared = 0
    for place, column in enumerate(X.columns[is_name]):
        counts = (votes[:, :, np.newaxis, place] == votes[:, np.newaxis, :, place]).sum(axis=2)
        most = counts == counts.max(axis=1, keepdims=True)
        winners = [len(set(row[best])) for row, best in zip(votes[:, :, place], most, strict=True)]
        clear = untied & (np.array(winners) == 1)[base]
        assert_array_equal(made.loc[clear, column], expected.loc[clear, column])
        n_compared += clear.sum()
    assert n_compared > 0.5 * len(made) * is_name.sum()


def test_numbers_as_floats_are_those_of_imbalanced_learn_to_rounding(german_credit):
    X, y = german_credit
    is_name = X.dtypes.map(lambda dtype: not pd.api.types.is_numeric_dtype(dtype)).to_numpy()
    rng = np.random.RandomState(1)
    floats = X.copy()
    for column in X.columns[~is_name]:
        # Nothing ties any more.
        floats[column] = X[column] + rng.uniform(-0.4, 0.4, len(X))
    nominal = np.flatnonzero(is_name).tolist()
    ours, _ = SMOTENC(nominal, random_state=np.random.RandomState(0)).fit_resample(floats, y)
    theirs, _ = incumbent.SMOTENC(nominal, random_state=np.random.RandomState(0)).fit_resample(
        floats, y
    )
    assert_allclose(
        ours.loc[:, ~is_name].to_numpy(), theirs.loc[:, ~is_name].to_numpy(), rtol=1e-12
    )
    for column in X.columns[is_name]:
        assert_array_equal(ours[column], theirs[column])
