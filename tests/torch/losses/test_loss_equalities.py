"""What losses are the same as, for parameters that take away all they do."""

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from tests.torch.losses.cases import (  # noqa: E402
    ALL,
    COUNTING,
    KINDS,
    LABELLING,
    N_CLASSES,
    batch,
    made,
)

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
)

cross_entropy = torch.nn.functional.cross_entropy
binary_cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits

EQUAL = {
    "weighted, equal counts": WeightedCrossEntropyLoss(),
    "focal, gamma 0": FocalLoss(gamma=0, alpha=None),
    "class-balanced, equal counts": ClassBalancedLoss(),
    "class-balanced, beta 1, equal counts": ClassBalancedLoss(beta=1),
    "logit-adjusted, tau 0": LogitAdjustedLoss(tau=0),
    "logit-adjusted, equal counts": LogitAdjustedLoss(),
    "balanced softmax, equal counts": BalancedSoftmaxLoss(),
    "LDAM, margin 0, scale 1": LDAMLoss(max_margin=0, scale=1),
    "LDAM re-weighted, equal counts": LDAMLoss(max_margin=0, scale=1).start_reweighting(),
}

# These forget the counts by their parameters.
UNEVEN = {"logit-adjusted, tau 0", "LDAM, margin 0, scale 1"}

BINARY = {
    "focal, gamma 0": FocalLoss(gamma=0, alpha=None),
    "asymmetric, gammas and margin 0": AsymmetricLoss(0, 0, 0),
    "GHM-C, one bin": GHMCLoss(bins=1),
}


def one_hot(target, n_classes):
    return torch.nn.functional.one_hot(target, n_classes).double()


@pytest.mark.parametrize("kind", ["two classes", "four classes"])
@pytest.mark.parametrize("name", EQUAL)
def test_cross_entropy_is_what_is_left_without_imbalance(name, kind):
    logits, target = batch(kind, n=40)
    counts = [90, 10, 30, 4][: N_CLASSES[kind]] if name in UNEVEN else [40] * N_CLASSES[kind]
    loss = EQUAL[name].bind(counts)
    expected = cross_entropy(logits, target, reduction="none")
    torch.testing.assert_close(loss.per_sample(logits, target), expected, rtol=0, atol=1e-6)
    assert loss(logits, target).item() == pytest.approx(expected.mean().item(), abs=1e-6)


@pytest.mark.parametrize("name", EQUAL)
def test_binary_cross_entropy_is_what_is_left_of_one_logit_a_row(name):
    logits, target = batch("one logit", n=40)
    loss = EQUAL[name].bind([90, 10] if name in UNEVEN else [40, 40])
    expected = binary_cross_entropy(logits, target.double(), reduction="none")
    torch.testing.assert_close(loss.per_sample(logits, target), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", ["one logit", "labels"])
@pytest.mark.parametrize("name", BINARY)
def test_binary_cross_entropy_is_what_is_left_of_losses_of_labels(name, kind):
    logits, target = batch(kind, n=40)
    expected = binary_cross_entropy(logits, target.double()).item()
    assert BINARY[name](logits, target).item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "loss",
    [AsymmetricLoss(0, 0, 0), GHMCLoss(bins=1), ClassBalancedLoss(base="binary").bind([9] * 4)],
)
def test_each_class_against_the_others_is_binary_cross_entropy_of_one_hot_rows(loss):
    logits, target = batch("four classes", n=40)
    expected = binary_cross_entropy(logits, one_hot(target, 4)).item()
    assert loss(logits, target).item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("kind", [*KINDS, "labels"])
def test_tversky_with_two_halves_is_dice(kind):
    logits, target = batch(kind, n=40)
    expected = DiceLoss()(logits, target).item()
    assert TverskyLoss(0.5, 0.5)(logits, target).item() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_balanced_softmax_is_logit_adjustment_in_full(kind):
    logits, target = batch(kind, n=40)
    counts = [900, 3, 55, 17][: N_CLASSES[kind]]
    ours = BalancedSoftmaxLoss().bind(counts).per_sample(logits, target)
    theirs = LogitAdjustedLoss(tau=1).bind(counts).per_sample(logits, target)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-6)


def test_class_balanced_with_beta_one_is_in_proportion_to_inverse_frequency():
    ours = ClassBalancedLoss(beta=1).bind([900, 90, 10]).class_weights()
    theirs = WeightedCrossEntropyLoss().bind([900, 90, 10]).class_weights()
    torch.testing.assert_close(ours / ours[0], theirs / theirs[0])


@pytest.mark.parametrize("name", ["focal", "focal, small gamma"])
def test_focal_loss_of_two_columns_is_that_of_their_difference(name):
    logits, target = batch("two classes", n=40)
    ours = made(name, "two classes").per_sample(logits, target)
    theirs = made(name, "one logit").per_sample(logits[:, 1] - logits[:, 0], target)
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("name", ALL)
def test_one_column_is_one_logit_whatever_the_dtype_of_the_target(name):
    logits, target = batch("one logit")
    expected = made(name, "one logit")(logits, target).item()
    targets = [target[:, None], target.bool(), target.float(), target.to(torch.uint8)]
    values = [made(name, "one column")(logits[:, None], given).item() for given in targets]
    assert values == [expected] * 4


@pytest.mark.parametrize("name", LABELLING)
def test_several_labels_are_taken_one_by_one(name):
    logits, target = batch("labels", n=40)
    loss = made(name, "labels")
    if "GHM-C" in name:
        loss = GHMCLoss(bins=1)
    apart = [loss(logits[:, k], target[:, k]).item() for k in range(3)]
    assert loss(logits, target).item() == pytest.approx(sum(apart) / 3)


@pytest.mark.parametrize("name", COUNTING)
def test_a_row_has_its_loss_whatever_else_is_in_the_batch(name):
    logits, target = batch("four classes")
    loss = made(name, "four classes")
    apart = torch.cat([loss.per_sample(logits[[i]], target[[i]]) for i in range(8)])
    torch.testing.assert_close(loss.per_sample(logits, target), apart)
