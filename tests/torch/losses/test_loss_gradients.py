"""Gradients, far logits and narrow dtypes."""

import math

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from tests.torch.losses.cases import (  # noqa: E402
    ALL,
    COUNTING,
    KINDS,
    LABELLING,
    UNBOUNDED,
    batch,
    made,
)

from balancekit.deep.losses import SampleLoss  # noqa: E402

CASES = [(name, kind) for name in ALL for kind in KINDS]
CASES += [(name, "labels") for name in LABELLING]
FAR = 1e4


def graded(loss, logits, target):
    logits = logits.clone().requires_grad_()
    value = loss(logits, target)
    value.backward()
    return value.detach(), logits.grad


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_gradients_are_those_of_finite_differences(name, kind):
    loss = made(name, kind).eval()
    logits, target = batch(kind)
    logits.requires_grad_()
    if isinstance(loss, SampleLoss):
        assert torch.autograd.gradcheck(lambda z: loss.per_sample(z, target), logits)
    assert torch.autograd.gradcheck(lambda z: loss(z, target), logits)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_losses_and_gradients_are_finite_however_far_the_logits(name, kind, dtype):
    logits, target = batch(kind, spread=1.0)
    logits = (FAR * logits.sign()).to(dtype)
    for signed in (logits, -logits, logits * 0):
        value, gradient = graded(made(name, kind), signed, target)
        assert value.isfinite()
        assert gradient.isfinite().all()


@pytest.mark.parametrize("name", [*COUNTING, *UNBOUNDED])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_row_that_is_far_wrong_has_a_loss_of_its_logit_and_a_gradient_back(name, sign):
    loss = made(name, "one logit")
    target = torch.tensor([1 if sign < 0 else 0])
    value, gradient = graded(loss, torch.tensor([sign * FAR]), target)
    farther, _ = graded(made(name, "one logit"), torch.tensor([2 * sign * FAR]), target)
    assert value > 100
    assert farther.item() / value.item() == pytest.approx(2, rel=1e-2)
    assert gradient.item() * sign == pytest.approx(value.item() / FAR, rel=1e-2)


@pytest.mark.parametrize("name", [*COUNTING, *UNBOUNDED])
def test_rows_of_many_classes_that_are_far_wrong_have_a_gradient_too(name):
    logits = torch.tensor([[-FAR, FAR, FAR, -FAR]])
    value, gradient = graded(made(name, "four classes"), logits, torch.tensor([0]))
    assert value > 100
    assert gradient[0, 0] < -1e-3
    assert gradient[0, 1:3].min() > 1e-3


def test_a_margin_bounds_the_loss_of_negatives_and_spares_that_of_positives():
    loss = made("asymmetric", "one logit")
    value, gradient = graded(loss, torch.tensor([-FAR]), torch.tensor([1]))
    assert (value.item(), gradient.item()) == (FAR, -1)
    value, _ = graded(loss, torch.tensor([FAR]), torch.tensor([0]))
    assert value.item() == pytest.approx(-(0.95**4) * math.log(0.05), rel=1e-5)


def test_the_loss_at_minus_a_hundred_is_about_a_hundred():
    value, gradient = graded(
        made("focal, small gamma", "one logit"), torch.tensor([-100.0]), 1 + torch.zeros(1)
    )
    assert value.item() == pytest.approx(100)
    assert gradient.item() == pytest.approx(-1)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_halves_are_computed_in_float32(name, kind, dtype):
    logits, target = batch(kind, dtype=dtype)
    value, gradient = graded(made(name, kind), logits, target)
    wide, wide_gradient = graded(made(name, kind), logits.float(), target)
    assert value.dtype == torch.float32
    assert value.item() == wide.item()
    assert gradient.dtype == dtype
    torch.testing.assert_close(gradient, wide_gradient.to(dtype))


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_float64_stays_and_agrees_with_float32(name, kind):
    logits, target = batch(kind)
    value = made(name, kind)(logits, target)
    assert value.dtype == torch.float64
    narrow = made(name, kind)(logits.float(), target).item()
    assert narrow == pytest.approx(value.item(), rel=1e-4)


@pytest.mark.parametrize("name", COUNTING)
def test_a_class_without_rows_counts_as_the_rarest_that_has_some(name):
    logits, target = batch("four classes")
    value, gradient = graded(ALL[name]().bind([500, 20, 0, 7]), logits, target)
    assert value.isfinite()
    assert gradient.isfinite().all()
    assert value.item() == ALL[name]().bind([500, 20, 7, 7])(logits, target).item()
