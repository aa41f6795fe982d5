"""How much a classifier takes rows for one of the classes that are looked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from balancekit.core.recipes import FloatArray, IntArray

DEFAULT_THRESHOLDS = {"predict_proba": 0.5, "decision_function": 0.0}


def check_scoring(estimator: Any) -> str:
    """Name the method that scores rows.

    Parameters
    ----------
    estimator : classifier

    Returns
    -------
    method : {"predict_proba", "decision_function"}

    Raises
    ------
    TypeError
        If it has neither.
    """
    for method in DEFAULT_THRESHOLDS:
        if hasattr(estimator, method):
            return method
    msg = (
        f"estimator={type(estimator).__name__} has neither predict_proba nor decision_function, so "
        "hard negatives cannot be told. Pass a classifier with one of them, such as "
        "LogisticRegression()."
    )
    raise TypeError(msg)


def score(estimator: Any, method: str, values: Any, background: IntArray) -> FloatArray:
    """Score rows.

    Parameters
    ----------
    estimator : classifier
        Fitted on class codes.
    method : {"predict_proba", "decision_function"}
        Which scores.
    values : ndarray or CSR matrix of float64, shape (n_rows, n_columns)
        Rows.
    background : ndarray of int
        Codes of the classes that are no false positive.

    Returns
    -------
    scores : ndarray of float64, shape (n_rows,)
        The largest score of any other class.

    Raises
    ------
    ValueError
        If there is not one column of scores for each class.
    """
    scores = np.asarray(getattr(estimator, method)(values), dtype=np.float64)
    known = np.asarray(estimator.classes_)
    if scores.ndim == 1:
        scores = np.stack([-scores, scores], axis=1)
    if scores.shape[1] != len(known):
        msg = (
            f"{type(estimator).__name__}.{method} gives {scores.shape[1]} columns for "
            f"{len(known)} classes; one for each class is needed. For an SVC, set "
            "decision_function_shape='ovr'."
        )
        raise ValueError(msg)
    largest: FloatArray = scores[:, ~np.isin(known, background)].max(axis=1)
    return largest
