"""Exact searches for one threshold, or for one class's offset."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.thresholding._metric import Metric

# How far beyond the last row an offset lies that all rows are taken by, or none.
BEYOND = 1.0

# Gains below this are rounding errors; of a metric of any range, in units of its size.
LEAST_GAIN = 1e-10

# Values along a line that differ by less are the same, in the same units.
SAME = 1e-12


class Switches(NamedTuple):
    """Rows in the order in which they switch to a class.

    Attributes
    ----------
    points : ndarray of float64, shape (n_rows,)
        Where each does, ascending.
    rivals, codes : ndarray of int16, shape (n_rows,)
        The classes that they are taken for before, and their true ones.
    weights : ndarray of float64, shape (n_rows,) or (0,)
        Their weights; none for ones.
    """

    points: FloatArray
    rivals: NDArray[np.int16]
    codes: NDArray[np.int16]
    weights: FloatArray


class Best(NamedTuple):
    """The outcome of a line search.

    Attributes
    ----------
    value : float
        The metric.
    low, high : float
        The switch points that the offset lies between.
    values : ndarray of float64, shape (n_rows + 1,) or (0,)
        The metric after so many rows have switched, if asked for; NaN where rows switch together.
    """

    value: float
    low: float
    high: float
    values: FloatArray


def in_order(
    points: FloatArray,
    rivals: NDArray[np.int16],
    codes: NDArray[np.int16],
    weights: FloatArray | None,
) -> Switches:
    """Sort rows by their switch points.

    Parameters
    ----------
    points, rivals, codes, weights : ndarray, shape (n_rows,)
        See `Switches`; no weights for ones.

    Returns
    -------
    switches : Switches
    """
    order = np.argsort(points)
    sorted_weights = np.empty(0) if weights is None else weights[order]
    return Switches(points[order], rivals[order], codes[order], sorted_weights)


def merge_close(switches: Switches, tolerance: float) -> Switches:
    """Let rows switch together whose switch points differ by rounding only.

    Parameters
    ----------
    switches : Switches
        Rows in order.
    tolerance : float
        What points next to each other differ by at most.

    Returns
    -------
    switches : Switches
        With the lowest of such points for all of them.

    Notes
    -----
    Log odds of 1 to 2 and of 2 to 4 may differ in their last bits. No offset is to be sought in
    between: adding it is rounded too.
    """
    points = switches.points
    with np.errstate(invalid="ignore"):
        # Infinities of one sign differ by NaN.
        starts = np.append(True, points[1:] - points[:-1] > tolerance)[: len(points)]
    return switches._replace(points=points[starts][np.cumsum(starts) - 1])


def search_line(
    switches: Switches, code: int, n_classes: int, metric: Metric, *, keep_values: bool = False
) -> Best:
    """Find how many rows should be taken for a class.

    Parameters
    ----------
    switches : Switches
        All rows.
    code : int
        The class that they switch to.
    n_classes : int
        Number of classes.
    metric : Metric
        What is maximised.
    keep_values : bool, default=False
        Whether to return the metric all along the line.

    Returns
    -------
    best : Best
        Of several, the widest gap.

    Notes
    -----
    O(n_rows * n_classes) time for metrics that the kernel knows; for others, a call of the metric
    for each switch point.
    """
    # What switches below all numbers, has switched; what switches above all, never does.
    n_done = int(np.searchsorted(switches.points, -np.inf, side="right"))
    n_movable = int(np.searchsorted(switches.points, np.inf, side="left"))
    before = switches.rivals.astype(np.intp)
    before[:n_done] = code
    before += switches.codes.astype(np.intp) * n_classes
    weights = switches.weights if len(switches.weights) else None
    cells = np.bincount(before, weights, minlength=n_classes**2)
    table = cells.reshape(n_classes, n_classes).astype(np.float64)
    there = slice(n_done, n_movable)
    values = np.full(n_movable - n_done + 1 if keep_values else 0, np.nan)
    line = Switches(
        switches.points[there],
        switches.rivals[there],
        switches.codes[there],
        switches.weights[there] if len(switches.weights) else switches.weights,
    )
    if metric.kind is None:
        value, low, high = _search_slowly(line, code, table, metric, values)
    else:
        value, low, high = _search_by_kernel(line, code, table, metric, values)
    return Best(value, low, high, values)


def _search_by_kernel(
    line: Switches, code: int, table: FloatArray, metric: Metric, values: FloatArray
) -> tuple[float, float, float]:
    from balancekit.kernels import thresholds

    kinds = {
        "accuracy": thresholds.ACCURACY,
        "balanced_accuracy": thresholds.BALANCED_ACCURACY,
        "f_binary": thresholds.F_BINARY,
        "f_macro": thresholds.F_MACRO,
        "f_weighted": thresholds.F_WEIGHTED,
        "geometric_mean": thresholds.G_MEAN,
        "matthews_corrcoef": thresholds.MCC,
        "cohen_kappa": thresholds.KAPPA,
        "cost": thresholds.COST,
        "youden": thresholds.YOUDEN,
    }
    costs = metric.costs if metric.costs.size else np.zeros((1, 1))
    cost = float((metric.costs * table).sum()) if metric.costs.size else 0.0
    found: tuple[float, float, float] = thresholds.best_switch(
        line.points,
        line.rivals,
        line.codes,
        line.weights,
        code,
        costs,
        kinds[str(metric.kind)],
        metric.beta,
        metric.positive,
        table.sum(axis=1),
        np.diag(table).copy(),
        table.sum(axis=0),
        cost,
        SAME * metric.scale,
        values,
    )
    return found


def _search_slowly(
    line: Switches, code: int, table: FloatArray, metric: Metric, values: FloatArray
) -> tuple[float, float, float]:
    assert metric.function is not None
    points = line.points
    stops = np.append(np.flatnonzero(points[1:] != points[:-1]) + 1, len(points))[: len(points)]
    # What is left of a cell when its rows have switched may differ from zero by rounding.
    left = table * SAME
    found = np.empty(len(stops) + 1)
    found[0] = metric.function(table)
    start = 0
    for place, stop in enumerate(stops.tolist(), start=1):
        rows = slice(start, stop)
        weights = line.weights[rows] if len(line.weights) else 1.0
        np.subtract.at(table, (line.codes[rows], line.rivals[rows]), weights)
        np.add.at(table, (line.codes[rows], code), weights)
        table[table <= left] = 0
        found[place] = metric.function(table)
        start = stop
    if len(values):
        values[np.append(0, stops)] = np.where(found > -np.inf, found, np.nan)
    best = float(found.max())
    size = np.abs(found[np.isfinite(found)]).max(initial=0.0)
    edges = np.concatenate([[-np.inf], points[stops - 1], [np.inf]])
    if len(points):
        edges[1:-1] = points[np.append(0, stops[:-1])]
    with np.errstate(over="ignore"):
        gaps = np.diff(edges)
    gaps[[0, -1]] = 0.0
    gaps[found < best - LEAST_GAIN * size] = -1.0
    chosen = int(gaps.argmax())
    return best, float(edges[chosen]), float(edges[chosen + 1])


def ascend(
    scores: FloatArray,
    codes: IntArray,
    weights: FloatArray | None,
    metric: Metric,
    start: FloatArray,
    max_sweeps: int,
) -> tuple[FloatArray, float, int]:
    """Search along each class's offset in turn until none gains.

    Parameters
    ----------
    scores : ndarray of float64, shape (n_rows, n_classes)
        Additive scores.
    codes : ndarray of int, shape (n_rows,)
        True classes.
    weights : ndarray of float64, shape (n_rows,) or None
        Weights of the rows.
    metric : Metric
        What is maximised.
    start : ndarray of float64, shape (n_classes,)
        Offsets to start from.
    max_sweeps : int
        Times that all classes are searched at most.

    Returns
    -------
    offsets : ndarray of float64, shape (n_classes,)
    value : float
        The metric there, as decisions by these offsets give it.
    n_sweeps : int
        Times that all classes were searched.

    Notes
    -----
    Each search sorts the rows: O(n_rows * (log(n_rows) + n_classes)) time.
    """
    from balancekit.kernels.thresholds import switch_points

    n_rows, n_classes = scores.shape
    short = codes.astype(np.int16)
    of_rows = np.empty(0) if weights is None else weights
    offsets = start.astype(np.float64)
    value = achieved(scores, offsets, short, of_rows, metric)
    points, rivals = np.empty(n_rows), np.empty(n_rows, dtype=np.int16)
    finite = np.abs(scores[np.isfinite(scores)]).max(initial=0.0)
    n_without_gain = 0
    for sweep in range(max_sweeps):
        for code in range(n_classes):
            switch_points(scores, offsets, code, points, rivals)
            rounding = 8 * np.finfo(np.float64).eps * (finite + np.abs(offsets).max())
            switches = merge_close(in_order(points, rivals, short, weights), rounding)
            found = search_line(switches, code, n_classes, metric)
            moved = offsets.copy()
            moved[code] = between(found.low, found.high)
            gained = achieved(scores, moved, short, of_rows, metric)
            # Of metrics that we do not know, we do not know the range either.
            size = metric.scale if metric.function is None else abs(value)
            if gained > value + (LEAST_GAIN * size if np.isfinite(value) else 0.0):
                offsets, value, n_without_gain = moved, gained, 0
            else:
                n_without_gain += 1
            if n_without_gain == n_classes:
                return offsets, value, sweep + 1
    return offsets, value, max_sweeps


def between(low: float, high: float) -> float:
    """Return an offset between two switch points, above the one and not above the other.

    Parameters
    ----------
    low, high : float
        Switch points; infinite at the ends.

    Returns
    -------
    offset : float
    """
    if np.isinf(low):
        return 0.0 if np.isinf(high) else high - BEYOND
    if np.isinf(high):
        return low + BEYOND
    middle = low + (high - low) / 2
    return middle if low < middle <= high else high


def achieved(
    scores: FloatArray,
    offsets: FloatArray,
    codes: NDArray[np.int16],
    weights: FloatArray,
    metric: Metric,
) -> float:
    """Compute the metric of the decisions by some offsets.

    Parameters
    ----------
    scores, offsets, codes, weights, metric
        See `ascend`.

    Returns
    -------
    value : float
    """
    from balancekit.kernels.thresholds import confuse

    table = np.zeros((scores.shape[1], scores.shape[1]))
    confuse(scores, offsets, codes, weights, table)
    return value_of(table, metric)


def value_of(table: FloatArray, metric: Metric) -> float:
    """Compute a metric of a table of confusion.

    Parameters
    ----------
    table : ndarray of float64, shape (n_classes, n_classes)
        Weight of the rows by true and predicted class.
    metric : Metric

    Returns
    -------
    value : float
    """
    if metric.function is not None:
        return metric.function(table)
    nothing = Switches(np.empty(0), np.empty(0, np.int16), np.empty(0, np.int16), np.empty(0))
    return _search_by_kernel(nothing, 0, table, metric, np.empty(0))[0]
