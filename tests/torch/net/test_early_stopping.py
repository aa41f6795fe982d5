"""Rows held out: which they are, what they are scored by, and the weights that are kept."""

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_array_equal  # noqa: E402
from sklearn.metrics import log_loss, make_scorer, matthews_corrcoef  # noqa: E402
from tests.torch.net.cases import (  # noqa: E402
    CODES,
    MANY_CODES,
    X_MANY,
    Recorder,
    X,
    small,
    weights,
)
from torch.utils.data import TensorDataset  # noqa: E402

from balancekit.deep._best_epoch import BestEpoch  # noqa: E402

GIVEN = {"X_val": X[40:], "y_val": CODES[40:]}


def _worsening(**parameters):
    """A net whose rate of learning is too high, so that an early epoch is the best."""
    return small(
        optimizer="sgd",
        optimizer__lr=3.0,
        early_stopping=True,
        n_iter_no_change=3,
        max_epochs=20,
        **parameters,
    )


@pytest.mark.parametrize("scoring", ["loss", "balanced_accuracy", "roc_auc", "neg_log_loss"])
def test_the_weights_of_the_best_epoch_are_kept(scoring):
    kept = {}

    def keep(net):
        kept[net.n_epochs_] = net.predict_proba(X)

    net = _worsening(scoring=scoring, callbacks=keep).fit(X[:40], CODES[:40], **GIVEN)
    scores = [record["valid_score"] for record in net.history_]
    assert net.best_epoch_ == 1 + int(np.argmax(scores))
    assert_array_equal(net.predict_proba(X), kept[net.best_epoch_])
    assert net.n_epochs_ == len(scores)
    assert net.n_epochs_ < 20
    assert net.n_epochs_ - net.best_epoch_ == 3


def test_the_loss_that_is_scored_is_that_of_the_rows_held_out():
    net = small(early_stopping=True).fit(X[:40], CODES[:40], **GIVEN)
    expected = log_loss(CODES[40:], net.predict_proba(X[40:]), labels=[0, 1])
    best = net.history_[net.best_epoch_ - 1]
    assert best["valid_loss"] == pytest.approx(expected, rel=1e-5)
    assert best["valid_score"] == -best["valid_loss"]


def _gap(net, X, y):
    return float(net.predict_proba(X)[y == 1, 1].mean() - net.predict_proba(X)[y == 0, 1].mean())


@pytest.mark.parametrize("scoring", ["matthews_corrcoef", make_scorer(matthews_corrcoef), _gap])
def test_scores_are_those_of_any_scorer(scoring):
    net = small(early_stopping=True, scoring=scoring).fit(X[:40], CODES[:40], **GIVEN)
    score = _gap if scoring is _gap else make_scorer(matthews_corrcoef)
    best = net.history_[net.best_epoch_ - 1]
    assert best["valid_score"] == pytest.approx(score(net, X[40:], CODES[40:]))


@pytest.mark.parametrize("kind", ["array", "tensor", "set"])
def test_scorers_see_strings_as_labels(kind):
    words = np.array(["good", "poor"])[CODES]
    seen = set()

    def score(net, rows, labels):
        seen.update(labels)
        return float((net.predict(rows) == labels).mean())

    rows = {"array": X, "tensor": torch.from_numpy(X), "set": TensorDataset(torch.from_numpy(X))}
    small(early_stopping=True, scoring=score).fit(rows[kind], words)
    assert seen == {"good", "poor"}


def test_rows_of_a_frame_are_scored_without_a_word_on_names():
    frame = pd.DataFrame(X, columns=list("abcd"))
    net = small(early_stopping=True, scoring="roc_auc").fit(frame, CODES)
    plain = small(early_stopping=True, scoring="roc_auc").fit(X, CODES)
    assert net.history_[0]["valid_score"] == plain.history_[0]["valid_score"]


@pytest.mark.parametrize(
    ("fraction", "counts"), [(0.1, [3, 1, 1]), (0.3, [9, 4, 2]), (0.9, [27, 11, 5])]
)
def test_a_share_of_each_class_is_held_out(fraction, counts):
    net = small(early_stopping=True, validation_fraction=fraction).fit(X_MANY, MANY_CODES)
    assert_array_equal(net.class_counts_, np.array([30, 12, 6]) - counts)


def test_a_class_with_one_row_is_named():
    codes = np.array(["a"] * 30 + ["b"] * 17 + ["rare"])
    with pytest.raises(ValueError, match=r"Class 'rare' has 1 row.*X_val"):
        small(early_stopping=True).fit(X_MANY, codes)
    net = small(early_stopping=True).fit(X_MANY, codes, X_val=X_MANY, y_val=codes)
    assert_array_equal(net.class_counts_, [30, 17, 1])


def test_rows_to_validate_by_are_not_trained_on():
    numbers = np.arange(55, dtype=np.float32)[:, None]
    net = small(Recorder, early_stopping=True)
    net.fit(numbers[:40], CODES[:40], X_val=numbers[40:], y_val=CODES[40:])
    seen = np.unique(torch.cat(net.module_.seen).numpy())
    assert_array_equal(seen, np.arange(40))
    assert net.class_counts_.sum() == 40


def test_rows_to_validate_by_are_watched_without_early_stopping_too():
    net = small().fit(X[:40], CODES[:40], **GIVEN)
    plain = small().fit(X[:40], CODES[:40])
    assert_array_equal(weights(net), weights(plain))
    assert net.best_epoch_ is None
    assert set(net.history_[0]) - set(plain.history_[0]) == {"valid_loss", "valid_score"}


@pytest.mark.parametrize(
    ("X_val", "y_val", "message"),
    [
        (X[:5, :3], CODES[:5], "X has 3 features"),
        (X[:5], np.array([0, 1, 0, 1, 7]), "y has class 7, and the net knows 0, 1"),
        (X[:5], CODES[:4], "X has 5 rows, y has 4 labels"),
        (X[:5], None, "y to be passed"),
        (None, CODES[:5], "y_val was passed without X_val"),
    ],
)
def test_rows_to_validate_by_are_checked(X_val, y_val, message):
    with pytest.raises(ValueError, match=message):
        small(early_stopping=True).fit(X, CODES, X_val=X_val, y_val=y_val)


def test_rows_to_validate_by_may_lack_a_class():
    net = small(early_stopping=True).fit(X_MANY, MANY_CODES, X_val=X_MANY[:30], y_val=[0] * 30)
    assert np.isfinite(net.history_[0]["valid_loss"])


def test_weights_of_rows_weigh_in_validation():
    given = np.where(CODES == 1, 3.0, 1.0)
    net = small(early_stopping=True, validation_fraction=0.5, random_state=3)
    net.fit(X, CODES, sample_weight=given)
    plain = small(early_stopping=True, validation_fraction=0.5, random_state=3).fit(X, CODES)
    assert net.history_[0]["valid_loss"] != plain.history_[0]["valid_loss"]


def test_losses_of_the_batch_validate_too():
    net = small(early_stopping=True, criterion="dice", scoring="f1").fit(X, CODES)
    assert 0 < net.history_[0]["valid_loss"] < 1


def test_an_unknown_scorer_is_named():
    with pytest.raises(ValueError, match=r"nonsense"):
        small(early_stopping=True, scoring="nonsense").fit(X, CODES)


def test_buffers_are_those_of_the_best_epoch_as_well():
    kept = {}

    def keep(net):
        kept[net.n_epochs_] = net.module_.layers[2].running_mean.clone()

    net = _worsening(module__batch_norm=True, callbacks=keep).fit(X[:40], CODES[:40], **GIVEN)
    assert torch.equal(net.module_.layers[2].running_mean, kept[net.best_epoch_])


def test_a_score_that_is_no_number_is_no_best_score():
    module = torch.nn.Linear(1, 1)
    best = BestEpoch(patience=3, tol=0.0)
    for epoch, score in enumerate([np.nan, 0.5, np.nan, 0.4], start=1):
        assert not best.is_over(epoch, score, module)
    assert best.epoch == 2
    assert best.is_over(5, 0.3, module)


def test_scores_have_to_be_better_by_more_than_the_tolerance():
    module = torch.nn.Linear(1, 1)
    best = BestEpoch(patience=2, tol=0.1)
    assert not best.is_over(1, 0.5, module)
    assert not best.is_over(2, 0.55, module)
    assert best.is_over(3, 0.58, module)
    assert best.epoch == 3
