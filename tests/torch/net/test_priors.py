"""Priors and class counts: what a net was trained on, and what its probabilities reflect."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from sklearn.model_selection import KFold, StratifiedKFold, cross_validate  # noqa: E402
from tests.torch.net.cases import CODES, MANY_CODES, X_MANY, X, small  # noqa: E402

from balancekit.deep.losses import LogitAdjustedLoss  # noqa: E402
from balancekit.over_sampling import SMOTE  # noqa: E402
from balancekit.thresholding import PriorCorrection, ThresholdMovingClassifier  # noqa: E402
from balancekit.under_sampling import RandomUnderSampler  # noqa: E402

NATURAL = np.array([30, 12, 6]) / 48


def _fitted(**parameters):
    return small(max_epochs=1, **parameters).fit(X_MANY, MANY_CODES)


@pytest.mark.parametrize("cv", [StratifiedKFold(5), KFold(4, shuffle=True, random_state=1)])
@pytest.mark.parametrize("criterion", ["cross_entropy", "balanced_softmax", "ldam"])
def test_each_fold_has_counts_and_priors_of_its_own(cv, criterion):
    net = small(max_epochs=1, criterion=criterion)
    found = cross_validate(net, X, CODES, cv=cv, return_estimator=True, return_indices=True)
    for fold, rows in zip(found["estimator"], found["indices"]["train"], strict=True):
        counts = np.bincount(CODES[rows], minlength=2)
        assert_array_equal(fold.class_counts_, counts)
        assert_allclose(fold.natural_prior_, counts / counts.sum())
        assert_array_equal(fold.criterion_.class_counts, counts)


def test_rows_that_are_held_out_are_not_counted():
    net = small(early_stopping=True, validation_fraction=0.2, criterion="balanced_softmax")
    net.fit(X, CODES)
    assert_array_equal(net.class_counts_, [32, 12])
    assert_array_equal(net.criterion_.class_counts, [32, 12])
    assert_allclose(net.natural_prior_, [32 / 44, 12 / 44])
    assert [record["rows_per_class"] for record in net.history_] == [[32, 12]] * 2


def test_weights_count_as_shares_of_rows():
    given = np.where(MANY_CODES == 2, 5.0, 1.0)
    net = small(max_epochs=1, criterion="balanced_softmax")
    net.fit(X_MANY, MANY_CODES, sample_weight=given)
    totals = np.array([30, 12, 30.0])
    assert_allclose(net.class_counts_, totals * 48 / 72)
    assert_allclose(net.natural_prior_, totals / 72)
    assert_allclose(net.criterion_.class_counts, totals * 48 / 72)


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ("natural", NATURAL),
        ("class_aware", np.ones(3) / 3),
        ("weighted", np.ones(3) / 3),
        ("over_sampled", np.ones(3) / 3),
        ("under_sampled", np.ones(3) / 3),
        (SMOTE(k_neighbors=2), np.ones(3) / 3),
        (SMOTE(sampling_strategy={2: 12}, k_neighbors=2), np.array([30, 12, 12]) / 54),
        (RandomUnderSampler(sampling_strategy={0: 10}), np.array([10, 12, 6]) / 28),
        (lambda codes, epoch, rng: np.flatnonzero(codes > 0), np.array([0, 12, 6]) / 18),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_batches_move_the_prior_that_probabilities_reflect(batches, expected):
    net = _fitted(batches=batches)
    assert_allclose(net.effective_prior_, expected, atol=1e-9)
    assert_allclose(net.natural_prior_, NATURAL)
    assert_array_equal(net.class_counts_, [30, 12, 6])


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("cross_entropy", NATURAL),
        ("focal", NATURAL),
        ("ldam", NATURAL),
        ("weighted_cross_entropy", np.ones(3) / 3),
        ("balanced_softmax", np.ones(3) / 3),
        ("logit_adjusted", np.ones(3) / 3),
        (LogitAdjustedLoss(tau=0.5), NATURAL**0.5 / (NATURAL**0.5).sum()),
        ("dice", None),
        ("tversky", None),
        ("asymmetric", None),
        ("ghmc", None),
        (torch.nn.CrossEntropyLoss, None),
    ],
)
def test_losses_move_the_prior_that_probabilities_reflect(criterion, expected):
    net = _fitted(criterion=criterion)
    if expected is None:
        assert net.effective_prior_ is None
    else:
        assert_allclose(net.effective_prior_, expected, atol=1e-6)
    assert_allclose(net.natural_prior_, NATURAL)


def test_a_loss_that_takes_a_prior_away_from_balanced_rows_goes_beyond():
    # The loss divides by the prior of all rows, and the batches had balanced them already.
    net = _fitted(criterion="balanced_softmax", batches="class_aware")
    assert_allclose(net.effective_prior_, (1 / NATURAL) / (1 / NATURAL).sum(), atol=1e-6)


@pytest.mark.parametrize("weights", ["balanced", {0: 1.0, 1: 30 / 12, 2: 5}])
def test_class_weights_move_the_prior_and_are_no_rows(weights):
    net = _fitted(class_weight=weights)
    assert_allclose(net.effective_prior_, np.ones(3) / 3)
    assert_array_equal(net.class_counts_, [30, 12, 6])
    assert_allclose(net.natural_prior_, NATURAL)


def test_balanced_class_weights_and_balanced_batches_weight_twice():
    net = _fitted(class_weight="balanced", batches="over_sampled")
    assert_allclose(net.effective_prior_, (1 / NATURAL) / (1 / NATURAL).sum())


def test_rules_read_the_priors_of_a_net():
    net = small(batches="over_sampled", max_epochs=5, optimizer__lr=0.02)
    moved = ThresholdMovingClassifier(net, PriorCorrection("effective", "natural"), cv="prefit")
    net.fit(X_MANY, MANY_CODES)
    moved.fit(X_MANY, MANY_CODES)
    corrected = net.predict_proba(X_MANY) * net.natural_prior_ / net.effective_prior_
    assert_array_equal(moved.predict(X_MANY), corrected.argmax(axis=1))


def test_rules_are_tuned_over_folds_around_a_net():
    moved = ThresholdMovingClassifier(
        small(batches="over_sampled"), PriorCorrection("effective", "natural")
    )
    moved.fit(X, CODES)
    assert_allclose(moved.estimator_.natural_prior_, [40 / 55, 15 / 55])
    assert_allclose(moved.estimator_.effective_prior_, [0.5, 0.5])
    assert moved.predict(X).shape == (55,)
