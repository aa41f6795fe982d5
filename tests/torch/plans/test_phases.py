"""Training plans: phases, presets, frozen parts."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch import nn

from balancekit.deep import BalancedNetClassifier, Phase
from balancekit.deep._freezing import Freezing
from balancekit.deep._phase import resolve_phases
from balancekit.deep.losses import ClassBalancedLoss, CrossEntropyLoss, FocalLoss, LDAMLoss

pytestmark = pytest.mark.torch


class Normalised(nn.Module):
    def __init__(self, n_features_in, n_classes):
        super().__init__()
        self.first = nn.Linear(n_features_in, 6)
        self.norm = nn.BatchNorm1d(6)
        self.last = nn.Linear(6, n_classes)

    def forward(self, rows):
        return self.last(self.norm(self.first(rows)).relu())


def _net(phases, **parameters):
    defaults = {"module__hidden": 8, "batch_size": 30, "max_epochs": 4, "random_state": 0}
    return BalancedNetClassifier(phases=phases, **{**defaults, **parameters})


def _counts(net):
    return [record["rows_per_class"] for record in net.history_]


def test_each_phase_has_its_batches_and_its_number_of_epochs(blobs):
    plan = [Phase(batches="over_sampled", epochs=3), Phase(batches="natural", epochs=2)]
    net = _net(plan).fit(*blobs)
    assert _counts(net) == [[90, 90]] * 3 + [[90, 30]] * 2
    assert [record["phase"] for record in net.history_] == [1, 1, 1, 2, 2]
    assert net.n_epochs_ == 5


def test_a_phase_without_batches_has_those_of_the_net(blobs):
    net = _net([Phase(epochs=1), Phase(batches="natural", epochs=1)], batches="under_sampled")
    assert _counts(net.fit(*blobs)) == [[30, 30], [90, 30]]


def test_the_prior_of_probabilities_is_that_of_the_last_phase(blobs):
    net = _net([Phase(batches="over_sampled"), Phase(batches="natural")]).fit(*blobs)
    assert_allclose(net.effective_prior_, [0.75, 0.25])
    net = _net([Phase(batches="natural"), Phase(batches="over_sampled")]).fit(*blobs)
    assert_allclose(net.effective_prior_, [0.5, 0.5])


def test_iterations_break_off_the_last_epoch(blobs):
    net = _net([Phase(iterations=6), Phase(iterations=1)]).fit(*blobs)
    assert [record["n_steps"] for record in net.history_] == [4, 2, 1]
    assert [sum(counts) for counts in _counts(net)] == [120, 60, 30]


def test_a_plan_of_one_phase_is_training_without_a_plan(blobs, same_weights):
    same_weights(_net([Phase()]).fit(*blobs), _net(None).fit(*blobs))
    same_weights(_net(Phase(iterations=16)).fit(*blobs), _net(None).fit(*blobs))


def test_learning_rates_are_multiplied_and_the_schedule_starts_anew(blobs):
    plan = [Phase(epochs=3), Phase(epochs=2, lr_mult=0.1)]
    net = _net(
        plan, optimizer="sgd", optimizer__lr=0.8, scheduler="step", scheduler__step_size=1
    ).fit(*blobs)
    assert_allclose([record["lr"] for record in net.history_], [0.8, 0.08, 0.008, 0.08, 0.008])


def test_a_schedule_by_batches_is_told_the_steps_of_its_phase(blobs):
    plan = [Phase(epochs=2), Phase(iterations=5)]
    net = _net(plan, scheduler="onecycle", scheduler__max_lr=0.1, scheduler_step="batch")
    net.fit(*blobs)
    assert net.history_[-1]["epoch"] == 4


def test_each_phase_has_a_new_optimiser(blobs):
    seen = []
    net = _net(
        [Phase(epochs=2), Phase(epochs=1)], callbacks=lambda net: seen.append(net.optimizer_)
    )
    net.fit(*blobs)
    assert seen[0] is seen[1]
    assert seen[1] is not seen[2]


def test_the_last_layer_alone_may_be_trained(blobs):
    states = []
    net = _net(
        [Phase(epochs=2), Phase(epochs=2, trainable="last")],
        module=Normalised,
        callbacks=lambda net: states.append(
            {name: value.clone() for name, value in net.module_.state_dict().items()}
        ),
    )
    del net.module__hidden
    net.fit(*blobs)
    for name, value in states[1].items():
        assert torch.equal(value, states[3][name]) != name.startswith("last"), name
    assert not torch.equal(states[0]["norm.running_mean"], states[1]["norm.running_mean"])
    assert all(parameter.requires_grad for parameter in net.module_.parameters())


def test_parts_are_trained_by_name(blobs):
    start = Normalised(4, 2)
    net = _net([Phase(trainable=["first.weight", "norm"])], module=start)
    del net.module__hidden
    net.fit(*blobs)
    kept = {
        name
        for name, value in net.module_.named_parameters()
        if torch.equal(value, dict(start.named_parameters())[name])
    }
    assert kept == {"first.bias", "last.weight", "last.bias"}


def test_what_needed_no_gradient_before_is_never_trained(blobs):
    start = Normalised(4, 2)
    start.first.weight.requires_grad_(False)
    net = _net(None, module=start)
    del net.module__hidden
    net.fit(*blobs)
    assert torch.equal(net.module_.first.weight, start.first.weight)
    assert not net.module_.first.weight.requires_grad


@pytest.mark.parametrize("preset", ["two-phase-over", "two-phase-under"])
def test_two_phases_end_with_the_last_layer_on_rows_as_they_are(blobs, preset):
    states = []
    net = _net(
        preset,
        optimizer__lr=0.01,
        max_epochs=8,
        callbacks=lambda net: states.append(net.module_.layers[1].weight.detach().clone()),
    ).fit(*blobs)
    resampled = [90, 90] if preset.endswith("over") else [30, 30]
    assert _counts(net) == [resampled] * 6 + [[90, 30]] * 2
    assert_allclose([record["lr"] for record in net.history_], [0.01] * 6 + [0.001] * 2)
    assert torch.equal(states[5], states[7])
    assert not torch.equal(states[4], states[5])


def test_reweighting_is_deferred(blobs):
    seen = []
    net = _net(
        "deferred-reweighting", max_epochs=10, callbacks=lambda net: seen.append(net.criterion_)
    )
    net.fit(*blobs)
    assert [type(loss) for loss in seen] == [CrossEntropyLoss] * 8 + [ClassBalancedLoss] * 2
    seen.clear()
    net.set_params(criterion="ldam", criterion__scale=1.0).fit(*blobs)
    assert all(isinstance(loss, LDAMLoss) for loss in seen)
    assert [bool(loss.reweighting) for loss in seen] == [False] * 8 + [True] * 2
    assert seen[-1].scale == 1


def test_a_phase_may_have_a_loss_of_its_own_which_is_bound(blobs):
    losses = []
    net = _net(
        [Phase(epochs=1), Phase(loss=FocalLoss(gamma=1.0), epochs=1)],
        callbacks=lambda net: losses.append(net.criterion_),
    ).fit(*blobs)
    assert isinstance(losses[0], CrossEntropyLoss)
    assert losses[1].gamma == 1
    assert net.criterion_.class_counts.tolist() == [90, 30]


def test_early_stopping_ends_a_phase_and_the_next_goes_on(blobs):
    plan = [Phase(epochs=30), Phase(epochs=2, trainable="last")]
    net = _net(plan, early_stopping=True, n_iter_no_change=1, scoring=lambda *_: 0.0)
    net.fit(*blobs)
    assert [record["phase"] for record in net.history_] == [1, 1, 2, 2]


def test_a_callback_ends_the_whole_plan(blobs):
    net = _net([Phase(epochs=3), Phase(epochs=3)], callbacks=lambda net: net.n_epochs_ == 2)
    assert len(net.fit(*blobs).history_) == 2


def test_phases_share_what_epochs_are_left():
    plan = resolve_phases([Phase(), Phase(epochs=4), Phase()], 9)
    assert [phase.epochs for phase in plan] == [2, 4, 3]
    assert [phase.epochs for phase in resolve_phases("two-phase-over", 20)] == [15, 5]
    assert [phase.epochs for phase in resolve_phases("deferred-reweighting", 200)] == [160, 40]
    assert resolve_phases(None, 7) == [Phase(epochs=7)]


@pytest.mark.parametrize(
    ("phases", "message"),
    [
        ("two-phase-ober", "Did you mean 'two-phase-over'"),
        ([], "no plan"),
        (["natural"], "no plan"),
        ([Phase(epochs=20), Phase()], "leave 0 of max_epochs=20"),
    ],
)
def test_plans_that_cannot_be_are_refused(phases, message):
    with pytest.raises((TypeError, ValueError), match=message):
        resolve_phases(phases, 20)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"epochs": 1, "iterations": 1}, "both"),
        ({"epochs": 0}, "epochs=0"),
        ({"epochs": 1.5}, "no share"),
        ({"iterations": 2.5}, "iterations=2.5"),
        ({"lr_mult": 0.0}, "lr_mult=0.0"),
        ({"trainable": "first"}, r"\['first'\]"),
        ({"trainable": []}, "names nothing"),
    ],
)
def test_phases_that_cannot_be_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        Phase(**parameters)


def test_names_of_parts_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match=r"'lst'.*Did you mean 'last'"):
        Freezing(Normalised(4, 2), ["lst"])


def test_a_net_with_a_plan_is_searched_and_cloned(blobs):
    from sklearn.model_selection import GridSearchCV

    grid = {"phases": [None, "two-phase-over", [Phase(batches="class_aware", epochs=1)]]}
    search = GridSearchCV(_net(None), grid, cv=2, error_score="raise").fit(*blobs)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_the_batches_of_a_loader_are_its_own(blobs):
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(torch.from_numpy(blobs[0]), torch.from_numpy(blobs[1])),
        batch_size=30,
    )
    with pytest.raises(ValueError, match="EpochSampler"):
        _net("two-phase-over").fit(loader)
