"""Line searches over decisions: rows that switch to a class, one after another."""

from __future__ import annotations

import numpy as np
from numba import float64, int16, int64, types, void

from balancekit.kernels.compiling import compiled, read_only

# Kinds of metrics that only need a row's true and its predicted class.
(
    ACCURACY, BALANCED_ACCURACY, F_BINARY, F_MACRO, F_WEIGHTED, G_MEAN, MCC, KAPPA, COST, YOUDEN,
) = range(10)  # fmt: skip

CODES = read_only(int16)
NUMBERS = read_only(float64)
# Value, and the two switch points between which it lies.
BEST = types.Tuple((float64, float64, float64))  # type: ignore[no-untyped-call]

# Shares below this are what rounding left of a sum of weights that were taken away again.
ROUNDING = 1e-12


@compiled([float64(int64, float64, int64, float64[::1], float64[::1], NUMBERS, float64)])
def metric_value(kind, beta, positive, hits, predicted, true, cost):  # type: ignore[no-untyped-def]
    """Compute a metric, the larger the better.

    Parameters
    ----------
    kind : int
        Which one.
    beta : float
        Of F-beta: how much recall counts, as against precision.
    positive : int
        The class that a binary F-beta is of.
    hits, predicted, true : ndarray of float64, shape (n_classes,)
        Weight of the rows of each class that are taken for it, of those taken for it, of its rows.
    cost : float
        Sum of costs.

    Returns
    -------
    value : float
    """
    n_classes = len(true)
    total = true.sum()
    if kind == COST:
        return -cost / total
    if kind == ACCURACY:
        return hits.sum() / total
    if kind in (BALANCED_ACCURACY, YOUDEN):
        recalls, n_present = 0.0, 0
        for label in range(n_classes):
            if true[label] > 0.0:
                recalls += hits[label] / true[label]
                n_present += 1
        recall = recalls / n_present
        return recall if kind == BALANCED_ACCURACY else 2.0 * recall - 1.0
    if kind == G_MEAN:
        product, n_present = 1.0, 0
        for label in range(n_classes):
            if true[label] > 0.0 and hits[label] > 0.0:
                product *= hits[label] / true[label]
                n_present += 1
            elif true[label] > 0.0 or predicted[label] > 0.0:
                # A class without rows that is predicted has no recall, as in imbalanced-learn.
                return 0.0
        if product > 1e-200:
            return product ** (1.0 / n_present)
        # The product of hundreds of recalls may be too small for a number.
        logarithms = 0.0
        for label in range(n_classes):
            if true[label] > 0.0:
                logarithms += np.log(hits[label] / true[label])
        return np.exp(logarithms / n_present)
    if kind in (F_BINARY, F_MACRO, F_WEIGHTED):
        square, together, n_present = beta * beta, 0.0, 0
        for label in range(n_classes):
            n_present += true[label] > 0.0 or predicted[label] > 0.0
            below = square * true[label] + predicted[label]
            if below <= 0.0:
                continue
            of_label = (1.0 + square) * hits[label] / below
            if kind == F_BINARY:
                if label == positive:
                    return of_label
            elif kind == F_WEIGHTED:
                together += of_label * true[label] / total
            else:
                together += of_label
        if kind == F_MACRO:
            return together / n_present
        return together
    agreed, chance, squares, true_squares = 0.0, 0.0, 0.0, 0.0
    for label in range(n_classes):
        agreed += hits[label]
        chance += predicted[label] * true[label]
        squares += predicted[label] * predicted[label]
        true_squares += true[label] * true[label]
    if kind == KAPPA:
        below = total * total - chance
        return (agreed * total - chance) / below if below > ROUNDING * total * total else 0.0
    apart, true_apart = total * total - squares, total * total - true_squares
    if min(apart, true_apart) <= ROUNDING * total * total:
        # All rows are taken for one class, or belong to one.
        return 0.0
    return (agreed * total - chance) / np.sqrt(apart * true_apart)


@compiled(
    [
        BEST(
            NUMBERS, CODES, CODES, NUMBERS, int64, read_only(float64, 2), int64, float64, int64,
            NUMBERS, float64[::1], float64[::1], float64, float64, float64[::1],
        )
    ]
)  # fmt: skip
def best_switch(  # type: ignore[no-untyped-def]
    points, from_codes, codes, weights, code, costs, kind, beta, positive, true, hits, predicted,
    cost, same, values,
):  # fmt: skip
    """Find how many rows should switch to a class, in the order in which they do.

    Parameters
    ----------
    points : ndarray of float64, shape (n_rows,)
        Where each row switches, ascending.
    from_codes, codes : ndarray of int16, shape (n_rows,)
        The class that each row is taken for before, and its true class.
    weights : ndarray of float64, shape (n_rows,) or (0,)
        Weights of the rows; none for ones.
    code : int
        The class that they switch to.
    costs : ndarray of float64, shape (n_classes, n_classes)
        ``costs[true, predicted]``; only used for costs.
    kind, beta, positive : int, float, int
        See `metric_value`.
    true : ndarray of float64, shape (n_classes,)
        Weight of the rows of each class.
    hits, predicted : ndarray of float64, shape (n_classes,)
        Before any row switches; written to.
    cost : float
        Sum of costs before any row switches.
    same : float
        Values this close are equally good.
    values : ndarray of float64, shape (n_rows + 1,) or (0,)
        Written to: the metric after so many rows have switched; only where a next row has another
        switch point.

    Returns
    -------
    best, low, high : float
        The best value, and the switch points that it lies between; minus or plus infinity at the
        ends. Of several, the widest gap.

    Notes
    -----
    O(n_rows * n_classes) time.
    """
    n_rows = len(points)
    best = metric_value(kind, beta, positive, hits, predicted, true, cost)
    low, high = -np.inf, points[0] if n_rows else np.inf
    widest = 0.0
    # What is left of a class when its rows have switched may differ from zero by rounding.
    left_of_true, left_of_predicted = true * ROUNDING, predicted * ROUNDING
    if len(values):
        values[0] = best
    for row in range(n_rows):
        before, truth = from_codes[row], codes[row]
        weight = weights[row] if len(weights) else 1.0
        predicted[before] -= weight
        if predicted[before] <= left_of_predicted[before]:
            predicted[before] = 0.0
        predicted[code] += weight
        if truth == before:
            hits[before] -= weight
            if hits[before] <= left_of_true[before]:
                hits[before] = 0.0
        if truth == code:
            hits[code] += weight
        if kind == COST:
            cost += weight * (costs[truth, code] - costs[truth, before])
        is_last = row + 1 == n_rows
        if not is_last and points[row + 1] == points[row]:
            continue
        value = metric_value(kind, beta, positive, hits, predicted, true, cost)
        if len(values):
            values[row + 1] = value
        gap = 0.0 if is_last else points[row + 1] - points[row]
        if value > best + same or (value >= best - same and gap > widest):
            # Never lower, so that a row of nearly equal values does not lead astray.
            best, widest = max(best, value), gap
            low, high = points[row], np.inf if is_last else points[row + 1]
    return best, low, high


@compiled([void(read_only(float64, 2), NUMBERS, int64, float64[::1], int16[::1])])
def switch_points(scores, offsets, code, points, rivals):  # type: ignore[no-untyped-def]
    """Find where the offset of a class makes each row switch to it.

    Parameters
    ----------
    scores : ndarray of float64, shape (n_rows, n_classes)
        Additive scores: logits, or logarithms of probabilities. At least one in a row is finite.
    offsets : ndarray of float64, shape (n_classes,)
        What is added to them.
    code : int
        The class.
    points : ndarray of float64, shape (n_rows,)
        Written to: the offset of the class above which the row is taken for it.
    rivals : ndarray of int16, shape (n_rows,)
        Written to: the class that the row is taken for below.

    Notes
    -----
    O(n_rows * n_classes) time.
    """
    for row in range(len(scores)):
        best, rival = -np.inf, -1
        for other in range(len(offsets)):
            if other != code:
                score = scores[row, other] + offsets[other]
                if score > best or rival < 0:
                    best, rival = score, other
        points[row] = best - scores[row, code] if scores[row, code] > -np.inf else np.inf
        rivals[row] = rival


@compiled([void(read_only(float64, 2), NUMBERS, CODES, NUMBERS, float64[:, ::1])])
def confuse(scores, offsets, codes, weights, table):  # type: ignore[no-untyped-def]
    """Count the decisions by some offsets.

    Parameters
    ----------
    scores : ndarray of float64, shape (n_rows, n_classes)
        Additive scores.
    offsets : ndarray of float64, shape (n_classes,)
        What is added to them; the first of the largest sums decides.
    codes : ndarray of int16, shape (n_rows,)
        True classes.
    weights : ndarray of float64, shape (n_rows,) or (0,)
        Weights of the rows; none for ones.
    table : ndarray of float64, shape (n_classes, n_classes)
        Added to: the weight of the rows by true and predicted class.

    Notes
    -----
    O(n_rows * n_classes) time.
    """
    for row in range(len(scores)):
        best, named = scores[row, 0] + offsets[0], 0
        for label in range(1, len(offsets)):
            score = scores[row, label] + offsets[label]
            if score > best:
                best, named = score, label
        table[codes[row], named] += weights[row] if len(weights) else 1.0
