"""Tensors in, tensors out, with NumPy's rows."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from balancekit.core.arithmetic import as_dtype, interpolate_between  # noqa: E402
from balancekit.core.containers import tensor as tensor_module  # noqa: E402
from balancekit.core.containers.tensor import TensorContainer  # noqa: E402
from balancekit.core.plan import Plan  # noqa: E402
from balancekit.core.recipes import Interpolation, Noise, Rows  # noqa: E402
from balancekit.kernels.torch import synthesis  # noqa: E402
from balancekit.over_sampling import SMOTE, RandomOverSampler  # noqa: E402
from balancekit.testing import make_blobs_of_sizes  # noqa: E402
from balancekit.under_sampling import RandomUnderSampler  # noqa: E402

X, y = make_blobs_of_sizes((60, 25))
DTYPES = [np.float16, np.float32, np.float64, np.int8, np.uint8, np.int32, np.int64, np.bool_]


class OnDevice(TensorContainer):
    """Takes the road of a device that NumPy cannot reach."""

    in_numpy = False


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_arithmetic_of_devices_is_that_of_numpy(dtype):
    rng = np.random.RandomState(0)
    with np.errstate(over="ignore", invalid="ignore"):
        table = (rng.randn(40, 5) * (3 if dtype == np.float16 else 60)).astype(dtype)
    base, partner = rng.randint(0, 40, 3000), rng.randint(0, 40, 3000)
    step = 1.5 * rng.uniform(size=3000) - 0.5
    recipes = [
        Interpolation(base, partner, step),
        Noise(base, np.arange(1.0, 6), rng.randn(3000, 5)),
        Rows(base, rng.randn(3000, 5) * 100),
    ]
    plan = Plan(40, [3, 1, 3], np.zeros(9003, dtype=int), recipes)
    tensor = torch.from_numpy(table)
    assert_array_equal(OnDevice(tensor).build(plan).numpy(), TensorContainer(tensor).build(plan))


def test_new_rows_are_made_in_smaller_blocks_when_memory_runs_out(monkeypatch):
    tensor = torch.from_numpy(X)
    recipe = Interpolation(np.arange(60), np.arange(1, 61), np.linspace(0, 1, 60))
    plan = Plan(len(X), [0], np.zeros(61, dtype=int), [recipe])
    sizes, inner = [], synthesis.interpolate

    def interpolate(base, partner, step):
        sizes.append(len(base))
        if len(base) > 9:
            raise torch.OutOfMemoryError
        return inner(base, partner, step)

    monkeypatch.setattr(synthesis, "interpolate", interpolate)
    monkeypatch.setattr(tensor_module, "BYTES_PER_VALUE", 2**15)
    found = OnDevice(tensor).build(plan)
    assert sizes == [42, 10, *[5] * 12]
    assert_array_equal(found.numpy(), TensorContainer(tensor).build(plan).numpy())


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_overflow_is_mended_on_devices_too(dtype):
    top = np.finfo(dtype).max
    base, partner = np.array([[-top, top, np.nan]]), np.array([[top, -top, 1.0]], dtype)
    step = np.array([[0.3], [-0.5]])
    ends = [np.repeat(end.astype(dtype), 2, axis=0) for end in (base, partner)]
    ours = synthesis.interpolate(*map(torch.from_numpy, ends), torch.from_numpy(step))
    assert_array_equal(ours.numpy(), interpolate_between(*ends, step))


def test_half_precision_is_rounded_once():
    # Halfway between two halves, plus a crumb that float32 loses.
    values = np.array([1 + 2**-11 + 2**-30, 1 + 2**-11, 1 + 3 * 2**-11 - 2**-40, -1.1, 0.0, 6e-8])
    rounded = synthesis.round_once(torch.from_numpy(values), torch.float16)
    assert_array_equal(rounded.numpy(), as_dtype(values, np.dtype(np.float16)))
    assert_array_equal(rounded.numpy()[:2], np.float16([1 + 2**-10, 1]))


def test_bfloat16_is_interpolated_in_its_own_arithmetic():
    tensor = torch.tensor([[1.0], [2.0], [3.0], [10.0]], dtype=torch.bfloat16)
    plan = Plan(4, [0], [0, 0], [Interpolation(np.array([0]), np.array([3]), np.array([0.5]))])
    built = TensorContainer(tensor).build(plan)
    assert built.dtype == torch.bfloat16
    assert built.float().tolist() == [[1.0], [5.5]]


def test_donors_are_copied_on_devices_too():
    tensor = torch.tensor([[0.0, 5], [10, 6], [20, 7]])
    recipe = Interpolation(
        np.array([0]), np.array([1]), np.array([0.5]), np.array([1]), np.array([[2]])
    )
    assert OnDevice(tensor).build(Plan(3, [1], [0, 0], [recipe])).tolist() == [[10, 6], [5, 7]]


@pytest.mark.parametrize("sampler", [SMOTE, RandomOverSampler, RandomUnderSampler])
def test_bfloat16_tensors_go_through_every_sampler(sampler):
    features = torch.from_numpy(X).bfloat16()
    X_out, y_out = sampler(random_state=0).fit_resample(features, torch.from_numpy(y))
    assert X_out.dtype == torch.bfloat16
    _, y_numpy = sampler(random_state=0).fit_resample(features.float().numpy(), y)
    assert_array_equal(y_out.numpy(), y_numpy)


def test_tensors_with_gradients_are_detached_and_untouched():
    features = torch.from_numpy(X).requires_grad_()
    X_out, _ = SMOTE(random_state=0).fit_resample(features, y)
    assert not X_out.requires_grad
    assert features.requires_grad
    assert_array_equal(features.detach().numpy(), X)


def test_labels_as_tensors_keep_dtype_and_indicators():
    labels = torch.from_numpy(y).to(torch.int16)
    assert SMOTE(random_state=0).fit_resample(X, labels)[1].dtype == torch.int16
    one_hot = torch.nn.functional.one_hot(torch.from_numpy(y))
    X_out, y_out = SMOTE(random_state=0).fit_resample(X, one_hot)
    assert y_out.shape == (len(X_out), 2)
    assert y_out.sum(0).tolist() == [60, 60]
