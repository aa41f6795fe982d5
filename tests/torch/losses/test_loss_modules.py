"""Losses as modules: class counts, states, copies, names, and messages."""

import copy
import doctest
import pickle
from importlib import import_module

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from tests.torch.losses.cases import ALL, COUNTING, LABELLING, batch, made  # noqa: E402

from balancekit.deep import losses  # noqa: E402
from balancekit.deep.losses import (  # noqa: E402
    AsymmetricLoss,
    BatchLoss,
    ClassBalancedLoss,
    CostScaledOutputLoss,
    CostScaledRateLoss,
    CostWeightedErrorLoss,
    DiceLoss,
    FocalLoss,
    GHMCLoss,
    LDAMLoss,
    LogitAdjustedLoss,
    OnlineHardExamples,
    SampleLoss,
    TverskyLoss,
    WeightedCrossEntropyLoss,
    resolve_loss,
)
from balancekit.deep.losses._resolve import LOSSES  # noqa: E402


@pytest.mark.parametrize("name", losses.__all__)
def test_examples_give_what_they_show(name):
    # Doctests carry no mark, so the environment with torch would not run them otherwise.
    home = import_module(getattr(losses, name).__module__)
    result = doctest.testmod(home)
    assert result.attempted >= 2
    assert result.failed == 0


def test_public_names_are_found_lazily_and_strangers_are_named():
    assert dir(losses) == sorted(losses.__all__)
    with pytest.raises(AttributeError, match=r"balancekit\.deep\.losses' has no attribute 'Fokal'"):
        _ = losses.Fokal


@pytest.mark.parametrize("name", COUNTING)
def test_losses_that_need_counts_ask_to_be_bound(name):
    logits, target = batch("four classes")
    loss = ALL[name]()
    with pytest.raises(RuntimeError, match=rf"{type(loss).__name__} needs .* Call `bind"):
        loss(logits, target)
    with pytest.raises(ValueError, match="for 3 classes, and logits are for 4"):
        loss.bind([5, 4, 3])(logits, target)


@pytest.mark.parametrize("name", LABELLING)
def test_other_losses_do_not_look_at_counts(name):
    logits, target = batch("four classes")
    expected = ALL[name]()(logits, target).item()
    assert ALL[name]().bind([7, 1])(logits, target).item() == expected


@pytest.mark.parametrize(
    "counts", [np.array([30, 10]), (30, 10), torch.tensor([30, 10]), torch.tensor([30.0, 10.0])]
)
def test_counts_may_come_in_any_array(counts):
    loss = LogitAdjustedLoss()
    assert loss.bind(counts) is loss
    assert loss.class_counts.tolist() == [30, 10]
    assert loss.class_counts.dtype == torch.float32


def test_counts_are_copied_and_may_be_bound_anew():
    counts = torch.tensor([30.0, 10.0])
    loss = LogitAdjustedLoss().bind(counts)
    counts.fill_(1)
    assert loss.class_counts.tolist() == [30, 10]
    assert loss.bind([1, 2, 3]).class_counts.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([5], r"class_counts has shape \(1,\)"),
        ([[5, 4]], r"class_counts has shape \(1, 2\)"),
        ([5, -1], "gives class 1 -1"),
        ([5, float("nan")], "gives class 1 nan"),
        ([float("inf"), 1], "gives class 0 inf"),
        ([0, 0], "is zero for every class"),
        (["a", "b"], "class_counts holds no numbers"),
        ({0: 5, 1: 4}, "class_counts holds no numbers"),
    ],
)
def test_counts_that_are_none_are_refused(counts, says):
    with pytest.raises(ValueError, match=says):
        LogitAdjustedLoss().bind(counts)


@pytest.mark.parametrize("loss", [ClassBalancedLoss(), LDAMLoss()])
def test_shares_are_refused_where_counts_are_needed(loss):
    with pytest.raises(ValueError, match="needs counts of rows, and class_counts holds shares"):
        loss.bind([0.9, 0.1])
    assert loss.class_counts is None


@pytest.mark.parametrize("name", ALL)
def test_a_state_goes_into_a_fresh_loss(name):
    logits, target = batch("four classes")
    loss = made(name, "four classes")
    loss(logits, target)
    fresh = ALL[name]()
    fresh.load_state_dict(loss.state_dict())
    assert fresh.class_counts.tolist() == [500, 20, 100, 7]
    assert fresh(-logits, target).item() == loss(-logits, target).item()


def test_a_state_knows_densities_and_whether_weights_are_on():
    ghmc, fresh = GHMCLoss(bins=2), GHMCLoss(bins=2)
    ghmc(torch.tensor([-1.0, 2.0]), torch.tensor([0, 0]))
    fresh.load_state_dict(ghmc.state_dict())
    assert fresh.bin_shares.tolist() == [0.5, 0.5]
    ldam = LDAMLoss()
    ldam.load_state_dict(LDAMLoss().bind([9, 1]).start_reweighting().state_dict())
    assert ldam.reweighting.item() is True


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("how", ["deepcopy", "pickle"])
def test_copies_have_the_same_losses_and_nothing_in_common(name, how):
    logits, target = batch("four classes")
    loss = made(name, "four classes")
    loss(logits, target)
    twin = copy.deepcopy(loss) if how == "deepcopy" else pickle.loads(pickle.dumps(loss))
    assert twin.eval()(-logits, target).item() == loss.eval()(-logits, target).item()
    assert repr(twin) == repr(loss)
    twin.class_counts.fill_(1)
    assert loss.class_counts.tolist() == [500, 20, 100, 7]


@pytest.mark.parametrize("name", ALL)
def test_casting_a_model_to_halves_spares_the_counts(name):
    logits, target = batch("two classes")
    expected = ALL[name]().bind([1_000_001, 70_003])(logits, target).item()
    model = torch.nn.Sequential(ALL[name]().bind([1_000_001, 70_003])).half()
    assert model[0].class_counts.tolist() == [1_000_001, 70_003]
    assert model[0](logits, target).item() == expected


def test_losses_move_to_another_device_with_all_they_know():
    loss = LDAMLoss().bind([9, 1]).to("meta")
    assert {buffer.device.type for buffer in loss.buffers()} == {"meta"}


@pytest.mark.parametrize(
    ("loss", "shown"),
    [
        (FocalLoss(), "FocalLoss(gamma=2.0, alpha='auto')"),
        (FocalLoss(alpha=[1, 2, 4]), "FocalLoss(gamma=2.0, alpha=[1.0, 2.0, 4.0])"),
        (LogitAdjustedLoss().bind([3, 2]), "LogitAdjustedLoss(tau=1.0, n_classes=2)"),
        (
            AsymmetricLoss(),
            "AsymmetricLoss(gamma_positive=0.0, gamma_negative=4.0, margin=0.05)",
        ),
        (LDAMLoss(), "LDAMLoss(max_margin=0.5, scale=30.0, beta=0.9999)"),
        (GHMCLoss(), "GHMCLoss(bins=10, momentum=0.75)"),
        (WeightedCrossEntropyLoss(), "WeightedCrossEntropyLoss(weights=None)"),
        (DiceLoss(), "DiceLoss(squared=False)"),
        (TverskyLoss(), "TverskyLoss(a=0.3, b=0.7, gamma=1.0)"),
    ],
)
def test_a_loss_shows_its_parameters(loss, shown):
    assert repr(loss) == shown


@pytest.mark.parametrize("name", LOSSES)
def test_every_name_makes_a_new_loss(name):
    loss = resolve_loss(name)
    assert isinstance(loss, SampleLoss) != isinstance(loss, BatchLoss)
    assert resolve_loss(name) is not loss
    assert resolve_loss(loss) is loss


def test_every_loss_that_needs_no_costs_has_a_name():
    public = [getattr(losses, name) for name in losses.__all__]
    kinds = {each for each in public if isinstance(each, type)} - {SampleLoss, BatchLoss}
    kinds -= {CostScaledOutputLoss, CostScaledRateLoss, CostWeightedErrorLoss}
    assert {type(resolve_loss(name)) for name in LOSSES} == kinds
    assert resolve_loss("focal_tversky").gamma == 4 / 3


def test_names_that_no_loss_has_are_answered_with_one_like_it():
    with pytest.raises(ValueError, match=r"loss='fokal' is unknown\. Did you mean 'focal'\? Pass"):
        resolve_loss("fokal")
    with pytest.raises(TypeError, match=r"loss is of type CrossEntropyLoss\. Pass a name"):
        resolve_loss(torch.nn.CrossEntropyLoss())
    with pytest.raises(TypeError, match=r"loss is FocalLoss\. Pass a name, or an object"):
        resolve_loss(FocalLoss)


def test_only_losses_of_samples_have_losses_of_rows():
    kinds = [type(resolve_loss(name)) for name in LOSSES]
    batchwise = {kind for kind in kinds if not hasattr(kind, "per_sample")}
    assert batchwise == {DiceLoss, TverskyLoss, GHMCLoss, OnlineHardExamples}


@pytest.mark.parametrize("name", COUNTING)
def test_several_labels_a_row_are_refused_where_a_row_has_one_class(name):
    logits, target = batch("labels")
    with pytest.raises(ValueError, match=r"rows of one class each, and target has shape \(8, 3\)"):
        made(name, "labels")(logits, target)


ZEROS = torch.zeros(4, dtype=torch.long)


@pytest.mark.parametrize("loss", [FocalLoss(alpha=None), DiceLoss(), LDAMLoss().bind([5, 4, 3])])
@pytest.mark.parametrize(
    ("logits", "target", "error", "says"),
    [
        (torch.zeros(4, 3), ZEROS[:3], ValueError, r"shape \(4, 3\) and target \(3,\)"),
        (torch.zeros(4, 3), ZEROS[:, None], ValueError, r"shape \(4, 3\) and target \(4, 1\)"),
        (torch.zeros(4), torch.zeros(4, 3), ValueError, r"shape \(4,\) and target \(4, 3\)"),
        (torch.zeros(4, 3, 2), ZEROS, ValueError, r"shape \(4, 3, 2\) and target \(4,\)"),
        (torch.tensor(1.0), ZEROS[0], ValueError, r"shape \(\) and target \(\)"),
        (torch.zeros(0, 3), ZEROS[:0], ValueError, r"\(0, 3\) and target \(0,\): there is nothing"),
        (torch.zeros(4, 3), ZEROS + 3, ValueError, "class indices from 0 to 2, but it has 3"),
        (torch.zeros(4, 3), ZEROS - 1, ValueError, "class indices from 0 to 2, but it has -1"),
        (torch.zeros(4), ZEROS + 2, ValueError, "zeros and ones, but it has 2"),
        (torch.zeros(4, 3), torch.full((4, 3), 0.5), ValueError, "zeros and ones, but it has 0.5"),
        (torch.zeros(4), torch.full((4,), torch.nan), ValueError, "zeros and ones, but it has nan"),
        (torch.zeros(4, 3), ZEROS.float(), TypeError, "class indices, but has dtype torch.float32"),
        (torch.zeros(4, 3), ZEROS.bool(), TypeError, "class indices, but has dtype torch.bool"),
        (torch.zeros(4), torch.zeros(4) * 1j, TypeError, "target has dtype torch.complex64"),
        (ZEROS, ZEROS, TypeError, "logits has dtype torch.int64"),
        (np.zeros((4, 3)), ZEROS, TypeError, "logits is of type ndarray"),
        (torch.zeros(4, 3), [0, 0, 0, 0], TypeError, "target is of type list"),
    ],
)
def test_batches_that_make_no_sense_are_named(loss, logits, target, error, says):
    with pytest.raises(error, match=says):
        loss(logits, target)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: FocalLoss(gamma=-1), "gamma=-1 is out of bounds. Pass a finite number, 0 or more"),
        (lambda: FocalLoss(gamma=float("nan")), "gamma=nan is out of bounds"),
        (lambda: FocalLoss(gamma="2 or so"), "gamma='2 or so' is no number"),
        (lambda: FocalLoss(alpha=1.5), "alpha=1.5 is out of bounds"),
        (lambda: FocalLoss(alpha="balanced"), "alpha='balanced' is unknown"),
        (lambda: FocalLoss(alpha=[1, -1]), "alpha gives class 1 -1"),
        (lambda: AsymmetricLoss(margin=1), "margin=1 leaves negatives without any loss"),
        (lambda: ClassBalancedLoss(beta=1.1), "beta=1.1 is out of bounds.* at most 1"),
        (lambda: ClassBalancedLoss(base="softmax"), "base='softmax' is unknown"),
        (lambda: LogitAdjustedLoss(tau=float("inf")), "tau=inf is out of bounds"),
        (lambda: LDAMLoss(scale=0), "scale=0 is out of bounds. Pass a finite number, above 0"),
        (lambda: TverskyLoss(b=0), "b=0 is out of bounds"),
        (lambda: GHMCLoss(bins=0), "bins=0 is no number of bins"),
        (lambda: GHMCLoss(momentum=1), "momentum=1 keeps the densities"),
        (lambda: WeightedCrossEntropyLoss([1, 0]), "weights gives class 1 0"),
    ],
)
def test_parameters_that_make_no_sense_are_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_weights_that_do_not_suit_the_classes_are_named():
    logits, target = batch("four classes")
    with pytest.raises(ValueError, match=r"alpha=0.25 is a weight of positives, and there are 4"):
        FocalLoss(alpha=0.25)(logits, target)
    with pytest.raises(ValueError, match=r"alpha has 3 weights, and logits of shape \(8, 4\)"):
        FocalLoss(alpha=[1, 2, 3])(logits, target)
    with pytest.raises(ValueError, match="has weights for 2 classes, and logits are for 4"):
        WeightedCrossEntropyLoss([1, 2])(logits, target)


@pytest.mark.parametrize("base", [SampleLoss, BatchLoss])
def test_the_bases_leave_the_loss_to_others(base):
    with pytest.raises(NotImplementedError):
        base()(torch.zeros(2), torch.zeros(2))
