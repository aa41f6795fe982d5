"""Data sets of torch: what their items may be, and where their labels come from."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from tests.torch.net.cases import CODES, Pictures, TwoInputs, X, small, weights  # noqa: E402
from torch.utils.data import ConcatDataset, Dataset, Subset, TensorDataset  # noqa: E402

EXPECTED = small().fit(X, CODES)
WORDS = np.array(["good", "poor"])[CODES]
TOKENS = np.random.RandomState(0).randint(0, 20, (55, 3))


class Pairs(Dataset):
    """Items that are pairs of a row and its label."""

    def __init__(self, rows=X, labels=CODES):
        self.rows, self.labels = rows, labels
        self.n_loaded = 0

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, row):
        self.n_loaded += 1
        return self.rows[row], self.labels[row]


class WithTargets(Pairs):
    """The same, with an attribute for the labels."""

    @property
    def targets(self):
        return list(self.labels)


class RowsOnly(Dataset):
    """Items that are rows."""

    def __len__(self):
        return len(X)

    def __getitem__(self, row):
        return torch.from_numpy(X[row])


class Parts(Dataset):
    """Items of numbers and tokens, as a tuple or by name."""

    def __init__(self, by_name):
        self.by_name = by_name

    def __len__(self):
        return len(X)

    def __getitem__(self, row):
        numbers, tokens = X[row], TOKENS[row]
        inputs = {"numbers": numbers, "tokens": tokens} if self.by_name else (numbers, tokens)
        return inputs, CODES[row]


SETS = {
    "TensorDataset": lambda: TensorDataset(torch.from_numpy(X), torch.from_numpy(CODES)),
    "pairs": Pairs,
    "pairs of tensors": lambda: Pairs(torch.from_numpy(X), torch.from_numpy(CODES)),
    "targets": WithTargets,
    "Subset": lambda: Subset(Pairs(np.repeat(X, 2, 0), np.repeat(CODES, 2)), range(0, 110, 2)),
    "Subset of targets": lambda: Subset(WithTargets(X[::-1], CODES[::-1]), list(range(54, -1, -1))),
    "ConcatDataset": lambda: ConcatDataset(
        [
            TensorDataset(torch.from_numpy(X[:9]), torch.from_numpy(CODES[:9])),
            Pairs(torch.from_numpy(X[9:]), torch.from_numpy(CODES[9:])),
        ]
    ),
    "Subset of ConcatDataset": lambda: Subset(
        ConcatDataset([WithTargets(X[:9], CODES[:9]), Pairs(X[9:], CODES[9:])]), range(55)
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_data_sets_give_the_same_net_as_their_arrays(name):
    data = SETS[name]()
    net = small().fit(data)
    assert_array_equal(weights(net), weights(EXPECTED))
    assert_array_equal(net.classes_, [0, 1])
    assert_allclose(net.predict_proba(data), EXPECTED.predict_proba(X), atol=1e-6)
    assert_allclose(net.predict_proba(X), EXPECTED.predict_proba(X), atol=1e-6)


@pytest.mark.parametrize("data", [RowsOnly(), TensorDataset(torch.from_numpy(X))])
def test_labels_may_be_passed_beside_a_data_set(data):
    net = small().fit(data, CODES)
    assert_array_equal(weights(net), weights(EXPECTED))
    assert_allclose(net.predict_proba(data), EXPECTED.predict_proba(X), atol=1e-6)


def test_passed_labels_go_before_those_of_items():
    net = small().fit(Pairs(labels=np.zeros(55)), CODES)
    assert_array_equal(weights(net), weights(EXPECTED))


@pytest.mark.parametrize("data", [Pairs(labels=WORDS), WithTargets(labels=WORDS)])
def test_labels_of_a_data_set_may_be_strings(data):
    net = small().fit(data)
    assert_array_equal(weights(net), weights(EXPECTED))
    assert set(net.predict(data)) <= {"good", "poor"}


def test_labels_in_an_attribute_are_read_without_loading_items():
    data = WithTargets()
    small(max_epochs=1).fit(data)
    # One item tells the shape of rows.
    assert data.n_loaded == len(X) + 1


def test_labels_that_change_when_an_item_is_loaded_are_read_from_items():
    class Coarse(WithTargets):
        target_transform = staticmethod(lambda label: "poor" if label else "good")

        def __getitem__(self, row):
            rows, label = super().__getitem__(row)
            return rows, self.target_transform(label)

    net = small().fit(Coarse())
    assert_array_equal(net.classes_, ["good", "poor"])
    assert_array_equal(weights(net), weights(EXPECTED))


@pytest.mark.parametrize("by_name", [False, True])
def test_rows_of_several_parts_reach_a_module_with_several_arguments(by_name):
    data = Parts(by_name)
    net = small(TwoInputs).fit(data)
    assert net.predict_proba(data).shape == (55, 2)
    assert not hasattr(net, "n_features_in_")
    expected = small(TwoInputs).fit(Parts(not by_name))
    assert_array_equal(weights(net), weights(expected))


def test_rows_are_held_out_of_data_sets_as_well():
    expected = small(early_stopping=True, validation_fraction=0.3).fit(X, CODES)
    for name in ("pairs", "Subset", "ConcatDataset"):
        net = small(early_stopping=True, validation_fraction=0.3).fit(SETS[name]())
        assert_array_equal(weights(net), weights(expected))
        assert net.history_[1]["valid_loss"] == pytest.approx(expected.history_[1]["valid_loss"])


def test_a_data_set_of_pictures_tells_their_number_of_values_and_classes():
    pictures = np.random.RandomState(0).rand(55, 1, 4, 4).astype(np.float32)
    made = []

    def make(n_features, n_classes):
        made.append((n_features, n_classes))
        return Pictures(n_classes)

    small(make).fit(Pairs(pictures))
    assert made == [(16, 2)]


@pytest.mark.parametrize("batches", ["class_aware", "over_sampled", "under_sampled"])
def test_batches_choose_rows_of_data_sets(batches):
    net = small(batches=batches).fit(Pairs())
    expected = small(batches=batches).fit(X, CODES)
    assert_array_equal(weights(net), weights(expected))


def test_weights_go_with_the_rows_of_data_sets():
    given = np.random.RandomState(0).randint(0, 3, 55)
    net = small().fit(Pairs(), sample_weight=given)
    assert_array_equal(weights(net), weights(small().fit(X, CODES, sample_weight=given)))


def test_a_data_set_without_labels_is_refused():
    with pytest.raises(
        ValueError, match=r"Item 0 of the data set is no tuple of a row and its lab"
    ):
        small().fit(RowsOnly())
    with pytest.raises(ValueError, match=r"no rows"):
        small().fit(Pairs(X[:0], CODES[:0]))


def test_parts_by_a_name_that_the_module_lacks_are_refused_in_words():
    class Renamed(Parts):
        def __getitem__(self, row):
            inputs, label = super().__getitem__(row)
            return {"numbers": inputs["numbers"], "words": inputs["tokens"]}, label

    with pytest.raises(TypeError, match=r"words"):
        small(TwoInputs).fit(Renamed(True))
