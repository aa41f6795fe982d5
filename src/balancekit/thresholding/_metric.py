"""Metrics of decisions as functions of what is confused with what."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import UndefinedMetricWarning
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
        "f_weighted", "geometric_mean", "matthews_corrcoef", "cohen_kappa", "cost", "youden"; None
        for others.
    beta : float
        Of F-beta.
    positive : int
        Column of the class that a binary F-beta is of.
    costs : ndarray of float64, shape (n_classes, n_classes)
        Of costs.
    function : callable, optional
        Of others: takes a table of confusion and returns a number, the larger the better; minus
        infinity where the metric is not defined.
    scale : float
        What a difference of the metric is small or large in comparison to, if the kernel knows it.
    """

    kind: str | None
    beta: float = 1.0
    positive: int = 1
    costs: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    function: Callable[[FloatArray], float] | None = None
    scale: float = 1.0


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
    if name == "youden" and len(classes) != 2:
        msg = (
            f"metric='youden' is defined for two classes, found {len(classes)}. Use "
            "'balanced_accuracy', which for two classes has the same thresholds."
        )
        raise ValueError(msg)
    if name != "cost":
        return Metric(name)
    if costs is None:
        msg = "metric='cost' needs costs: pass a matrix costs[true, predicted]."
        raise ValueError(msg)
    wanted = (len(classes), len(classes))
    try:
        table = np.ascontiguousarray(costs, dtype=np.float64)
    except (TypeError, ValueError) as error:
        msg = f"costs holds no numbers: {error}. Pass a matrix of shape {wanted}."
        raise ValueError(msg) from error
    if table.shape != wanted:
        msg = (
            f"costs has shape {table.shape}; for {len(classes)} classes it needs one number for "
            f"each pair, that is shape {wanted}."
        )
        raise ValueError(msg)
    if not np.isfinite(table).all():
        true, predicted = np.argwhere(~np.isfinite(table))[0].tolist()
        msg = (
            f"costs contains NaN or infinity, the first in costs[{true}, {predicted}]. Pass finite "
            "numbers."
        )
        raise ValueError(msg)
    # Only differences between decisions matter.
    return Metric("cost", costs=table, scale=float(np.ptp(table, axis=1).max()))


def _known(function: Any, options: dict[str, Any], classes: NDArray[Any]) -> Metric | None:
    """Recognise what the kernel computes."""
    plain = {
        accuracy_score: "accuracy",
        balanced_accuracy_score: "balanced_accuracy",
        matthews_corrcoef: "matthews_corrcoef",
        cohen_kappa_score: "cohen_kappa",
    }
    for known, kind in plain.items():
        if function is known and not options:
            return Metric(kind)
    if not any(function is known for known in (f1_score, fbeta_score)):
        return None
    average, beta = options.get("average", "binary"), options.get("beta", 1.0)
    if not set(options) <= {"average", "beta", "pos_label"} or not 0 <= beta < np.inf:
        return None
    beta = float(beta)
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
    name = getattr(function, "__name__", repr(function))
    if classes.dtype == object:
        # scikit-learn knows objects that are strings, and no others.
        plain = np.array(classes.tolist())
        classes = plain if plain.tolist() == classes.tolist() else classes
    options = _with_positive(function, options, classes)

    def call(*labels: NDArray[Any], **weights: Any) -> Any:
        with warnings.catch_warnings():
            # Of some thresholds, such as one that nothing reaches, they are to be expected.
            warnings.simplefilter("ignore", UndefinedMetricWarning)
            warnings.filterwarnings("ignore", "y_pred contains classes not in y_true")
            return function(*labels, **weights, **options)

    def value(table: FloatArray) -> float:
        weights = table.ravel()
        there = weights > 0
        labels = classes[true[there]], classes[predicted[there]]
        try:
            found = call(*labels, sample_weight=weights[there])
        except TypeError as error:
            times = np.rint(weights[there]).astype(np.intp)
            if (times != weights[there]).any():
                msg = (
                    f"The metric {name} cannot be called with sample_weight ({error}), and the "
                    "weights are no whole numbers, as which rows could be repeated. Pass a "
                    "function that takes sample_weight, or no weights."
                )
                raise ValueError(msg) from error
            found = call(*(np.repeat(part, times) for part in labels))
        if np.ndim(found):
            msg = (
                f"The metric {name} returned {np.size(found)} numbers, and one is needed. For one "
                "of all classes, pass an average such as average='macro'."
            )
            raise ValueError(msg)
        return sign * float(found) if found == found else -np.inf

    return value


def _with_positive(function: Any, options: dict[str, Any], classes: NDArray[Any]) -> dict[str, Any]:
    """Make the second class the positive one where a metric has one and none is named."""
    try:
        known = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return options
    if "pos_label" not in known or len(classes) != 2:
        return options
    average = options.get("average", known["average"].default if "average" in known else "binary")
    if average != "binary":
        return options
    column = _positive_column(options.get("pos_label"), classes)
    return {**options, "pos_label": classes[column]}
