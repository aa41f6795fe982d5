import numpy as np
import pytest

from balancekit.core.labels import Labels
from balancekit.core.targets import resolve_targets

FRUIT = Labels(np.repeat(["apple", "fig", "pear"], [10, 4, 6]))


def _targets(strategy, labels=FRUIT, kind="over-sampling"):
    return resolve_targets(strategy, labels, kind)


def test_strategies_come_by_label_and_by_code():
    strategy, targets = _targets("auto")
    assert strategy == {"fig": 6, "pear": 4}
    assert targets == {1: 6, 2: 4}


def test_a_ratio_raises_every_smaller_class_to_that_fraction_of_the_largest():
    assert _targets(0.5)[0] == {"fig": 1}
    assert _targets(0.8)[0] == {"fig": 4, "pear": 2}


def test_a_ratio_lowers_every_larger_class_to_the_smallest_divided_by_it():
    assert _targets(0.5, kind="under-sampling")[0] == {"apple": 8}
    assert _targets(0.8, kind="under-sampling")[0] == {"apple": 5, "pear": 5}


def test_a_ratio_that_changes_nothing_is_refused_with_the_counts():
    with pytest.raises(ValueError, match=r"0\.1 changes no class.*'fig': 4"):
        _targets(0.1)


def test_a_ratio_makes_no_sense_for_cleaning():
    with pytest.raises(ValueError, match="cleaning method"):
        _targets(0.5, kind="clean-sampling")


def test_whole_floats_and_numpy_integers_are_counts():
    assert _targets({"fig": 7.0, "pear": np.int64(6)})[0] == {"fig": 3, "pear": 0}


@pytest.mark.parametrize("count", [7.5, "7", None, float("nan"), float("inf")])
def test_anything_else_is_no_count(count):
    with pytest.raises(ValueError, match="rows of class 'fig'"):
        _targets({"fig": count})


def test_a_callable_gets_the_labels_as_an_array():
    seen = []

    def strategy(y):
        seen.append(y)
        return {"fig": 5}

    assert _targets(strategy)[0] == {"fig": 1}
    assert seen[0].tolist() == np.repeat(["apple", "fig", "pear"], [10, 4, 6]).tolist()


@pytest.mark.parametrize("answer", [{"fig": 0, "pear": 9}, ["fig", "pear"]])
def test_a_callable_may_name_the_classes_to_clean(answer):
    assert _targets(lambda y: answer, kind="clean-sampling")[0].keys() == {"fig", "pear"}


def test_one_class_is_named():
    with pytest.raises(ValueError, match=r"more than 1 class.*all 3 rows are 'only'"):
        _targets("auto", Labels(["only"] * 3))


def test_bool_labels_work_with_bool_keys():
    labels = Labels(np.array([True, False, False, False]))
    assert _targets({True: 3}, labels)[1] == {1: 2}
