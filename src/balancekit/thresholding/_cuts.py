"""All cuts between the scores of two classes, and what each of them is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import list_rows, suggest


class Cuts(NamedTuple):
    """Thresholds between distinct scores, ascending, with what each of them flags.

    Rows with a score of at least the threshold are flagged, that is taken for the second class.

    Attributes
    ----------
    thresholds : ndarray of float64, shape (n_cuts,)
        The first is -inf and flags every row, the last is +inf and flags none.
    gaps : ndarray of float64, shape (n_cuts,)
        How far apart the scores on both sides are; 0 for the first and the last.
    hits, false_alarms : ndarray of float64, shape (n_cuts,)
        Weight of the flagged rows of the second class, and of the first.
    n_positive, n_negative : float
        Weight of all rows of the second class, and of the first.
    """

    thresholds: FloatArray
    gaps: FloatArray
    hits: FloatArray
    false_alarms: FloatArray
    n_positive: float
    n_negative: float

    def take(self, places: Any) -> Cuts:
        """Return some of the cuts.

        Parameters
        ----------
        places : ndarray of int or bool
            Which.

        Returns
        -------
        cuts : Cuts
            With the same totals.
        """
        return Cuts(
            self.thresholds[places],
            self.gaps[places],
            self.hits[places],
            self.false_alarms[places],
            self.n_positive,
            self.n_negative,
        )


def cuts_of(scores: FloatArray, codes: IntArray, weights: FloatArray | None = None) -> Cuts:
    """Find all cuts between distinct scores.

    Parameters
    ----------
    scores : ndarray of float64, shape (n_rows,)
        Finite scores of the second class.
    codes : ndarray of int, shape (n_rows,)
        True classes, 0 or 1.
    weights : ndarray of float64, shape (n_rows,), optional
        Weights of the rows. Rows of weight 0 count as if they were not there, so there is no cut
        next to their scores.

    Returns
    -------
    cuts : Cuts
        One more than there are distinct scores.

    Raises
    ------
    ValueError
        If a weight is negative or none is positive.

    Notes
    -----
    O(n_rows * log(n_rows)) time.

    Examples
    --------
    >>> cuts = cuts_of(np.array([0.1, 0.4, 0.4, 0.8]), np.array([0, 0, 1, 1]))
    >>> cuts.thresholds
    array([-inf, 0.25, 0.6 ,  inf])
    >>> cuts.hits, cuts.false_alarms
    (array([2., 2., 1., 0.]), array([2., 1., 0., 0.]))
    """
    if weights is not None:
        _check_weights(weights)
        there = weights > 0
        if not there.all():
            scores, codes, weights = scores[there], codes[there], weights[there]
    order = np.argsort(scores)[::-1]
    falling = scores[order]
    is_second = codes[order] == 1
    # The last flagged row of each cut but the two outer ones.
    last = np.flatnonzero(falling[1:] != falling[:-1])
    if weights is None:
        hits = _up_to(is_second, last)
        false_alarms = np.concatenate([[0.0], last + 1.0, [float(len(falling))]]) - hits
    else:
        of_rows = weights[order]
        hits = _up_to(np.where(is_second, of_rows, 0.0), last)
        false_alarms = _up_to(np.where(is_second, 0.0, of_rows), last)
    low, high = falling[last + 1], falling[last]
    with np.errstate(over="ignore"):
        gaps = high - low
    return Cuts(
        np.concatenate([[np.inf], between_scores(low, high), [-np.inf]])[::-1],
        np.concatenate([[0.0], gaps, [0.0]])[::-1],
        hits[::-1],
        false_alarms[::-1],
        float(hits[-1]),
        float(false_alarms[-1]),
    )


def _check_weights(weights: FloatArray) -> None:
    bad = np.flatnonzero(weights < 0)
    if len(bad):
        msg = (
            f"sample_weight is negative in {list_rows(bad)}. Pass weights of zero or more; zero "
            "leaves a row out."
        )
        raise ValueError(msg)
    if not (weights > 0).any():
        msg = "sample_weight is zero for every row. Pass a positive weight for some of them."
        raise ValueError(msg)


def _up_to(amounts: Any, last: IntArray) -> FloatArray:
    """Return the sums of none, of all rows up to each of `last`, and of all."""
    sums = np.cumsum(amounts)
    return np.concatenate([[0.0], sums[last], sums[-1:]])


def between_scores(low: Any, high: Any) -> Any:
    """Return thresholds that scores up to `low` stay below, and `high` reaches.

    Parameters
    ----------
    low, high : float or ndarray of float64
        Finite scores, `low` below `high`.

    Returns
    -------
    thresholds : float64 or ndarray of float64
        The middle; `high` where no number lies between the two.
    """
    with np.errstate(over="ignore"):
        gap = np.subtract(high, low)
    halves = np.multiply(low, 0.5) + np.multiply(high, 0.5)
    middle = np.where(np.isfinite(gap), low + gap * 0.5, halves)
    return np.where((low < middle) & (middle <= high), middle, high)[()]


def _divided(part: FloatArray | float, whole: FloatArray | float) -> FloatArray:
    """Divide; NaN where the whole is nothing."""
    parts, wholes = np.broadcast_arrays(np.asarray(part, dtype=np.float64), whole)
    divided: FloatArray = np.full(parts.shape, np.nan)
    np.divide(parts, wholes, out=divided, where=wholes > 0)
    return divided


def _recall(cuts: Cuts) -> FloatArray:
    return _divided(cuts.hits, cuts.n_positive)


def _precision(cuts: Cuts) -> FloatArray:
    return _divided(cuts.hits, cuts.hits + cuts.false_alarms)


def _specificity(cuts: Cuts) -> FloatArray:
    return _divided(cuts.n_negative - cuts.false_alarms, cuts.n_negative)


def _negative_predictive_value(cuts: Cuts) -> FloatArray:
    rejected = cuts.n_negative - cuts.false_alarms
    return _divided(rejected, rejected + (cuts.n_positive - cuts.hits))


def _f1(cuts: Cuts) -> FloatArray:
    return _divided(2 * cuts.hits, cuts.hits + cuts.false_alarms + cuts.n_positive)


def _accuracy(cuts: Cuts) -> FloatArray:
    right = cuts.hits + (cuts.n_negative - cuts.false_alarms)
    return _divided(right, cuts.n_positive + cuts.n_negative)


def _balanced_accuracy(cuts: Cuts) -> FloatArray:
    return (_recall(cuts) + _specificity(cuts)) / 2


def _geometric_mean(cuts: Cuts) -> FloatArray:
    mean: FloatArray = np.sqrt(_recall(cuts) * _specificity(cuts))
    return mean


def _matthews_corrcoef(cuts: Cuts) -> FloatArray:
    flagged = cuts.hits + cuts.false_alarms
    rest = cuts.n_positive + cuts.n_negative - flagged
    # Ratios, because products of four weights overflow or vanish.
    factor = np.sqrt(_divided(cuts.n_positive, flagged) * _divided(cuts.n_negative, rest))
    correlation: FloatArray = np.nan_to_num(np.clip(_youden(cuts) * factor, -1, 1))
    return correlation


def _youden(cuts: Cuts) -> FloatArray:
    return _recall(cuts) - _false_positive_rate(cuts)


def _flag_rate(cuts: Cuts) -> FloatArray:
    return _divided(cuts.hits + cuts.false_alarms, cuts.n_positive + cuts.n_negative)


def _false_positive_rate(cuts: Cuts) -> FloatArray:
    return _divided(cuts.false_alarms, cuts.n_negative)


RATES: dict[str, Callable[[Cuts], FloatArray]] = {
    "recall": _recall,
    "precision": _precision,
    "specificity": _specificity,
    "negative_predictive_value": _negative_predictive_value,
    "f1": _f1,
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "geometric_mean": _geometric_mean,
    "matthews_corrcoef": _matthews_corrcoef,
    "youden": _youden,
    "flag_rate": _flag_rate,
    "false_positive_rate": _false_positive_rate,
}

# Rates of which less is better; the others are the better, the larger.
LESS_IS_BETTER = ("flag_rate", "false_positive_rate")

# Rates from -1 to 1; the others are from 0 to 1.
SIGNED = ("matthews_corrcoef", "youden")


def rates_of(cuts: Cuts, names: Iterable[str] = tuple(RATES)) -> dict[str, FloatArray]:
    """Compute rates of all cuts.

    Parameters
    ----------
    cuts : Cuts
    names : iterable of str, optional
        Keys of `RATES`; by default all.

    Returns
    -------
    rates : dict of str to ndarray of float64, shape (n_cuts,)
        NaN where a rate would divide by nothing: precision where no row is flagged, the negative
        predictive value where all rows are, and whatever needs rows of a class without any. As in
        scikit-learn, Matthews' correlation is 0 there.
    """
    return {name: RATES[name](cuts) for name in names}


def check_rate(name: object, parameter: str) -> None:
    """Check that there is such a rate.

    Parameters
    ----------
    name : object
        What was written.
    parameter : str
        Where, for the message.

    Raises
    ------
    ValueError
        If it is no key of `RATES`.
    """
    if not isinstance(name, str) or name not in RATES:
        known = ", ".join(repr(rate) for rate in RATES)
        msg = f"{parameter} names no rate: {name!r}. Pass one of {known}.{suggest(name, RATES)}"
        raise ValueError(msg)
