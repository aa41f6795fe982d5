"""Classifiers that decide by the votes of many: what they share."""

from __future__ import annotations

from abc import abstractmethod
from copy import deepcopy
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import softmax
from sklearn.base import BaseEstimator, MetaEstimatorMixin
from sklearn.utils import get_tags
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from balancekit.core.classifier import AccuracyMixin, single_column
from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray
from balancekit.core.targets import check_several_classes


class VotingClassifier(AccuracyMixin, MetaEstimatorMixin, BaseEstimator):
    """A classifier whose members share one vote for each row between the classes."""

    classes_: NDArray[Any]
    _accepts_sparse: ClassVar[bool] = True

    @abstractmethod
    def _shares(self, X: Any) -> FloatArray:
        """Return the share of each class in the votes; each row adds up to one."""

    def _probabilities(self, shares: FloatArray) -> FloatArray:
        """Turn shares into probabilities."""
        return shares

    def _check_fit(self, X: Any, y: Any, sample_weight: Any) -> tuple[Any, Labels, Any]:
        y = single_column(y, self)
        X, y = validate_data(self, X, y, **self._accepted())
        labels = Labels(y)
        check_several_classes(labels)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X)
        return X, labels, weights

    def _check_rows(self, X: Any) -> Any:
        check_is_fitted(self)
        return validate_data(self, X, reset=False, **self._accepted())

    def _passes_rows_on(self) -> Any:
        """Return the classifier that gets rows as they come, and so has to check them, or None."""
        return None

    def _accepted(self) -> dict[str, Any]:
        if self._passes_rows_on() is not None:
            return {"accept_sparse": "csr", "dtype": None, "ensure_all_finite": False}
        # New rows between integers would be rounded.
        return {
            "accept_sparse": "csr" if self._accepts_sparse else False,
            "dtype": [np.float64, np.float32],
        }

    def predict_proba(self, X: Any) -> FloatArray:
        """Predict class probabilities under `effective_prior_`.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        probabilities : ndarray of float64, shape (n_rows, n_classes)
            Those that are made of votes rank well and are no frequencies. See `natural_prior_` for
            a correction.
        """
        return self._probabilities(self._shares(self._check_rows(X)))

    def decision_function(self, X: Any) -> FloatArray:
        """Tell how far the vote is from undecided.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        scores : ndarray of float64, shape (n_rows,) or (n_rows, n_classes)
            Votes for a class less those against it, from -1 to 1; of the second class if there are
            two.
        """
        scores = 2 * self._shares(self._check_rows(X)) - 1
        return scores[:, 1] if scores.shape[1] == 2 else scores

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict class labels.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        y : ndarray of shape (n_rows,)
            The class with most votes.
        """
        shares = self._shares(self._check_rows(X))
        labels: NDArray[Any] = self.classes_[shares.argmax(axis=1)]
        return labels

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self._accepts_sparse
        receiver = self._passes_rows_on()
        if receiver is not None:
            tags.input_tags = deepcopy(get_tags(receiver).input_tags)
        return tags


def dense(X: Any) -> NDArray[Any]:
    """Return rows as an array.

    Parameters
    ----------
    X : ndarray or sparse matrix
        Rows.

    Returns
    -------
    X : ndarray
    """
    return X.toarray() if sparse.issparse(X) else X  # type: ignore[no-any-return]


def shares_of(votes: FloatArray) -> FloatArray:
    """Divide votes by their sum.

    Parameters
    ----------
    votes : ndarray of float64, shape (n_rows, n_classes)
        Sums of votes; equal shares where there are none.

    Returns
    -------
    shares : ndarray of float64, shape (n_rows, n_classes)
    """
    total = votes.sum(axis=1, keepdims=True)
    return np.divide(votes, total, out=np.full(votes.shape, 1 / votes.shape[1]), where=total > 0)


def adaboost_probabilities(shares: FloatArray) -> FloatArray:
    """Turn shares of votes into what scikit-learn's AdaBoost calls probabilities.

    Parameters
    ----------
    shares : ndarray of float64, shape (n_rows, n_classes)
        Adding up to one.

    Returns
    -------
    probabilities : ndarray of float64, shape (n_rows, n_classes)
    """
    n_classes = shares.shape[1]
    decision = (shares * n_classes - 1) / (n_classes - 1)
    return softmax(decision / (n_classes - 1) if n_classes > 2 else decision, axis=1)  # type: ignore[no-any-return]
