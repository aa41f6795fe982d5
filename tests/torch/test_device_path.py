"""The way of tensors on an accelerator, taken by tensors on a CPU, and `device` as a parameter."""

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_array_equal

from balancekit.core.containers import tensor as tensor_module
from balancekit.core.containers import wrap
from balancekit.core.containers.tensor import TensorContainer, TensorNumbers
from balancekit.core.neighbors import DirectEngine, tensors
from balancekit.core.neighbors.direct import own_positions
from balancekit.over_sampling import SMOTE, SMOTENC
from balancekit.testing import all_samplers, make_blobs_of_sizes
from balancekit.under_sampling import TomekLinks

pytestmark = pytest.mark.torch

X, Y = make_blobs_of_sizes((70, 30, 25))
SAMPLERS = [sampler(**sampler._test_parameters[0]) for sampler in all_samplers()]


def _seeded(sampler):
    return sampler.set_params(random_state=0) if "random_state" in sampler.get_params() else sampler


@pytest.fixture
def searches(monkeypatch):
    """Devices that were searched on."""
    seen = []
    inner = tensors.TorchEngine.kneighbors

    def noted(self, rows, *others):
        seen.append(self.device)
        return inner(self, rows, *others)

    monkeypatch.setattr(tensors.TorchEngine, "kneighbors", noted)
    return seen


@pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda sampler: type(sampler).__name__)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")
def test_rows_on_a_device_are_those_of_numpy(far_away, sampler, dtype):
    rows = X.astype(dtype)
    y = (Y == 2).astype(int) if "HardNegative" in type(sampler).__name__ else Y
    expected_X, expected_y = _seeded(sampler).fit_resample(rows, y)
    found_X, found_y = sampler.fit_resample(torch.from_numpy(rows), torch.from_numpy(y))
    assert isinstance(found_X, torch.Tensor)
    assert found_X.dtype == torch.from_numpy(rows).dtype
    assert_array_equal(found_X.numpy(), expected_X)
    assert_array_equal(found_y.numpy(), expected_y)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.int32, torch.uint8])
def test_narrow_numbers_are_searched_and_made_on_a_device(far_away, dtype):
    rows = (torch.from_numpy(X) * 3).to(torch.uint8 if dtype == torch.uint8 else dtype)
    wide = rows.double().numpy()
    sampler = SMOTE(random_state=0)
    found, _ = sampler.fit_resample(rows, torch.from_numpy(Y))
    assert found.dtype == rows.dtype
    expected = SMOTE(random_state=0)
    expected.fit_resample(wide, Y)
    assert_array_equal(sampler.sample_indices_, expected.sample_indices_)


def test_rows_on_a_device_are_searched_there(far_away, searches):
    SMOTE().fit_resample(torch.from_numpy(X), torch.from_numpy(Y))
    assert set(searches) == {None}


def test_rows_on_a_cpu_are_searched_as_ever(searches):
    SMOTE().fit_resample(torch.from_numpy(X), torch.from_numpy(Y))
    assert not searches


@pytest.mark.parametrize("sampler", [SMOTE(random_state=0), TomekLinks()])
def test_a_device_may_be_named_for_arrays_and_frames(searches, sampler):
    expected, _ = sampler.fit_resample(X, Y)
    assert not searches
    sampler.set_params(device="cpu")
    found, _ = sampler.fit_resample(X, Y)
    assert set(searches) == {"cpu"}
    assert_array_equal(found, expected)
    frame, _ = sampler.fit_resample(pd.DataFrame(X), Y)
    assert isinstance(frame, pd.DataFrame)
    assert_array_equal(frame.to_numpy(), expected)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_device_that_is_not_there_is_named(device):
    with pytest.raises(ValueError, match=rf"device='{device}' was asked for.*finds no CUDA"):
        SMOTE(device=device).fit_resample(X, Y)


def test_other_engines_do_not_search_on_devices():
    with pytest.raises(ValueError, match="engine='sklearn' searches on the CPU"):
        SMOTE(device="cpu", engine="sklearn").fit_resample(X, Y)


def test_bad_values_on_a_device_are_named_by_column(far_away):
    rows = torch.from_numpy(X.copy())
    rows[3, 2] = torch.nan
    with pytest.raises(ValueError, match=r"NaN.*2"):
        SMOTE().fit_resample(rows, torch.from_numpy(Y))


def test_rows_come_to_numpy_by_number():
    numbers = TensorNumbers(torch.from_numpy(X))
    for rows in (np.array([3, 1]), slice(2, 9, 3), np.arange(len(X)) % 2 == 0):
        assert_array_equal(numbers[rows], X[rows])
    assert numbers.shape == X.shape


def test_names_and_numbers_are_searched_on_a_named_device():
    rng = np.random.default_rng(0)
    names = rng.integers(0, 3, (len(X), 2))
    rows = np.hstack([np.round(X[:, :3], 1), names])
    expected, _ = SMOTENC([3, 4], random_state=0).fit_resample(rows, Y)
    found, _ = SMOTENC([3, 4], random_state=0, device="cpu").fit_resample(rows, Y)
    assert_array_equal(found, expected)
    with pytest.raises(ValueError, match="none that PyTorch knows"):
        SMOTENC([3, 4], device="nowhere").fit_resample(rows, Y)


@pytest.fixture
def places(monkeypatch):
    """Devices on which rows of numbers and names were searched."""
    from balancekit.kernels.torch import mixed

    seen = []
    inner = mixed.nearest_mixed

    def noted(points, codes, weight, k, device):
        seen.append(device)
        return inner(points, codes, weight, k, device)

    monkeypatch.setattr(mixed, "nearest_mixed", noted)
    return seen


@pytest.fixture
def brought(monkeypatch):
    """Shapes of the tensors that came to NumPy."""
    seen = []
    inner = tensor_module.downloaded

    def noted(tensor):
        seen.append(tuple(tensor.shape))
        return inner(tensor)

    monkeypatch.setattr(tensor_module, "downloaded", noted)
    return seen


def test_numbers_and_names_on_a_device_are_searched_there(far_away, places, brought):
    rng = np.random.default_rng(0)
    rows = np.hstack([np.round(X[:, :3], 1), rng.integers(0, 3, (len(X), 2))])
    names, y = torch.from_numpy(rows), torch.from_numpy(Y)
    sampler = SMOTENC([3, 4], random_state=0)
    found, _ = sampler.fit_resample(names, y)
    assert places == [torch.device("cpu")] * 2
    # Labels, and the numbers of the classes that are raised.
    assert sorted(brought) == sorted([(len(Y),), (30, 3), (25, 3)])
    median = sampler.median_std_
    expected, _ = sampler.fit_resample(rows, Y)
    assert len(places) == 2
    assert_array_equal(found.numpy(), expected)
    assert sampler.median_std_ == median
    sampler.set_params(device="cpu").fit_resample(names, y)
    assert places[2:] == ["cpu"] * 2


def test_one_column_comes_to_numpy_and_no_more(far_away, brought):
    rows = TensorContainer(torch.from_numpy(X))
    assert_array_equal(rows.column(2).values, X[:, 2])
    assert_array_equal(rows.column_labels(1), X[:, 1])
    assert not rows.is_nominal(0)
    assert brought == [(len(X), 1)] * 2


def test_some_columns_stay_where_they_are_if_they_are_finite(far_away, brought):
    table = torch.from_numpy(X.copy())
    table[3, 1] = torch.nan
    rows = TensorContainer(table)
    numbers = rows.numbers_of([2, 0])
    assert isinstance(numbers, TensorNumbers)
    assert not brought
    assert_array_equal(numbers[np.array([5, 3])], X[:, [2, 0]][[5, 3]])
    incomplete = rows.numbers_of([1, 0], allow_missing=True)
    assert_array_equal(incomplete[np.arange(len(X))], table[:, [1, 0]].numpy())
    with pytest.raises(ValueError, match=r"column 1: 1 x NaN \(row 3\)"):
        rows.numbers_of([1, 0])


def test_rows_on_a_device_are_finite_and_so_searched_there_by_any_metric(far_away, searches):
    sampler = SMOTE(random_state=0, metric="nan_euclidean")
    found, _ = sampler.fit_resample(torch.from_numpy(X), torch.from_numpy(Y))
    assert set(searches) == {None}
    assert_array_equal(found.numpy(), SMOTE(random_state=0).fit_resample(X, Y)[0])


@pytest.mark.parametrize("sampler", [SMOTE(random_state=0, device="cpu"), TomekLinks(device="cpu")])
def test_a_device_named_for_tensors_is_for_the_search_alone(far_away, searches, sampler):
    y = torch.from_numpy(Y)
    found, found_y = sampler.fit_resample(torch.from_numpy(X), y)
    assert set(searches) == {"cpu"}
    assert found.device == found_y.device == y.device
    assert_array_equal(found.numpy(), sampler.fit_resample(X, Y)[0])


@pytest.mark.parametrize(
    ("queries", "among"),
    [
        (np.arange(len(X)), np.arange(len(X))),
        (np.arange(3, 90, 7), np.arange(len(X))),
        (np.arange(3, 90, 7), np.arange(1, len(X), 2)),
        (np.arange(3, 90, 14), np.arange(1, len(X), 2)),
        (np.array([99, 0, 50]), np.arange(40, 90)),
    ],
    ids=["all", "among all", "overlapping", "among others", "out of order"],
)
def test_rows_are_found_wherever_they_stand(queries, among):
    expected = DirectEngine().kneighbors(X, queries, among, 3)
    for numbers in (X, TensorNumbers(torch.from_numpy(X)), wrap(pd.DataFrame(X)).numbers):
        found = tensors.TorchEngine().kneighbors(numbers, queries, among, 3)
        for ours, theirs in zip(found, expected, strict=True):
            assert_array_equal(ours, theirs)


@pytest.mark.parametrize("among", [np.arange(3, 12), np.array([2, 5, 6, 11]), np.arange(0)])
def test_a_row_is_left_out_by_its_place_among_the_others(among):
    queries = np.array([11, 2, 3, 0, 12, 5])
    expected = [among.tolist().index(row) if row in among else -1 for row in queries]
    assert own_positions(queries, among).tolist() == expected


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
@pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda sampler: type(sampler).__name__)
@pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")
def test_rows_and_labels_may_be_on_different_devices(sampler):
    y = (Y == 2).astype(int) if "HardNegative" in type(sampler).__name__ else Y
    expected_X, expected_y = _seeded(sampler).fit_resample(X, y)
    for place, other in (("cuda", "cpu"), ("cpu", "cuda"), ("cuda", "cuda")):
        found_X, found_y = sampler.fit_resample(
            torch.from_numpy(X).to(place), torch.from_numpy(y).to(other)
        )
        assert (found_X.device.type, found_y.device.type) == (place, other)
        assert_array_equal(found_X.cpu().numpy(), expected_X)
        assert_array_equal(found_y.cpu().numpy(), expected_y)
