import numpy as np
import pytest
from sklearn.model_selection import (
    LeaveOneOut,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    StratifiedShuffleSplit,
)

from balancekit.comparison.problem import read_target
from balancekit.comparison.splits import InnerFolds, outer_folds

TARGET = read_target(np.repeat([0, 1], [40, 20]))
GROUPS = np.arange(60) // 2


def _folds(target=TARGET, groups=None, cv=4, n_repeats=3, seed=0):
    return outer_folds(target, groups, cv, n_repeats, seed)


def test_folds_are_those_of_scikit_learn_with_the_same_seed():
    ours = _folds(seed=7).splits
    theirs = RepeatedStratifiedKFold(n_splits=4, n_repeats=3, random_state=7)
    for split, expected in zip(ours, theirs.split(TARGET.codes, TARGET.codes), strict=True):
        assert np.array_equal(split[0], expected[0])
        assert np.array_equal(split[1], expected[1])


def test_the_default_is_five_folds_and_k_folds_test_one_row_for_k_less_one():
    folds = _folds(cv=None, n_repeats=1)
    assert len(folds.splits) == 5
    assert folds.test_train_ratio == pytest.approx(1 / 4)
    assert folds.description == "5 stratified folds x 1 repeat"


def test_groups_stay_together_and_repeats_differ():
    folds = _folds(groups=GROUPS)
    assert len(folds.splits) == 12
    for train, test in folds.splits:
        assert not set(GROUPS[train]) & set(GROUPS[test])
    first = [set(test.tolist()) for _, test in folds.splits[:4]]
    assert set(folds.splits[4][1].tolist()) not in first
    assert "30 groups kept whole" in folds.description


def test_a_splitter_or_a_list_of_splits_replaces_the_folds():
    splitter = StratifiedShuffleSplit(n_splits=6, test_size=0.5, random_state=0)
    folds = _folds(cv=splitter)
    assert len(folds.splits) == 6
    assert folds.test_train_ratio == 1
    given = list(StratifiedKFold(3).split(TARGET.codes, TARGET.codes))
    assert len(_folds(cv=given).splits) == 3
    assert _folds(cv=iter(given)).description == "given splits"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cv": 1}, "1 fold: at least 2"),
        ({"n_repeats": 0}, "0 repeats"),
        ({"n_repeats": 1.5}, "1.5 repeats"),
        ({"cv": 21}, "class 1 has 20 rows, fewer than the 21 folds; use at most 20 folds"),
        ({"target": read_target([0] * 9 + [1])}, "class 1 has 1 row, .*; collect more or"),
        ({"target": read_target([0] * 2 + [1] * 3 + [2]), "cv": 2}, "class 2 has 1 row,"),
        (
            {"target": read_target([0, 0, 1, 1]), "cv": 2},
            "training part of split 1 holds 1 row of class 0",
        ),
        ({"groups": np.repeat([0, 1, 2], [30, 15, 15])}, "class 0 occurs in 2 groups, fewer"),
        ({"cv": LeaveOneOut()}, "test part of split 1 holds 0 rows of class 1"),
        ({"cv": [(np.arange(59), np.arange(59, 60))]}, "gives 1 split"),
    ],
)
def test_folds_that_cannot_be_are_refused_with_what_to_change(changes, message):
    with pytest.raises(ValueError, match=message):
        _folds(**changes)


@pytest.mark.parametrize("cv", ["five", 2.5])
def test_what_cannot_split_is_refused(cv):
    with pytest.raises(TypeError, match="cv needs to be"):
        _folds(cv=cv)


def test_the_smallest_training_class_is_counted_over_all_splits():
    assert _folds().smallest_training_class(TARGET) == 15


def test_a_threshold_is_tuned_in_no_more_folds_than_a_class_has_rows():
    inner = InnerFolds(np.repeat([0, 1], [30, 3]), None, seed=0)
    assert inner.splitter().get_n_splits() == 3
    assert InnerFolds(TARGET.codes, None, seed=0).splitter().get_n_splits() == 5


def test_groups_stay_together_inside_too():
    splits = InnerFolds(TARGET.codes, GROUPS, seed=0).splitter()
    assert len(splits) == 5
    for train, test in splits:
        assert not set(GROUPS[train]) & set(GROUPS[test])


def test_uneven_groups_get_fewer_inner_folds_that_each_hold_both_classes():
    codes = np.array([0, 0, 0, 0, 1, 1, 1, 0, 0, 0])
    groups = np.array([0, 0, 1, 1, 2, 2, 3, 4, 4, 4])
    splits = InnerFolds(codes, groups, seed=0).splitter()
    assert len(splits) == 2
    assert all(np.unique(codes[rows]).size == 2 for split in splits for rows in split)


def test_a_class_within_one_group_cannot_be_divided():
    with pytest.raises(ValueError, match="threshold cannot be tuned"):
        InnerFolds(np.array([0, 0, 1, 1]), np.array([0, 1, 2, 2]), seed=0).splitter()
