"""Training in several calls: warm starts, one epoch at a time, and callbacks."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from tests.torch.net.cases import (  # noqa: E402
    CODES,
    MANY_CODES,
    X_MANY,
    X,
    small,
    weights,
)
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402


def test_a_warm_start_goes_on_from_the_last_weights():
    net = small(warm_start=True).fit(X, CODES)
    first = weights(net)
    net.set_params(optimizer__lr=1e-9).fit(X, CODES)
    assert_allclose(weights(net), first, atol=1e-6)
    assert [record["epoch"] for record in net.history_] == [1, 2, 3, 4]
    assert net.n_epochs_ == 4


def test_without_a_warm_start_each_fit_begins_anew():
    net = small().fit(X, CODES)
    first = weights(net)
    assert_array_equal(weights(net.fit(X, CODES)), first)
    assert len(net.history_) == net.n_epochs_ == 2


def test_a_warm_start_refuses_other_columns_and_classes():
    net = small(warm_start=True).fit(X, CODES)
    with pytest.raises(ValueError, match=r"X has 3 features"):
        net.fit(X[:, :3], CODES)
    with pytest.raises(ValueError, match=r"y has class 2, and the net knows 0, 1"):
        net.fit(X_MANY, MANY_CODES)


def test_a_warm_start_counts_the_rows_of_its_last_call():
    net = small(warm_start=True, criterion="balanced_softmax").fit(X, CODES).fit(X[:20], CODES[:20])
    assert_array_equal(net.class_counts_, np.bincount(CODES[:20]))
    assert_array_equal(net.criterion_.class_counts, np.bincount(CODES[:20]))


def test_epochs_one_by_one_are_those_of_fit():
    net = small(max_epochs=3)
    together = weights(net.fit(X, CODES))
    alone = small(max_epochs=1, module__dropout=0.0)
    for _ in range(3):
        alone.partial_fit(X, CODES)
    assert_array_equal(weights(alone), together)
    assert alone.n_epochs_ == len(alone.history_) == 3


def test_counts_add_up_over_calls():
    net = small(criterion="balanced_softmax")
    net.partial_fit(X[:30], CODES[:30]).partial_fit(X[30:], CODES[30:])
    assert_array_equal(net.class_counts_, [40, 15])
    assert_array_equal(net.criterion_.class_counts, [40, 15])
    assert_allclose(net.natural_prior_, [40 / 55, 15 / 55])


def test_the_prior_that_probabilities_reflect_is_that_of_all_calls():
    net, by_class = small(), np.argsort(CODES, kind="stable")
    for rows in (by_class[:20], by_class[20:]):
        net.partial_fit(X[rows], CODES[rows], classes=[0, 1])
        assert_allclose(net.effective_prior_, net.natural_prior_)
    assert_allclose(net.natural_prior_, [40 / 55, 15 / 55])


def test_all_classes_may_be_named_before_there_are_rows_of_them():
    net = small(criterion="balanced_softmax")
    net.partial_fit(X_MANY[:30], MANY_CODES[:30], classes=[2, 1, 0, 9])
    assert_array_equal(net.classes_, [0, 1, 2, 9])
    assert_array_equal(net.class_counts_, [30, 0, 0, 0])
    net.partial_fit(X_MANY[30:], MANY_CODES[30:])
    assert_array_equal(net.class_counts_, [30, 12, 6, 0])
    assert net.predict_proba(X_MANY).shape == (48, 4)
    assert np.isfinite(weights(net)).all()


def test_a_class_that_was_not_named_is_refused():
    net = small().partial_fit(X, CODES)
    with pytest.raises(ValueError, match=r"y has class 2, and the net knows 0, 1.*first call"):
        net.partial_fit(X_MANY, MANY_CODES)
    with pytest.raises(ValueError, match=r"y has class 1, and the net knows 0, 2"):
        small().partial_fit(X, CODES, classes=[0, 2])


def test_one_class_alone_is_refused_in_the_first_call():
    with pytest.raises(
        ValueError, match=r"There is 1 class, 0, and a net needs two.*classes in partial_fit"
    ):
        small().partial_fit(X, np.zeros(55, int))
    with pytest.raises(ValueError, match=r"There is 1 class, 0"):
        small().partial_fit(X, np.zeros(55, int), classes=[0])


def test_other_classes_in_a_later_call_are_refused():
    net = small().partial_fit(X, CODES, classes=[0, 1])
    net.partial_fit(X, CODES, classes=[1, 0])
    with pytest.raises(ValueError, match=r"classes=.* first call"):
        net.partial_fit(X, CODES, classes=[0, 1, 2])


def test_fit_and_epochs_after_it():
    net = small().fit(X, CODES)
    state = net.optimizer_
    net.partial_fit(X, CODES)
    assert net.optimizer_ is state
    assert net.n_epochs_ == 3
    assert_array_equal(net.class_counts_, [80, 30])


def test_epochs_may_come_from_a_loader():
    data = TensorDataset(torch.from_numpy(X), torch.from_numpy(CODES))
    net = small().partial_fit(DataLoader(data, batch_size=16))
    net.partial_fit(DataLoader(data, batch_size=16))
    assert_array_equal(net.class_counts_, [80, 30])
    assert net.n_epochs_ == 2


def test_a_schedule_starts_anew_in_each_call():
    net = small(scheduler="step", scheduler__step_size=1, optimizer__lr=0.01)
    for _ in range(3):
        net.partial_fit(X, CODES)
    assert [record["lr"] for record in net.history_] == [0.01] * 3


def test_a_callback_sees_each_epoch_and_ends_the_training():
    seen = []

    def watch(net):
        seen.append((net.n_epochs_, net.history_[-1]["train_loss"], net.predict(X).shape))
        return net.n_epochs_ == 3

    net = small(max_epochs=9, callbacks=[watch, lambda net: None]).fit(X, CODES)
    assert [epoch for epoch, _, _ in seen] == [1, 2, 3]
    assert net.n_epochs_ == 3
    assert all(shape == (55,) for _, _, shape in seen)


def test_predicting_in_a_callback_changes_nothing():
    given = {"module__dropout": 0.5, "module__batch_norm": True, "max_epochs": 3}
    watched = small(callbacks=lambda net: net.predict_proba(X), **given).fit(X, CODES)
    assert_array_equal(weights(watched), weights(small(**given).fit(X, CODES)))


def test_only_true_ends_the_training():
    net = small(callbacks=lambda net: 1.0).fit(X, CODES)
    assert net.n_epochs_ == 2


@pytest.mark.parametrize("callbacks", ["stop", 3, [3]])
def test_callbacks_that_cannot_be_called_are_named(callbacks):
    with pytest.raises((TypeError, ValueError), match=r"callbacks"):
        small(callbacks=callbacks).fit(X, CODES)


def test_gradients_are_cut_to_the_norm():
    net = small(optimizer="sgd", optimizer__lr=1.0, max_epochs=1, batch_size=100)
    start = weights(small(optimizer="sgd", optimizer__lr=1e-12, max_epochs=1).fit(X, CODES))
    for norm in (0.01, 0.1):
        moved = weights(net.set_params(max_gradient_norm=norm).fit(X, CODES)) - start
        assert np.linalg.norm(moved) == pytest.approx(norm, rel=1e-2)


def test_a_loss_that_is_no_number_is_reported_with_the_step_and_a_way_out():
    with pytest.raises(ValueError, match=r"loss became (nan|inf) in step .*optimizer__lr"):
        small(optimizer="sgd", optimizer__lr=1e30).fit(X * 1e10, CODES)


def test_progress_is_drawn_on_request(capsys):
    pytest.importorskip("tqdm")
    small(progress=True).fit(X, CODES)
    shown = capsys.readouterr().err
    assert "BalancedNetClassifier" in shown
    assert "2/2" in shown
    small().fit(X, CODES)
    assert capsys.readouterr().err == ""


def test_each_epoch_leaves_a_record():
    (first, second) = small(early_stopping=True).fit(X, CODES).history_
    assert (first["epoch"], second["epoch"]) == (1, 2)
    assert first["seconds"] > 0
    assert first["lr"] == 1e-3
    assert {"train_loss", "valid_loss", "valid_score", "rows_per_class"} <= set(first)
