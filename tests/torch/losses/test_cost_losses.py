"""Losses of a cost matrix: the cost vector, values by hand, and what equal costs leave."""

import copy
import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from tests.torch.losses.cases import KINDS, N_CLASSES, batch  # noqa: E402

from balancekit.deep import BalancedNetClassifier  # noqa: E402
from balancekit.deep.losses import (  # noqa: E402
    CostScaledOutputLoss,
    CostScaledRateLoss,
    CostWeightedErrorLoss,
    DiceLoss,
    OnlineHardExamples,
)

functional = torch.nn.functional
COSTS = [[0, 1, 2], [4, 0, 6], [10, 20, 0]]
# (.3 * 1 + .2 * 2) / .5, (.5 * 4 + .2 * 6) / .7 and (.5 * 10 + .3 * 20) / .8.
VECTOR = [1.4, 3.2 / 0.7, 13.75]
P = torch.tensor([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], dtype=torch.float64)
TARGET = torch.tensor([0, 1, 2])
KINDS_OF_LOSS = [CostScaledOutputLoss, CostScaledRateLoss, CostWeightedErrorLoss]


def uniform(n_classes, cost=1.0):
    return cost * (1 - np.eye(n_classes))


def bound(kind, costs=COSTS, counts=(50, 30, 20)):
    return kind(costs).bind(counts)


def losses_of(kind):
    return bound(kind).per_sample(P.log(), TARGET).tolist()


def uneven(kind_of_loss, kind, **parameters):
    n = N_CLASSES[kind]
    costs = 1 + np.arange(n * n, dtype=float).reshape(n, n)
    np.fill_diagonal(costs, 0)
    return kind_of_loss(costs, **parameters).bind([500, 20, 100, 7][:n])


def squared_error(logits, target):
    if logits.ndim == 1 or logits.shape[1] == 1:
        logits = torch.stack([torch.zeros(len(logits)).to(logits), logits.reshape(-1)], 1)
    wanted = functional.one_hot(target, logits.shape[1]).to(logits.dtype)
    return functional.mse_loss(logits.softmax(1), wanted)


@pytest.mark.parametrize("kind", KINDS_OF_LOSS)
def test_the_cost_vector_is_the_mean_cost_of_a_mistake_by_shares_of_the_other_classes(kind):
    assert bound(kind).cost_vector().tolist() == pytest.approx(VECTOR)
    assert kind(COSTS).bind([0.5, 0.3, 0.2]).cost_vector().tolist() == pytest.approx(VECTOR)


def test_rates_are_entries_of_the_cost_vector_by_the_largest():
    expected = [
        -math.log(p) * factor / 13.75 for p, factor in zip([0.5, 0.3, 0.2], VECTOR, strict=True)
    ]
    assert losses_of(CostScaledRateLoss) == pytest.approx(expected)


def test_outputs_are_scaled_by_the_class_of_the_row():
    scales = [factor / 13.75 for factor in VECTOR]
    expected = [
        ((1 - scales[0] * 0.5) ** 2 + (scales[0] * 0.3) ** 2 + (scales[0] * 0.2) ** 2) / 3,
        ((scales[1] * 0.5) ** 2 + (1 - scales[1] * 0.3) ** 2 + (scales[1] * 0.2) ** 2) / 3,
        (0.5**2 + 0.3**2 + 0.8**2) / 3,
    ]
    assert losses_of(CostScaledOutputLoss) == pytest.approx(expected)


def test_errors_weigh_what_the_mistake_costs():
    expected = [
        (1.4 * 0.5**2 + 1 * 0.3**2 + 2 * 0.2**2) / 3 / 13.75,
        (4 * 0.5**2 + VECTOR[1] * 0.7**2 + 6 * 0.2**2) / 3 / 13.75,
        (10 * 0.5**2 + 20 * 0.3**2 + 13.75 * 0.8**2) / 3 / 13.75,
    ]
    assert losses_of(CostWeightedErrorLoss) == pytest.approx(expected)
    weights = bound(CostWeightedErrorLoss).error_weights()
    assert weights[1].tolist() == pytest.approx([4 / 13.75, VECTOR[1] / 13.75, 6 / 13.75])


@pytest.mark.parametrize("cost", [1.0, 250.0])
@pytest.mark.parametrize("kind", KINDS)
def test_equal_costs_leave_plain_training(kind, cost):
    logits, target = batch(kind, n=40)
    costs, counts = uniform(N_CLASSES[kind], cost), [90, 10, 30, 4][: N_CLASSES[kind]]
    plain = squared_error(logits, target).item()
    for loss in (CostScaledOutputLoss(costs), CostWeightedErrorLoss(costs)):
        assert loss.bind(counts)(logits, target).item() == pytest.approx(plain, abs=1e-6)
    for name in ("cross_entropy", "focal"):
        loss = CostScaledRateLoss(costs, name).bind(counts)
        expected = loss.loss(logits, target).item()
        assert loss(logits, target).item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS_OF_LOSS)
def test_the_unit_of_costs_does_not_matter(kind):
    cents = (100 * np.array(COSTS)).tolist()
    expected = losses_of(kind)
    assert bound(kind, cents).per_sample(P.log(), TARGET).tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    "costs", [COSTS, np.array(COSTS), torch.tensor(COSTS), torch.tensor(COSTS).double()]
)
def test_costs_may_come_in_any_array(costs):
    assert CostScaledRateLoss(costs).costs.tolist() == COSTS


@pytest.mark.parametrize("kind_of_loss", KINDS_OF_LOSS)
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_finite_differences_and_finite_far_off(kind_of_loss, kind):
    loss = uneven(kind_of_loss, kind)
    logits, target = batch(kind)
    logits.requires_grad_()
    assert torch.autograd.gradcheck(lambda z: loss.per_sample(z, target), logits)
    for dtype in (torch.float32, torch.float16):
        far = (1e4 * logits.detach().sign()).to(dtype).requires_grad_()
        value = loss(far, target)
        value.backward()
        assert value.dtype == torch.float32
        assert value.isfinite()
        assert far.grad.isfinite().all()


@pytest.mark.parametrize("kind_of_loss", KINDS_OF_LOSS)
def test_states_copies_and_casts_keep_costs_and_counts(kind_of_loss):
    logits, target = batch("four classes")
    loss = uneven(kind_of_loss, "four classes")
    expected = loss(logits, target).item()
    fresh = kind_of_loss(uniform(4))
    fresh.load_state_dict(loss.state_dict())
    assert fresh(logits, target).item() == expected
    assert copy.deepcopy(loss)(logits, target).item() == expected
    assert torch.nn.Sequential(loss).half()[0](logits, target).item() == expected
    assert "costs=[[0.0, 2.0, 3.0, 4.0]" in repr(loss)
    assert "n_classes=4" in repr(loss)


@pytest.mark.parametrize("kind_of_loss", KINDS_OF_LOSS)
def test_what_makes_no_sense_is_named(kind_of_loss):
    logits, target = batch("four classes")
    with pytest.raises(RuntimeError, match=rf"{kind_of_loss.__name__} needs to know the classes"):
        kind_of_loss(uniform(4))(logits, target)
    with pytest.raises(ValueError, match=r"class_counts has 2 classes, and costs has shape \(3, 3"):
        kind_of_loss(COSTS).bind([5, 4])
    with pytest.raises(ValueError, match=r"has costs for 3 classes, and logits are for 4"):
        bound(kind_of_loss)(logits, target)
    with pytest.raises(ValueError, match="costs"):
        kind_of_loss([[0, 1]])
    with pytest.raises(ValueError, match="rows of one class each"):
        uneven(kind_of_loss, "labels")(*batch("labels"))


def test_a_rate_goes_with_losses_of_rows_only():
    with pytest.raises(TypeError, match="loss is DiceLoss, a loss of the batch as a whole, and Co"):
        CostScaledRateLoss(COSTS, DiceLoss())


def test_the_prior_that_probabilities_reflect_is_known_for_rates():
    prior = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    expected = prior * torch.tensor(VECTOR, dtype=torch.float64)
    found = bound(CostScaledRateLoss).effective_prior(prior)
    torch.testing.assert_close(found, expected / expected.sum())
    weighted = CostScaledRateLoss(COSTS, "weighted_cross_entropy").bind([50, 30, 20])
    balanced = torch.tensor(VECTOR, dtype=torch.float64)
    found = weighted.effective_prior(prior)
    torch.testing.assert_close(found, balanced / balanced.sum(), rtol=1e-6, atol=0)
    assert CostScaledRateLoss(COSTS, "asymmetric").bind([5, 3, 2]).effective_prior(prior) is None
    assert bound(CostScaledOutputLoss).effective_prior(prior) is None
    assert bound(CostWeightedErrorLoss).effective_prior(prior) is None


def best_logits(loss, p, n_steps=500):
    """What one row, whose class is drawn by p, is trained to."""
    logits = torch.zeros(1, len(p), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([logits], lr=0.05)
    rows, shares = torch.arange(len(p)), torch.tensor(p, dtype=torch.float64)
    for _ in range(n_steps):
        optimizer.zero_grad()
        (loss.per_sample(logits.expand(len(p), -1), rows) * shares).sum().backward()
        optimizer.step()
    return logits.detach().softmax(1)[0]


@pytest.mark.parametrize("kind", [CostScaledRateLoss, CostWeightedErrorLoss])
def test_two_classes_are_told_apart_at_the_threshold_of_the_lowest_cost(kind):
    loss = bound(kind, [[0, 1], [4, 0]], [90, 10])
    for p in (0.1, 0.2, 0.3):
        found = best_logits(loss, [1 - p, p])[1].item()
        assert found == pytest.approx(4 * p / (4 * p + 1 - p), abs=1e-3)


def test_scaled_outputs_favour_the_largest_product_of_probability_and_cost():
    loss = bound(CostScaledOutputLoss, [[0, 1], [4, 0]], [90, 10])
    decided = [best_logits(loss, [1 - p, p])[1].item() > 0.5 for p in (0.05, 0.18, 0.22, 0.5)]
    assert decided == [False, False, True, True]


@pytest.mark.parametrize(
    "criterion",
    [
        {"criterion": CostScaledOutputLoss, "criterion__costs": [[0, 1], [9, 0]]},
        {"criterion": CostScaledRateLoss([[0, 1], [9, 0]], "focal")},
        {"criterion": CostWeightedErrorLoss([[0, 1], [9, 0]])},
        {"criterion": OnlineHardExamples(CostScaledRateLoss([[0, 1], [9, 0]]), keep=0.8)},
    ],
)
def test_a_net_finds_more_of_what_is_dear_to_miss(criterion):
    generator = torch.Generator().manual_seed(0)
    y = (torch.arange(400) % 10 == 0).long()
    X = torch.randn(400, 2, generator=generator) + y[:, None]
    settings = {"random_state": 0, "max_epochs": 30, "optimizer__lr": 0.01}
    plain = BalancedNetClassifier(**settings).fit(X, y.numpy())
    costly = BalancedNetClassifier(**criterion, **settings).fit(X, y.numpy())
    assert costly.predict(X).sum() > 1.5 * plain.predict(X).sum()
