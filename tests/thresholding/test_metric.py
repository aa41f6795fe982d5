import functools
import warnings

import numpy as np
import pytest
from imblearn.metrics import geometric_mean_score
from numpy.testing import assert_array_equal
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    f1_score,
    fbeta_score,
    jaccard_score,
    make_scorer,
    matthews_corrcoef,
    precision_score,
    recall_score,
    zero_one_loss,
)

from balancekit.thresholding._line_search import value_of
from balancekit.thresholding._metric import resolve_metric

COSTS = np.array([[0, 1, 2, 5], [4, -1, 3, 0], [9, 4, 0, 2], [1, 1, 7, 0.5]])
TWO, THREE = np.array(["no", "yes"]), np.array(["a", "b", "c"])
f2 = functools.partial(fbeta_score, beta=2, zero_division=0)
f1 = functools.partial(f1_score, zero_division=0)


def _cost(y, named, sample_weight):
    return -np.average(COSTS[y, named], weights=sample_weight)


def _youden(y, named, sample_weight):
    recalls = [
        np.average(named[y == label] == label, weights=sample_weight[y == label])
        for label in range(2)
    ]
    return sum(recalls) - 1


# Name: what is passed as a metric, and the metric of another library.
BOTH = {
    "accuracy": ("accuracy", accuracy_score),
    "balanced_accuracy": ("balanced_accuracy", balanced_accuracy_score),
    "f1_macro": ("f1_macro", functools.partial(f1, average="macro")),
    "f1_micro": ("f1_micro", functools.partial(f1, average="micro")),
    "f1_weighted": ("f1_weighted", functools.partial(f1, average="weighted")),
    "f2_macro": (
        make_scorer(fbeta_score, beta=2, average="macro"),
        functools.partial(f2, average="macro"),
    ),
    "f2_weighted": (
        make_scorer(fbeta_score, beta=2, average="weighted"),
        functools.partial(f2, average="weighted"),
    ),
    "f0_macro": (
        make_scorer(fbeta_score, beta=0, average="macro"),
        functools.partial(f2, beta=0, average="macro"),
    ),
    "geometric_mean": ("geometric_mean", geometric_mean_score),
    "matthews_corrcoef": ("matthews_corrcoef", matthews_corrcoef),
    "cohen_kappa": ("cohen_kappa", cohen_kappa_score),
    "cost": ("cost", _cost),
}
BINARY = {
    "f1": ("f1", f1),
    "f2": (make_scorer(fbeta_score, beta=2), f2),
    "f1 of the first class": (
        make_scorer(f1_score, pos_label=0),
        functools.partial(f1, pos_label=0),
    ),
    "youden": ("youden", _youden),
}


def _reference(function, table):
    true, named = (part.ravel() for part in np.indices(table.shape))
    there = table.ravel() > 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = function(true[there], named[there], sample_weight=table.ravel()[there])
    # Kappa of a single class is not defined.
    return 0.0 if np.isnan(value) else value


def _tables(n_classes, n_tables):
    """Tables of confusion, of which some have classes that are absent or never predicted."""
    rng = np.random.RandomState(n_classes)
    for place in range(n_tables):
        table = rng.randint(0, 6, (n_classes, n_classes)).astype(float)
        if place % 3 == 0:
            table *= rng.rand(n_classes, n_classes)
        if place % 2:
            table[:, rng.randint(n_classes)] = 0
        if place % 4 > 1:
            table[rng.randint(n_classes)] = 0
        if place % 5 == 4:
            table[~np.eye(n_classes, dtype=bool)] = 0
        table[0, 0] += not table.any()
        yield table


@pytest.mark.parametrize("n_classes", [2, 3, 4])
@pytest.mark.parametrize("name", BOTH)
def test_values_are_those_of_other_libraries(name, n_classes):
    wanted, function = BOTH[name]
    metric = resolve_metric(wanted, np.arange(n_classes), COSTS[:n_classes, :n_classes])
    assert metric.kind is not None
    for table in _tables(n_classes, 40):
        expected = _reference(function, table)
        assert value_of(table, metric) == pytest.approx(expected, abs=1e-12), table


@pytest.mark.parametrize("name", BINARY)
def test_values_of_two_classes_are_those_of_other_libraries(name):
    wanted, function = BINARY[name]
    metric = resolve_metric(wanted, np.arange(2))
    assert metric.kind is not None
    for table in _tables(2, 40):
        if name == "youden" and not table.any(axis=1).all():
            continue
        expected = _reference(function, table)
        assert value_of(table, metric) == pytest.approx(expected, abs=1e-12), table


def test_a_class_alone_has_no_kappa_and_no_correlation():
    alone = np.diag([5.0, 0.0, 0.0])
    for name in ("cohen_kappa", "matthews_corrcoef"):
        assert value_of(alone, resolve_metric(name, THREE)) == 0.0


TABLE = np.array([[5.0, 2.0], [1.0, 3.0]])


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (accuracy_score, 8 / 11),
        (lambda y, named: np.mean(y == named), 8 / 11),
        (lambda y, named, sample_weight: np.average(y == named, weights=sample_weight), 8 / 11),
        (make_scorer(zero_one_loss, greater_is_better=False), -3 / 11),
        ("jaccard", 3 / 6),
        ("recall", 3 / 4),
        (make_scorer(recall_score, pos_label="no"), 5 / 7),
        (make_scorer(accuracy_score, normalize=False), 8),
        (make_scorer(cohen_kappa_score, weights="linear"), (8 * 11 - 62) / (121 - 62)),
        (make_scorer(fbeta_score, beta=np.inf), 3 / 4),
        (make_scorer(fbeta_score, beta=0), 3 / 5),
    ],
)
def test_any_function_of_labels_is_a_metric(metric, expected):
    assert value_of(TABLE, resolve_metric(metric, TWO)) == pytest.approx(expected)


def test_the_positive_class_is_the_second_unless_another_is_named():
    # Of labels 1 and 2, scikit-learn would take 1; of strings, none.
    for classes in (TWO, np.array([1, 2]), np.array([False, True])):
        for wanted, expected in [("f1", 6 / 9), ("recall", 3 / 4), ("precision", 3 / 5)]:
            assert value_of(TABLE, resolve_metric(wanted, classes)) == pytest.approx(expected)
        for function in (f1_score, recall_score):
            first = make_scorer(function, pos_label=classes[0])
            expected = {f1_score: 10 / 13, recall_score: 5 / 7}[function]
            assert value_of(TABLE, resolve_metric(first, classes)) == pytest.approx(expected)


@pytest.mark.parametrize("classes", [[0, 1], ["no", "yes"], [False, True], [1.0, 2.0]])
def test_classes_may_be_objects(classes):
    metric = resolve_metric("recall", np.array(classes, dtype=object))
    assert value_of(TABLE, metric) == 3 / 4


def test_what_is_not_defined_is_worse_than_anything():
    metric = resolve_metric(make_scorer(precision_score, zero_division=np.nan), TWO)
    assert value_of(np.array([[3.0, 0.0], [2.0, 0.0]]), metric) == -np.inf
    assert value_of(TABLE, metric) == 3 / 5


def test_nothing_is_warned_of_where_nothing_is_predicted():
    nothing = np.array([[3.0, 0.0], [2.0, 0.0]])
    assert value_of(nothing, resolve_metric("precision", TWO)) == 0.0
    adjusted = resolve_metric(make_scorer(balanced_accuracy_score, adjusted=True), THREE)
    assert value_of(np.array([[2.0, 0, 1], [0, 3, 0], [0, 0, 0]]), adjusted) == pytest.approx(2 / 3)


def test_a_function_that_knows_no_weights_sees_whole_weights_as_rows():
    seen = []

    def metric(y, named):
        seen.append((y.tolist(), named.tolist()))
        return 0.5

    resolved = resolve_metric(metric, TWO)
    assert value_of(np.array([[2.0, 0.0], [1.0, 1.0]]), resolved) == 0.5
    assert seen == [(["no", "no", "yes", "yes"], ["no", "no", "no", "yes"])]
    with pytest.raises(ValueError, match=r"metric cannot be called with sample_weight .* Pass a"):
        value_of(TABLE / 2, resolved)

    def weighing(y, named, sample_weight):
        return np.average(y == named, weights=sample_weight)

    assert value_of(TABLE / 2, resolve_metric(weighing, TWO)) == pytest.approx(8 / 11)


def test_an_error_of_the_function_is_not_hidden():
    def broken(y, named, sample_weight=None):
        return y + 1

    with pytest.raises(TypeError):
        value_of(TABLE, resolve_metric(broken, TWO))


def test_a_metric_that_cannot_be_hashed_is_called():
    class Agreement:
        __hash__ = None

        def __call__(self, y, named):
            return np.mean(y == named)

    assert value_of(TABLE, resolve_metric(Agreement(), TWO)) == pytest.approx(8 / 11)


@pytest.mark.parametrize(
    ("metric", "classes", "costs", "says", "remedy"),
    [
        ("balanced_acuracy", TWO, None, "mean 'balanced_accuracy'", "balanced_accuracy"),
        ("geometric_men", TWO, None, "not known.*Did you mean 'geometric_mean'", "geometric_mean"),
        ("nonsense", TWO, None, "'cohen_kappa', 'cost', 'geometric_mean', 'youden', or", "youden"),
        ("roc_auc", TWO, None, "roc_auc_score judges scores.*'balanced_acc", "balanced_accuracy"),
        ("average_precision", TWO, None, "average_precision_score judges scores", "f1"),
        ("neg_log_loss", THREE, None, "log_loss judges scores", "balanced_accuracy"),
        ("youden", THREE, None, "two classes, found 3. Use 'balanced_acc", "balanced_accuracy"),
        ("f1", THREE, None, "two classes, found 3. Use 'f1_macro' or 'f1_weighted'", "f1_weighted"),
        ("cost", TWO, None, r"needs costs: pass a matrix costs\[true, pred", ("cost", np.eye(2))),
        ("cost", THREE, np.eye(2), r"shape \(2, 2\); for 3 classes.*\(3, 3\)", ("cost", np.eye(3))),
        ("cost", TWO, [0, 1], r"shape \(2,\); for 2 classes", ("cost", [[0, 1], [1, 0]])),
        ("cost", TWO, [[0, np.nan], [1, 0]], r"first in costs\[0, 1\]", ("cost", np.eye(2))),
        ("cost", TWO, [["a", "b"], ["c", "d"]], "costs holds no numbers", ("cost", np.eye(2))),
        *(
            (
                make_scorer(function, pos_label="x"),
                TWO,
                None,
                "pos_label='x' is no class; there are 'no', 'yes'. Name one",
                make_scorer(function, pos_label="yes"),
            )
            for function in (f1_score, recall_score, jaccard_score)
        ),
    ],
)
def test_metrics_that_cannot_be_maximised_are_described(metric, classes, costs, says, remedy):
    with pytest.raises(ValueError, match=says):
        resolve_metric(metric, classes, costs)
    wanted = remedy if isinstance(remedy, tuple) else (remedy, None)
    table = np.eye(len(classes))
    assert np.isfinite(value_of(table, resolve_metric(wanted[0], classes, wanted[1])))


def test_a_metric_of_each_class_is_refused():
    each = resolve_metric(make_scorer(f1_score, average=None), THREE)
    with pytest.raises(ValueError, match=r"f1_score returned 3 numbers.*average='macro'"):
        value_of(np.eye(3), each)
    assert value_of(np.eye(3), resolve_metric(make_scorer(f1_score, average="macro"), THREE)) == 1


def test_costs_are_copied_if_they_are_no_numbers_of_double_precision_and_never_changed():
    costs = np.array([[0, 1], [5, 0]], dtype=np.int32)
    costs.flags.writeable = False
    assert value_of(TABLE, resolve_metric("cost", TWO, costs)) == pytest.approx(-7 / 11)
    assert_array_equal(costs, [[0, 1], [5, 0]])
