"""Tensors of any dtype and layout as X: the plan of their values, the rows of the rule."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sklearn.base import clone

from balancekit.combine import SMOTEENN
from balancekit.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import RandomUnderSampler, TomekLinks

pytestmark = [
    pytest.mark.torch,
    pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning"),
]

BLOBS, Y = make_blobs_of_sizes((50, 20, 14), 5)
SAMPLERS = {
    "SMOTE": SMOTE(random_state=0),
    "SMOTENC": SMOTENC([1, 3], random_state=0),
    "RandomOverSampler": RandomOverSampler(random_state=0),
    "smoothed": RandomOverSampler(random_state=0, shrinkage=0.8),
    "TomekLinks": TomekLinks(sampling_strategy="all"),
    "SMOTEENN": SMOTEENN(random_state=0),
}
IN_NUMPY = (
    *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    *("float16", "float32", "float64"),
)
# Around what a signed integer of the same width cannot hold any more, or float64 not tell apart.
MIDDLES = {"uint8": 128, "uint16": 2**15, "uint32": 2**31, "uint64": 2**63, "int64": 2**60}
SPREADS = {"uint64": 2**56, "int64": 2**52, "uint32": 2**26, "int32": 2**26}


def _values(dtype):
    if dtype == "bool":
        return np.median(BLOBS) < BLOBS
    spread = SPREADS.get(dtype, 6 if dtype in IN_NUMPY[:9] else 1.3)
    values = BLOBS * spread + float(MIDDLES.get(dtype, 0))
    return (values if dtype.startswith("float") else np.rint(values)).astype(dtype)


def _run(sampler, X, y=Y):
    sampler = clone(sampler)
    return sampler.fit_resample(X, y)[0], sampler.plan_


def _assert_same_plan(found, expected):
    assert_array_equal(found.sample_indices, expected.sample_indices)
    assert_array_equal(found.codes, expected.codes)
    for ours, theirs in zip(found.synthesis, expected.synthesis, strict=True):
        for name, value in vars(theirs).items():
            assert_array_equal(getattr(ours, name), value)


@pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=list(SAMPLERS))
@pytest.mark.parametrize("dtype", IN_NUMPY)
def test_rows_are_those_of_numpy_in_any_dtype(way, sampler, dtype):
    values = _values(dtype)
    tensor = torch.from_numpy(values)
    before = tensor.clone()
    found, plan = _run(sampler, tensor)
    expected, _ = _run(sampler, values)
    assert found.dtype == tensor.dtype
    assert_array_equal(found.numpy(), expected)
    assert torch.equal(tensor, before)
    if not isinstance(sampler, SMOTEENN):
        # The second step of a chain sees rows that were rounded.
        _assert_same_plan(plan, _run(sampler, values.astype(np.float64))[1])


@pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=list(SAMPLERS))
def test_the_plan_of_bfloat16_is_that_of_its_values(way, sampler):
    tensor = torch.from_numpy(BLOBS).bfloat16()
    found, plan = _run(sampler, tensor)
    assert found.dtype == torch.bfloat16
    if not isinstance(sampler, SMOTEENN):
        _assert_same_plan(plan, _run(sampler, tensor.double().numpy())[1])
    kept = tensor[torch.from_numpy(plan.sample_indices)][torch.from_numpy(~plan.is_synthetic)]
    assert torch.equal(found[torch.from_numpy(~plan.is_synthetic)], kept)


def test_rows_between_two_of_bfloat16_are_rounded_by_the_rule(way):
    tensor = torch.from_numpy(BLOBS).bfloat16()
    found, plan = _run(SAMPLERS["SMOTE"], tensor)
    values = tensor.double().numpy()
    expected = [
        _as_bfloat16(
            values[recipe.base]
            + recipe.step[:, None] * _as_bfloat16(values[recipe.partner] - values[recipe.base])
        )
        for recipe in plan.synthesis
    ]
    assert_array_equal(found[len(tensor) :].double().numpy(), np.concatenate(expected))


def _as_bfloat16(values):
    """Round to the nearest of eight significant bits, half to even."""
    mantissa, exponent = np.frexp(values)
    return np.ldexp(np.rint(mantissa * 2**8), exponent - 8)


def test_names_of_any_dtype_have_the_codes_of_numpy(way):
    for dtype in IN_NUMPY:
        values = _values(dtype)
        found, plan = _run(SMOTEN(random_state=0), torch.from_numpy(values))
        expected, expected_plan = _run(SMOTEN(random_state=0), values)
        assert_array_equal(found.numpy(), expected)
        _assert_same_plan(plan, expected_plan)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_a_name_may_be_missing_and_is_the_last(way, dtype):
    tensor = torch.from_numpy(np.rint(BLOBS)).to(dtype)
    tensor[::7, 1] = torch.nan
    tensor[::9, 3] = -0.0
    for sampler in (SAMPLERS["SMOTENC"], SMOTEN(random_state=0)):
        found, plan = _run(sampler, tensor)
        expected, expected_plan = _run(sampler, tensor.double().numpy())
        _assert_same_plan(plan, expected_plan)
        if isinstance(sampler, SMOTEN):
            assert_array_equal(found.double().numpy(), expected)


LAYOUTS = {
    "every other row and column": lambda X: X.repeat_interleave(2, 0).repeat_interleave(2, 1)[
        ::2, ::2
    ],
    "transposed": lambda X: X.T.contiguous().T,
    "part of a larger one": lambda X: torch.nn.functional.pad(X, (2, 3, 1, 4))[1:-4, 2:-3],
    "one column many times": lambda X: X[:, :1].expand(-1, 4),
    "one row many times, and others": lambda X: torch.cat([X[:1].expand(9, -1), X[9:]]),
    "in a graph": lambda X: X.clone().requires_grad_() * 1,
    "a parameter": lambda X: torch.nn.Parameter(X.clone()),
    "negated lazily": lambda X: torch.complex(torch.zeros_like(X), -X).conj().imag,
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
@pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=list(SAMPLERS))
def test_the_layout_of_a_tensor_does_not_show(way, sampler, layout):
    tensor = layout(torch.from_numpy(BLOBS))
    found, _ = _run(sampler, tensor)
    expected, _ = _run(sampler, tensor.detach().clone().resolve_neg().contiguous().numpy())
    assert not found.requires_grad
    assert_array_equal(found.numpy(), expected)


def test_a_view_that_negates_is_one():
    assert LAYOUTS["negated lazily"](torch.from_numpy(BLOBS)).is_neg()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
@pytest.mark.parametrize("name", ["SMOTE", "SMOTENC", "smoothed", "TomekLinks", "SMOTEENN"])
def test_what_is_not_finite_is_named_by_its_column_and_row(way, name, dtype, value):
    tensor = torch.from_numpy(BLOBS.copy()).to(dtype)
    tensor[4, 2] = tensor[11, 0] = value
    with pytest.raises(ValueError, match=r"column 0: 1 x .*11.*column 2: 1 x .*4") as found:
        _run(SAMPLERS[name], tensor)
    with pytest.raises(ValueError, match="column 0") as expected:
        _run(SAMPLERS[name], tensor.double().numpy())
    assert str(found.value) == str(expected.value)


def test_large_numbers_whose_sum_overflows_are_finite(way):
    tensor = torch.from_numpy(BLOBS / np.abs(BLOBS).max() * 1e308)
    for sampler in SAMPLERS.values():
        found, _ = _run(sampler, tensor)
        assert_array_equal(found.numpy(), _run(sampler, tensor.numpy())[0])


@pytest.mark.parametrize(
    "shape", [(), (84,), (84, 0), (0, 5), (84, 5, 2)], ids=lambda shape: f"{len(shape)}d"
)
@pytest.mark.parametrize("name", ["SMOTE", "RandomOverSampler", "TomekLinks"])
def test_shapes_that_are_no_table_are_refused_as_in_numpy(way, name, shape):
    tensor = torch.ones(shape, dtype=torch.float64)
    with pytest.raises(ValueError, match=r"array with|Expected 2D array") as found:
        _run(SAMPLERS[name], tensor)
    with pytest.raises(ValueError, match=r"array with|Expected 2D array") as expected:
        _run(SAMPLERS[name], tensor.numpy())
    assert str(found.value) == str(expected.value)


@pytest.mark.parametrize("name", ["SMOTE", "RandomOverSampler"])
def test_complex_numbers_are_refused_as_in_numpy(way, name):
    with pytest.raises(ValueError, match="X holds complex numbers"):
        _run(SAMPLERS[name], torch.from_numpy(BLOBS).to(torch.complex64))


def test_a_sparse_tensor_is_refused_with_a_way_out():
    with pytest.raises(TypeError, match=r"torch.sparse_coo .*to_dense"):
        _run(SAMPLERS["SMOTE"], torch.from_numpy(BLOBS).to_sparse())


@pytest.mark.parametrize("dtype", [*IN_NUMPY, "bfloat16", "complex64"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_anything_is_carried_along(way, dtype, shape):
    _, plan = _run(SAMPLERS["SMOTE"], BLOBS)
    rng = np.random.default_rng(0)
    tensor = torch.from_numpy(rng.integers(0, 100, (len(Y), *shape))).to(getattr(torch, dtype))
    carried = plan.carry(tensor)
    assert carried.dtype == tensor.dtype
    assert carried.tolist() == [tensor[row].tolist() for row in plan.sample_indices]


def test_a_scalar_is_not_carried(way):
    _, plan = _run(RandomUnderSampler(random_state=0), BLOBS)
    for scalar in (torch.tensor(1.0), np.array(1.0)):
        with pytest.raises(ValueError, match="without dimensions has no rows"):
            plan.carry(scalar)


@pytest.mark.parametrize("dtype", ["float8_e4m3fn", "float8_e5m2"])
def test_rows_of_a_dtype_without_arithmetic_are_chosen_but_not_made(way, dtype):
    tensor = torch.from_numpy(BLOBS).to(getattr(torch, dtype))
    for sampler in (SAMPLERS["RandomOverSampler"], RandomUnderSampler(random_state=0)):
        found, plan = _run(sampler, tensor)
        assert found.dtype == tensor.dtype
        assert_array_equal(found.float().numpy(), tensor.float().numpy()[plan.sample_indices])
    for name in ("SMOTE", "SMOTENC", "smoothed", "TomekLinks"):
        with pytest.raises(TypeError, match=rf"X is a tensor of torch.{dtype}, in which .*half"):
            _run(SAMPLERS[name], tensor)
    _assert_same_plan(
        _run(SMOTEN(random_state=0), tensor)[1],
        _run(SMOTEN(random_state=0), tensor.float().numpy())[1],
    )
