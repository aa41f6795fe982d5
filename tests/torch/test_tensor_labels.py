"""Tensors as y, beside any X: each comes back in the container and on the device it came in."""

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_array_equal
from scipy import sparse

from balancekit.combine import SMOTEENN
from balancekit.core.containers.tensor import TensorContainer
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import EditedNearestNeighbours, RandomUnderSampler

pytestmark = pytest.mark.torch

X, Y = make_blobs_of_sizes((40, 18, 12))
SAMPLERS = {
    "SMOTE": SMOTE(random_state=0),
    "RandomOverSampler": RandomOverSampler(random_state=0),
    "EditedNearestNeighbours": EditedNearestNeighbours(),
    "SMOTEENN": SMOTEENN(random_state=0),
}
INTEGERS = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
LABELS = {
    **{name: lambda name=name: torch.from_numpy(Y.astype(name)) for name in INTEGERS},
    "high uint64": lambda: torch.from_numpy(Y.astype(np.uint64) + np.uint64(2**64 - 3)),
    "negative": lambda: torch.from_numpy(Y - 7),
    "bool": lambda: torch.from_numpy(Y == 2),
    "float16": lambda: torch.from_numpy(Y).half(),
    "bfloat16": lambda: torch.from_numpy(Y).bfloat16(),
    "float32": lambda: torch.from_numpy(Y).float(),
    "float64": lambda: torch.from_numpy(Y).double(),
    "strided": lambda: torch.from_numpy(np.repeat(Y, 3))[::3],
    "in a graph": lambda: torch.from_numpy(Y).double().requires_grad_() * 1,
}
FEATURES = {
    "tensor": (lambda: torch.from_numpy(X), torch.Tensor),
    "array": (lambda: X, np.ndarray),
    "list": (X.tolist, list),
    "pandas": (lambda: pd.DataFrame(X), pd.DataFrame),
    "sparse": (lambda: sparse.csr_array(X), sparse.csr_array),
}


@pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=list(SAMPLERS))
@pytest.mark.parametrize("make", LABELS.values(), ids=list(LABELS))
def test_labels_are_copied_whatever_their_dtype(way, sampler, make):
    y = make()
    y_out = sampler.fit_resample(torch.from_numpy(X), y)[1]
    assert isinstance(y_out, torch.Tensor)
    assert y_out.dtype == y.dtype
    assert not y_out.requires_grad
    labels = y.detach().tolist()
    found = sampler.sample_indices_
    assert y_out.tolist() == [labels[row] for row in found]
    sampler.fit_resample(X, np.unique(labels, return_inverse=True)[1])
    assert_array_equal(found, sampler.sample_indices_)


@pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=list(SAMPLERS))
@pytest.mark.parametrize("features", FEATURES)
def test_labels_are_tensors_beside_any_container(way, sampler, features):
    make, kind = FEATURES[features]
    X_out, y_out = sampler.fit_resample(make(), torch.from_numpy(Y))
    expected_X, expected_y = sampler.fit_resample(X, Y)
    assert isinstance(X_out, kind)
    assert isinstance(y_out, torch.Tensor)
    assert_array_equal(y_out.numpy(), expected_y)
    values = X_out.toarray() if sparse.issparse(X_out) else np.asarray(X_out)
    assert_array_equal(values, expected_X)


@pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=list(SAMPLERS))
@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: Y, np.ndarray),
        (Y.tolist, list),
        (lambda: tuple(Y.tolist()), tuple),
        (lambda: pd.Series(Y, name="label"), pd.Series),
        (lambda: pd.DataFrame({"label": Y}), pd.DataFrame),
        (lambda: np.array(["a", "b", "c"])[Y], np.ndarray),
    ],
    ids=["array", "list", "tuple", "series", "frame", "strings"],
)
def test_rows_are_tensors_beside_labels_of_any_container(way, sampler, make, kind):
    X_out, y_out = sampler.fit_resample(torch.from_numpy(X), make())
    expected_X, expected_y = sampler.fit_resample(X, make())
    assert isinstance(X_out, torch.Tensor)
    assert isinstance(y_out, kind)
    assert_array_equal(X_out.numpy(), expected_X)
    assert_array_equal(np.asarray(y_out), np.asarray(expected_y))


@pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=list(SAMPLERS))
def test_a_column_becomes_one_dimensional_and_indicators_stay_as_they_are(way, sampler):
    expected = sampler.fit_resample(X, Y)[1]
    column = sampler.fit_resample(torch.from_numpy(X), torch.from_numpy(Y)[:, None])[1]
    assert_array_equal(column.numpy(), expected)
    for kind in (torch.int64, torch.bool, torch.float16, torch.uint16, torch.bfloat16):
        one_hot = torch.nn.functional.one_hot(torch.from_numpy(Y)).to(kind)
        found = sampler.fit_resample(torch.from_numpy(X), one_hot)[1]
        assert found.dtype == kind
        assert_array_equal(found.double().argmax(1).numpy(), expected)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda y: y.double() + 0.5, "fractions such as 0.5"),
        (lambda y: torch.where(y == 2, torch.nan, y.half()), "Input y contains NaN"),
        (lambda y: torch.where(y == 2, torch.inf, y.bfloat16()), "Input y contains infinity"),
        (lambda y: y.to(torch.complex64), "Complex data not supported: y"),
        (lambda y: y[:-1], "70 rows, y has 69 labels"),
        (lambda y: torch.zeros_like(y), "all 70 rows are 0"),
        (lambda y: y[0], r"y should be a 1d array, got an array of shape \(\)"),
        (lambda y: y[:, None, None].expand(-1, 2, 2), "no indicators|1d array"),
        (lambda y: torch.stack([y == 0, y == 1], 1), "no class at all marked in 12 rows"),
    ],
)
def test_labels_that_cannot_be_used_are_refused_as_in_numpy(way, change, match):
    y = change(torch.from_numpy(Y))
    with pytest.raises(ValueError, match=match) as found:
        SMOTE().fit_resample(torch.from_numpy(X), y)
    values = (y.float() if y.dtype == torch.bfloat16 else y).numpy()
    with pytest.raises(ValueError, match=match) as expected:
        SMOTE().fit_resample(X, values)
    assert str(found.value) == str(expected.value)


def test_labels_that_are_far_away_stay_there_beside_rows_that_are_not(monkeypatch):
    gathered = []
    inner = TensorContainer._taken

    def noted(self, rows):
        gathered.append(self.native.ndim)
        return inner(self, rows)

    far = property(lambda self: self.native.ndim == 1)
    monkeypatch.setattr(TensorContainer, "_taken", noted)
    monkeypatch.setattr(TensorContainer, "in_numpy", property(lambda self: self.native.ndim != 1))
    monkeypatch.setattr(TensorContainer, "on_accelerator", far)
    X_out, y_out = RandomUnderSampler(random_state=0).fit_resample(
        torch.from_numpy(X), torch.from_numpy(Y)
    )
    assert gathered == [1]
    expected = RandomUnderSampler(random_state=0).fit_resample(X, Y)
    for ours, theirs in zip((X_out, y_out), expected, strict=True):
        assert_array_equal(ours.numpy(), theirs)
