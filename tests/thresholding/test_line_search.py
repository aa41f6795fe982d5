import functools

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.metrics import fbeta_score, jaccard_score, make_scorer

from balancekit.kernels.thresholds import switch_points
from balancekit.thresholding._line_search import (
    ascend,
    between,
    in_order,
    merge_close,
    search_line,
    value_of,
)
from balancekit.thresholding._metric import resolve_metric

COSTS = np.array(
    [
        [0, 1, 2, 5, 1, 4],
        [4, -1, 3, 0, 2, 2],
        [9, 4, 0, 2, 3, 1],
        [1, 1, 7, 0.5, 1, 1],
        [2, 6, 1, 1, 0, 3],
        [5, 5, 5, 5, 5, 0],
    ]
)
METRICS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced_accuracy",
    "f1_macro": "f1_macro",
    "f1_micro": "f1_micro",
    "f1_weighted": "f1_weighted",
    "f2_macro": make_scorer(fbeta_score, beta=2, average="macro"),
    "f2_weighted": make_scorer(fbeta_score, beta=2, average="weighted"),
    "geometric_mean": "geometric_mean",
    "matthews_corrcoef": "matthews_corrcoef",
    "cohen_kappa": "cohen_kappa",
    "cost": "cost",
}
N_PROBLEMS = 500


def _problem(seed, n_classes):
    """Additive scores with ties, some of them minus infinity, offsets, codes and weights."""
    rng = np.random.RandomState(seed)
    n_rows = rng.randint(1, 25)
    # Quarters are added without rounding, so that ties are ties.
    scores = (
        rng.randint(-8, 9, (n_rows, n_classes)) / 4 if seed % 3 else rng.randn(n_rows, n_classes)
    )
    impossible = rng.rand(n_rows, n_classes) < (0.2 if seed % 2 else 0)
    impossible[np.arange(n_rows), rng.randint(n_classes, size=n_rows)] = False
    scores[impossible] = -np.inf
    offsets = rng.randint(-4, 5, n_classes) / 4
    codes = rng.randint(rng.randint(1, n_classes + 1), size=n_rows)
    weights = [None, rng.randint(1, 5, n_rows).astype(float), rng.rand(n_rows) + 0.1][seed % 3]
    return scores, offsets, codes, weights


def _line(scores, offsets, code, codes, weights):
    points, rivals = np.empty(len(scores)), np.empty(len(scores), dtype=np.int16)
    switch_points(scores, offsets, code, points, rivals)
    return in_order(points, rivals, codes.astype(np.int16), weights)


def _decided(scores, offsets, codes, weights, metric):
    n_classes = scores.shape[1]
    table = np.zeros((n_classes, n_classes))
    named = (scores + offsets).argmax(axis=1)
    np.add.at(table, (codes, named), 1.0 if weights is None else weights)
    return value_of(table, metric)


def _along(scores, offsets, code, codes, weights, metric):
    """The metric for an offset between every two switch points and beyond both ends."""
    others = scores + offsets
    others[:, code] = -np.inf
    with np.errstate(invalid="ignore"):
        points = others.max(axis=1) - scores[:, code]
    points = np.unique(points[np.isfinite(points)])
    tried = [0.0]
    if len(points):
        tried = [points[0] - 1, *(points[1:] + points[:-1]) / 2, points[-1] + 1]
    for offset in tried:
        moved = offsets.copy()
        moved[code] = offset
        yield offset, _decided(scores, moved, codes, weights, metric)


@pytest.mark.parametrize("name", METRICS)
def test_a_line_search_finds_the_best_of_all_offsets_of_a_class(name):
    mine = list(METRICS).index(name)
    problems = range(mine, N_PROBLEMS + 50, len(METRICS))
    assert len(problems) * len(METRICS) >= N_PROBLEMS
    for seed in problems:
        n_classes = 2 + seed // len(METRICS) % 5
        metric = resolve_metric(METRICS[name], np.arange(n_classes), COSTS[:n_classes, :n_classes])
        scores, offsets, codes, weights = _problem(seed, n_classes)
        for code in range(n_classes):
            found = search_line(
                _line(scores, offsets, code, codes, weights), code, n_classes, metric
            )
            best = max(value for _, value in _along(scores, offsets, code, codes, weights, metric))
            assert found.value == pytest.approx(best, abs=1e-10), (seed, code)
            moved = offsets.copy()
            moved[code] = between(found.low, found.high)
            reached = _decided(scores, moved, codes, weights, metric)
            assert reached == pytest.approx(best, abs=1e-10), (seed, code)


@pytest.mark.parametrize("name", ["accuracy", "f1_macro"])
def test_all_values_along_a_line_are_kept_if_asked_for(name):
    metric = resolve_metric(name, np.arange(3))
    for seed in range(20):
        scores, offsets, codes, weights = _problem(seed, 3)
        switches = _line(scores, offsets, 1, codes, weights)
        found = search_line(switches, 1, 3, metric, keep_values=True)
        expected = [value for _, value in _along(scores, offsets, 1, codes, weights, metric)]
        np.testing.assert_allclose(found.values[~np.isnan(found.values)], expected, atol=1e-12)


def _slow(metric):
    """The same metric as a function of the table, which the kernel does not know."""
    function = functools.partial(value_of, metric=metric)
    return type(metric)(None, function=function)


@pytest.mark.parametrize("name", ["accuracy", "f1_macro", "geometric_mean", "cost"])
def test_a_metric_that_the_kernel_does_not_know_is_searched_alike(name):
    for seed in range(60):
        n_classes = 2 + seed % 4
        metric = resolve_metric(METRICS[name], np.arange(n_classes), COSTS[:n_classes, :n_classes])
        scores, offsets, codes, weights = _problem(seed, n_classes)
        switches = _line(scores, offsets, 1, codes, weights)
        fast = search_line(switches, 1, n_classes, metric, keep_values=True)
        slow = search_line(switches, 1, n_classes, _slow(metric), keep_values=True)
        assert slow.value == pytest.approx(fast.value, abs=1e-12)
        assert (slow.low, slow.high) == (fast.low, fast.high), seed
        np.testing.assert_allclose(slow.values, fast.values, atol=1e-12)


def test_what_is_not_defined_is_passed_over():
    undefined_at_first = type(resolve_metric("accuracy", np.arange(2)))(
        None,
        function=lambda table: table[1, 1] / table[:, 1].sum() if table[:, 1].any() else -np.inf,
    )
    short = np.array([1, 0], dtype=np.int16)
    switches = in_order(np.array([1.0, 2.0]), np.zeros(2, dtype=np.int16), short, None)
    found = search_line(switches, 1, 2, undefined_at_first, keep_values=True)
    assert (found.value, found.low, found.high) == (1.0, 1.0, 2.0)
    assert_array_equal(found.values, [np.nan, 1.0, 0.5])


def test_no_rows_are_left_of_weights_that_have_switched():
    tables = []
    metric = type(resolve_metric("accuracy", np.arange(2)))(
        None, function=lambda table: tables.append(table.copy()) or 0.0
    )
    codes = np.zeros(3, dtype=np.int16)
    # 0.1 + 0.2 + 0.3 - 0.1 - 0.2 - 0.3 is not zero.
    switches = in_order(np.arange(3.0), codes, codes, np.array([0.1, 0.2, 0.3]))
    search_line(switches, 1, 2, metric)
    assert tables[0][0, 0] == pytest.approx(0.6)
    assert tables[-1][0, 0] == 0.0


@pytest.mark.parametrize("factor", [1e-13, 1e-6, 1e9])
def test_the_unit_of_costs_does_not_matter(factor):
    metric = resolve_metric("cost", np.arange(4), COSTS[:4, :4])
    scaled = resolve_metric("cost", np.arange(4), COSTS[:4, :4] * factor)
    rng = np.random.RandomState(0)
    scores, codes = rng.randn(200, 4), rng.randint(4, size=200)
    switches = _line(scores, np.zeros(4), 1, codes, None)
    plain = search_line(switches, 1, 4, metric)
    assert search_line(switches, 1, 4, scaled)[1:3] == plain[1:3]
    assert search_line(switches, 1, 4, _slow(scaled))[1:3] == plain[1:3]
    outcome = ascend(scores, codes, None, metric, np.zeros(4), 50)
    again = ascend(scores, codes, None, scaled, np.zeros(4), 50)
    assert_array_equal(again[0], outcome[0])
    assert again[1] == pytest.approx(outcome[1] * factor)
    assert_array_equal(ascend(scores, codes, None, _slow(scaled), np.zeros(4), 50)[0], outcome[0])


@pytest.mark.parametrize("weighted", [False, True])
def test_an_ascent_ends_where_no_offset_can_be_bettered(weighted):
    for seed in range(40):
        n_classes = 3 + seed % 4
        metric = resolve_metric(list(METRICS.values())[seed % 10], np.arange(n_classes))
        scores, start, codes, weights = _problem(seed, n_classes)
        weights = np.random.RandomState(seed).rand(len(codes)) + 0.1 if weighted else None
        offsets, value, n_sweeps = ascend(scores, codes, weights, metric, start, 50)
        assert n_sweeps < 50
        assert value == pytest.approx(_decided(scores, offsets, codes, weights, metric))
        assert value >= _decided(scores, start, codes, weights, metric) - 1e-12
        for code in range(n_classes):
            along = _along(scores, offsets, code, codes, weights, metric)
            assert max(reached for _, reached in along) <= value + 1e-9, (seed, code)


# Without merging such points, the ascent of the second ends early.
@pytest.mark.parametrize("seed", [362, 437, 1168])
def test_switch_points_that_differ_by_rounding_hide_no_better_offset(seed):
    # Shares of ten votes: log odds of 1 to 2 and of 2 to 4 are the same up to rounding.
    rng = np.random.RandomState(seed)
    n_classes, n_rows = rng.randint(3, 6), rng.choice([15, 60])
    proba = rng.multinomial(10, rng.dirichlet(np.ones(n_classes)), size=n_rows) / 10
    codes = np.array([rng.choice(n_classes, p=(p + 0.1) / (p + 0.1).sum()) for p in proba])
    name = ["balanced_accuracy", "f1_macro", "accuracy", "matthews_corrcoef"][seed % 4]
    metric = resolve_metric(name, np.arange(n_classes))
    with np.errstate(divide="ignore"):
        scores = np.log(proba)
    shares = np.bincount(codes, minlength=n_classes)
    corrected = -np.log(np.maximum(shares, 1) / n_rows)
    for start in (np.zeros(n_classes), corrected, corrected / 2):
        offsets, value, _ = ascend(scores, codes, None, metric, start, 50)
        for code in range(n_classes):
            for offset, reached in _along(scores, offsets, code, codes, None, metric):
                assert reached <= value + 1e-9, (code, offset)


def test_points_that_differ_by_rounding_are_merged_and_infinite_ones_stay():
    inf, tiny = np.inf, 1e-15
    points = np.array([-inf, -inf, 1, 1 + tiny, 1 + 2 * tiny, 2, inf, inf])
    codes = np.zeros(8, dtype=np.int16)
    merged = merge_close(in_order(points, codes, codes, None), 1e-14)
    assert_array_equal(merged.points, [-inf, -inf, 1, 1, 1, 2, inf, inf])
    none = merge_close(in_order(np.empty(0), codes[:0], codes[:0], None), 1e-14)
    assert_array_equal(none.points, np.empty(0))


@pytest.mark.parametrize(
    ("low", "high", "offset"),
    [(1.0, 2.0, 1.5), (-np.inf, 2.0, 1.0), (1.0, np.inf, 2.0), (-np.inf, np.inf, 0.0)],
)
def test_an_offset_lies_between_its_switch_points(low, high, offset):
    assert between(low, high) == offset


def test_an_offset_between_neighbouring_numbers_is_the_higher():
    assert between(1.0, np.nextafter(1.0, 2.0)) == np.nextafter(1.0, 2.0)
    assert between(-1e308, 1.5e308) == 1.5e308


def test_a_scorer_is_called_once_for_each_switch_point():
    calls = []

    def counted(y, named):
        calls.append(len(y))
        return jaccard_score(y, named, average="macro", zero_division=0)

    codes = np.array([0, 1, 0, 1], dtype=np.int16)
    switches = in_order(np.array([1.0, 1.0, 2.0, 3.0]), np.zeros(4, np.int16), codes, None)
    search_line(switches, 1, 2, resolve_metric(counted, np.arange(2)))
    assert calls == [4, 4, 4, 4]
