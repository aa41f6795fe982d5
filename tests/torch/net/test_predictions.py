"""Labels, probabilities and scores of new rows."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from scipy.special import expit, softmax  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.metrics import accuracy_score  # noqa: E402
from tests.torch.net.cases import CODES, MANY_CODES, X_MANY, OneLogit, X, small  # noqa: E402
from torch import nn  # noqa: E402

from balancekit.deep.losses import ClassBalancedLoss  # noqa: E402
from balancekit.deep.losses._resolve import LOSSES  # noqa: E402

SIGMOIDS = ["asymmetric", "ghmc", ClassBalancedLoss(base="binary"), ClassBalancedLoss(base="focal")]


class Huge(nn.Module):
    """Logits beyond what exponentials can bear."""

    def __init__(self, n_classes):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(1.0))
        self.n_classes = n_classes

    def forward(self, rows):
        return self.factor * rows[:, : self.n_classes] * (1.0 if self.training else 1e6)


@pytest.mark.parametrize("criterion", [*LOSSES, *SIGMOIDS[2:]])
@pytest.mark.parametrize("module", ["mlp", Huge])
def test_probabilities_are_finite_and_sum_to_one(criterion, module):
    net = small(module, criterion=criterion, max_epochs=1).fit(X_MANY, MANY_CODES)
    probabilities = net.predict_proba(X_MANY)
    assert probabilities.dtype == np.float64
    assert np.isfinite(probabilities).all()
    assert_allclose(probabilities.sum(axis=1), 1)
    scores = net.decision_function(X_MANY)
    assert_array_equal(net.predict(X_MANY), scores.argmax(axis=1))
    in_order = np.take_along_axis(probabilities, scores.argsort(axis=1), axis=1)
    assert (np.diff(in_order) >= 0).all()
    assert not np.isnan(net.predict_log_proba(X_MANY)).any()


def test_probabilities_are_softmax_or_shares_of_sigmoids():
    net = small().fit(X_MANY, MANY_CODES)
    expected = softmax(net.decision_function(X_MANY), axis=1)
    assert_allclose(net.predict_proba(X_MANY), expected)
    for criterion in SIGMOIDS:
        net = small(criterion=criterion).fit(X_MANY, MANY_CODES)
        each = expit(net.decision_function(X_MANY))
        assert_allclose(net.predict_proba(X_MANY), each / each.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("criterion", ["cross_entropy", *SIGMOIDS])
@pytest.mark.parametrize("module", ["mlp", OneLogit, Huge])
def test_the_score_of_two_classes_agrees_with_labels_and_probabilities(criterion, module):
    net = small(module, criterion=criterion).fit(X, CODES)
    scores, probabilities = net.decision_function(X), net.predict_proba(X)
    assert scores.shape == (55,)
    assert_array_equal(net.predict(X) == 1, scores > 0)
    clear = np.abs(scores) > 1e-6
    # Two sigmoids may both be one in float64, and two classes equally likely.
    assert (((probabilities[:, 1] - 0.5) * scores)[clear] >= 0).all()


def test_labels_follow_the_classes():
    words = np.array(["good", "poor"])[CODES]
    net = small(max_epochs=9, optimizer__lr=0.02).fit(X, words)
    assert net.score(X, words) == accuracy_score(words, net.predict(X))
    assert net.score(X, words) > 0.8


def test_one_row_and_many_are_predicted_alike():
    net = small().fit(X, CODES)
    whole = net.decision_function(X)
    for size in (1, 2, 17, 54):
        assert_allclose(net.decision_function(X[:size]), whole[:size], rtol=0, atol=1e-5)
    many = np.tile(X, (400, 1))
    assert_allclose(net.decision_function(many), np.tile(whole, 400), rtol=0, atol=1e-5)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function", "save"])
def test_a_net_that_is_not_fitted_says_so(method):
    with pytest.raises(NotFittedError):
        getattr(small(), method)(X)


def test_predicting_leaves_no_graph_and_changes_no_weights():
    net = small(module__batch_norm=True).fit(X, CODES)
    before = {name: value.clone() for name, value in net.module_.state_dict().items()}
    net.predict_proba(X)
    for name, value in net.module_.state_dict().items():
        assert torch.equal(value, before[name])


@pytest.mark.parametrize("n_rows", [2, 3, 16, 17, 33])
@pytest.mark.parametrize("batch_size", [1, 2, 16, 1000])
def test_any_number_of_rows_trains_in_batches_of_any_size(n_rows, batch_size):
    codes = np.arange(n_rows) % 2
    net = small(batch_size=batch_size).fit(X[:n_rows], codes)
    assert net.history_[0]["rows_per_class"] == np.bincount(codes).tolist()
    assert net.predict_proba(X[:1]).shape == (1, 2)


@pytest.mark.parametrize("n_rows", [2, 17, 33])
def test_a_last_row_by_itself_does_not_stop_a_net_that_normalises_over_the_batch(n_rows):
    codes = np.arange(n_rows) % 2
    net = small(module__batch_norm=True).fit(X[:n_rows], codes)
    assert np.isfinite(net.predict_proba(X)).all()


def test_columns_of_a_constant_do_no_harm():
    net = small(module__batch_norm=True).fit(np.ones((20, 3)), np.arange(20) % 2)
    assert_allclose(net.predict_proba(np.ones((2, 3))), 0.5, atol=0.2)


def test_many_classes_are_fine():
    codes = np.arange(48) // 2
    net = small(batches="class_aware", criterion="balanced_softmax").fit(X_MANY, codes)
    assert net.predict_proba(X_MANY).shape == (48, 24)
    assert_allclose(net.natural_prior_, np.full(24, 1 / 24))
