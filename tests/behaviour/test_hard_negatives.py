"""Hard-negative mining, beside a plain loop over the paper's five steps."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from balancekit.exceptions import ShortfallWarning
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import HardNegativeMining

FOREST = RandomForestClassifier(5, max_depth=3, random_state=0)


def clouds(sizes=(1500, 40), n_columns=4, seed=0):
    """Draw normal clouds that overlap, in a random order."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return rng.normal(size=(len(y), n_columns)) + y[:, np.newaxis], y


def plainly_mined(X, y, estimator, initial_size, n_rounds, threshold, most, order, seed):
    """Follow the paper with lists: the negatives that are trained on, and rounds as tuples."""
    rng = np.random.RandomState(seed)
    positives = [row for row in range(len(y)) if y[row] == 1]
    pool = [row for row in range(len(y)) if y[row] == 0]
    keys = {row: rng.random_sample() for row in pool}
    negatives = sorted(pool, key=lambda row: -keys[row])[:initial_size]
    rounds = []
    for _ in range(n_rounds):
        rows = positives + negatives
        estimator.fit(X[rows], y[rows])
        scanned = [row for row in pool if row not in negatives]
        scores = dict(zip(scanned, estimator.predict_proba(X[scanned])[:, 1], strict=True))
        found = [row for row in scanned if scores[row] > threshold]
        if order == "random":
            scores = {row: rng.random_sample() for row in found}
        added = sorted(found, key=lambda row: -scores[row])[:most]
        negatives = negatives + added
        rounds.append((len(scanned), len(found), len(added), len(negatives)))
        if not added:
            break
    return sorted(positives + negatives), rounds


def summary(sampler):
    """Return the rounds of a sampler as tuples, without the time."""
    return [
        (one.n_scanned, one.n_false_positives, one.n_added, one.n_negatives)
        for one in sampler.rounds_
    ]


@pytest.mark.parametrize("order", ["hardest", "random"])
@pytest.mark.parametrize("most", [None, 7])
@pytest.mark.parametrize("threshold", [0.5, 0.2])
def test_the_rows_are_those_of_the_plain_loop(order, most, threshold):
    X, y = clouds()
    sampler = HardNegativeMining(
        estimator=LogisticRegression(random_state=0),
        initial_size=60,
        n_rounds=3,
        threshold=threshold,
        max_new_per_round=most,
        order=order,
        random_state=5,
    )
    sampler.fit_resample(X, y)
    rows, rounds = plainly_mined(X, y, LogisticRegression(), 60, 3, threshold, most, order, seed=5)
    assert sorted(sampler.sample_indices_) == rows
    assert summary(sampler) == rounds
    assert len(rounds) >= 2


def test_it_ends_when_no_false_positive_is_left():
    X, y = clouds()
    X[y == 1] += 20
    sampler = HardNegativeMining(initial_size=30, n_rounds=50, random_state=0)
    sampler.fit_resample(X, y)
    assert summary(sampler) == [(1470, 0, 0, 30)]
    X, y = clouds()
    sampler = HardNegativeMining(
        estimator=DecisionTreeClassifier(), initial_size=30, n_rounds=50, random_state=0
    )
    sampler.fit_resample(X, y)
    assert 1 < len(sampler.rounds_) < 50
    assert sampler.rounds_[-1].n_false_positives == 0
    is_left_out = np.ones(len(y), dtype=bool)
    is_left_out[sampler.sample_indices_] = False
    assert not sampler.estimator_.predict(X[is_left_out]).any()


def test_rounds_add_up_and_stay_within_their_caps():
    X, y = clouds()
    sampler = HardNegativeMining(initial_size=20, n_rounds=4, max_new_per_round=9, random_state=0)
    _, y_out = sampler.fit_resample(X, y)
    sizes = [20 + 9 * n for n in (1, 2, 3, 4)]
    assert [one.n_negatives for one in sampler.rounds_] == sizes
    assert [one.n_scanned for one in sampler.rounds_] == [1500 - size + 9 for size in sizes]
    assert all(one.seconds > 0 for one in sampler.rounds_)
    assert np.bincount(y_out).tolist() == [56, 40]
    with pytest.raises(AttributeError):
        sampler.rounds_[0].n_added = 3


def test_the_classifier_that_is_kept_was_fitted_on_the_rows_that_come_out():
    X, y = clouds()
    sampler = HardNegativeMining(estimator=DecisionTreeClassifier(), random_state=0)
    X_out, y_out = sampler.fit_resample(X, y)
    assert_array_equal(sampler.estimator_.predict(X_out), y_out)
    assert sampler.estimator_.tree_.n_node_samples[0] == len(y_out)


@pytest.mark.parametrize(
    ("initial_size", "expected"), [(25, 25), (1.5, 60), ("auto", 120), (np.int64(3), 3)]
)
def test_the_first_negatives_are_a_number_a_ratio_or_three_for_each(initial_size, expected):
    X, y = clouds()
    sampler = HardNegativeMining(initial_size=initial_size, n_rounds=1, random_state=0)
    sampler.fit_resample(X, y)
    assert sampler.rounds_[0].n_scanned == 1500 - expected


def test_a_class_too_small_for_the_first_draw_is_kept_whole_with_a_warning():
    X, y = clouds((1500, 80, 30))
    sampler = HardNegativeMining(initial_size=100, random_state=0)
    with pytest.warns(ShortfallWarning, match=r"Class 1 has 80 rows, fewer than the 100") as caught:
        _, y_out = sampler.fit_resample(X, y)
    assert caught[0].filename == __file__
    assert np.bincount(y_out)[1] == 80
    assert np.bincount(y_out)[0] < 1500


@pytest.mark.parametrize("estimator", [LinearSVC(), RidgeClassifier()])
def test_classifiers_without_probabilities_score_by_their_decision(estimator):
    X, y = clouds()
    sampler = HardNegativeMining(estimator=estimator, initial_size=50, random_state=0)
    sampler.fit_resample(X, y)
    assert sampler.rounds_[0].n_false_positives > 0
    strict = HardNegativeMining(estimator=estimator, initial_size=50, threshold=1e9, random_state=0)
    strict.fit_resample(X, y)
    assert summary(strict) == [(1450, 0, 0, 50)]


def test_positives_may_have_the_smaller_label():
    X, y = clouds()
    names = np.where(y == 1, "a face", "no face")
    sampler = HardNegativeMining(estimator=LinearSVC(), random_state=0)
    sampler.fit_resample(X, names)
    rows = sampler.sample_indices_
    mirrored = HardNegativeMining(estimator=LinearSVC(), random_state=0)
    mirrored.fit_resample(X, y)
    assert set(rows) == set(mirrored.sample_indices_)


def test_only_rows_mistaken_for_a_class_that_is_not_mined_are_added():
    X, y = clouds((600, 300, 100, 60))
    sampler = HardNegativeMining(
        estimator=FOREST, sampling_strategy=[0, 1], threshold=0.3, n_rounds=1, random_state=0
    )
    _, y_out = sampler.fit_resample(X, y)
    assert np.bincount(y_out)[2:].tolist() == [100, 60]
    first = HardNegativeMining(
        estimator=FOREST, sampling_strategy=[0, 1], threshold=2.0, n_rounds=1, random_state=0
    )
    first.fit_resample(X, y)
    scores = first.estimator_.predict_proba(X)[:, 2:].max(axis=1)
    added = np.setdiff1d(sampler.sample_indices_, first.sample_indices_)
    is_hard = (scores > 0.3) & (y < 2)
    assert_array_equal(added, np.setdiff1d(np.flatnonzero(is_hard), first.sample_indices_))


def test_one_positive_is_enough():
    X, y = clouds((400, 1))
    X_out, y_out = HardNegativeMining(random_state=0).fit_resample(X, y)
    assert np.bincount(y_out)[1] == 1
    assert len(X_out) < 401


@pytest.mark.parametrize("n_jobs", [2, 3, -1])
@pytest.mark.parametrize("order", ["hardest", "random"])
def test_threads_do_not_change_the_rows(monkeypatch, n_jobs, order):
    monkeypatch.setattr("balancekit.under_sampling._hard_negative_mining.BATCH_ROWS", 100)
    X, y = clouds()
    settings = {"estimator": FOREST, "max_new_per_round": 20, "order": order, "random_state": 3}
    one = HardNegativeMining(**settings)
    one.fit_resample(X, y)
    many = HardNegativeMining(**settings, n_jobs=n_jobs)
    many.fit_resample(X, y)
    assert_array_equal(one.sample_indices_, many.sample_indices_)
    assert summary(one) == summary(many)


def test_batches_do_not_change_the_rows(monkeypatch):
    X, y = clouds()
    outcomes = []
    for rows in (7, 64, 100_000):
        monkeypatch.setattr("balancekit.under_sampling._hard_negative_mining.BATCH_ROWS", rows)
        sampler = HardNegativeMining(
            estimator=DecisionTreeClassifier(max_depth=4),
            max_new_per_round=20,
            order="random",
            random_state=3,
        )
        sampler.fit_resample(X, y)
        outcomes.append(sampler.sample_indices_)
    assert_array_equal(outcomes[0], outcomes[1])
    assert_array_equal(outcomes[0], outcomes[2])


def test_estimators_inside_a_pipeline_are_seeded_from_the_stream():
    X, y = clouds()
    model = make_pipeline(RandomForestClassifier(3, max_depth=3))
    rows = []
    for seed in (0, 0, 1):
        sampler = HardNegativeMining(estimator=model, random_state=seed)
        sampler.fit_resample(X, y)
        rows.append(sampler.sample_indices_)
    assert_array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])
    assert model[0].random_state is None


def test_missing_values_pass_where_the_classifier_takes_them():
    X, y = clouds()
    X[::7, 1] = np.nan
    boosting = HistGradientBoostingClassifier(max_iter=5)
    X_out, _ = HardNegativeMining(estimator=boosting, random_state=0).fit_resample(X, y)
    assert np.isnan(X_out).any()
    with pytest.raises(ValueError, match="NaN"):
        HardNegativeMining(random_state=0).fit_resample(X, y)


@pytest.mark.parametrize("container", [pd.DataFrame, pl.DataFrame, sparse.csr_array, np.float32])
def test_containers_come_back_with_the_same_rows(container):
    X, y = clouds()
    X = np.round(X, 2).astype(np.float32).astype(np.float64)
    arrays = HardNegativeMining(random_state=0)
    arrays.fit_resample(X, y)
    sampler = HardNegativeMining(random_state=0)
    names = np.array(["no", "yes"])[y]
    X_out, y_out = sampler.fit_resample(container(X), names)
    assert_array_equal(sampler.sample_indices_, arrays.sample_indices_)
    assert isinstance(X_out, type(container(X)))
    assert_array_equal(names[sampler.sample_indices_], y_out)


def test_every_class_mined_is_refused_by_name():
    X, y = make_blobs_of_sizes((30, 10, 4), 3)
    names = np.array(["big", "middle", "small"])[y]
    sampler = HardNegativeMining(sampling_strategy="all")
    with pytest.raises(ValueError, match=r"all 3 classes mined.*Use 'auto'.*'small'"):
        sampler.fit_resample(X, names)


@pytest.mark.parametrize(
    ("parameters", "error", "says"),
    [
        ({"estimator": NearestNeighbors()}, ValueError, "'estimator' parameter of HardNeg"),
        ({"initial_size": 0}, ValueError, "'initial_size' parameter of HardNegativeMining"),
        ({"initial_size": -0.5}, ValueError, "'initial_size' parameter of HardNegativeMining"),
        ({"n_rounds": 0}, ValueError, "'n_rounds' parameter of HardNegativeMining"),
        ({"order": "easy"}, ValueError, "'order' parameter of HardNegativeMining"),
        ({"threshold": "high"}, ValueError, "'threshold' parameter of HardNegativeMining"),
        ({"max_new_per_round": 0}, ValueError, "'max_new_per_round' parameter of HardNegat"),
        (
            {"estimator": SVC(decision_function_shape="ovo")},
            ValueError,
            "SVC.decision_function gives 6 columns for 4 classes.*decision_function_shape='ovr'",
        ),
    ],
)
def test_bad_parameters_are_named(parameters, error, says):
    X, y = clouds((200, 30, 20, 10))
    sampler = HardNegativeMining(random_state=0, **parameters)
    with pytest.raises(error, match=says):
        sampler.fit_resample(X, y)


def test_an_estimator_that_does_not_score_is_refused():
    class Voting(LogisticRegression):
        predict_proba = decision_function = property()

    X, y = clouds()
    with pytest.raises(TypeError, match="estimator=Voting has neither predict_proba nor"):
        HardNegativeMining(estimator=Voting()).fit_resample(X, y)
