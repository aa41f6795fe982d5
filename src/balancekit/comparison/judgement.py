"""From scores per split to what is reliable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from balancekit.comparison.scoring import METRICS, Metric
from balancekit.comparison.statistics import ALPHA, corrected_interval, corrected_t_test, holm
from balancekit.comparison.strategies import DECIDING, NOTHING, TUNED

Verdict = Literal["reference", "same model", "better", "worse", "no reliable difference"]
Scores = Mapping[str, Mapping[str, NDArray[np.float64] | None]]


@dataclass(frozen=True)
class Cell:
    """A strategy's score on a metric, and what follows from it.

    Parameters
    ----------
    mean, low, high : float
        Mean over the splits and its corrected 95% interval, cut off at the metric's bounds.
    verdict : {"reference", "same model", "better", "worse", "no reliable difference"}
        "better" and "worse" are reliable ones: the adjusted p value is below .05. Tuning the
        threshold and correcting the prior leave rankings and probabilities the "same model".
    difference : float, optional
        Mean over the splits of this strategy's score minus the reference's.
    p, p_adjusted : float, optional
        Corrected t test; adjusted by Holm over the strategies.
    """

    mean: float
    low: float
    high: float
    verdict: Verdict
    difference: float | None = None
    p: float | None = None
    p_adjusted: float | None = None


def reference_of(metric: Metric) -> str:
    """Name the strategy that a metric's scores are judged against.

    Parameters
    ----------
    metric : Metric
        The metric.

    Returns
    -------
    name : str
        A decision is judged against the tuned threshold, because tuning it needs no other data;
        rankings and probabilities, which no threshold changes, against nothing.
    """
    return TUNED.name if metric.kind == "threshold" else NOTHING.name


def judge(scores: Scores, test_train_ratio: float) -> dict[str, dict[str, Cell]]:
    """Judge all strategies on all metrics.

    Parameters
    ----------
    scores : dict of str to dict of str to ndarray of float, shape (n_splits,), or None
        Scores per split by strategy name and metric key; the references are among them.
    test_train_ratio : float
        Test rows per training row.

    Returns
    -------
    cells : dict of str to dict of str to Cell
        By metric key and strategy name. Metrics without scores are left out.
    """
    return {
        metric.key: _judge_metric(metric, scores, test_train_ratio)
        for metric in METRICS
        if scores[NOTHING.name][metric.key] is not None
    }


def _judge_metric(metric: Metric, scores: Scores, ratio: float) -> dict[str, Cell]:
    per_split = {name: np.asarray(by_metric[metric.key]) for name, by_metric in scores.items()}
    reference = reference_of(metric)
    untested: dict[str, Verdict] = {reference: "reference"}
    if metric.kind != "threshold":
        untested |= dict.fromkeys((each.name for each in DECIDING), "same model")
    tested = [name for name in per_split if name not in untested]
    tests = [corrected_t_test(per_split[name] - per_split[reference], ratio) for name in tested]
    adjusted = holm([p for _, p in tests])
    cells = {
        name: Cell(*_summary(metric, values, ratio), untested.get(name, "no reliable difference"))
        for name, values in per_split.items()
    }
    for name, (difference, p), p_adjusted in zip(tested, tests, adjusted, strict=True):
        verdict = _verdict(metric, difference, p_adjusted)
        cells[name] = replace(
            cells[name], verdict=verdict, difference=difference, p=p, p_adjusted=p_adjusted
        )
    return cells


def _summary(
    metric: Metric, values: NDArray[np.float64], ratio: float
) -> tuple[float, float, float]:
    mean, low, high = corrected_interval(values, ratio)
    smallest, largest = metric.bounds
    return mean, max(low, smallest), min(high, largest)


def _verdict(metric: Metric, difference: float, p_adjusted: float) -> Verdict:
    if p_adjusted >= ALPHA:
        return "no reliable difference"
    return "better" if (difference > 0) == metric.higher_is_better else "worse"
