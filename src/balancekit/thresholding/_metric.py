"""Metrics of decisions as functions of what is confused with what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    f1_score,
    fbeta_score,
    get_scorer,
    get_scorer_names,
    matthews_corrcoef,
)

from balancekit.core.recipes import FloatArray
from balancekit.core.wording import list_names, suggest

# What no scorer of scikit-learn is called.
OWN_NAMES = ("cohen_kappa", "cost", "geometric_mean", "youden")


@dataclass(frozen=True)
class Metric:
    """What is maximised.

    Parameters
    ----------
    kind : str or None
        One that the kernel knows: "accuracy", "balanced_accuracy", "f_binary", "f_macro",
        "f_weighted", "geometric_mean", "matthews_corrcoef", "cohen_kappa", "cost"; None for others.
    beta : float
        Of F-beta.
    positive : int
        Column of the class that a binary F-beta is of.
    costs : ndarray of float64, shape (n_classes, n_classes)
        Of costs.
    function : callable, optional
        Of others: takes a table of confusion and returns a number, the larger the better.
    """

    kind: str | None
    beta: float = 1.0
    positive: int = 1
    costs: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    function: Callable[[FloatArray], float] | None = None


def resolve_metric(metric: Any, classes: NDArray[Any], costs: Any = None) -> Metric:
    """Find out what a user wants to maximise.

    Parameters
    ----------
    metric : str or callable
        Name of a scorer of scikit-learn, one of `OWN_NAMES`, a scorer, or a function of true and
        predicted labels.
    classes : ndarray of shape (n_classes,)
        Labels.
    costs : array-like of shape (n_classes, n_classes), optional
        For "cost".

    Returns
    -------
    metric : Metric

    Raises
    ------
    ValueError
        If the name is not known, needs costs or two classes, or the scorer is one of scores.
    """
    if isinstance(metric, str) and metric in OWN_NAMES:
        return _own(metric, classes, costs)
    if isinstance(metric, str):
        if metric not in get_scorer_names():
            known = [*OWN_NAMES, *get_scorer_names()]
            msg = (
                f"metric={metric!r} is not known. Pass the name of a scorer of scikit-learn, one "
                f"of {list_names(OWN_NAMES)}, or a function.{suggest(metric, known)}"
            )
            raise ValueError(msg)
        metric = get_scorer(metric)
    function, sign, options = metric, 1, {}
    if hasattr(metric, "_score_func"):
        response = getattr(metric, "_response_method", "predict")
        if response != "predict":
            msg = (
                f"The metric {metric._score_func.__name__} judges scores, which no threshold "
                "changes. Pass one of labels, such as 'balanced_accuracy'."
            )
            raise ValueError(msg)
        function, sign, options = metric._score_func, metric._sign, dict(metric._kwargs)
    found = _known(function, options, classes) if sign == 1 else None
    return found or Metric(None, function=_of_confusion(function, sign, options, classes))


def _own(name: str, classes: NDArray[Any], costs: Any) -> Metric:
    if name == "youden":
        if len(classes) != 2:
            msg = (
                f"metric='youden' is defined for two classes, found {len(classes)}. Use "
                "'balanced_accuracy', which for two classes has the same thresholds."
            )
            raise ValueError(msg)
        # One is twice the other, less one.
        return Metric("balanced_accuracy")
    if name != "cost":
        return Metric(name)
    if costs is None:
        msg = "metric='cost' needs costs: pass a matrix costs[true, predicted]."
        raise ValueError(msg)
    table = np.ascontiguousarray(costs, dtype=np.float64)
    if table.shape != (len(classes), len(classes)) or not np.isfinite(table).all():
        msg = (
            f"costs has shape {table.shape}; for {len(classes)} classes it needs one finite number "
            f"for each pair, that is shape {(len(classes), len(classes))}."
        )
        raise ValueError(msg)
    return Metric("cost", costs=table)


def _known(function: Any, options: dict[str, Any], classes: NDArray[Any]) -> Metric | None:
    """Recognise what the kernel computes."""
    plain = {
        accuracy_score: "accuracy",
        balanced_accuracy_score: "balanced_accuracy",
        matthews_corrcoef: "matthews_corrcoef",
        cohen_kappa_score: "cohen_kappa",
    }
    if function in plain and not options:
        return Metric(plain[function])
    if function not in (f1_score, fbeta_score) or not set(options) <= {
        "average",
        "beta",
        "pos_label",
    }:
        return None
    average, beta = options.get("average", "binary"), float(options.get("beta", 1.0))
    if average == "binary":
        return Metric("f_binary", beta, _positive_column(options.get("pos_label"), classes))
    # Each row has one label, so all micro averages are the accuracy.
    kinds = {"macro": "f_macro", "weighted": "f_weighted", "micro": "accuracy"}
    return Metric(kinds[average], beta) if average in kinds else None


def _positive_column(wanted: Any, classes: NDArray[Any]) -> int:
    if len(classes) != 2:
        msg = (
            f"A binary F-score is defined for two classes, found {len(classes)}. Use 'f1_macro' or "
            "'f1_weighted'."
        )
        raise ValueError(msg)
    if wanted is None:
        return 1
    column = [place for place, label in enumerate(classes.tolist()) if label == wanted]
    if not column:
        msg = (
            f"pos_label={wanted!r} is no class; there are {list_names(classes.tolist())}. Name one "
            "of them."
        )
        raise ValueError(msg)
    return column[0]


def _of_confusion(
    function: Any, sign: int, options: dict[str, Any], classes: NDArray[Any]
) -> Callable[[FloatArray], float]:
    """Return the metric as a function of a table of confusion.

    The table stands for its rows: one for each pair of classes, with its number as the weight or,
    where the metric knows no weights, so many.
    """
    true, predicted = (part.ravel() for part in np.indices((len(classes), len(classes))))

    def value(table: FloatArray) -> float:
        weights = table.ravel()
        there = weights > 0
        labels = classes[true[there]], classes[predicted[there]]
        try:
            found = function(*labels, sample_weight=weights[there], **options)
        except TypeError:
            times = weights[there].astype(np.intp)
            found = function(*(np.repeat(part, times) for part in labels), **options)
        return sign * float(found)

    return value
