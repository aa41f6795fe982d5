"""Weights of rows and of classes."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from sklearn.model_selection import cross_val_score  # noqa: E402
from tests.torch.net.cases import (  # noqa: E402
    CODES,
    MANY_CODES,
    X_MANY,
    X,
    small,
    weights,
)

from balancekit.over_sampling import SMOTE  # noqa: E402

GIVEN = np.random.RandomState(0).randint(0, 4, 55).astype(float)


def test_rows_of_weight_zero_are_as_if_absent():
    net = small().fit(X, CODES, sample_weight=GIVEN)
    kept = GIVEN > 0
    without = small().fit(X[kept], CODES[kept], sample_weight=GIVEN[kept])
    assert_array_equal(weights(net), weights(without))
    only_those = small().fit(X, CODES, sample_weight=kept)
    assert_allclose(weights(only_those), weights(small().fit(X[kept], CODES[kept])), atol=1e-6)


def test_a_class_whose_rows_weigh_nothing_is_absent():
    net = small().fit(X_MANY, MANY_CODES, sample_weight=MANY_CODES != 1)
    assert_array_equal(net.classes_, [0, 2])
    with pytest.raises(ValueError, match=r"more than 1 class"):
        small().fit(X, CODES, sample_weight=CODES)


def test_only_ratios_of_weights_matter():
    net = small(optimizer="sgd", optimizer__lr=0.1).fit(X, CODES, sample_weight=GIVEN)
    scaled = small(optimizer="sgd", optimizer__lr=0.1).fit(X, CODES, sample_weight=GIVEN * 1e-3)
    assert_allclose(weights(net), weights(scaled), rtol=0, atol=1e-6)
    assert_allclose(net.class_counts_, scaled.class_counts_)


def test_equal_weights_are_no_weights():
    net = small().fit(X, CODES, sample_weight=np.full(55, 7))
    assert_allclose(weights(net), weights(small().fit(X, CODES)), rtol=0, atol=1e-6)


def test_weights_of_rows_and_classes_multiply():
    both = small(class_weight={1: 3.0}).fit(X, CODES, sample_weight=GIVEN)
    product = small().fit(X, CODES, sample_weight=GIVEN * np.where(CODES == 1, 3.0, 1.0))
    assert_allclose(weights(both), weights(product), rtol=0, atol=1e-6)


def test_balanced_classes_are_those_of_the_weighted_cross_entropy():
    given = {"optimizer": "sgd", "optimizer__lr": 0.1}
    by_class = small(class_weight="balanced", **given).fit(X_MANY, MANY_CODES)
    by_loss = small(criterion="weighted_cross_entropy", **given).fit(X_MANY, MANY_CODES)
    assert_allclose(weights(by_class), weights(by_loss), rtol=0, atol=1e-6)
    assert by_class.history_[0]["train_loss"] == pytest.approx(
        by_loss.history_[0]["train_loss"], rel=1e-5
    )


def test_balanced_weights_are_those_of_each_fold():
    net = small(class_weight="balanced", max_epochs=1)
    assert np.isfinite(cross_val_score(net, X, CODES, cv=3, error_score="raise")).all()


def test_new_rows_weigh_what_their_class_does():
    net = small(class_weight="balanced", batches=SMOTE(k_neighbors=2)).fit(X, CODES)
    assert_allclose(net.effective_prior_, [15 / 55, 40 / 55])
    assert np.isfinite(net.history_[0]["train_loss"])


@pytest.mark.parametrize(
    "criterion", ["dice", "tversky", "focal_tversky", torch.nn.CrossEntropyLoss]
)
@pytest.mark.parametrize("kind", ["rows", "classes"])
def test_losses_of_the_batch_refuse_weights_by_name(criterion, kind):
    net = small(criterion=criterion, class_weight="balanced" if kind == "classes" else None)
    name = {"dice": "DiceLoss", torch.nn.CrossEntropyLoss: "CrossEntropyLoss"}
    with pytest.raises(ValueError, match=f"{name.get(criterion, 'TverskyLoss')} is a loss of the"):
        net.fit(X, CODES, sample_weight=GIVEN if kind == "rows" else None)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"por": 2.0}, "class_weight names class 'por', and y has none. Did you mean 'poor'"),
        ({"poor": "two"}, "gives class 'poor' 'two'"),
        ({"poor": -1}, r"class 'poor' -1\. Pass a number of 0 or more"),
        ({"poor": np.nan}, "class 'poor' nan"),
        ({"poor": 0, "good": 0}, "is zero for every class"),
        ("balance", "class_weight='balance' is unknown. Pass 'balanced'"),
    ],
)
def test_class_weights_that_cannot_be_used_are_refused(given, message):
    words = np.array(["good", "poor"])[CODES]
    with pytest.raises(ValueError, match=message):
        small(class_weight=given).fit(X, words)


def test_class_weights_may_name_some_classes_only():
    words = np.array(["good", "poor"])[CODES]
    net = small(class_weight={"poor": 40 / 15}).fit(X, words)
    assert_allclose(net.effective_prior_, [0.5, 0.5])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (np.zeros(55), "zero"),
        (-np.ones(55), "Negative values"),
        (np.full(55, np.nan), "NaN"),
        (np.ones(54), "inconsistent|shape"),
        (np.ones((55, 2)), "1D array"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        small().fit(X, CODES, sample_weight=given)


def test_weights_may_be_tensors():
    net = small().fit(torch.from_numpy(X), CODES, sample_weight=torch.from_numpy(GIVEN))
    assert_array_equal(weights(net), weights(small().fit(X, CODES, sample_weight=GIVEN)))


def test_the_weight_of_a_single_row_counts():
    heavy = np.ones(55)
    heavy[np.flatnonzero(CODES)[0]] = 1e6
    net = small(optimizer="sgd", optimizer__lr=0.1).fit(X, CODES, sample_weight=heavy)
    assert net.natural_prior_[1] > 0.99
    assert np.isfinite(weights(net)).all()
