"""Modules, losses, optimisers and schedules: from a name, a class, a factory or an object."""

import copy
from functools import partial

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from tests.torch.net.cases import (  # noqa: E402
    CODES,
    MANY_CODES,
    X_MANY,
    OneLogit,
    X,
    small,
    weights,
)
from torch import nn  # noqa: E402

from balancekit.deep import MLP, BalancedNetClassifier  # noqa: E402
from balancekit.deep.losses import BatchLoss, FocalLoss, SampleLoss  # noqa: E402
from balancekit.deep.losses._resolve import LOSSES  # noqa: E402


def make_net(n_features, n_outputs, width=8):
    return MLP(n_features, n_outputs, hidden=width)


@pytest.mark.parametrize(
    "module",
    [MLP, "mlp", make_net, partial(make_net, width=8), lambda n_features, n_classes: MLP(
        n_features, n_classes, hidden=8)],
    ids=["class", "name", "factory", "partial", "lambda"],
)  # fmt: skip
def test_a_name_a_class_and_a_factory_make_the_same_net(module):
    given = {"module__hidden": 8} if module in (MLP, "mlp") else {}
    net = small(module, **given).fit(X, CODES)
    assert_array_equal(weights(net), weights(small().fit(X, CODES)))


def test_a_built_module_is_copied():
    module = MLP(4, 2, hidden=8)
    before = copy.deepcopy(module.state_dict())
    net = small(module).fit(X, CODES)
    for name, value in module.state_dict().items():
        assert torch.equal(value, before[name])
        assert not torch.equal(value, net.module_.state_dict()[name])
    assert module.training


def test_named_sizes_are_filled_in_unless_given():
    made = []

    def make(n_features_in, n_features, n_classes, n_outputs=9, width=3):
        made.append((n_features_in, n_features, n_classes, n_outputs, width))
        return MLP(n_features_in, n_classes, hidden=width)

    small(make, module__n_features=1, module__width=5).fit(X_MANY, MANY_CODES)
    assert made == [(4, 1, 3, 3, 5)]


def test_a_module_that_names_no_sizes_is_told_none():
    assert_array_equal(small(lambda: MLP(4, 2)).fit(X, CODES).predict(X).shape, 55)
    assert small(lambda **sizes: MLP(4, 2, **sizes)).fit(X, CODES).predict(X).shape == (55,)


@pytest.mark.parametrize("is_column", [False, True])
@pytest.mark.parametrize("name", LOSSES)
def test_one_logit_a_row_is_enough_for_two_classes(name, is_column):
    net = small(OneLogit, module__is_column=is_column, criterion=name, max_epochs=1).fit(X, CODES)
    scores, probabilities = net.decision_function(X), net.predict_proba(X)
    assert scores.shape == (55,)
    assert_array_equal(net.predict(X), scores > 0)
    assert_allclose(probabilities[:, 1], 1 / (1 + np.exp(-scores)), atol=1e-6)
    assert_allclose(probabilities.sum(axis=1), 1)


def test_one_logit_is_not_enough_for_three_classes():
    with pytest.raises(ValueError, match=r"logits of shape \(16, 1\), and there are 3 classes"):
        small(OneLogit).fit(X_MANY, MANY_CODES)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (nn.Linear(4, 3), r"logits of shape \(16, 3\), and there are 2 classes"),
        (nn.Sequential(nn.Linear(4, 2), nn.Unflatten(1, (2, 1))), r"logits of shape \(16, 2, 1\)"),
    ],
)
def test_logits_of_another_shape_are_refused(module, message):
    with pytest.raises(ValueError, match=message):
        small(module).fit(X, CODES)


def test_a_module_that_gives_no_tensor_is_refused():
    class Pair(nn.Linear):
        def forward(self, rows):
            return super().forward(rows), rows

    with pytest.raises(TypeError, match=r"of type tuple. Let it give logits"):
        small(Pair(4, 2)).fit(X, CODES)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("kind", ["name", "class", "object"])
def test_every_loss_trains_by_name_by_class_and_as_an_object(name, kind):
    made = {"name": name, "class": LOSSES[name], "object": LOSSES[name]()}[kind]
    net = small(criterion=made).fit(X_MANY, MANY_CODES)
    if kind != "name":
        expected = small(criterion=name).fit(X_MANY, MANY_CODES)
        assert_array_equal(weights(net), weights(expected))
    assert isinstance(net.criterion_, SampleLoss | BatchLoss)
    assert_array_equal(net.criterion_.class_counts, [30, 12, 6])
    assert_allclose(net.predict_proba(X_MANY).sum(axis=1), 1)
    assert np.isfinite([record["train_loss"] for record in net.history_]).all()


def test_a_built_loss_is_copied_and_stays_unbound():
    loss = FocalLoss(gamma=1.0)
    net = small(criterion=loss).fit(X, CODES)
    assert loss.class_counts is None
    assert net.criterion_.gamma == 1.0


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss, nn.CrossEntropyLoss()])
def test_the_cross_entropy_of_torch_is_taken_as_it_is(loss):
    net = small(criterion=loss).fit(X, CODES)
    assert_allclose(weights(net), weights(small().fit(X, CODES)), rtol=0, atol=1e-6)


def test_losses_of_torch_take_arguments():
    net = small(criterion=nn.CrossEntropyLoss, criterion__label_smoothing=0.3).fit(X, CODES)
    assert net.criterion_.loss.label_smoothing == 0.3


@pytest.mark.parametrize("is_column", [False, True])
def test_the_loss_of_sigmoids_of_torch_goes_with_one_logit(is_column):
    net = small(OneLogit, module__is_column=is_column, criterion=nn.BCEWithLogitsLoss)
    expected = small(OneLogit, module__is_column=is_column)
    assert_allclose(weights(net.fit(X, CODES)), weights(expected.fit(X, CODES)), atol=1e-6)


def test_a_loss_without_a_mean_is_refused():
    with pytest.raises(ValueError, match=r"CrossEntropyLoss gave a loss of shape \(16,\)"):
        small(criterion=nn.CrossEntropyLoss(reduction="none")).fit(X, CODES)


@pytest.mark.parametrize(
    ("optimizer", "given"),
    [
        ("sgd", {"lr": 0.1, "momentum": 0.9}),
        ("SGD", {"lr": 0.1, "momentum": 0.9}),
        (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        (partial(torch.optim.SGD, lr=0.1), {"momentum": 0.9}),
        (lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, momentum=0.9), {"lr": 0.1}),
    ],
)
def test_optimizers_come_by_name_class_and_factory(optimizer, given):
    net = small(optimizer=optimizer, **{f"optimizer__{name}": v for name, v in given.items()})
    expected = small(optimizer=torch.optim.SGD, optimizer__lr=0.1, optimizer__momentum=0.9)
    assert_array_equal(weights(net.fit(X, CODES)), weights(expected.fit(X, CODES)))
    assert net.history_[0]["lr"] == 0.1


@pytest.mark.parametrize("name", ["adam", "adamw", "RMSprop", "adagrad", "nadam", "radam"])
def test_optimizers_of_torch_train(name):
    net = small(optimizer=name, max_epochs=3, optimizer__lr=0.02).fit(X, CODES)
    assert net.history_[-1]["train_loss"] < net.history_[0]["train_loss"]


@pytest.mark.parametrize(
    ("scheduler", "given", "expected"),
    [
        ("step", {"step_size": 1, "gamma": 0.1}, [1, 0.1, 0.01, 0.001]),
        ("StepLR", {"step_size": 2}, [1, 1, 0.1, 0.1]),
        ("exponential", {"gamma": 0.5}, [1, 0.5, 0.25, 0.125]),
        ("cosineannealing", {}, [1, (1 + 0.5**0.5) / 2, 0.5, (1 - 0.5**0.5) / 2]),
        ("CosineAnnealingLR", {"T_max": 2}, [1, 0.5, 0, 0.5]),
        (torch.optim.lr_scheduler.StepLR, {"step_size": 1}, [1, 0.1, 0.01, 0.001]),
        ("lambda", {"lr_lambda": lambda epoch: 1 / (1 + epoch)}, [1, 1 / 2, 1 / 3, 1 / 4]),
        (
            lambda optimizer: torch.optim.lr_scheduler.LinearLR(optimizer, 0.5, 1, 2),
            {},
            [0.5, 0.75, 1, 1],
        ),
    ],
)
def test_schedules_move_after_each_epoch(scheduler, given, expected):
    given = {f"scheduler__{name}": value for name, value in given.items()}
    net = small(scheduler=scheduler, max_epochs=4, optimizer="sgd", optimizer__lr=1e-2, **given)
    rates = [record["lr"] for record in net.fit(X, CODES).history_]
    assert_allclose(rates, np.multiply(expected, 1e-2), atol=1e-9)


@pytest.mark.parametrize("holds_out", [False, True])
def test_a_schedule_may_wait_for_a_plateau(holds_out):
    net = small(
        scheduler="reducelronplateau",
        scheduler__patience=0,
        scheduler__threshold=10.0,
        scheduler__threshold_mode="abs",
        max_epochs=3,
        early_stopping=holds_out,
    )
    rates = [record["lr"] for record in net.fit(X, CODES).history_]
    # Nothing is better by ten, so that each epoch but the first is one of a plateau.
    assert_allclose(rates, [1e-3, 1e-3, 1e-4])


@pytest.mark.parametrize("name", ["onecycle", "OneCycleLR"])
def test_schedules_may_move_after_each_batch(name):
    rates = []

    class Noting(torch.optim.SGD):
        def step(self, closure=None):
            rates.append(self.param_groups[0]["lr"])
            super().step(closure)

    small(
        optimizer=Noting,
        scheduler=name,
        scheduler__max_lr=0.1,
        scheduler_step="batch",
        max_epochs=3,
    ).fit(X, CODES)
    # 55 rows are four batches of 16; the cycle ends with the last.
    assert len(rates) == 12
    assert rates[0] == pytest.approx(0.1 / 25)
    assert max(rates) == pytest.approx(0.1, rel=0.1)
    assert rates[-1] == pytest.approx(0.1 / 25 / 1e4)


def test_a_cycle_whose_steps_are_given_is_left_alone():
    net = small(
        scheduler="onecycle",
        scheduler__max_lr=0.1,
        scheduler__epochs=2,
        scheduler__steps_per_epoch=9,
        scheduler_step="batch",
    ).fit(X, CODES)
    assert net.optimizer_.param_groups[0]["lr"] > 1e-3


TYPOS = {
    "module": ({"module": "mpl"}, ValueError, "module='mpl' is unknown. Did you mean 'mlp'"),
    "module__": (
        {"module__hiden": 8},
        ValueError,
        "module__hiden was passed, and MLP takes no 'hiden'. Did you mean 'hidden'",
    ),
    "criterion": (
        {"criterion": "focall"},
        ValueError,
        "criterion='focall' is unknown. Did you mean 'focal'",
    ),
    "criterion__": (
        {"criterion": "focal", "criterion__gama": 1},
        ValueError,
        "criterion__gama was passed, and FocalLoss takes no 'gama'. Did you mean 'gamma'",
    ),
    "criterion on a built one": (
        {"criterion": FocalLoss(), "criterion__gamma": 1},
        ValueError,
        "criterion__gamma was passed, but criterion is a built FocalLoss",
    ),
    "optimizer": (
        {"optimizer": "adamm"},
        ValueError,
        "optimizer='adamm' is unknown. Did you mean 'adam'",
    ),
    "optimizer__": (
        {"optimizer__lrr": 8},
        ValueError,
        "optimizer__lrr was passed, and Adam takes no 'lrr'. Did you mean 'lr'",
    ),
    "built optimizer": (
        {"optimizer": torch.optim.SGD([torch.zeros(1)])},
        TypeError,
        "optimizer is a built SGD.*optimizer__lr",
    ),
    "optimizer that needs a closure": (
        {"optimizer": "lbfgs"},
        ValueError,
        "LBFGS computes the loss several times",
    ),
    "scheduler": (
        {"scheduler": "cosine"},
        ValueError,
        "scheduler='cosine' is unknown. Pass one of 'chained.*'cosineannealing'",
    ),
    "scheduler__": (
        {"scheduler__gamma": 8},
        ValueError,
        "scheduler__gamma was passed, but scheduler is None",
    ),
    "scheduler__ without need": (
        {"scheduler": "step"},
        ValueError,
        "StepLR needs 'step_size'.*scheduler__step_size",
    ),
    "batches": (
        {"batches": "class_awere"},
        ValueError,
        "batches='class_awere' is unknown. Did you mean 'class_aware'",
    ),
    "batches__": (
        {"batches": "class_aware", "batches__n_drawz": 8},
        ValueError,
        "batches__n_drawz was passed, and ClassAwareBatches takes no 'n_drawz'. Did you mean",
    ),
    "scheduler_step": (
        {"scheduler_step": "steps"},
        ValueError,
        "scheduler_step='steps' is unknown. Pass 'epoch' or 'batch'",
    ),
    "max_epochs": ({"max_epochs": 0}, ValueError, "'max_epochs' parameter"),
    "module of another type": ({"module": nn.ReLU}, ValueError, "no parameter to train"),
    "no module": ({"module": dict}, TypeError, "made an object of type dict"),
    "no loss": ({"criterion": dict}, TypeError, "made an object of type dict"),
    "no callable": ({"module": 3}, ValueError, "'module' parameter"),
    "missing argument": (
        {"module": lambda width: None},
        ValueError,
        "needs 'width', which nothing tells. Pass module__width",
    ),
}


@pytest.mark.parametrize("case", TYPOS)
def test_slips_are_answered_in_words(case):
    parameters, error, message = TYPOS[case]
    with pytest.raises(error, match=message):
        small(**{"module__hidden": 8, **parameters} if "module" not in parameters else parameters
              ).fit(X, CODES)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("lr", "optimizer__lr"),
        ("weight_decay", "optimizer__weight_decay"),
        ("hidden", "module__hidden"),
        ("module_hidden", "module__hidden"),
        ("gamma", "criterion__gamma"),
        ("step_size", "scheduler__step_size"),
        ("n_draws", "batches__n_draws"),
        ("epochs", "max_epochs"),
        ("optimiser", "optimizer"),
        ("optimiser__lr", "optimizer__lr"),
    ],
)
def test_unknown_parameters_are_refused_at_once_with_the_one_that_was_meant(name, meant):
    parts = {"criterion": "focal", "scheduler": "step", "batches": "class_aware"}
    with pytest.raises(TypeError, match=rf"no parameter '{name}'. Did you mean '{meant}'"):
        BalancedNetClassifier(**parts, **{name: 1})


def test_no_part_is_named_for_a_parameter_that_none_is_known_to_have():
    with pytest.raises(TypeError, match=r"'nonsense'\. Parameters of module, .* in front"):
        BalancedNetClassifier(MLP(4, 2), optimizer=3, nonsense=1)


def test_parts_by_name_without_a_parameter_are_refused():
    with pytest.raises(TypeError, match=r"takes no parameter 'module__'"):
        BalancedNetClassifier(**{"module__": 1})
