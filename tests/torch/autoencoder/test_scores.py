"""Errors, lines and classes, by hand."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from sklearn.covariance import LedoitWolf  # noqa: E402
from tests.torch.autoencoder.cases import Times, X, halving, small  # noqa: E402

# What is left of these are unit vectors: mean 0, covariance 1/2 on the diagonal.
CROSS = np.array([[2.0, 0], [0, 2], [-2, 0], [0, -2]])


@pytest.mark.parametrize(
    ("error", "of_4_and_4", "of_6_and_0"),
    [
        ("absolute", 2, 1.5),
        ("squared", 4, 4.5),
        ("euclidean", 8**0.5, 3),
        ("mahalanobis", 4, 18**0.5),
    ],
)
def test_scores_are_minus_the_errors(error, of_4_and_4, of_6_and_0):
    detector = halving(error=error).fit(CROSS)
    scores = detector.score_samples([[4, 4], [6, 0]])
    assert scores.dtype == np.float64
    assert_allclose(scores, [-of_4_and_4, -of_6_and_0], rtol=1e-6)


def test_the_covariance_is_that_of_ledoit_and_wolf():
    rows = np.random.RandomState(0).standard_normal((50, 3)) @ [[1, 2, 0], [0, 1, 0], [0, 0, 9]] + 4
    detector = halving().fit(rows)
    expected = LedoitWolf().fit(rows / 2).mahalanobis(rows / 2) ** 0.5
    assert_allclose(detector.score_samples(rows), -expected, rtol=1e-6)


def test_residuals_without_spread_leave_finite_distances():
    rows = np.repeat([[1.0, 2.0, 3.0]], 9, axis=0)
    detector = halving().fit(rows)
    known, novel = detector.score_samples([[1, 2, 3], [1, 2, 4]])
    assert known == 0
    assert np.isfinite(novel)
    assert novel < -1e3
    assert_array_equal(detector.predict([[1, 2, 3], [1, 2, 4]]), [1, -1])


def test_fewer_rows_than_columns_are_no_problem():
    rows = np.random.RandomState(0).standard_normal((5, 40))
    assert np.isfinite(halving().fit(rows).score_samples(rows)).all()


def test_columns_are_standardised_and_constant_ones_left_alone():
    rows = np.array([[1.0, 7, -300], [3, 7, 300]])
    detector = halving(scale=True, error="absolute").fit(rows)
    assert_array_equal(detector.mean_, [2, 7, 0])
    assert_array_equal(detector.scale_, [1, 1, 300])
    assert_allclose(detector.score_samples([[2, 7, 600], [2, 13, 0]]), [-1 / 3, -1])


def test_large_numbers_are_standardised_before_they_are_narrowed():
    rows = 1e9 + np.arange(20.0)[:, None] * [1, 2]
    near = small(error="absolute").fit(rows)
    expected = small(error="absolute").fit(rows - 1e9)
    assert_allclose(near.score_samples(rows), expected.score_samples(rows - 1e9), rtol=1e-4)


@pytest.mark.parametrize("contamination", [0.1, 0.25, 0.5])
def test_contamination_is_the_share_of_known_rows_that_are_called_novel(contamination):
    rows = np.arange(1.0, 21)[:, None]
    detector = halving(error="absolute", contamination=contamination)
    novel = detector.fit_predict(rows) == -1
    assert_array_equal(np.flatnonzero(novel), np.arange(20)[20 - round(20 * contamination) :])
    assert detector.offset_ == np.percentile(-rows / 2, 100 * contamination)


def test_auto_is_a_false_alarm_in_twenty():
    rows = 2 * np.arange(21.0)[:, None]
    detector = halving(error="absolute").fit(rows)
    assert detector.offset_ == -19
    assert_array_equal(detector.predict([[38], [38.1]]), [1, -1])
    assert_allclose(detector.decision_function([[38], [40]]), [0, -1])


def test_auto_looks_at_the_rows_held_out():
    rows = np.arange(40.0)[:, None]
    detector = halving(error="absolute", early_stopping=True, validation_fraction=0.05)
    detector.set_params(random_state=0).fit(rows)
    # Two rows are held out; the line is near the farther one, or at most 1/20 of the way off.
    squares = 4 * 2 * detector.history_[0]["valid_loss"]
    far = -2 * detector.offset_
    pairs = [(a, b) for a in range(40) for b in range(a) if a * a + b * b == round(squares)]
    assert any(far == pytest.approx(a - 0.05 * (a - b)) for a, b in pairs)


def test_only_rows_of_the_known_class_are_trained_on():
    labels = np.array(["a", "b", "a", "b", "b"])
    rows = np.array([[1.0], [100], [3], [120], [140]])
    frequent = halving(scale=True).fit(rows, labels)
    assert (frequent.known_class_, frequent.mean_[0]) == ("b", 120)
    named = halving(scale=True, known_class="a").fit(rows, labels)
    assert (named.known_class_, named.mean_[0]) == ("a", 2)
    assert halving(scale=True).fit(rows).known_class_ is None
    tied = halving().fit(rows[:4], labels[:4])
    assert tied.known_class_ == "a"


def test_other_rows_change_nothing():
    labels = np.repeat([0, 1], [50, 10])
    both = small(early_stopping=True).fit(X, labels)
    alone = small(early_stopping=True).fit(X[:50])
    assert_array_equal(both.score_samples(X), alone.score_samples(X))
    assert both.offset_ == alone.offset_
    assert_array_equal(small().fit_predict(X, labels), small().fit(X, labels).predict(X))


def test_a_novel_row_is_told_by_what_columns_have_to_do_with_each_other():
    x = np.random.RandomState(0).uniform(-1, 1, (400, 1))
    rows = np.hstack([x, x**2, -x])
    detector = small(
        max_epochs=40, optimizer__lr=0.02, module__bottleneck=1, module__hidden=32
    ).fit(rows)
    assert (detector.predict([[0.5, 0.25, -0.5], [0.5, 0.25, 0.5], [0, 1, 0]]) == [1, -1, -1]).all()


def test_numbers_that_are_too_large_for_the_net_are_novel():
    detector = small().fit(X)
    scores = detector.score_samples([[1e300, 0, 0, 0], [1e30, -1e30, 1e30, 0], X[0]])
    assert scores[0] == -np.inf
    assert not np.isnan(scores).any()
    assert_array_equal(detector.predict([[1e300, 0, 0, 0], [1e30, -1e30, 1e30, 0]]), [-1, -1])


def test_noise_is_for_training_only():
    module = Times(1.0)
    plain = small(module, optimizer="sgd", optimizer__lr=0.0, noise=0.5, error="squared").fit(X)
    assert plain.history_[-1]["train_loss"] == pytest.approx(0.25, rel=0.3)
    assert_array_equal(plain.score_samples(X), np.zeros(60))
