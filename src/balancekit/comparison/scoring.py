"""What is measured: the metrics, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    brier_score_loss,
    matthews_corrcoef,
    roc_auc_score,
)

POSITIVE = 1


@dataclass(frozen=True)
class Predictions:
    """What an estimator says about the rows of one test fold.

    Parameters
    ----------
    target : ndarray of int, shape (n_rows,)
        The truth: 1 for the positive class, 0 for the rest.
    decided : ndarray of int, shape (n_rows,)
        The predicted class.
    ranking : ndarray of float, shape (n_rows,)
        A score that grows with the positive class.
    probability : ndarray of float, shape (n_rows,), optional
        Probability of the positive class; None if the estimator gives none.
    """

    target: NDArray[Any]
    decided: NDArray[Any]
    ranking: NDArray[Any]
    probability: NDArray[Any] | None


@dataclass(frozen=True)
class Metric:
    """A score, and what it judges.

    Parameters
    ----------
    key : str
        Name in files.
    name : str
        Name in tables.
    kind : {"threshold", "ranking", "probability"}
        What of the predictions it looks at, and with that which reference is fair: a threshold can
        be tuned without touching the data, a ranking cannot.
    function : callable
        Takes the truth and what `kind` says of the predictions.
    higher_is_better : bool
        Direction.
    bounds : tuple of float
        Smallest and largest possible value.
    decimals : int
        Digits after the point in tables.
    tuned_for : str
        Scikit-learn's name of the metric that a threshold is tuned for where this one judges: a
        threshold that serves one metric can be a bad one for another.
    """

    key: str
    name: str
    kind: Literal["threshold", "ranking", "probability"]
    function: Callable[[Any, Any], float]
    higher_is_better: bool = True
    bounds: tuple[float, float] = (0.0, 1.0)
    decimals: int = 3
    tuned_for: str = "balanced_accuracy"

    def score(self, predictions: Predictions) -> float | None:
        """Score predictions.

        Parameters
        ----------
        predictions : Predictions
            What an estimator says about a test fold that holds both classes.

        Returns
        -------
        score : float or None
            None if there are no probabilities to score.
        """
        answer = {
            "threshold": predictions.decided,
            "ranking": predictions.ranking,
            "probability": predictions.probability,
        }[self.kind]
        return None if answer is None else float(self.function(predictions.target, answer))


METRICS = (
    Metric("balanced_accuracy", "balanced accuracy", "threshold", balanced_accuracy_score),
    Metric(
        "mcc",
        "MCC",
        "threshold",
        matthews_corrcoef,
        bounds=(-1.0, 1.0),
        tuned_for="matthews_corrcoef",
    ),
    Metric("pr_auc", "PR AUC", "ranking", average_precision_score),
    Metric("roc_auc", "ROC AUC", "ranking", roc_auc_score),
    Metric(
        "brier",
        "Brier score",
        "probability",
        brier_score_loss,
        higher_is_better=False,
        decimals=4,
    ),
)


def predict(estimator: Any, X: Any, target: NDArray[Any]) -> Predictions:
    """Ask a fitted classifier about test rows.

    Parameters
    ----------
    estimator : classifier
        Fitted on 0 and 1, with `predict_proba` or `decision_function`.
    X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
        Features.
    target : ndarray of int, shape (n_rows,)
        The truth.

    Returns
    -------
    predictions : Predictions
    """
    decided = np.asarray(estimator.predict(X))
    if hasattr(estimator, "predict_proba"):
        column = list(estimator.classes_).index(POSITIVE)
        probability = np.asarray(estimator.predict_proba(X))[:, column]
        return Predictions(target, decided, ranking=probability, probability=probability)
    ranking = np.asarray(estimator.decision_function(X))
    return Predictions(target, decided, ranking=ranking, probability=None)
