"""Tests and intervals for scores from overlapping training sets.

The scores of cross-validation splits are no independent sample: any two splits share most of their
training rows. So the variance of a mean of J differences is not s²/J but, by Nadeau and Bengio's
correction, (1/J + n_test/n_train) s², and many repeats do not make a small difference significant.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

ALPHA = 0.05


def corrected_interval(
    values: ArrayLike, test_train_ratio: float, confidence: float = 1 - ALPHA
) -> tuple[float, float, float]:
    """Return the mean of scores over splits, and its corrected confidence interval.

    Parameters
    ----------
    values : array-like of float, shape (n_splits,)
        One score per split; at least two.
    test_train_ratio : float
        Test rows per training row; 1 / (k - 1) for k folds.
    confidence : float, default=0.95
        Probability with which the interval covers.

    Returns
    -------
    mean, low, high : float

    Raises
    ------
    ValueError
        If there are fewer than two scores.

    References
    ----------
    .. [1] C. Nadeau and Y. Bengio, "Inference for the generalization error", Machine Learning 52,
       2003.

    Examples
    --------
    >>> mean, low, high = corrected_interval([0.8, 0.9, 0.85, 0.95], test_train_ratio=1 / 3)
    >>> f"{mean:.3f} [{low:.3f}, {high:.3f}]"
    '0.875 [0.718, 1.032]'
    """
    mean, error = _mean_and_error(values, test_train_ratio)
    half = float(stats.t.ppf((1 + confidence) / 2, df=np.size(values) - 1)) * error
    return mean, mean - half, mean + half


def corrected_t_test(differences: ArrayLike, test_train_ratio: float) -> tuple[float, float]:
    """Test whether the mean of paired differences over splits is zero.

    Parameters
    ----------
    differences : array-like of float, shape (n_splits,)
        Difference of two strategies' scores on each split; at least two.
    test_train_ratio : float
        Test rows per training row; 1 / (k - 1) for k folds.

    Returns
    -------
    mean : float
        Mean difference.
    p : float
        Two-sided p value with n_splits - 1 degrees of freedom. If all differences are equal it is
        1 for zero and 0 for anything else.

    Raises
    ------
    ValueError
        If there are fewer than two differences.

    References
    ----------
    .. [1] C. Nadeau and Y. Bengio, "Inference for the generalization error", Machine Learning 52,
       2003.

    Examples
    --------
    >>> mean, p = corrected_t_test([0.02, 0.01, 0.03, 0.02], test_train_ratio=1 / 3)
    >>> f"{mean:.3f}, p = {p:.3f}"
    '0.020, p = 0.049'
    """
    mean, error = _mean_and_error(differences, test_train_ratio)
    if error == 0:
        return mean, float(mean == 0)
    return mean, float(2 * stats.t.sf(abs(mean) / error, df=np.size(differences) - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p values for their number by Holm's step-down method.

    Parameters
    ----------
    p_values : sequence of float
        The p values of one family of tests.

    Returns
    -------
    adjusted : list of float
        In the same order. Rejecting those below alpha keeps the probability of any false rejection
        below alpha.

    References
    ----------
    .. [1] S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
       of Statistics 6, 1979.

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.04, 0.01, 0.03])]
    [0.06, 0.03, 0.06]
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted: NDArray[np.float64] = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted.tolist()


def _mean_and_error(values: ArrayLike, test_train_ratio: float) -> tuple[float, float]:
    scores = np.asarray(values, dtype=float)
    if scores.ndim != 1 or len(scores) < 2:
        msg = f"A variance needs the scores of at least 2 splits; got shape {scores.shape}."
        raise ValueError(msg)
    if (scores == scores[0]).all():
        # The rounding of a mean of equal numbers must not pass for a variance.
        return float(scores[0]), 0.0
    variance = (1 / len(scores) + test_train_ratio) * scores.var(ddof=1)
    return float(scores.mean()), float(np.sqrt(variance))
