"""Metrics for `scoring=`."""

from __future__ import annotations

from typing import Any

from sklearn.metrics import make_scorer

from balancekit.metrics._balanced_error import balanced_error
from balancekit.metrics._brier_skill_score import brier_skill_score
from balancekit.metrics._calibration import calibration_intercept, calibration_slope
from balancekit.metrics._expected_cost import expected_cost, read_costs
from balancekit.metrics._labels import read_order
from balancekit.metrics._mean_one_vs_rest_roc_auc import mean_one_vs_rest_roc_auc
from balancekit.metrics._precision_at_recall import precision_at_recall, read_recall

balanced_error_scorer = make_scorer(balanced_error, greater_is_better=False)
brier_skill_score_scorer = make_scorer(brier_skill_score, response_method="predict_proba")
mean_one_vs_rest_roc_auc_scorer = make_scorer(
    mean_one_vs_rest_roc_auc, response_method=("predict_proba", "decision_function")
)
calibration_slope_scorer = make_scorer(calibration_slope, response_method="predict_proba")
calibration_intercept_scorer = make_scorer(calibration_intercept, response_method="predict_proba")


def make_expected_cost_scorer(costs: Any, *, labels: Any = None) -> Any:
    """Make a scorer of the cost of decisions.

    Parameters
    ----------
    costs : array-like of float, shape (n_classes, n_classes)
        Cost of deciding for the class of the column where that of the row is true.
    labels : array-like of shape (n_classes,), default=None
        Labels of the rows and columns of `costs`. None is the sorted labels of the rows that are
        scored, which then have to have all of them: name them where a fold may lack a class.

    Returns
    -------
    scorer : callable
        Takes an estimator, features and labels; returns the negative of the expected cost, so that
        high is good.

    Raises
    ------
    TypeError, ValueError
        If `costs` is no square matrix of finite numbers, or `labels` does not fit it.

    See Also
    --------
    expected_cost : The metric.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_validate
    >>> from balancekit.metrics import make_expected_cost_scorer
    >>> X, y = make_classification(weights=[0.8], random_state=0)
    >>> scorer = make_expected_cost_scorer([[0, 1], [5, 0]], labels=[0, 1])
    >>> cross_validate(LogisticRegression(), X, y, scoring=scorer)["test_score"].shape
    (5,)
    """
    matrix = read_costs(costs)
    order = None if labels is None else read_order(labels)
    if order is not None and len(order) != len(matrix):
        msg = (
            f"labels has {len(order)} entries, and costs has shape {matrix.shape}. Pass a row and "
            "a column of costs for each."
        )
        raise ValueError(msg)
    return make_scorer(expected_cost, greater_is_better=False, costs=matrix, labels=order)


def make_precision_at_recall_scorer(recall: float, *, pos_label: Any = None) -> Any:
    """Make a scorer of the best precision that reaches a recall.

    Parameters
    ----------
    recall : float
        The recall of the positive class to reach, from 0 to 1.
    pos_label : object, default=None
        Label of the positive class. None is the second of the sorted labels.

    Returns
    -------
    scorer : callable
        Takes an estimator, features and labels; returns the precision. It ranks rows by
        `decision_function`, or else by `predict_proba`.

    Raises
    ------
    TypeError
        If `recall` is no number.
    ValueError
        If `recall` lies outside of 0 to 1.

    See Also
    --------
    precision_at_recall : The metric.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import GridSearchCV
    >>> from balancekit.metrics import make_precision_at_recall_scorer
    >>> X, y = make_classification(weights=[0.8], random_state=0)
    >>> scorer = make_precision_at_recall_scorer(0.9)
    >>> search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, scoring=scorer).fit(X, y)
    >>> 0 <= float(search.best_score_) <= 1
    True
    """
    return make_scorer(
        precision_at_recall,
        response_method=("decision_function", "predict_proba"),
        recall=read_recall(recall),
        pos_label=pos_label,
    )
