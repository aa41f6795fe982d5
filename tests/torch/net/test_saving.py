"""Nets in files without code."""

import io

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_array_equal  # noqa: E402
from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from tests.torch.net.cases import (  # noqa: E402
    CODES,
    MANY_CODES,
    X_MANY,
    Pictures,
    X,
    small,
    weights,
)
from torch.utils.data import TensorDataset  # noqa: E402

FITTED = (
    "classes_",
    "class_counts_",
    "natural_prior_",
    "effective_prior_",
    "history_",
    "n_epochs_",
    "best_epoch_",
    "n_features_in_",
)


def _saved(net):
    file = io.BytesIO()
    net.save(file)
    file.seek(0)
    return file


@pytest.mark.parametrize("criterion", ["cross_entropy", "ldam", "balanced_softmax", "dice", "ghmc"])
def test_a_loaded_net_is_what_the_saved_one_was(criterion, tmp_path):
    net = small(criterion=criterion, early_stopping=True).fit(X_MANY, MANY_CODES)
    net.save(tmp_path / "net.pt")
    again = clone(net).load(tmp_path / "net.pt")
    for name in FITTED:
        assert_array_equal(getattr(again, name), getattr(net, name))
    assert_array_equal(weights(again), weights(net))
    assert_array_equal(again.predict_proba(X_MANY), net.predict_proba(X_MANY))
    assert_array_equal(again.predict(X_MANY), net.predict(X_MANY))
    assert not again.module_.training


def test_the_file_holds_no_code(tmp_path):
    small().fit(X, CODES).save(str(tmp_path / "net.pt"))
    saved = torch.load(tmp_path / "net.pt", weights_only=True)
    assert saved["classes"] == [0, 1]


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["good", "poor"]),
        np.array(["good", "poor"], dtype=object),
        np.array([False, True]),
        np.array([3, 7], dtype=np.int8),
        np.array([0.0, 1.0]),
        np.array(["gut", "schlecht, größer"]),
    ],
    ids=lambda labels: str(labels.dtype),
)
def test_labels_keep_their_type(labels):
    net = small().fit(X, labels[CODES])
    again = small().load(_saved(net))
    assert again.classes_.dtype == net.classes_.dtype
    assert_array_equal(again.predict(X), net.predict(X))


def test_labels_of_dates_are_refused():
    days = np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]")
    net = small().fit(X, days[CODES])
    assert_array_equal(net.classes_, days)
    with pytest.raises(TypeError, match=r"Class labels are of type date.*pickle the net"):
        _saved(net)


def test_names_of_columns_are_kept():
    rows = pd.DataFrame(X, columns=list("abcd"))
    again = small().load(_saved(small().fit(rows, CODES)))
    assert_array_equal(again.feature_names_in_, list("abcd"))
    with pytest.raises(ValueError, match=r"feature names"):
        again.predict(rows.rename(columns={"a": "e"}))
    other = small().fit(rows, CODES).load(_saved(small().fit(X, CODES)))
    assert not hasattr(other, "feature_names_in_")
    other.predict(X)


def test_the_shape_of_pictures_is_kept():
    pictures = np.random.RandomState(0).rand(55, 1, 4, 4).astype(np.float32)
    net = small(Pictures).fit(pictures, CODES)
    again = small(Pictures).load(_saved(net))
    assert_array_equal(again.predict_proba(pictures), net.predict_proba(pictures))
    with pytest.raises(ValueError, match=r"shape \(4, 4\)"):
        again.predict(pictures[:, 0])


def test_a_net_of_a_data_set_is_loaded_as_well():
    data = TensorDataset(torch.from_numpy(X), torch.from_numpy(CODES))
    net = small().fit(torch.utils.data.Subset(data, range(55)))
    again = small(module__n_features_in=4).load(_saved(net))
    assert_array_equal(again.predict_proba(X), net.predict_proba(X))


def test_a_loaded_net_goes_on_training():
    net = small(warm_start=True).fit(X, CODES)
    again = small(warm_start=True).load(_saved(net))
    again.partial_fit(X, CODES)
    assert again.n_epochs_ == 3
    again.fit(X, CODES)
    assert again.n_epochs_ == 5
    assert not np.array_equal(weights(again), weights(net))


def test_weights_of_another_architecture_are_refused():
    file = _saved(small().fit(X, CODES))
    with pytest.raises(ValueError, match=r"do not fit .*Set the parameters that the saved one had"):
        small(module__hidden=9).load(file)


def test_another_loss_is_refused_if_it_has_other_buffers():
    file = _saved(small(criterion="ldam").fit(X, CODES))
    net = small(criterion="ldam").load(file)
    assert_array_equal(net.criterion_.class_counts, [40, 15])


@pytest.mark.parametrize("content", [{"a": torch.zeros(1)}, [1, 2], {"format": "other"}])
def test_other_files_are_refused(content, tmp_path):
    torch.save(content, tmp_path / "other.pt")
    with pytest.raises(ValueError, match=r"other.pt holds no net"):
        small().load(tmp_path / "other.pt")


def test_files_that_are_none_of_torch_are_refused(tmp_path):
    (tmp_path / "text.pt").write_text("hello")
    with pytest.raises(ValueError, match=r"text.pt holds no net"):
        small().load(tmp_path / "text.pt")
    with pytest.raises(FileNotFoundError):
        small().load(tmp_path / "missing.pt")


def test_a_failed_load_leaves_the_net_as_it_was(tmp_path):
    net = small(module__hidden=9).fit(X, CODES)
    before = net.predict_proba(X)
    with pytest.raises(ValueError, match=r"do not fit"):
        net.load(_saved(small().fit(X, CODES)))
    assert_array_equal(net.predict_proba(X), before)


def test_a_net_that_is_not_fitted_is_not_saved(tmp_path):
    with pytest.raises(NotFittedError):
        small().save(tmp_path / "net.pt")
