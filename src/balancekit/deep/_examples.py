"""Rows, their classes and their weights: what one call of `fit` trains on."""

from __future__ import annotations

from numbers import Real
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import _check_sample_weight
from torch.utils.data import Dataset

from balancekit.core.classifier import single_column
from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import suggest
from balancekit.deep._dataset_labels import labels_of
from balancekit.deep._rows import Rows, read_rows


class Examples(NamedTuple):
    """Rows, their labels and their weights.

    Parameters
    ----------
    rows : Rows
        Rows.
    labels : Labels
        Label of each.
    weights : ndarray of float64, shape (n_rows,), or None
        Weight of each, above zero.
    """

    rows: Rows
    labels: Labels
    weights: FloatArray | None

    def take(self, ids: NDArray[np.intp]) -> Self:
        """Take some rows.

        Parameters
        ----------
        ids : ndarray of int
            Their numbers.

        Returns
        -------
        examples : Examples
        """
        weights = None if self.weights is None else self.weights[ids]
        labels = Labels(self.labels.values[ids])
        return type(self)(read_rows(self.rows.native(ids)), labels, weights)


def read_examples(X: Any, y: Any, sample_weight: Any, net: Any) -> Examples:
    """Read what was passed to `fit`.

    Parameters
    ----------
    X : object
        Rows.
    y : array-like or None
        Labels; None takes those of a data set.
    sample_weight : array-like or None
        Weights.
    net : estimator
        Who asks.

    Returns
    -------
    examples : Examples
        Without rows of weight zero.

    Raises
    ------
    TypeError, ValueError
        If these cannot be used, or their numbers differ.
    """
    rows = read_rows(X)
    if y is None and isinstance(X, Dataset):
        y = labels_of(X)
    labels = Labels(single_column(y, net))
    labels.check_one_for_each(len(rows))
    if sample_weight is None:
        return Examples(rows, labels, None)
    # Only the number of rows of the first argument is looked at.
    weights = _check_sample_weight(
        sample_weight, labels.codes, dtype=np.float64, ensure_non_negative=True
    )
    if not weights.any():
        msg = "sample_weight is zero for every row. Give some rows a weight above zero."
        raise ValueError(msg)
    examples = Examples(rows, labels, weights)
    return examples if weights.all() else examples.take(np.flatnonzero(weights))


def weights_of_classes(
    class_weight: Any, classes: NDArray[Any], counts: FloatArray
) -> FloatArray | None:
    """Weight classes.

    Parameters
    ----------
    class_weight : dict, "balanced" or None
        The parameter; classes that a dict leaves out weigh one.
    classes : ndarray of shape (n_classes,)
        Class labels.
    counts : ndarray of float64, shape (n_classes,)
        Rows of each class.

    Returns
    -------
    weights : ndarray of float64, shape (n_classes,), or None

    Raises
    ------
    ValueError
        If it names an unknown class, or a weight is negative or no number.
    """
    if class_weight is None:
        return None
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            msg = f"class_weight={class_weight!r} is unknown. Pass 'balanced', a dict or None."
            raise ValueError(msg)
        return np.asarray(counts.sum() / (len(counts) * np.maximum(counts, 1)))
    known = {label: code for code, label in enumerate(classes.tolist())}
    weights = np.ones(len(classes))
    for label, weight in class_weight.items():
        if label not in known:
            msg = f"class_weight names class {label!r}, and y has none.{suggest(label, known)}"
            raise ValueError(msg)
        is_number = isinstance(weight, Real) and np.isfinite(weight)
        if not is_number or weight < 0:
            msg = f"class_weight gives class {label!r} {weight!r}. Pass a number of 0 or more."
            raise ValueError(msg)
        weights[known[label]] = weight
    if not weights.any():
        msg = f"class_weight={class_weight!r} is zero for every class. Give some a weight above 0."
        raise ValueError(msg)
    return weights


def row_weights(
    examples: Examples, codes: IntArray, of_classes: FloatArray | None
) -> FloatArray | None:
    """Multiply the weights of rows and of their classes.

    Parameters
    ----------
    examples : Examples
        Rows.
    codes : ndarray of intp, shape (n_rows,)
        Class of each.
    of_classes : ndarray of float64, shape (n_classes,), or None
        Weights of classes.

    Returns
    -------
    weights : ndarray of float64, shape (n_rows,), or None
        With a mean of one. None if all are.
    """
    if examples.weights is None and of_classes is None:
        return None
    weights = np.ones(len(codes)) if examples.weights is None else examples.weights
    if of_classes is not None:
        weights = weights * of_classes[codes]
    return np.asarray(weights / weights.mean())
