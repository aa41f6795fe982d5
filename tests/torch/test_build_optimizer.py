"""Optimisers that a net builds."""

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from balancekit.deep._parts import build_optimizer  # noqa: E402


def trained(optimizer, given, dtype=torch.float64):
    torch.manual_seed(0)
    module = torch.nn.Linear(3, 2, dtype=dtype)
    built = build_optimizer(optimizer, given, module.parameters())
    rows = torch.randn(8, 3, dtype=dtype)
    for _ in range(5):
        built.zero_grad()
        module(rows).square().mean().backward()
        built.step()
    return built, module.weight.detach()


@pytest.mark.parametrize("optimizer", ["adam", "AdamW", torch.optim.Adam])
@pytest.mark.parametrize("given", [{}, {"lr": 0.1, "amsgrad": True, "weight_decay": 0.1}])
def test_a_fused_adam_makes_the_steps_of_a_plain_one(optimizer, given):
    _, fused = trained(optimizer, given)
    _, plain = trained(optimizer, {**given, "fused": False})
    torch.testing.assert_close(fused, plain, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("given", [{"foreach": True}, {"differentiable": True}])
def test_adam_is_not_fused_where_arguments_rule_it_out(given):
    name, value = next(iter(given.items()))
    built = build_optimizer("adam", given, [torch.zeros(2, requires_grad=True)])
    assert built.defaults[name] is value
    assert not built.defaults["fused"]


@pytest.mark.parametrize("fused", [True, False, None])
def test_the_user_decides_whether_adam_is_fused(fused):
    built = build_optimizer("adam", {"fused": fused}, [torch.zeros(2, requires_grad=True)])
    assert built.defaults["fused"] is fused


def test_parameters_of_any_kind_can_be_trained_by_adam():
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        _, weight = trained("adam", {}, dtype)
        assert weight.isfinite().all()
    built = build_optimizer("adam", {}, [{"params": [weight.requires_grad_()], "lr": 0.5}])
    assert built.param_groups[0]["lr"] == 0.5
    complex_one = torch.zeros(2, dtype=torch.complex64, requires_grad=True)
    assert not build_optimizer("adam", {}, [complex_one]).defaults["fused"]
