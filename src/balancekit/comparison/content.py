"""A comparison as plain objects, for JSON."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from balancekit._version import __version__
from balancekit.comparison.judgement import reference_of
from balancekit.comparison.scoring import METRICS
from balancekit.comparison.statistics import ALPHA
from balancekit.comparison.words import finding

if TYPE_CHECKING:
    from balancekit.comparison.result import Comparison


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as objects that strict JSON can hold.

    Parameters
    ----------
    comparison : Comparison
        The result.

    Returns
    -------
    content : dict
    """
    return {
        "balancekit": __version__,
        "data": _plain(asdict(comparison.data)),
        "estimator": comparison.estimator,
        "cross_validation": {
            "description": comparison.folds,
            "n_splits": len(next(iter(comparison.times.values()))),
            "test_train_ratio": comparison.test_train_ratio,
        },
        "seed": comparison.seed,
        "test": {
            "name": "Nadeau-Bengio corrected resampled t test, two-sided, Holm over the strategies",
            "alpha": ALPHA,
        },
        "metrics": {
            metric.key: {
                "name": metric.name,
                "kind": metric.kind,
                "higher_is_better": metric.higher_is_better,
                "reference": reference_of(metric),
                "threshold_tuned_for": metric.tuned_for if metric.kind == "threshold" else None,
                "finding": finding(metric, comparison.cells[metric.key]),
            }
            for metric in METRICS
            if metric.key in comparison.cells
        },
        "strategies": {name: _strategy(comparison, name) for name in comparison.strategies},
        "verdict": comparison.verdict,
        "notes": list(comparison.notes),
    }


def _strategy(comparison: Comparison, name: str) -> dict[str, Any]:
    per_split = comparison.scores[name]
    return {
        "fit_seconds": {
            "median": comparison.fit_seconds(name),
            "per_split": comparison.times[name].tolist(),
        },
        "scores": {
            key: {**asdict(cells[name]), "per_split": _plain(per_split[key])}
            for key, cells in comparison.cells.items()
        },
    }


def _plain(value: Any) -> Any:
    """Turn whatever labels a user has into what JSON knows."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if value is None or isinstance(value, str | bool | int):
        return value
    return value if isinstance(value, float) and math.isfinite(value) else str(value)
