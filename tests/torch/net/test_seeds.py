"""The same seed gives the same net, and draws from no one else's stream."""

import random

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_array_equal  # noqa: E402
from tests.torch.net.cases import CODES, X, small, weights  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

SETTINGS = {
    "plain": {},
    "dropout": {"module__dropout": 0.5},
    "held out": {"early_stopping": True},
    "class aware": {"batches": "class_aware"},
    "weighted": {"batches": "weighted"},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_same_seed_gives_the_same_net(name):
    first, second = (weights(small(**SETTINGS[name]).fit(X, CODES)) for _ in range(2))
    assert_array_equal(first, second)
    other = weights(small(**SETTINGS[name], random_state=1).fit(X, CODES))
    assert not np.isclose(first, other).all()


@pytest.mark.parametrize("name", SETTINGS)
def test_global_streams_are_left_alone_and_not_looked_at(name):
    torch.manual_seed(7)
    np.random.seed(7)
    random.seed(7)
    before = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    first = weights(small(**SETTINGS[name]).fit(X, CODES))
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]
    assert random.getstate() == before[2]
    torch.manual_seed(8)
    np.random.seed(8)
    assert_array_equal(weights(small(**SETTINGS[name]).fit(X, CODES)), first)


def test_a_loader_leaves_the_global_stream_alone():
    data = TensorDataset(torch.from_numpy(X), torch.from_numpy(CODES))
    torch.manual_seed(7)
    before = torch.get_rng_state()
    net = small().fit(DataLoader(data, batch_size=16, shuffle=True))
    assert torch.equal(torch.get_rng_state(), before)
    net.predict(X)
    assert torch.equal(torch.get_rng_state(), before)


def test_streams_of_numpy_are_drawn_from_once():
    for make in (np.random.RandomState, np.random.default_rng):
        first = weights(small(random_state=make(0)).fit(X, CODES))
        assert_array_equal(weights(small(random_state=make(0)).fit(X, CODES)), first)
        shared = make(0)
        small(random_state=shared).fit(X, CODES)
        assert not np.array_equal(weights(small(random_state=shared).fit(X, CODES)), first)


def test_no_seed_gives_another_net_each_time():
    nets = [weights(small(random_state=None).fit(X, CODES)) for _ in range(2)]
    assert not np.array_equal(*nets)


def test_dropout_is_off_in_predictions():
    net = small(module__dropout=0.5).fit(X, CODES)
    assert not net.module_.training
    assert_array_equal(net.predict_proba(X), net.predict_proba(X))


def test_a_failing_fit_leaves_the_global_stream_alone():
    before = torch.get_rng_state()
    with pytest.raises(ZeroDivisionError):
        small(callbacks=lambda net: 1 / 0).fit(X, CODES)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("seed", ["0", -1, 1.5])
def test_a_seed_that_cannot_be_used_is_named(seed):
    with pytest.raises(ValueError, match=r"random_state"):
        small(random_state=seed).fit(X, CODES)
