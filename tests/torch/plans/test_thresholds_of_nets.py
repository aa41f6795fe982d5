"""Rules for decisions, on nets."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from balancekit.deep import BalancedNetClassifier
from balancekit.thresholding import (
    CostMatrix,
    LogitAdjustment,
    PriorCorrection,
    ThresholdMovingClassifier,
)

pytestmark = pytest.mark.torch


def _moved(rule, **parameters):
    net = BalancedNetClassifier(max_epochs=3, batch_size=30, random_state=0, **parameters)
    return ThresholdMovingClassifier(make_pipeline(StandardScaler(), net), rule, cv=2)


def test_priors_are_those_of_the_net(blobs):
    moved = _moved(PriorCorrection("effective", "natural"), batches="over_sampled").fit(*blobs)
    assert_allclose(moved.natural_prior_, [0.75, 0.25])
    assert_allclose(moved.effective_prior_, [0.5, 0.5])
    assert_allclose(moved.thresholds_, [0.75])


@pytest.mark.parametrize("criterion", ["logit_adjusted", "balanced_softmax"])
@pytest.mark.parametrize(
    "rule", [LogitAdjustment(), PriorCorrection("natural", "balanced")], ids=["logits", "prior"]
)
def test_a_net_that_took_the_prior_away_refuses_a_rule_that_would_again(blobs, criterion, rule):
    with pytest.raises(ValueError, match=r"has taken the prior away.*favoured twice"):
        _moved(rule, criterion=criterion).fit(*blobs)


def test_it_takes_the_rule_if_told_the_prior_in_numbers(blobs):
    moved = _moved(LogitAdjustment(prior=[0.75, 0.25]), criterion="logit_adjusted").fit(*blobs)
    assert_allclose(moved.thresholds_, [0.25])


def test_nothing_is_taken_away_from_what_reflects_equal_shares(blobs):
    moved = _moved(LogitAdjustment(prior="effective"), criterion="logit_adjusted").fit(*blobs)
    assert_array_equal(moved.predict(blobs[0]), moved.estimator_.predict(blobs[0]))
    back = _moved(PriorCorrection("effective", "natural"), criterion="logit_adjusted").fit(*blobs)
    assert_allclose(back.thresholds_, [0.75])


def test_plain_nets_and_losses_without_adjustment_take_any_rule(blobs):
    for parameters in ({}, {"criterion": "logit_adjusted", "criterion__tau": 0.0}):
        moved = _moved(LogitAdjustment(), **parameters).fit(*blobs)
        assert moved.estimator_[-1].prior_adjusted_by_ is None
        assert np.isfinite(moved.predict_proba(blobs[0])).all()


def test_costs_take_nothing_away(blobs):
    with pytest.warns(UserWarning, match="effective"):
        _moved(CostMatrix([[0, 1], [5, 0]]), criterion="logit_adjusted").fit(*blobs)


def test_the_scale_of_margins_is_that_of_probabilities(blobs):
    net = BalancedNetClassifier(criterion="ldam", criterion__scale=4.0, random_state=0)
    net.fit(*blobs)
    scaled = net.decision_function(blobs[0])
    net.criterion_._logit_factor = 1.0
    assert_allclose(scaled, 4 * net.decision_function(blobs[0]))
