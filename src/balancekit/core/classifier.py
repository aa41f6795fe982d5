"""What the classifiers of this package share."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin, MetaEstimatorMixin, is_classifier
from sklearn.utils import column_or_1d, get_tags, indexable
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _num_samples, check_is_fitted, has_fit_parameter

from balancekit.core.containers import wrap
from balancekit.core.recipes import FloatArray, IntArray


class AccuracyMixin(ClassifierMixin):  # type: ignore[misc]
    """A classifier whose score is the accuracy, with a word of warning."""

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy of the predicted labels.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.
        y : array-like of shape (n_rows,)
            True labels.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the rows.

        Returns
        -------
        accuracy : float
            Share of correct labels, which says little about imbalanced classes.
        """
        return float(super().score(X, y, sample_weight))


def inner_has(method: str) -> Callable[[Any], bool]:
    """Make a condition for `available_if`: the classifier inside, fitted or not, has a method.

    Parameters
    ----------
    method : str
        Its name.

    Returns
    -------
    check : callable
    """

    def check(outer: Any) -> bool:
        getattr(getattr(outer, "estimator_", outer._inner), method)
        return True

    return check


class InnerScoresMixin(AccuracyMixin, MetaEstimatorMixin):  # type: ignore[misc]
    """A classifier that scores rows as `estimator_`, the fitted one inside, does."""

    estimator: Any
    estimator_: Any

    @property
    def _inner(self) -> Any:
        """The classifier inside, not fitted."""
        return self.estimator

    def _for_inner(self, X: Any) -> Any:
        """Return rows as the classifier inside takes them."""
        return X

    @available_if(inner_has("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Any:
        """Predict class probabilities, as the classifier inside learned them.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        probabilities : ndarray of shape (n_rows, n_classes)
            They reflect `effective_prior_`.
        """
        check_is_fitted(self)
        return self.estimator_.predict_proba(self._for_inner(X))

    @available_if(inner_has("predict_log_proba"))  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> Any:
        """Predict logarithms of class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        log_probabilities : ndarray of shape (n_rows, n_classes)
            They reflect `effective_prior_`.
        """
        check_is_fitted(self)
        return self.estimator_.predict_log_proba(self._for_inner(X))

    @available_if(inner_has("decision_function"))  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> Any:
        """Score rows as the classifier inside does.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        scores : ndarray of shape (n_rows,) or (n_rows, n_classes)
            Confidence.
        """
        check_is_fitted(self)
        return self.estimator_.decision_function(self._for_inner(X))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        inner = get_tags(self._inner)
        tags.classifier_tags = deepcopy(inner.classifier_tags)
        tags.classifier_tags.multi_label = False
        tags.input_tags = deepcopy(inner.input_tags)
        return tags


def check_classifier(estimator: Any) -> None:
    """Raise if an estimator is no classifier.

    Parameters
    ----------
    estimator : estimator

    Raises
    ------
    ValueError
        Names it.
    """
    if not is_classifier(estimator):
        msg = (
            f"estimator needs to be a classifier; {type(estimator).__name__} is none. Pass one "
            "such as LogisticRegression()."
        )
        raise ValueError(msg)


def check_takes_weights(estimator: Any) -> None:
    """Raise if weights were passed, and a classifier does not take them.

    Parameters
    ----------
    estimator : classifier

    Raises
    ------
    ValueError
        Names it.
    """
    if not has_fit_parameter(estimator, "sample_weight"):
        msg = (
            f"sample_weight was passed, but {type(estimator).__name__}.fit does not take it. Leave "
            "it out or use a classifier that does."
        )
        raise ValueError(msg)


def copy_features(outer: Any, fitted: Any) -> None:
    """Let an estimator report the columns that the one inside was fitted on.

    Parameters
    ----------
    outer : estimator
        Written to.
    fitted : estimator
        It may report none.
    """
    for attribute in ("n_features_in_", "feature_names_in_"):
        if hasattr(fitted, attribute):
            setattr(outer, attribute, getattr(fitted, attribute))


def rows_of(X: Any) -> Any:
    """Return a table as something that rows can be taken from.

    Parameters
    ----------
    X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
        Features.

    Returns
    -------
    rows : the same, or an array or CSR matrix

    Raises
    ------
    ValueError
        If it has no rows.
    """
    (rows,) = indexable(X)
    if _num_samples(rows) == 0:
        msg = "X has 0 rows; pass rows of two or more classes."
        raise ValueError(msg)
    return rows


def single_column(y: Any, classifier: Any) -> Any:
    """Check that there is one label for each row.

    Parameters
    ----------
    y : array-like of shape (n_rows,) or (n_rows, 1)
        Labels.
    classifier : object
        Who asks.

    Returns
    -------
    y : array-like of shape (n_rows,)
        In its own container if it is one-dimensional.

    Raises
    ------
    ValueError
        If there are no labels, or several columns of them.
    """
    if y is None:
        msg = (
            f"{type(classifier).__name__} requires y to be passed, but the target y is None: pass "
            "the class label of each row."
        )
        raise ValueError(msg)
    container = wrap(y)
    if len(container.shape) == 2 and container.shape[1] > 1:
        msg = (
            f"y has {container.shape[1]} columns. Multilabel and multioutput targets are not "
            "supported; pass one column of class labels, or fit a classifier for each column with "
            "MultiOutputClassifier."
        )
        raise ValueError(msg)
    return column_or_1d(y, warn=True) if len(container.shape) == 2 else y


def prior_of(codes: IntArray, n_classes: int, weights: NDArray[Any] | None = None) -> FloatArray:
    """Compute the share of each class.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows,)
        Classes.
    n_classes : int
        Number of classes.
    weights : ndarray of shape (n_rows,), optional
        Weights of the rows.

    Returns
    -------
    prior : ndarray of float64, shape (n_classes,)
        Adds up to one.
    """
    totals = np.bincount(codes, weights=weights, minlength=n_classes)
    prior: FloatArray = totals / totals.sum()
    return prior
