"""Recall class by class, against scikit-learn."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import recall_score

from balancekit.metrics import per_class_recall

TRUTH = ["a", "a", "a", "b", "b", "c"]
GUESS = ["a", "a", "b", "b", "a", "c"]


def test_it_is_the_share_of_each_class_that_is_found():
    assert_allclose(per_class_recall(TRUTH, GUESS), [2 / 3, 1 / 2, 1])


def test_it_is_scikit_learns():
    rng = np.random.RandomState(0)
    truth, guess, weights = (
        rng.randint(5, size=200),
        rng.randint(5, size=200),
        rng.uniform(size=200),
    )
    assert_allclose(
        per_class_recall(truth, guess, sample_weight=weights),
        recall_score(truth, guess, average=None, sample_weight=weights),
    )


def test_labels_choose_classes_and_their_order():
    assert_allclose(per_class_recall(TRUTH, GUESS, labels=["c", "a"]), [1, 2 / 3])


@pytest.mark.parametrize(
    ("keywords", "named"),
    [
        ({"y_pred": ["a", "a", "b", "b", "z", "c"]}, "'z'"),
        ({"labels": ["a", "b", "c", "z"]}, "'z'"),
        ({"labels": ["a", "b", "c", "y", "z"]}, "'y', 'z'"),
    ],
)
def test_a_class_without_true_rows_has_no_recall_and_is_named(keywords, named):
    with pytest.warns(UndefinedMetricWarning, match=f"y_true has no rows of {named}, so that"):
        recall = per_class_recall(**{"y_true": TRUTH, "y_pred": GUESS, **keywords})
    assert_array_equal(np.isnan(recall), [False] * 3 + [True] * (len(recall) - 3))


def test_rows_without_weight_are_no_rows():
    with pytest.warns(UndefinedMetricWarning, match="y_true has no rows of 'c', so that"):
        recall = per_class_recall(TRUTH, GUESS, sample_weight=[1, 1, 1, 1, 1, 0])
    assert_allclose(recall, [2 / 3, 1 / 2, np.nan])


def test_classes_that_are_left_out_do_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        recall = per_class_recall(["a", "b"], ["a", "z"], labels=["a", "b"])
    assert_array_equal(recall, [1, 0])
