"""Scores with and without thresholds."""

import numpy as np
import pytest
from benchmarks.imbalance_study.scoring import keeps_areas, score

LABELS = np.array([0, 0, 1, 1, 2, 2])


def test_thresholds_divide_by_the_shares_of_the_classes():
    proba = np.array([[0.9, 0.06, 0.04], [0.6, 0.3, 0.1]] * 3)
    found = score(proba, LABELS, np.array([80, 10, 10]))
    assert found["plain"]["recalls"] == [1, 0, 0]
    # .9 / .8 is the largest of the first, and .3 / .1 of the second.
    assert found["thresholds"]["recalls"] == [0.5, 0.5, 0]
    assert found["thresholds"]["accuracy"] == pytest.approx(2 / 6)


def test_the_area_of_each_class_is_as_it_was():
    rng = np.random.default_rng(0)
    logits = 30 * rng.normal(size=(600, 3))
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert keeps_areas(proba, np.repeat(LABELS, 100), np.array([0.98, 0.0199, 0.0001]))
