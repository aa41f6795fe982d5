"""Rows in every container, pictures and data sets."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from scipy import sparse  # noqa: E402
from tests.torch.autoencoder.cases import X, small, weights  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, Dataset, TensorDataset  # noqa: E402

from balancekit.deep._rows import SparseRows  # noqa: E402
from balancekit.testing import from_numpy, to_numpy  # noqa: E402

EXPECTED = small().fit(X)


class Pictures(nn.Module):
    """Convolutions, for rows of shape (1, height, width)."""

    def __init__(self, n_features):
        super().__init__()
        assert n_features == 30
        self.layers = nn.Sequential(
            nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.Conv2d(3, 1, 3, padding=1)
        )

    def forward(self, pictures):
        return self.layers(pictures)


class Items(Dataset):
    """Pairs of a row and its label."""

    def __init__(self, rows, labels):
        self.rows, self.labels = rows, labels

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, row):
        return self.rows[row], self.labels[row]


def test_the_same_rows_give_the_same_detector_in_every_container(container):
    rows = from_numpy(X, container)
    detector = small().fit(rows)
    assert_allclose(weights(detector), weights(EXPECTED), rtol=0, atol=1e-6)
    assert_allclose(detector.score_samples(rows), EXPECTED.score_samples(X), rtol=1e-4)
    assert_array_equal(to_numpy(rows), X)
    assert detector.n_features_in_ == 4


@pytest.mark.parametrize("dtype", ["f8", "i1", "u2", ">f4", "O"])
def test_whole_numbers_of_every_dtype_give_the_same_detector(dtype):
    assert_array_equal(weights(small().fit(X.astype(dtype))), weights(EXPECTED))


def test_sparse_rows_become_dense_batch_by_batch(monkeypatch):
    sizes, take = [], SparseRows.take

    def counting(self, rows):
        sizes.append(len(rows))
        return take(self, rows)

    monkeypatch.setattr(SparseRows, "take", counting)
    rows = sparse.csr_array(X)
    small(early_stopping=True).fit(rows).predict(rows)
    assert max(sizes) == 16


def test_column_names_are_remembered():
    pd = pytest.importorskip("pandas")
    detector = small().fit(pd.DataFrame(X, columns=list("abcd")))
    assert list(detector.feature_names_in_) == list("abcd")
    with pytest.raises(ValueError, match="feature names"):
        detector.predict(pd.DataFrame(X, columns=list("abce")))


@pytest.mark.parametrize("scale", [False, True])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_pictures_keep_their_shape(scale, dtype):
    pictures = np.random.RandomState(0).randint(0, 9, (20, 1, 5, 6)).astype(dtype)
    detector = small(Pictures, scale=scale).fit(pictures)
    assert detector.score_samples(pictures).shape == (20,)
    expected = small(Pictures, scale=scale).fit(torch.from_numpy(pictures.astype(np.float64)))
    assert_array_equal(weights(detector), weights(expected))
    if scale:
        assert detector.mean_.shape == (1, 5, 6)
        assert_allclose(detector.mean_, pictures.mean(axis=0))
    with pytest.raises(ValueError, match=r"fitted on rows of shape \(1, 5, 6\)"):
        detector.predict(pictures[:, :, :4])


def test_the_built_in_net_flattens_pictures():
    pictures = X.reshape(60, 1, 2, 2)
    assert_array_equal(weights(small().fit(pictures)), weights(EXPECTED))


def test_data_sets_know_their_labels():
    labels = np.repeat([0, 1], [50, 10])
    expected = small(known_class=0).fit(X, labels)
    for dataset in (TensorDataset(torch.from_numpy(X), torch.from_numpy(labels)), Items(X, labels)):
        detector = small(known_class=0).fit(dataset)
        assert detector.known_class_ == 0
        assert_array_equal(weights(detector), weights(expected))
        assert_array_equal(detector.score_samples(dataset), expected.score_samples(X))
        assert small().fit(dataset).known_class_ is None


def test_rows_that_cannot_be_reproduced_are_refused():
    loader = DataLoader(TensorDataset(torch.from_numpy(X)))
    with pytest.raises(TypeError, match=r"DataLoader, whose rows cannot be taken by number. Pass"):
        small().fit(loader)
    with pytest.raises(TypeError, match="DataLoader"):
        EXPECTED.predict(loader)
    pairs = TensorDataset(*[torch.from_numpy(X)] * 3)
    with pytest.raises(TypeError, match="one tensor each"):
        small(module__n_features_in=4).fit(pairs)
    with pytest.raises(ValueError, match="NaN"):
        small().fit(np.full((9, 2), np.nan))
    with pytest.raises(ValueError, match="X has 3 features, but AutoencoderNoveltyDetector is"):
        EXPECTED.predict(X[:, :3])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_a_detector_lives_where_its_rows_are():
    rows = torch.from_numpy(X).cuda()
    detector = small().fit(rows)
    assert next(detector.module_.parameters()).is_cuda
    assert_allclose(detector.score_samples(rows), EXPECTED.score_samples(X), rtol=1e-2)
    on_device = small(device="cuda").fit(X)
    assert_allclose(on_device.score_samples(X), EXPECTED.score_samples(X), rtol=1e-2)
