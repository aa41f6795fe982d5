"""Loaders, which have batches of their own."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from tests.torch.net.cases import CODES, TwoInputs, X, small, weights  # noqa: E402
from torch.utils.data import (  # noqa: E402
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    TensorDataset,
)

from balancekit.deep.batches import EpochSampler  # noqa: E402

DATA = TensorDataset(torch.from_numpy(X), torch.from_numpy(CODES))
WORDS = np.array(["good", "poor"])


class Stream(IterableDataset):
    """Rows one after another."""

    def __init__(self, labels=CODES):
        self.labels = labels

    def __iter__(self):
        return zip(X, self.labels, strict=False)


def _loader(**arguments):
    return DataLoader(DATA, batch_size=16, **arguments)


def _net_of_orders(orders):
    """The net that rows in these orders train, with batches of 16."""

    def choose(codes, epoch, rng):
        return orders[epoch]

    return small(batches=choose).fit(X, CODES)


def test_the_batches_of_a_loader_are_taken_as_they_come():
    net = small().fit(_loader())
    expected = _net_of_orders([range(55), range(55)])
    assert_array_equal(weights(net), weights(expected))
    assert_array_equal(net.class_counts_, [40, 15])
    assert_allclose(net.natural_prior_, [40 / 55, 15 / 55])
    assert_allclose(net.predict_proba(_loader()), expected.predict_proba(X), atol=1e-6)
    assert [record["rows_per_class"] for record in net.history_] == [[40, 15]] * 2


def test_shuffling_follows_the_seed_of_the_net():
    first, second = (small().fit(_loader(shuffle=True)) for _ in range(2))
    assert_array_equal(weights(first), weights(second))
    other = small(random_state=1).fit(_loader(shuffle=True))
    assert not np.array_equal(weights(first), weights(other))


def test_an_epoch_sampler_is_told_the_epoch():
    sampler = EpochSampler(CODES, "class_aware", seed=5)
    net = small(max_epochs=3).fit(_loader(sampler=sampler))
    expected = list(EpochSampler(CODES, "class_aware", seed=5))
    again = small(max_epochs=3).fit(_loader(sampler=sampler))
    assert_array_equal(weights(net), weights(again))
    drawn = np.bincount(CODES[expected]).tolist()
    assert net.history_[0]["rows_per_class"] == drawn
    assert_allclose(net.effective_prior_, [0.5, 0.5], atol=0.02)
    assert_allclose(net.natural_prior_, [40 / 55, 15 / 55])


def test_a_batch_sampler_of_epochs_is_told_the_epoch_too():
    rows = EpochSampler(CODES, "natural", seed=5)
    loader = DataLoader(DATA, batch_sampler=BatchSampler(rows, 16, drop_last=False))
    nets = [small(max_epochs=3).fit(loader) for _ in range(2)]
    assert_array_equal(weights(nets[0]), weights(nets[1]))


def test_class_weights_reach_the_rows_of_a_loader():
    net = small(class_weight="balanced").fit(_loader())
    expected = small(class_weight="balanced", batches=lambda codes, epoch, rng: np.arange(55)).fit(
        X, CODES
    )
    assert_allclose(weights(net), weights(expected), rtol=0, atol=1e-6)
    assert_allclose(net.effective_prior_, [0.5, 0.5])
    assert_allclose(expected.effective_prior_, [0.5, 0.5])


def test_a_stream_needs_a_prior_of_all_classes():
    with pytest.raises(ValueError, match=r"Stream gives rows one after another.*class_prior"):
        small(lambda n_classes: torch.nn.Linear(4, n_classes)).fit(Stream())


@pytest.mark.parametrize("is_loader", [False, True])
def test_a_stream_is_trained_on_with_a_prior(is_loader):
    def make(n_classes):
        return torch.nn.Linear(4, n_classes)

    data = DataLoader(Stream(), batch_size=16) if is_loader else Stream()
    net = small(make, class_prior={1: 15, 0: 40}, criterion="balanced_softmax").fit(data)
    expected = small(
        make, batches=lambda codes, epoch, rng: np.arange(55), criterion="balanced_softmax"
    ).fit(X, CODES)
    assert_allclose(weights(net), weights(expected), rtol=0, atol=1e-6)
    assert_allclose(net.natural_prior_, [40 / 55, 15 / 55])
    assert_allclose(net.predict_proba(Stream()), net.predict_proba(X), atol=1e-6)


def test_the_mlp_asks_for_the_number_of_columns_of_a_stream():
    net = small(class_prior={0: 0.7, 1: 0.3})
    with pytest.raises(ValueError, match=r"'n_features_in', .*module__n_features_in"):
        net.fit(Stream())
    net.set_params(module__n_features_in=4).fit(Stream())


def test_a_label_outside_the_prior_is_named():
    net = small(class_prior={0: 0.7, 2: 0.3}, module__n_features_in=4)
    with pytest.raises(ValueError, match=r"y has class 1, and the net knows 0, 2"):
        net.fit(Stream())


@pytest.mark.parametrize("prior", [{}, {0: 1.0}, {0: 1, 1: -1}, {0: 1, 1: np.nan}, {0: 1, 1: "a"}])
def test_a_prior_that_cannot_be_used_is_refused(prior):
    with pytest.raises(ValueError, match=r"class_prior=.* cannot be used"):
        small(class_prior=prior, module__n_features_in=4).fit(Stream())


def test_labels_of_a_stream_may_be_strings():
    net = small(class_prior={"poor": 15, "good": 40}, module__n_features_in=4)
    net.fit(Stream(WORDS[CODES].tolist()))
    assert_array_equal(net.classes_, ["good", "poor"])
    assert set(net.predict(Stream())) <= {"good", "poor"}


def test_rows_of_several_parts_come_through_loaders():
    class Parts(Dataset):
        def __len__(self):
            return 55

        def __getitem__(self, row):
            return {"numbers": X[row], "tokens": np.arange(3)}, CODES[row]

    net = small(TwoInputs).fit(DataLoader(Parts(), batch_size=16))
    assert_array_equal(weights(net), weights(small(TwoInputs).fit(DataLoader(Parts(), 16))))


def test_a_loader_has_its_labels_weights_and_order_already():
    with pytest.raises(ValueError, match=r"y was passed with a loader"):
        small().fit(_loader(), CODES)
    with pytest.raises(ValueError, match=r"sample_weight was passed with a loader"):
        small().fit(_loader(), sample_weight=np.ones(55))
    with pytest.raises(ValueError, match=r"batches='class_aware' choose rows by number"):
        small(batches="class_aware").fit(_loader())
    with pytest.raises(ValueError, match=r"early_stopping=True cannot hold out.*X_val"):
        small(early_stopping=True).fit(_loader())


def test_a_loader_can_be_validated_by_rows_or_a_data_set():
    by_rows = small(early_stopping=True).fit(_loader(), X_val=X, y_val=CODES)
    by_set = small(early_stopping=True).fit(_loader(), X_val=DATA)
    assert by_rows.history_[1]["valid_loss"] == pytest.approx(by_set.history_[1]["valid_loss"])
    assert by_rows.best_epoch_ == 2


def test_a_loader_to_validate_by_is_refused_in_words():
    with pytest.raises(TypeError, match=r"X_val is a DataLoader. Pass its data set"):
        small(early_stopping=True).fit(_loader(), X_val=_loader())


def test_a_loader_of_rows_without_labels_is_refused():
    rows = DataLoader(TensorDataset(torch.from_numpy(X)), batch_size=16)
    with pytest.raises(ValueError, match=r"no pair"):
        small(class_prior={0: 1, 1: 1}).fit(rows)
    fitted = small().fit(X, CODES)
    assert_allclose(fitted.predict_proba(rows), fitted.predict_proba(X), atol=1e-6)


def test_a_loader_that_is_used_up_is_refused():
    class Once(IterableDataset):
        def __init__(self):
            self.items = iter(zip(X, CODES, strict=True))

        def __iter__(self):
            return self.items

    with pytest.raises(ValueError, match=r"no batch to train on"):
        small(class_prior={0: 1, 1: 1}, module__n_features_in=4).fit(DataLoader(Once(), 16))


def test_an_empty_loader_gives_no_predictions():
    net = small().fit(X, CODES)
    with pytest.raises(ValueError, match=r"no rows"):
        net.predict(DataLoader(Stream([]), 16))
