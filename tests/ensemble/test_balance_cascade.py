"""BalanceCascade: which rows remain after each member, and when there are too few."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.ensemble import AdaBoostClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from balancekit.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from balancekit.exceptions import ShortfallWarning
from balancekit.testing import make_blobs_of_sizes


def _overlapping(sizes, seed=0):
    X, y = make_blobs_of_sizes(sizes, 6, seed=seed)
    return X + 2 * np.random.RandomState(seed + 1).standard_normal(X.shape), y


X, Y = _overlapping((300, 40))
X_MANY, Y_MANY = _overlapping((200, 90, 30))


def test_the_share_that_remains_is_the_papers():
    rows, y = _overlapping((10_000, 100))
    model = BalanceCascadeClassifier(4, random_state=0).fit(rows, y)
    rate = (100 / 10_000) ** (1 / 3)
    assert_allclose(rate, 0.2154435, atol=1e-7)
    # Rounded up each time.
    assert model.n_remaining_[:, 0].tolist() == [10_000, 2155, 465, 101]
    assert (model.n_remaining_[:, 1] == 100).all()


def _leads(member, rows, code, n_classes):
    """How far a class leads all others, by a member of sums of votes."""
    votes = member.scores(rows)
    others = np.delete(np.arange(n_classes), code)
    return votes[:, code] - votes[:, others].max(axis=1)


@pytest.mark.parametrize("data", [(X, Y), (X_MANY, Y_MANY)], ids=["two", "three"])
def test_rows_that_a_member_is_most_certain_of_are_drawn_no_more(data):
    rows, y = data
    smallest = y.max()
    model = BalanceCascadeClassifier(4, random_state=0).fit(rows, y)
    remaining = {code: set(np.flatnonzero(y == code)) for code in range(smallest)}
    for number, (member, drawn) in enumerate(
        zip(model.estimators_, model.estimators_samples_, strict=True)
    ):
        assert np.bincount(y[drawn]).tolist() == [(y == smallest).sum()] * (smallest + 1)
        for code, left in remaining.items():
            assert set(drawn[y[drawn] == code]) <= left
            assert len(left) == model.n_remaining_[number, code]
            leads = _leads(member, rows, code, smallest + 1)
            threshold = model.thresholds_[number, code]
            certain = {row for row in left if leads[row] > threshold}
            undecided = {row for row in left if leads[row] < threshold}
            if number + 1 < len(model.estimators_):
                n_next = model.n_remaining_[number + 1, code]
                assert len(undecided) < n_next <= len(left) - len(certain)
            later = {row for drawn in model.estimators_samples_[number + 1 :] for row in drawn}
            assert not later & certain
            # Of those at the threshold, which remain is drawn; the next members show some.
            left -= certain
            if number + 1 < len(model.estimators_):
                at_threshold = sorted(left - undecided)
                n_lost = len(left) - n_next
                lost = [row for row in at_threshold if row not in later][:n_lost]
                left -= set(lost)
        assert model.thresholds_[number, smallest] == 0


def test_the_first_member_is_that_of_easy_ensemble():
    cascade = BalanceCascadeClassifier(3, random_state=0).fit(X, Y)
    easy = EasyEnsembleClassifier(3, random_state=0).fit(X, Y)
    assert_array_equal(cascade.estimators_samples_[0], easy.estimators_samples_[0])
    assert_allclose(cascade.estimators_[0].votes, easy.estimators_[0].votes)
    assert set(cascade.estimators_samples_[1]) != set(easy.estimators_samples_[1])


@pytest.mark.parametrize("data", [(X, Y), (X_MANY, Y_MANY)], ids=["two", "three"])
@pytest.mark.parametrize("voting", ["sum", "average"])
@pytest.mark.parametrize("adjust", [False, True])
def test_stumps_and_scikit_learns_adaboost_vote_alike(data, voting, adjust):
    rows, y = data
    # Of two splits that are equally good, scikit-learn draws one; weights spare it that.
    weights = np.random.RandomState(0).uniform(1, 2, len(y))

    class Slow(AdaBoostClassifier):
        """Not known to be the same, so fitted by its own code."""

    fast = BalanceCascadeClassifier(3, voting=voting, adjust_thresholds=adjust, random_state=0)
    fast.fit(rows, y, weights)
    slow = clone(fast).set_params(estimator=Slow()).fit(rows, y, weights)
    for one, other in zip(fast.estimators_samples_, slow.estimators_samples_, strict=True):
        assert_array_equal(one, other)
    assert_allclose(fast.thresholds_, slow.thresholds_, atol=1e-9)
    assert_allclose(fast.predict_proba(rows), slow.predict_proba(rows))
    assert_array_equal(fast.predict(rows), slow.predict(rows))


def test_adjusted_thresholds_are_those_that_the_sum_of_votes_has_to_exceed():
    plain = BalanceCascadeClassifier(4, random_state=0).fit(X, Y)
    adjusted = clone(plain).set_params(adjust_thresholds=True).fit(X, Y)
    votes = sum(member.scores(X) for member in plain.estimators_)
    assert_array_equal(plain.predict(X), votes.argmax(axis=1))
    leads = votes[:, 0] - votes[:, 1]
    assert_array_equal(adjusted.predict(X) == 0, leads >= plain.thresholds_[:, 0].sum())
    assert (adjusted.predict(X) == 1).sum() > (plain.predict(X) == 1).sum()
    areas = [roc_auc_score(Y, model.decision_function(X)) for model in (plain, adjusted)]
    assert_allclose(*areas)
    assert_allclose(adjusted.predict_proba(X).sum(axis=1), 1)


def test_a_class_that_runs_dry_ends_the_cascade_and_is_named():
    names = np.array(["healthy", "ill"])[Y]
    model = BalanceCascadeClassifier(10, false_positive_rate=0.3, random_state=0)
    with pytest.warns(
        ShortfallWarning,
        match=r"ends after 2 of 10 subsets: class 'healthy' has 27 rows left.*needs 40.*Lower",
    ):
        model.fit(X, names)
    assert model.n_remaining_.tolist() == [[300, 40], [90, 40]]
    assert len(model.estimators_) == len(model.estimators_samples_) == len(model.thresholds_) == 2
    assert set(model.predict(X)) == {"healthy", "ill"}


def test_drawing_with_replacement_goes_on():
    model = BalanceCascadeClassifier(5, false_positive_rate=0.3, replacement=True, random_state=0)
    assert len(model.fit(X, Y).estimators_) == 5


def test_a_strategy_sets_the_sizes_of_subsets():
    model = BalanceCascadeClassifier(3, sampling_strategy={0: 80}, random_state=0).fit(X, Y)
    assert np.bincount(Y[model.estimators_samples_[2]]).tolist() == [80, 40]
    assert_allclose(model.effective_prior_, [2 / 3, 1 / 3])
    assert_allclose(model.natural_prior_, [300 / 340, 40 / 340])


def test_any_classifier_is_fitted_and_sparse_rows_are_taken():
    model = BalanceCascadeClassifier(3, LogisticRegression(), random_state=0)
    dense = model.fit(X, Y).predict_proba(X)
    assert_allclose(dense, np.mean([one.predict_proba(X) for one in model.estimators_], axis=0))
    assert_allclose(clone(model).fit(sparse.csr_array(X), Y).predict_proba(X), dense, atol=1e-6)
    with pytest.raises(ValueError, match=r"voting='sum'.*LogisticRegression has none"):
        model.set_params(voting="sum").predict(X)


def test_weights_count_and_a_bar_counts_subsets(capsys):
    weights = np.where(X[:, 0] > 0, 3.0, 1.0)
    model = BalanceCascadeClassifier(2, progress=True, random_state=0)
    weighted = clone(model).fit(X, Y, sample_weight=weights)
    assert "2/2" in capsys.readouterr().err
    assert_allclose(weighted.natural_prior_[1], weights[Y == 1].sum() / weights.sum())
    assert not np.allclose(weighted.predict_proba(X), model.fit(X, Y).predict_proba(X))


@pytest.mark.parametrize("rate", [0, 1, -0.5, "half"])
def test_a_rate_that_is_no_share_is_refused(rate):
    with pytest.raises(ValueError, match=r"'false_positive_rate' .* range \(0.0, 1.0\)"):
        BalanceCascadeClassifier(false_positive_rate=rate).fit(X, Y)
