"""The threshold of two classes that is best by one rate and keeps to bounds on others."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import counted
from balancekit.thresholding._cuts import (
    LESS_IS_BETTER,
    SIGNED,
    Cuts,
    check_rate,
    cuts_of,
    rates_of,
)
from balancekit.thresholding._line_search import LEAST_GAIN
from balancekit.thresholding._rule import Given, ThresholdRule
from balancekit.thresholding._scores import Answers, of_second_class
from balancekit.thresholding._verdict import FEW_ROWS


class ConstrainedThreshold(ThresholdRule):
    """Maximise one rate at the threshold, and keep others within bounds.

    For goals such as "the best precision at a recall of 90% or more", or "the best recall with at
    most 1% of the rows flagged". All thresholds between different scores are compared. Two classes
    only; rows that are taken for the second one are called flagged.

    Parameters
    ----------
    maximise : str, default="precision"
        One of ``"recall"``, ``"precision"``, ``"specificity"``, ``"negative_predictive_value"``,
        ``"f1"``, ``"accuracy"``, ``"balanced_accuracy"``, ``"geometric_mean"``,
        ``"matthews_corrcoef"``, ``"youden"`` (recall + specificity - 1), ``"flag_rate"`` (share of
        the rows that is flagged) and ``"false_positive_rate"``.
    subject_to : dict of str to float, default=None
        Bounds, by the names above. ``"flag_rate"`` and ``"false_positive_rate"`` may be at most
        the bound, all others have to reach it. None stands for ``{"recall": 0.9}``; an empty dict
        for no bounds.

    Attributes
    ----------
    threshold_ : float
        Rows with a score of the second class of at least this are flagged. It is -inf if all are
        to be, and +inf if none is.
    achieved_ : dict of str to float
        All rates at the threshold, on the rows of `fit`. NaN for what is not defined there: the
        precision if no row is flagged, the negative predictive value if all are.
    classes_ : ndarray of shape (n_classes,)
        Labels.

    Raises
    ------
    ValueError
        In `fit`, if there are more than two classes, or rows of one only, or a name or a bound is
        none that can be used, or no threshold keeps to all bounds.

    Warns
    -----
    UserWarning
        In `fit`, if there are fewer than 30 rows of the second class.

    See Also
    --------
    TunedThresholds : Maximises a metric, without bounds and for any number of classes.
    CostMatrix : Decides by what mistakes cost.

    Notes
    -----
    The bounds hold on the rows of `fit`, and on new rows only about as well as those represent
    them. How well depends on how many rows a rate is measured on, so for the recall on how many of
    the second class there were: with 100 of them a recall of 0.9 has a standard error of 0.03,
    with 25 of 0.06. Whoever has to keep to a bound on new rows asks for a margin. The rate that is
    maximised is optimistic too, having been picked as the best; measure it on other rows.

    Of several thresholds that are equally good, the one in the middle of the widest gap between
    neighbouring scores is taken, and of several such the highest. Flagging all rows or none has a
    gap of 0. Differences below 1e-10 are taken for rounding errors.

    A bound on a rate that is not defined is not kept: flagging nothing has no precision. Rows of
    weight 0 count as if they were not there.

    O(n_rows * log(n_rows)) time.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.thresholding import ConstrainedThreshold
    >>> scores = np.linspace(0, 1, 101)
    >>> y = np.where(scores < 0.45, "no", "yes")
    >>> rule = ConstrainedThreshold(maximise="recall", subject_to={"flag_rate": 0.25})
    >>> rule.fit(scores, y).threshold_
    0.755
    >>> rule.achieved_["precision"]
    1.0
    >>> rule.classes_[rule.decide([0.7, 0.8])]
    array(['no', 'yes'], dtype='<U3')
    """

    # It learns from the rows, but says itself if there are few.
    _takes = "scores"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "maximise": [str],
        "subject_to": [Mapping, None],
    }

    threshold_: float
    achieved_: dict[str, float]

    def __init__(
        self, maximise: str = "precision", subject_to: Mapping[str, float] | None = None
    ) -> None:
        self.maximise = maximise
        self.subject_to = subject_to

    def _fit(self, scores: FloatArray, answers: Answers, given: Given) -> None:
        check_rate(self.maximise, "maximise")
        bounds = _check_bounds({"recall": 0.9} if self.subject_to is None else self.subject_to)
        if len(answers.classes) != 2:
            msg = (
                f"ConstrainedThreshold is for two classes, found {len(answers.classes)}. Use "
                "TunedThresholds to maximise a metric of more, or CostMatrix to weigh mistakes."
            )
            raise ValueError(msg)
        n_rows_of = _count_rows(answers, given.sample_weight)
        cuts = cuts_of(of_second_class(scores), answers.codes, given.sample_weight)
        best = cuts.take(_best(cuts, self.maximise, bounds))
        self.threshold_ = float(best.thresholds[0])
        self.achieved_ = {name: float(values[0]) for name, values in rates_of(best).items()}
        if n_rows_of[1] < FEW_ROWS:
            warnings.warn(
                f"The threshold was fitted on {counted(n_rows_of[1], 'row')} of class "
                f"{answers.classes.tolist()[1]!r}. On new rows its rates may differ widely, and "
                f"break the bounds. Fit it on {FEW_ROWS} rows of that class or more, such as the "
                "out-of-fold scores of all training rows.",
                UserWarning,
                stacklevel=3,
            )

    @property
    def _moved_to(self) -> float:
        return self.threshold_

    def _decide(self, scores: FloatArray) -> IntArray:
        return (of_second_class(scores) >= self.threshold_).astype(np.intp)


def _check_bounds(subject_to: Mapping[str, Any]) -> dict[str, float]:
    for name, bound in subject_to.items():
        check_rate(name, "subject_to")
        lowest = -1 if name in SIGNED else 0
        is_number = isinstance(bound, Real) and not isinstance(bound, (bool, np.bool_))
        # NaN is not between the two either.
        if not is_number or not lowest <= bound <= 1:
            msg = (
                f"subject_to={{{name!r}: {bound!r}}} is no bound: pass a number between {lowest} "
                "and 1."
            )
            raise ValueError(msg)
    return {name: float(bound) for name, bound in subject_to.items()}


def _count_rows(answers: Answers, weights: FloatArray | None) -> list[int]:
    codes = answers.codes if weights is None else answers.codes[weights > 0]
    counts: list[int] = np.bincount(codes, minlength=2).tolist()
    if 0 in counts:
        missing = answers.classes.tolist()[counts.index(0)]
        msg = (
            f"There is no row of class {missing!r} with a positive weight to fit the threshold on. "
            "Pass rows of both classes."
        )
        raise ValueError(msg)
    return counts


def _best(cuts: Cuts, maximise: str, bounds: dict[str, float]) -> IntArray:
    """Return the place of the best cut that keeps to the bounds, as an array of one."""
    rates = rates_of(cuts, dict.fromkeys([*bounds, maximise]))
    kept = {name: _keeps(rates[name], name, bound) for name, bound in bounds.items()}
    allowed = _all_of(list(kept.values()), len(cuts.thresholds))
    if not allowed.any():
        raise ValueError(_infeasible(rates, bounds, kept))
    values = np.where(allowed, rates[maximise], np.nan)
    if np.isnan(values).all():
        what = "no row" if cuts.thresholds[allowed][0] == np.inf else "every row"
        msg = (
            f"Only flagging {what} keeps to {_and(map(_worded, bounds, bounds.values()))}, and "
            f"{maximise} is not defined there. Loosen a bound, or maximise another rate."
        )
        raise ValueError(msg)
    equally_good = np.flatnonzero(values >= np.nanmax(values) - LEAST_GAIN)
    gaps = cuts.gaps[equally_good]
    widest: IntArray = equally_good[gaps == gaps.max()]
    return widest[-1:]


def _keeps(values: FloatArray, name: str, bound: float) -> NDArray[np.bool_]:
    if name in LESS_IS_BETTER:
        return values <= bound + LEAST_GAIN
    return values >= bound - LEAST_GAIN


def _all_of(kept: list[NDArray[np.bool_]], n_cuts: int) -> NDArray[np.bool_]:
    allowed = np.ones(n_cuts, dtype=np.bool_)
    for keeps in kept:
        allowed &= keeps
    return allowed


def _infeasible(
    rates: dict[str, FloatArray], bounds: dict[str, float], kept: dict[str, NDArray[np.bool_]]
) -> str:
    worded = {name: _worded(name, bound) for name, bound in bounds.items()}
    remedy = "Loosen {}, or fit a classifier that tells the classes apart better."
    if len(bounds) == 1:
        (name,) = bounds
        return (
            f"No threshold has {worded[name]} on these rows: the best that any reaches is "
            f"{_most(rates[name], name):.6g}. {remedy.format('the bound')}"
        )
    rest, hold, never = (
        ("the other", "holds", "never holds")
        if len(bounds) == 2
        else ("the others", "hold", "never hold together")
    )
    found = []
    for name in bounds:
        others = [keeps for other, keeps in kept.items() if other != name]
        values = rates[name][_all_of(others, len(rates[name]))]
        best = f"{name} {_most(rates[name], name):.6g} alone"
        if np.isnan(values).all():
            found.append(f"{best} ({rest} {never})")
        else:
            found.append(f"{best} and {_most(values, name):.6g} where {rest} {hold}")
    return (
        f"{_and(worded.values())} cannot hold together: no threshold keeps to all on these "
        f"rows. At best: {'; '.join(found)}. {remedy.format('a bound')}"
    )


def _most(values: FloatArray, name: str) -> float:
    return float(np.nanmin(values) if name in LESS_IS_BETTER else np.nanmax(values))


def _worded(name: str, bound: float) -> str:
    return f"{name} {'<=' if name in LESS_IS_BETTER else '>='} {bound:g}"


def _and(parts: Any) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else str(last)
