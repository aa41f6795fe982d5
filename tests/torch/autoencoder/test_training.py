"""Epochs, seeds, parts and what is refused."""

import pickle

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_array_equal  # noqa: E402
from sklearn.base import clone, is_outlier_detector  # noqa: E402
from tests.torch.autoencoder.cases import Times, X, halving, small, weights  # noqa: E402
from torch import nn  # noqa: E402

from balancekit.deep import Autoencoder, AutoencoderNoveltyDetector  # noqa: E402


def test_training_lowers_the_loss():
    detector = small(max_epochs=10, optimizer__lr=0.02).fit(X)
    losses = [record["train_loss"] for record in detector.history_]
    assert losses[-1] < 0.8 * losses[0]


def test_the_best_weights_are_restored():
    # The factor moves from 1/2 to 1 and beyond: errors fall, then rise.
    detector = small(
        Times(),
        optimizer="sgd",
        optimizer__lr=0.05,
        optimizer__momentum=0.9,
        noise=0.0,
        max_epochs=50,
        batch_size=100,
        early_stopping=True,
        n_iter_no_change=3,
    ).fit(X)
    losses = [record["valid_loss"] for record in detector.history_]
    assert detector.n_epochs_ == len(losses) < 50
    assert detector.best_epoch_ == np.argmin(losses) + 1 < len(losses)
    assert len(losses) - detector.best_epoch_ == 3
    assert losses[detector.best_epoch_ - 1] < losses[0] / 10
    again = (1 - float(detector.module_.factor.detach())) ** 2
    assert again < 0.5**2 / 10


def test_without_early_stopping_no_row_is_held_out():
    detector = small().fit(X)
    assert detector.best_epoch_ is None
    assert set(detector.history_[0]) == {"epoch", "train_loss", "seconds"}
    assert detector.n_epochs_ == 3


def test_the_seed_decides_and_the_global_generator_is_left_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    parameters = {"module__dropout": 0.3, "early_stopping": True}
    first = small(**parameters).fit(X)
    assert_array_equal(torch.get_rng_state(), before)
    torch.manual_seed(6)
    assert_array_equal(weights(small(**parameters).fit(X)), weights(first))
    other = small(**{**parameters, "random_state": 1}).fit(X)
    assert not np.array_equal(weights(other), weights(first))
    for stream in (np.random.RandomState(3), np.random.default_rng(3)):
        small(random_state=stream).fit(X)


def test_a_detector_can_be_pickled_and_cloned():
    detector = small(module__bottleneck=3, optimizer__lr=0.01).fit(X)
    again = pickle.loads(pickle.dumps(detector))
    assert_array_equal(again.score_samples(X), detector.score_samples(X))
    copy = clone(detector)
    assert copy.get_params() == detector.get_params()
    assert not hasattr(copy, "module_")
    assert_array_equal(weights(copy.fit(X)), weights(detector))
    assert is_outlier_detector(detector)


def test_parts_are_built_of_classes_factories_and_modules():
    detector = small(Autoencoder, module__hidden=(6, 5), module__bottleneck=2).fit(X)
    shapes = [tuple(p.shape) for p in detector.module_.parameters() if p.ndim == 2]
    assert shapes == [(6, 4), (5, 6), (2, 5), (5, 2), (6, 5), (4, 6)]
    built = Times()
    small(built, max_epochs=1).fit(X)
    assert float(built.factor.detach()) == 0.5
    linear = small(lambda n_features, n_outputs: nn.Linear(n_features, n_outputs)).fit(X)
    assert linear.module_.weight.shape == (4, 4)
    assert small(max_gradient_norm=0.1, optimizer=torch.optim.RMSprop).fit(X).n_epochs_ == 3


def test_gradients_are_scaled_down():
    long = small(Times(), optimizer="sgd", optimizer__lr=1.0, max_epochs=1, batch_size=100)
    short = clone(long).set_params(max_gradient_norm=0.01).fit(X)
    assert float(short.module_.factor.detach()) == pytest.approx(0.51)
    assert float(long.fit(X).module_.factor.detach()) > 0.6


@pytest.mark.parametrize(
    ("n_features", "bottleneck", "expected"), [(9, 0.5, 4), (1, 0.5, 1), (9, 20, 20), (9, 0.1, 1)]
)
def test_the_bottleneck_is_a_number_or_a_share(n_features, bottleneck, expected):
    module = Autoencoder(n_features, hidden=(), bottleneck=bottleneck)
    assert module.encoder.output.out_features == expected


@pytest.mark.parametrize("bottleneck", [0, -1, 1.0, 0.0, True, "half"])
def test_bottlenecks_that_are_neither_are_refused(bottleneck):
    with pytest.raises(ValueError, match=f"bottleneck={bottleneck!r} is neither"):
        small(module__bottleneck=bottleneck).fit(X)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"error": "euclid"}, "'error' parameter"),
        ({"contamination": 0.6}, "'contamination' parameter"),
        ({"contamination": 0.0}, "'contamination' parameter"),
        ({"noise": -1}, "'noise' parameter"),
        ({"module": "mlp"}, "module='mlp' is unknown.*'autoencoder'"),
        ({"module__hiden": 3}, "no 'hiden'. Did you mean 'hidden'"),
        ({"module": nn.Linear(4, 3)}, r"shape \(16, 3\) for rows of shape \(16, 4\). Let it"),
        ({"known_class": "b"}, "known_class='b' was set, and fit was given no labels. Pass y"),
        ({"device": "cuda:99"}, "cuda:99"),
        ({"optimizer__lr": 1e30, "optimizer": "sgd"}, "The loss became"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused_in_words(parameters, message):
    parameters = {"max_epochs": 1, "batch_size": 16, "random_state": 0, **parameters}
    with pytest.raises(ValueError, match=message):
        AutoencoderNoveltyDetector(**parameters).fit(X)


def test_an_unknown_parameter_is_refused_at_once():
    with pytest.raises(TypeError, match=r"takes no parameter 'errors'. Did you mean 'error'"):
        AutoencoderNoveltyDetector(errors="squared")


def test_a_module_has_to_give_a_tensor():
    class Pair(Times):
        def forward(self, rows):
            return rows, rows

    with pytest.raises(TypeError, match=r"module gave an object of type tuple. Let its forward"):
        small(Pair()).fit(X)


def test_labels_that_cannot_be_used_are_refused_in_words():
    with pytest.raises(ValueError, match=r"known_class='cat' is no label in y.*'car'"):
        small(known_class="cat").fit(X, ["car", "bus"] * 30)
    with pytest.raises(ValueError, match="X has 60 rows, y has 59 labels"):
        small().fit(X, [0] * 59)


def test_too_few_rows_and_too_many_columns_are_refused():
    with pytest.raises(ValueError, match=r"1 sample of the known class. Pass 2 rows or more"):
        small().fit(X[:1])
    with pytest.raises(ValueError, match=r"early_stopping=True needs.* 1 sample"):
        small(early_stopping=True).fit(X[:1])
    assert small(error="squared").fit(X[:1]).predict(X[:1]) == [1]
    with pytest.raises(ValueError, match=r"covariance of 5,000 columns.*error='squared'"):
        halving().fit(np.zeros((3, 5000)))
    with pytest.raises(ValueError, match="Columns 1 of X hold numbers so large"):
        small().fit([[0, 1e300], [1, -1e300]])


def test_a_progress_bar_counts_epochs(capsys):
    pytest.importorskip("tqdm")
    small(progress=True).fit(X)
    assert "3/3" in capsys.readouterr().err
