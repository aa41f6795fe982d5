"""Losses against numbers worked out from the papers' formulas."""

import math

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from balancekit.deep.losses import (  # noqa: E402
    AsymmetricLoss,
    BalancedSoftmaxLoss,
    ClassBalancedLoss,
    DiceLoss,
    FocalLoss,
    GHMCLoss,
    LDAMLoss,
    LogitAdjustedLoss,
    TverskyLoss,
    WeightedCrossEntropyLoss,
    initial_bias,
)
from balancekit.deep.losses._class_balanced import effective_numbers  # noqa: E402

FAR = 60.0


def logit(*probabilities):
    return torch.tensor([math.log(p / (1 - p)) for p in probabilities], dtype=torch.float64)


def ones(n):
    return torch.ones(n, dtype=torch.long)


def near(*values, rel=5e-7):
    return pytest.approx(list(values), rel=rel)


def test_weights_come_with_a_mean_over_rows_and_not_over_weights():
    logits, target = torch.tensor([[2.0, 0], [0, 1]]), torch.tensor([0, 1])
    loss = WeightedCrossEntropyLoss(weights=[1, 9])
    assert loss.per_sample(logits, target).sum().item() / 10 == pytest.approx(0.2946283)
    assert loss(logits, target).item() == pytest.approx(1.473142)
    reference = torch.nn.functional.cross_entropy(logits, target, torch.tensor([1.0, 9]))
    assert loss.per_sample(logits, target).sum().item() / 10 == pytest.approx(reference.item())


def test_weights_are_inverse_shares_with_a_mean_of_one_over_rows():
    weights = WeightedCrossEntropyLoss().bind([900, 75, 25]).class_weights()
    assert weights.tolist() == near(1000 / 2700, 1000 / 225, 1000 / 75)
    shares = WeightedCrossEntropyLoss().bind([0.9, 0.075, 0.025]).class_weights()
    assert shares.tolist() == near(*weights.tolist())


def test_focal_loss_has_the_papers_values():
    loss = FocalLoss(gamma=2, alpha=None)
    assert loss.per_sample(logit(0.9, 0.5), ones(2)).tolist() == near(1.053605e-3, 0.1732868)
    z = torch.tensor([1.0], dtype=torch.float64, requires_grad=True)
    value = loss(z, ones(1))
    value.backward()
    assert value.item() == pytest.approx(0.02265806, rel=1e-6)
    assert z.grad.item() == pytest.approx(-0.05258113, rel=1e-6)


def test_alpha_weights_positives_and_its_rest_weights_negatives():
    z = logit(0.9, 0.1)
    target = torch.tensor([1, 0])
    plain = 1.053605e-3
    for loss in (FocalLoss(), FocalLoss(alpha=0.25), FocalLoss(alpha=[0.75, 0.25])):
        assert loss.per_sample(z, target).tolist() == near(2.634013e-4, 0.75 * plain)
        two = torch.stack([torch.zeros(2), z], dim=1)
        assert loss.per_sample(two, target).tolist() == near(2.634013e-4, 0.75 * plain)


def test_the_weights_of_three_classes_are_one_by_default_and_taken_in_order():
    probabilities = torch.tensor([[0.9, 0.06, 0.04], [0.2, 0.5, 0.3]], dtype=torch.float64)
    target = torch.tensor([0, 1])
    default = FocalLoss().per_sample(probabilities.log(), target)
    assert default.tolist() == near(1.053605e-3, 0.1732868)
    weighted = FocalLoss(alpha=[1, 4, 2]).per_sample(probabilities.log(), target)
    assert weighted.tolist() == near(1.053605e-3, 4 * 0.1732868)


def test_the_bias_to_start_from_is_the_log_odds():
    assert initial_bias() == pytest.approx(-4.59512, abs=5e-6)
    assert torch.tensor(initial_bias(0.2)).sigmoid().item() == pytest.approx(0.2)
    with pytest.raises(ValueError, match=r"prior=1 is no probability"):
        initial_bias(1)


def test_asymmetric_loss_has_the_papers_values():
    negatives = AsymmetricLoss().per_sample(logit(0.5, 0.05, 0.049, 0.9), 0 * ones(4))
    assert negatives[[0, 3]].tolist() == near(0.02451505, 0.9903085)
    assert negatives[1].item() == pytest.approx(0, abs=1e-30)
    assert negatives[2].item() == 0
    positives = AsymmetricLoss().per_sample(logit(0.5, 0.9), ones(2))
    assert positives.tolist() == near(math.log(2), -math.log(0.9))
    fading = AsymmetricLoss(gamma_positive=1).per_sample(logit(0.9), ones(1))
    assert fading.tolist() == near(-0.1 * math.log(0.9))


@pytest.mark.parametrize(
    ("beta", "numbers"),
    [
        (0.9999, (3934.845, 99.50661)),
        (0.999, (993.2789, 95.20785)),
        (0, (1, 1)),
        (1, (5000, 100)),
        (1 - 1e-13, (5000, 100)),
    ],
)
def test_effective_numbers_are_those_of_the_paper_up_to_the_limit(beta, numbers):
    counts = torch.tensor([5000, 100], dtype=torch.float64)
    assert effective_numbers(counts, beta).tolist() == near(*numbers)


def test_class_balanced_weights_add_up_to_the_number_of_classes():
    loss = ClassBalancedLoss(beta=0.9999).bind([5000, 100])
    assert loss.class_weights().tolist() == near(0.04932967, 1.95067)
    losses = loss.per_sample(torch.zeros(2, 2), torch.tensor([0, 1]))
    assert losses.tolist() == near(0.04932967 * math.log(2), 1.95067 * math.log(2))


def test_class_balanced_focal_loss_weights_the_mean_over_classes_by_the_rows_class():
    loss = ClassBalancedLoss(beta=0.9999, base="focal", gamma=2).bind([5000, 100])
    z = torch.stack([logit(0.1, 0.5), logit(0.9, 0.5)], dim=1)
    losses = loss.per_sample(z, torch.tensor([1, 0]))
    assert losses.tolist() == near(1.95067 * 1.053605e-3, 0.04932967 * 0.1732868)


def test_logits_are_adjusted_by_the_logarithm_of_the_prior():
    target = torch.tensor([1, 0])
    for counts in ([0.9, 0.1], [900, 100]):
        loss = LogitAdjustedLoss().bind(counts)
        assert loss.per_sample(torch.zeros(2, 2), target).tolist() == near(2.302585, 0.10536052)
        assert loss.per_sample(torch.zeros(2), target).tolist() == near(2.302585, 0.10536052)
    half = LogitAdjustedLoss(tau=0.5).bind([0.9, 0.1])
    assert half.per_sample(torch.zeros(2, 2), target).tolist() == near(math.log(4), math.log(4 / 3))


def test_balanced_softmax_counts_a_class_as_often_as_it_has_rows():
    loss = BalancedSoftmaxLoss().bind([6, 3, 1])
    losses = loss.per_sample(torch.tensor([[0.0, 1, 2]] * 3), torch.arange(3))
    parts = [6, 3 * math.e, math.e**2]
    assert losses.tolist() == near(*(-math.log(part / sum(parts)) for part in parts))


def test_margins_follow_the_fourth_root_of_the_counts():
    loss = LDAMLoss().bind([5000, 50])
    assert loss.margins().tolist() == near(0.1581139, 0.5)
    cosines = torch.tensor([[0.6, 0.5], [0.1, 0.7]], dtype=torch.float64)
    expected = [math.log1p(math.exp(30 * gap)) for gap in (0.5 - 0.6 + 0.1581139, 0.1 - 0.7 + 0.5)]
    assert loss.per_sample(cosines, torch.tensor([0, 1])).tolist() == near(*expected, rel=1e-6)


def test_class_weights_of_ldam_are_ones_until_they_are_switched_on():
    loss = LDAMLoss().bind([5000, 100])
    z, target = torch.zeros(2, 2), torch.tensor([0, 1])
    before = loss.per_sample(z, target)
    assert loss.class_weights().tolist() == [1, 1]
    assert loss.start_reweighting().class_weights().tolist() == near(0.04932967, 1.95067)
    ratio = loss.per_sample(z, target) / before
    assert ratio.tolist() == near(0.04932967, 1.95067, rel=1e-6)
    assert loss.start_reweighting(False).class_weights().tolist() == [1, 1]


def test_dice_loss_has_the_papers_value_and_squares_on_request():
    assert DiceLoss()(torch.tensor([FAR, -FAR]), ones(2)).item() == pytest.approx(1 / 3)
    z, target = logit(0.8, 0.4, 0.5), torch.tensor([1, 1, 0])
    assert DiceLoss()(z, target).item() == pytest.approx(1 - 2.4 / 3.7)
    squares = 0.8**2 + 0.4**2 + 0.5**2
    assert DiceLoss(squared=True)(z, target).item() == pytest.approx(1 - 2.4 / (squares + 2))


def test_tversky_loss_weights_false_alarms_by_a_and_misses_by_b():
    z, target = logit(0.8, 0.4, 0.5), torch.tensor([1, 1, 0])
    index = 1.2 / (1.2 + 0.3 * 0.5 + 0.7 * 0.8)
    assert TverskyLoss()(z, target).item() == pytest.approx(1 - index)
    focal = TverskyLoss(gamma=4 / 3)(z, target).item()
    assert focal == pytest.approx((1 - index) ** (4 / 3))


def test_overlap_of_classes_is_the_mean_over_those_that_the_batch_has():
    p = torch.tensor([[0.7, 0.2, 0.1], [0.5, 0.4, 0.1]], dtype=torch.float64)
    dice = [1 - 2 * 0.7 / (1.2 + 1), 1 - 2 * 0.4 / (0.6 + 1)]
    value = DiceLoss()(p.log(), torch.tensor([0, 1])).item()
    assert value == pytest.approx(sum(dice) / 2)


@pytest.mark.parametrize("loss", [DiceLoss(), DiceLoss(squared=True), TverskyLoss(gamma=0.75)])
def test_a_batch_without_positives_has_an_overlap_loss_and_gradient_of_zero(loss):
    z = torch.tensor([3.0, -FAR, -1e4], requires_grad=True)
    value = loss(z, torch.zeros(3))
    value.backward()
    assert value.item() == 0
    assert z.grad.tolist() == [0, 0, 0]


def test_ghmc_divides_by_the_share_of_a_bin_times_the_number_of_bins():
    loss = GHMCLoss(bins=4)
    z, target = logit(0.1, 0.2, 0.2, 0.3), torch.tensor([0, 0, 0, 1])
    # Gradients of .1, .2, .2 and .7: three rows in the first bin, one in the third.
    parts = [-math.log(0.9) / 3, -2 * math.log(0.8) / 3, -math.log(0.3)]
    assert loss(z, target).item() == pytest.approx(sum(parts) / 4, rel=1e-6)
    assert loss.bin_shares.tolist() == [0.75, 0, 0.25, 0]


def test_ghmc_remembers_densities_in_training_only():
    loss = GHMCLoss(bins=2, momentum=0.75)
    loss(logit(0.1, 0.2), torch.tensor([0, 0]))
    assert loss.bin_shares.tolist() == [1, 0]
    z, target = logit(0.1, 0.1), torch.tensor([0, 1])
    weighted = (-math.log(0.9) / 0.875 - math.log(0.1) / 0.125) / 2 / 2
    assert loss.eval()(z, target).item() == pytest.approx(weighted, rel=1e-6)
    assert loss.bin_shares.tolist() == [1, 0]
    assert loss.train()(z, target).item() == pytest.approx(weighted, rel=1e-6)
    assert loss.bin_shares.tolist() == [0.875, 0.125]


def test_ghmc_without_momentum_takes_each_batch_for_itself():
    loss, fresh = GHMCLoss(momentum=0), GHMCLoss()
    loss(logit(0.9, 0.6), torch.tensor([0, 0]))
    z, target = logit(0.1, 0.55, 0.31), torch.tensor([0, 1, 1])
    assert loss(z, target).item() == fresh(z, target).item()
