"""Online hard examples: which rows are selected, and what is learned from them."""

import copy
import math

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from tests.torch.losses.cases import batch  # noqa: E402

from balancekit.deep import BalancedNetClassifier  # noqa: E402
from balancekit.deep.losses import (  # noqa: E402
    BalancedSoftmaxLoss,
    CrossEntropyLoss,
    DiceLoss,
    FocalLoss,
    LDAMLoss,
    OnlineHardExamples,
    SampleLoss,
    WeightedCrossEntropyLoss,
)

LOSSES = torch.tensor([0.1, 0.9, 0.5, 0.9, 0.0, 0.7])
TARGET = torch.tensor([0, 1, 0, 0, 0, 2])


class OwnLoss(SampleLoss):
    """A row's loss is its logit."""

    def per_sample(self, logits, target):
        return logits


def selected(rule, losses=LOSSES, target=TARGET):
    return OnlineHardExamples(**rule).bind([4, 1, 1]).select(losses, target).tolist()


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ({}, [1, 3]),
        ({"keep": 0.5}, [1, 3, 5]),
        ({"keep": 1.0}, [0, 1, 2, 3, 4, 5]),
        ({"keep": 0.01}, [1]),
        ({"keep": 1}, [1]),
        ({"keep": 4}, [1, 2, 3, 5]),
        ({"keep": 99}, [0, 1, 2, 3, 4, 5]),
        ({"above": 0.7}, [1, 3, 5]),
        ({"above": 0}, [0, 1, 2, 3, 4, 5]),
        ({"above": 5}, [1]),
        ({"ratio": 1}, [1, 2, 3, 5]),
        ({"ratio": 0.5}, [1, 3, 5]),
        ({"ratio": 0.1}, [1, 3, 5]),
        ({"ratio": 3}, [0, 1, 2, 3, 4, 5]),
        ({"ratio": 1, "negative": 1}, [0, 1, 2, 3, 4, 5]),
        ({"ratio": 0.1, "negative": 2}, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_rules_select_the_rows_with_the_largest_losses_in_row_order(rule, rows):
    assert selected(rule) == rows


@pytest.mark.parametrize("rule", [{"keep": 2}, {"ratio": 2, "negative": 1}])
def test_of_equal_losses_the_first_rows_are_taken(rule):
    target = torch.tensor([1] * 39 + [0])
    losses = torch.ones(40)
    assert selected(rule, losses, target)[:2] == [0, 1]


def test_without_positives_one_negative_is_kept_and_without_negatives_all_positives():
    rule = {"ratio": 3}
    assert selected(rule, target=torch.zeros(6, dtype=torch.long)) == [1]
    assert selected(rule, target=torch.ones(6, dtype=torch.long)) == [0, 1, 2, 3, 4, 5]


def test_negatives_are_those_of_the_first_of_the_largest_classes_unless_one_is_named():
    loss = OnlineHardExamples(ratio=1).bind([5, 9, 9])
    assert loss.select(LOSSES, TARGET).tolist() == [0, 1, 2, 3, 4, 5]
    assert selected({"ratio": 1, "negative": 0}) == [1, 2, 3, 5]
    with pytest.raises(RuntimeError, match=r"OnlineHardExamples needs to know the classes"):
        OnlineHardExamples(ratio=1).select(LOSSES, TARGET)


@pytest.mark.parametrize("rule", [{"keep": 1}, {"above": 2.0}, {"ratio": 1e-3}])
def test_a_loss_that_is_no_number_is_selected_and_so_seen(rule):
    losses = torch.tensor([0.5, torch.nan, 1.0])
    assert selected(rule, losses, torch.zeros(3)) == [1]


def test_a_selection_is_pure():
    losses = LOSSES.clone().requires_grad_()
    rows = OnlineHardExamples(keep=3).select(losses, TARGET)
    assert (rows.dtype, rows.requires_grad) == (torch.int64, False)
    assert torch.equal(losses, LOSSES)


@pytest.mark.parametrize("kind", ["one logit", "one column", "two classes", "four classes"])
@pytest.mark.parametrize("name", ["cross_entropy", "focal", "asymmetric"])
def test_with_all_rows_the_loss_is_exactly_the_mean(name, kind):
    logits, target = batch(kind, n=40, dtype=torch.float32)
    loss = OnlineHardExamples(name, keep=40)
    plain = loss.loss
    expected = plain.per_sample(logits, target).mean().item()
    for rule in ({"keep": 40}, {"keep": 1.0}, {"above": 0}, {"ratio": 99, "negative": 1}):
        assert OnlineHardExamples(name, **rule)(logits, target).item() == expected


def test_the_loss_is_the_mean_over_the_selected_rows_and_others_have_no_gradient():
    logits, target = batch("four classes", n=12)
    logits.requires_grad_()
    losses = FocalLoss().per_sample(logits, target)
    rows = losses.argsort(descending=True)[:3]
    value = OnlineHardExamples("focal", keep=3)(logits, target)
    assert value.item() == pytest.approx(losses[rows].mean().item())
    (found,) = torch.autograd.grad(value, logits)
    (expected,) = torch.autograd.grad(losses[rows].mean(), logits)
    torch.testing.assert_close(found, expected)
    easy = torch.ones(12, dtype=torch.bool)
    easy[rows] = False
    assert (found[easy] == 0).all()
    assert (found[rows] != 0).all()


def test_a_row_left_out_has_no_gradient_even_where_that_would_not_be_finite():
    logits = torch.tensor([0.0, 2.0], requires_grad=True)

    class RootLoss(SampleLoss):
        def per_sample(self, logits, target):
            return logits.sqrt()

    OnlineHardExamples(RootLoss(), keep=1)(logits, torch.tensor([0, 1])).backward()
    assert logits.grad.tolist() == [0, pytest.approx(0.5 / math.sqrt(2))]


def test_several_labels_a_row_are_a_matter_of_the_loss_of_rows():
    logits, target = batch("labels", n=12)
    losses = FocalLoss().per_sample(logits, target)
    value = OnlineHardExamples("focal", keep=4)(logits, target)
    assert value.item() == pytest.approx(losses.topk(4).values.mean().item())
    with pytest.raises(ValueError, match=r"ratio=3 tells positives .* shape \(12, 3\)"):
        OnlineHardExamples("focal", ratio=3, negative=0)(logits, target)


def test_the_inner_loss_is_bound_and_its_weights_count_in_the_selection():
    loss = OnlineHardExamples(WeightedCrossEntropyLoss(), keep=1).bind([90, 10])
    assert loss.loss.class_counts.tolist() == [90, 10]
    logits, target = torch.tensor([0.5, 0.4]), torch.tensor([0, 1])
    assert CrossEntropyLoss().per_sample(logits, target).argmax() == 0
    value = loss.loss.per_sample(logits, target)
    assert loss(logits, target).item() == value[1].item()


def test_counts_that_the_inner_loss_refuses_bind_nothing():
    loss = OnlineHardExamples("ldam")
    with pytest.raises(ValueError, match="LDAMLoss needs counts of rows"):
        loss.bind([0.9, 0.1])
    assert loss.class_counts is None


def test_probabilities_reflect_no_prior_in_particular():
    loss = OnlineHardExamples().bind([9, 1])
    assert loss.effective_prior([9, 1]) is None
    assert OnlineHardExamples("class_balanced")._uses_sigmoids is False
    assert OnlineHardExamples("asymmetric")._uses_sigmoids is True
    assert OnlineHardExamples(BalancedSoftmaxLoss())._adjusts_prior is True


def test_a_loss_of_ones_own_can_be_mined():
    logits = torch.tensor([1.0, 4.0, 2.0])
    assert OnlineHardExamples(OwnLoss(), keep=2)(logits, torch.zeros(3)).item() == 3


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (
            lambda: OnlineHardExamples("dice"),
            TypeError,
            r"loss is 'dice', a loss of the batch as a whole, and OnlineHardExamples selects",
        ),
        (lambda: OnlineHardExamples(DiceLoss()), TypeError, "loss is DiceLoss, a loss of the"),
        (
            lambda: OnlineHardExamples(OnlineHardExamples()),
            TypeError,
            "loss is OnlineHardExamples, a",
        ),
        (lambda: OnlineHardExamples(torch.nn.MSELoss()), TypeError, "loss is of type MSELoss"),
        (lambda: OnlineHardExamples("fokal"), ValueError, "Did you mean 'focal'"),
        (
            lambda: OnlineHardExamples(keep=0.5, ratio=3),
            ValueError,
            "keep=0.5 and ratio=3 are rules of their own",
        ),
        (lambda: OnlineHardExamples(keep=0), ValueError, "keep=0 keeps no row"),
        (lambda: OnlineHardExamples(keep=0.0), ValueError, "keep=0.0 is out of bounds"),
        (lambda: OnlineHardExamples(keep=1.5), ValueError, "keep=1.5 is out of bounds.*at most 1"),
        (lambda: OnlineHardExamples(keep=True), TypeError, "keep=True is no number"),
        (lambda: OnlineHardExamples(keep="all"), TypeError, "keep='all' is no number"),
        (lambda: OnlineHardExamples(above=-1), ValueError, "above=-1 is out of bounds"),
        (lambda: OnlineHardExamples(ratio=0), ValueError, "ratio=0 is out of bounds"),
        (lambda: OnlineHardExamples(negative=0), ValueError, "negative=0 is for `ratio`"),
        (lambda: OnlineHardExamples(ratio=3, negative=-1), ValueError, "negative=-1 is below 0"),
        (lambda: OnlineHardExamples(ratio=3, negative="a"), TypeError, "negative='a' is no class"),
        (
            lambda: OnlineHardExamples(ratio=3, negative=2).bind([5, 4]),
            ValueError,
            "negative=2 is no class: class_counts has 2 classes",
        ),
        (
            lambda: OnlineHardExamples().select(LOSSES, TARGET[:3]),
            ValueError,
            r"losses has shape \(6,\) and target \(3,\)",
        ),
        (
            lambda: OnlineHardExamples().select(LOSSES[:0], TARGET[:0]),
            ValueError,
            r"losses has shape \(0,\)",
        ),
    ],
)
def test_what_makes_no_sense_is_named(make, error, says):
    with pytest.raises(error, match=says):
        make()


def test_the_rule_is_shown():
    assert repr(OnlineHardExamples()).startswith("OnlineHardExamples(\n  keep=0.25\n")
    shown = repr(OnlineHardExamples("focal", ratio=3, negative=0).bind([2, 1]))
    assert "ratio=3.0, negative=0, n_classes=2" in shown
    assert "(loss): FocalLoss(" in shown


def rows_of_two_classes(n=300):
    generator = torch.Generator().manual_seed(0)
    y = (torch.arange(n) % 10 == 0).long()
    return torch.randn(n, 3, generator=generator) + 2 * y[:, None], y.numpy()


@pytest.mark.parametrize(
    "criterion",
    [
        {"criterion": OnlineHardExamples("focal", keep=0.25)},
        {"criterion": "online_hard_examples", "criterion__keep": 0.5},
        {"criterion": "online_hard_examples", "criterion__ratio": 3, "criterion__loss": "focal"},
        {"criterion": OnlineHardExamples, "criterion__above": 0.1},
    ],
)
def test_a_net_is_trained_by_it(criterion):
    X, y = rows_of_two_classes()
    net = BalancedNetClassifier(**criterion, random_state=0, max_epochs=10, optimizer__lr=0.01)
    net.fit(X, y)
    assert net.score(X, y) > 0.9
    assert net.criterion_.loss.class_counts.tolist() == [270, 30]
    assert net.effective_prior_ is None


def test_with_all_rows_a_net_is_the_one_without_mining():
    X, y = rows_of_two_classes()
    settings = {"random_state": 0, "max_epochs": 3}
    plain = BalancedNetClassifier(**settings).fit(X, y)
    mined = BalancedNetClassifier(criterion=OnlineHardExamples(keep=1.0), **settings).fit(X, y)
    assert (plain.decision_function(X) == mined.decision_function(X)).all()


def test_weights_of_rows_are_refused_by_the_name_of_the_miner():
    X, y = rows_of_two_classes()
    net = BalancedNetClassifier(criterion="online_hard_examples", class_weight="balanced")
    with pytest.raises(ValueError, match="OnlineHardExamples is a loss of the batch as a whole"):
        net.fit(X, y)


def test_a_copy_of_a_bound_one_is_whole():
    loss = OnlineHardExamples(LDAMLoss()).bind([5, 2])
    twin = copy.deepcopy(loss)
    assert twin.loss.class_counts.tolist() == [5, 2]
    assert twin.loss is not loss.loss
