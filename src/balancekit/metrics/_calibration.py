"""Whether probabilities are too extreme, and too high or too low."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from balancekit.metrics._binary import Binary, read_binary
from balancekit.metrics._scores import read_probabilities

# The logit of 0 and 1 is infinite.
CLIP = 1e-12
MOST_STEPS = 200
SMALL_STEP = 1e-10
# Near the optimum, losses differ by less than they are rounded by.
ROUNDING = 1e-12


def calibration_slope_and_intercept(
    y_true: Any, y_proba: Any, *, pos_label: Any = None, sample_weight: Any = None
) -> tuple[float, float]:
    """Fit the slope and the intercept of calibration.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, of two classes.
    y_proba : array-like of float, shape (n_rows,) or (n_rows, 2)
        Probability of the positive class, or of both classes in the order of the sorted labels.
    pos_label : object, default=None
        Label of the positive class. None is the second of the sorted labels of `y_true`.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of the rows.

    Returns
    -------
    slope : float
        1 is right; less, and probabilities are too extreme; more, and they are too timid.
    intercept : float
        Calibration in the large, in log odds: 0 is right; less, and probabilities are too high on
        the whole; more, and they are too low.

    Raises
    ------
    TypeError, ValueError
        If probabilities tell the classes apart without an error, or are all the same: no slope is
        best then; if `y_true` does not have two classes; or if there are no probabilities.

    See Also
    --------
    calibration_slope : The first alone.
    calibration_intercept : The second alone, which also exists where there is no slope.

    Notes
    -----
    The slope is that of a logistic regression, without a penalty, of the class on the log odds that
    were predicted [1]_. The intercept is that of a second one, where the slope is 1 [2]_: it is
    not the intercept of the first. Resampling shifts the intercept, and the slope far less.

    Probabilities below 1e-12 or above 1 - 1e-12 are taken for these, as log odds of 0 and 1 are
    infinite.

    References
    ----------
    .. [1] D. R. Cox, "Two further applications of a model for binary regression", Biometrika 45,
       1958.
    .. [2] B. Van Calster, D. J. McLernon, M. van Smeden, L. Wynants and E. W. Steyerberg,
       "Calibration: the Achilles heel of predictive analytics", BMC Medicine 17, 2019.

    Examples
    --------
    Of rows with a probability of 0.1, three in ten are positive, and of those with 0.9, seven: they
    should have been less extreme.

    >>> import numpy as np
    >>> from balancekit.metrics import calibration_slope_and_intercept
    >>> y_proba = np.repeat([0.1, 0.9], 10)
    >>> y_true = np.repeat([1, 0, 1, 0], [3, 7, 7, 3])
    >>> slope, intercept = calibration_slope_and_intercept(y_true, y_proba)
    >>> round(slope, 3), round(abs(intercept), 3)
    (0.386, 0.0)
    """
    rows, log_odds = _read(y_true, y_proba, pos_label, sample_weight)
    return _fit_slope(rows, log_odds), _fit_intercept(rows, log_odds)


def calibration_slope(
    y_true: Any, y_proba: Any, *, pos_label: Any = None, sample_weight: Any = None
) -> float:
    """Fit the slope of calibration: whether probabilities are too extreme or too timid.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, of two classes.
    y_proba : array-like of float, shape (n_rows,) or (n_rows, 2)
        Probability of the positive class, or of both classes in the order of the sorted labels.
    pos_label : object, default=None
        Label of the positive class. None is the second of the sorted labels of `y_true`.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of the rows.

    Returns
    -------
    slope : float
        1 is right; less, and probabilities are too extreme; more, and they are too timid.

    Raises
    ------
    TypeError, ValueError
        On the grounds of `calibration_slope_and_intercept`.

    See Also
    --------
    calibration_slope_and_intercept : Both, and how they are defined.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.metrics import calibration_slope
    >>> y_true = np.repeat([1, 0, 1, 0], [3, 7, 7, 3])
    >>> round(calibration_slope(y_true, np.repeat([0.1, 0.9], 10)), 3)
    0.386
    """
    return _fit_slope(*_read(y_true, y_proba, pos_label, sample_weight))


def calibration_intercept(
    y_true: Any, y_proba: Any, *, pos_label: Any = None, sample_weight: Any = None
) -> float:
    """Fit the intercept of calibration: whether probabilities are too high or too low on the whole.

    Parameters
    ----------
    y_true : array-like of shape (n_rows,)
        True labels, of two classes.
    y_proba : array-like of float, shape (n_rows,) or (n_rows, 2)
        Probability of the positive class, or of both classes in the order of the sorted labels.
    pos_label : object, default=None
        Label of the positive class. None is the second of the sorted labels of `y_true`.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of the rows.

    Returns
    -------
    intercept : float
        In log odds: 0 is right; less, and probabilities are too high; more, and they are too low.

    Raises
    ------
    TypeError, ValueError
        If `y_true` does not have two classes, or there are no probabilities.

    See Also
    --------
    calibration_slope_and_intercept : Both, and how they are defined.

    Examples
    --------
    One row in ten is positive, and a balanced training set made it look like one in two:

    >>> import numpy as np
    >>> from balancekit.metrics import calibration_intercept
    >>> y_true = np.repeat([1, 0], [1, 9])
    >>> round(calibration_intercept(y_true, np.full(10, 0.5)), 3)  # log(1 / 9)
    -2.197
    """
    return _fit_intercept(*_read(y_true, y_proba, pos_label, sample_weight))


def _read(
    y_true: Any, y_proba: Any, pos_label: Any, sample_weight: Any
) -> tuple[Binary, NDArray[np.float64]]:
    rows = read_binary(y_true, y_proba, "y_proba", pos_label, sample_weight, read_probabilities)
    if rows.positive.all() or not rows.positive.any():
        there = "all" if rows.positive.all() else "none"
        msg = (
            f"Of the rows of y_true with a weight, {there} are of the positive class "
            f"{rows.pos_label!r}. Pass rows of both classes."
        )
        raise ValueError(msg)
    shares = rows.weights / rows.weights.sum()
    log_odds: NDArray[np.float64] = logit(np.clip(rows.scores, CLIP, 1 - CLIP))
    return rows._replace(weights=shares), log_odds


def _fit_intercept(rows: Binary, log_odds: NDArray[np.float64]) -> float:
    target = rows.weights @ rows.positive

    def excess(intercept: float) -> float:
        return float(rows.weights @ expit(intercept + log_odds) - target)

    # The optimum lies between those of the lowest and the highest log odds alone; one more on both
    # sides, as both are rounded.
    alone = _prior_log_odds(rows)
    return float(
        brentq(excess, alone - log_odds.max() - 1, alone - log_odds.min() + 1, xtol=SMALL_STEP)
    )


def _fit_slope(rows: Binary, log_odds: NDArray[np.float64]) -> float:
    _check_overlap(rows, log_odds)
    center = rows.weights @ log_odds
    spread = np.sqrt(rows.weights @ (log_odds - center) ** 2)
    columns = np.column_stack([np.ones(len(log_odds)), (log_odds - center) / spread])
    found = _newton(columns, rows)
    return float(found[1] / spread)


def _check_overlap(rows: Binary, log_odds: NDArray[np.float64]) -> None:
    """Raise if the slope has no optimum."""
    if log_odds.min() == log_odds.max():
        msg = (
            f"y_proba is {rows.scores[0]:g} in every row with a weight, so that there is no slope. "
            "Pass probabilities that differ, or ask for calibration_intercept."
        )
        raise ValueError(msg)
    positive, negative = log_odds[rows.positive], log_odds[~rows.positive]
    if negative.max() <= positive.min() or positive.max() <= negative.min():
        raise ValueError(_SEPARATED)


_SEPARATED = (
    "y_proba tells the classes apart without an error, or nearly so, so that the slope has no "
    "finite optimum. Pass more rows, or ask for calibration_intercept."
)


def _newton(columns: NDArray[np.float64], rows: Binary) -> NDArray[np.float64]:
    """Fit a logistic regression; steps that make it worse are halved."""
    # All is written in terms of the chance of the wrong class, of which little may be left.
    against = np.where(rows.positive, -1.0, 1.0)

    def loss(weights: NDArray[np.float64]) -> float:
        return float(rows.weights @ np.logaddexp(0, against * (columns @ weights)))

    current = np.array([_prior_log_odds(rows), 0.0])
    for _ in range(MOST_STEPS):
        margin = against * (columns @ current)
        wrong = rows.weights * expit(margin)
        gradient = columns.T @ (wrong * against)
        curvature = (columns.T * (wrong * expit(-margin))) @ columns
        try:
            step = np.linalg.solve(curvature, gradient)
        except np.linalg.LinAlgError:
            break
        size = np.abs(step).max() / (1 + np.abs(current).max())
        if size <= SMALL_STEP:
            return current - step
        most = loss(current) * (1 + ROUNDING)
        while loss(current - step) > most:
            step = step / 2
        current = current - step
    raise ValueError(_SEPARATED)


def _prior_log_odds(rows: Binary) -> float:
    return float(
        np.log(rows.weights[rows.positive].sum()) - np.log(rows.weights[~rows.positive].sum())
    )
