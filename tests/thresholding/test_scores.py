import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from balancekit.thresholding._scores import check_answers, check_probabilities, check_scores

SCORES = np.array([0.1, 0.4, 0.3])
THREE = np.array([[0.2, 0.3, 0.5], [1, 0, 0], [0.25, 0.25, 0.5]])


@pytest.mark.parametrize(
    "given_as",
    [
        SCORES.tolist(),
        tuple(SCORES),
        pd.Series(SCORES, index=[5, 6, 7]),
        np.repeat(SCORES, 2)[::2],
        SCORES.astype(object),
    ],
    ids=["list", "tuple", "series", "strided", "objects"],
)
def test_scores_come_in_many_forms(given_as):
    checked = check_scores(given_as)
    assert checked.dtype == np.float64
    assert_array_equal(checked, SCORES)


@pytest.mark.parametrize(
    ("scores", "says", "remedy"),
    [
        ([], "no scores: 0 rows. Pass one row", SCORES),
        (np.empty((0, 3)), "no scores: 0 rows", THREE),
        ([[0.5], [0.1]], r"shape \(2, 1\); pass one number for each row, or a column", [0.5, 0.1]),
        (0.5, r"shape \(\)", [0.5]),
        (np.zeros((2, 2, 2)), r"shape \(2, 2, 2\)", np.zeros((2, 2))),
        ([0.1, np.nan, np.inf], "NaN or infinity: 2 of them, the first in row 1. Check", SCORES),
        (
            [[0, 1], [0, -np.inf]],
            "NaN or infinity: 1 of them, the first in row 1",
            [[0, 1], [1, 0]],
        ),
        (["a", "b"], "Scores are no numbers: could not convert.* Pass the output", SCORES),
        ([[1, 2], [1]], "Scores are no numbers: .*inhomogeneous", [[1, 2], [1, 3]]),
    ],
)
def test_scores_that_cannot_be_used_are_described(scores, says, remedy):
    with pytest.raises(ValueError, match=says):
        check_scores(scores)
    assert_array_equal(check_scores(remedy), remedy)


@given(arrays(np.float64, 5, elements=st.floats(0, 1)))
def test_one_probability_is_that_of_the_second_class(p):
    proba = check_probabilities(p)
    assert_array_equal(proba, np.column_stack([1 - p, p]))
    assert_array_equal(check_probabilities(proba), proba)


@pytest.mark.parametrize(
    ("proba", "says"),
    [
        ([0.5, 1.5], "between 0 and 1, found 0.5 to 1.5. Pass the output of predict_proba"),
        ([[-0.5, 1.5]], "found -0.5 to 1.5"),
        ([[0.5, 0.5], [0.5, 0.25]], "row 1 add up to 0.75, not to 1. Pass one column for each"),
    ],
)
def test_what_is_no_probability_is_told_apart(proba, says):
    with pytest.raises(ValueError, match=says):
        check_probabilities(proba)
    check_scores(proba)


def test_probabilities_in_single_precision_may_add_up_to_nearly_one():
    proba = np.random.RandomState(0).dirichlet(np.ones(50), 20).astype(np.float32)
    assert_array_equal(check_probabilities(proba), proba)
    assert_allclose(check_probabilities(proba).sum(axis=1), 1, atol=1e-6)


def test_codes_are_columns_in_the_order_of_classes():
    codes, classes = check_answers(["b", "a", "b"], SCORES)
    assert (codes.tolist(), classes.tolist()) == ([1, 0, 1], ["a", "b"])
    codes, classes = check_answers(["b", "a", "b"], THREE, ["b", "c", "a"])
    assert (codes.tolist(), classes.tolist()) == ([0, 2, 0], ["b", "c", "a"])


@pytest.mark.parametrize("kind", [bool, int, float, str, object])
def test_labels_of_any_kind_are_matched_with_classes(kind):
    y = np.array([1, 0, 1]).astype(kind)
    codes, classes = check_answers(y, SCORES, np.unique(y))
    assert codes.tolist() == [1, 0, 1]
    assert_array_equal(classes[codes], y)


def test_labels_match_classes_that_are_equal_and_of_another_type():
    assert check_answers([1, 0, 1], SCORES, [False, True]).codes.tolist() == [1, 0, 1]
    assert check_answers([True, False, True], SCORES, [0.0, 1.0]).codes.tolist() == [1, 0, 1]


def test_one_class_in_y_is_enough_where_classes_are_named():
    assert check_answers(["b"] * 3, SCORES, ["a", "b"]).codes.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("y", "classes", "says", "remedy"),
    [
        ([0, 1], None, "y has 2 rows and the scores have 3; pass the same", ([0, 1, 1], None)),
        ([], None, "y has 0 rows and the scores have 3", ([0, 1, 1], None)),
        (["a"] * 3, None, "1 classes, 'a', and.* 2 columns. Pass classes", (["a"] * 3, ["a", "b"])),
        ([0, 1, 2], None, "y has 3 classes, 0, 1, 2, and the scores", ([0, 1, 1], None)),
        ([0, 1, 1], [0, 1, 2], "names 3 classes, and the scores have 2", ([0, 1, 1], [0, 1])),
        ([0, 1, 1], [0, 2], "y has class 1, which is not among.*: 0, 2. Pass", ([0, 2, 2], [0, 2])),
        ([0, 0, 0], [0, 0], "more than once: 0, 0. Pass one class", ([0, 0, 0], [0, 1])),
        (["a", "b", "b"], "ab", r"classes has shape \(\); pass a list", (["a", "b", "b"], [*"ab"])),
        ([0, 1, np.nan], None, r"1 label missing \(row 2\). Drop", ([0, 1, 1], None)),
    ],
)
def test_labels_that_do_not_fit_the_scores_are_described(y, classes, says, remedy):
    with pytest.raises(ValueError, match=says):
        check_answers(y, SCORES, classes)
    labels, named = remedy
    codes, known = check_answers(labels, SCORES, named)
    assert known[codes].tolist() == labels
