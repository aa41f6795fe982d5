"""Probabilities under other shares of the classes than those of the training data."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import StrOptions

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import counted
from balancekit.thresholding._rule import Given, ThresholdRule
from balancekit.thresholding._scores import Answers

# How far from one the shares of the classes may add up to.
PRIOR_TOLERANCE = 1e-6

# Dividing by anything smaller might overflow.
SMALLEST_SHARE = 1e-100


def check_prior(
    prior: Any, classes: NDArray[Any], name: str, *, allow_zero: bool = False
) -> FloatArray:
    """Check shares of classes.

    Parameters
    ----------
    prior : array-like of shape (n_classes,)
        Shares.
    classes : ndarray of shape (n_classes,)
        Labels, for messages.
    name : str
        What the shares were passed as.
    allow_zero : bool, default=False
        Whether a class may have none.

    Returns
    -------
    prior : ndarray of float64, shape (n_classes,)
        A copy.

    Raises
    ------
    ValueError
        If they have another shape, are not finite or not positive, or do not add up to one.
    """
    try:
        checked: FloatArray = np.array(prior, dtype=np.float64)
    except (TypeError, ValueError) as error:
        msg = f"{name} holds no numbers; pass the share of each class as an array. {error}"
        raise ValueError(msg) from error
    if checked.shape != (len(classes),):
        msg = (
            f"{name} has shape {checked.shape}, and there are {len(classes)} classes. Pass one "
            "share for each class, in the order of classes_."
        )
        raise ValueError(msg)
    low = np.zeros(len(checked), dtype=bool) if allow_zero else checked < SMALLEST_SHARE
    bad = ~np.isfinite(checked) | (checked < 0) | low
    if bad.any():
        code = int(bad.argmax())
        bound = "0 or more" if allow_zero else "above 0"
        msg = (
            f"{name} gives class {classes.tolist()[code]!r} a share of {checked[code]:g}. Pass "
            f"shares that are finite and {bound}."
        )
        raise ValueError(msg)
    if abs(checked.sum() - 1) > PRIOR_TOLERANCE:
        msg = (
            f"{name} adds up to {checked.sum():.10g}, not to 1. Pass shares, such as counts "
            "divided by their sum."
        )
        raise ValueError(msg)
    return checked


def resolve_prior(
    prior: Any, given: Given, classes: NDArray[Any], name: str, *, allow_zero: bool = False
) -> FloatArray:
    """Find the shares that a parameter stands for.

    Parameters
    ----------
    prior : {"balanced", "effective", "natural"} or array-like of shape (n_classes,)
        The parameter.
    given : Given
        Has the natural and the effective prior, if they were passed to `fit`.
    classes : ndarray of shape (n_classes,)
        Labels.
    name : str
        Name of the parameter.
    allow_zero : bool, default=False
        Whether a class may have none.

    Returns
    -------
    prior : ndarray of float64, shape (n_classes,)

    Raises
    ------
    ValueError
        If the shares were not passed to `fit`, or cannot be used.
    """
    if not isinstance(prior, str):
        return check_prior(prior, classes, name, allow_zero=allow_zero)
    if prior == "balanced":
        return np.full(len(classes), 1 / len(classes))
    argument = f"{prior}_prior"
    told = given.effective_prior if prior == "effective" else given.natural_prior
    if told is None:
        msg = (
            f"{name}={prior!r} stands for shares that are not known. Pass {name} as an array of "
            f"one share for each class or, to a rule on its own, `fit(..., {argument}=model."
            f"{argument}_)`."
        )
        raise ValueError(msg)
    return check_prior(told, classes, argument, allow_zero=allow_zero)


def normalised(products: FloatArray, otherwise: FloatArray) -> FloatArray:
    """Divide each row by its sum.

    Parameters
    ----------
    products : ndarray of float64, shape (n_rows, n_classes)
        Zero or more.
    otherwise : ndarray of float64, shape (n_classes,) or (n_rows, n_classes)
        What stands in rows that are all zero.

    Returns
    -------
    proba : ndarray of float64, shape (n_rows, n_classes)
    """
    totals = products.sum(axis=1, keepdims=True)
    out = np.array(np.broadcast_to(otherwise, products.shape))
    proba: FloatArray = np.divide(products, totals, out=out, where=totals > 0)
    return proba


class PriorCorrection(ThresholdRule):
    """Decide by probabilities as they would be under other shares of the classes.

    A probability is proportional to the share of its class in the training data, so it is
    multiplied by the new share, divided by the old one, and each row is divided by its sum. The
    decision is the class that is most probable then.

    Parameters
    ----------
    train_prior : {"effective", "natural"} or array-like of shape (n_classes,)
        Shares that the probabilities reflect. It has no default on purpose. ``"effective"``, the
        `effective_prior` passed to `fit`, is right for a model fitted on resampled data;
        ``"natural"``, the `natural_prior` passed to `fit`, for one fitted on data as it came.
    target_prior : {"balanced", "natural"} or array-like of shape (n_classes,), default="balanced"
        Shares that they shall reflect. A share may be zero. `adapt` estimates them instead.

    Attributes
    ----------
    train_prior_ : ndarray of float64, shape (n_classes,)
        Shares that the probabilities reflect.
    target_prior_ : ndarray of float64, shape (n_classes,)
        Shares that corrected ones reflect, as passed or as `adapt` found them.
    n_rounds_ : int
        Rounds that the last `adapt` took; 0 before the first.
    classes_ : ndarray of shape (n_classes,)
        Labels of the columns.

    See Also
    --------
    UndersamplingCorrection : From the share of rows kept, instead of two priors.
    LogitAdjustment : The same in logarithms, in part or in excess.

    Notes
    -----
    ``("natural", "balanced")`` is the rule that Buda et al. [1]_ call thresholding.
    ``("effective", "natural")`` turns the probabilities of a model fitted on resampled data back
    into honest ones.

    This is exact for probabilities that are calibrated under `train_prior`. It over-corrects those
    of models that are not, such as boosted trees: calibrate them first, or tune a threshold.

    A row of which only classes with a target share of zero are possible tells nothing about the
    others; it gets the target prior.

    References
    ----------
    .. [1] M. Buda, A. Maki and M. A. Mazurowski, "A systematic study of the class imbalance problem
       in convolutional neural networks", Neural Networks 106, 2018.
    .. [2] M. Saerens, P. Latinne and C. Decaestecker, "Adjusting the outputs of a classifier to new
       a priori probabilities: a simple procedure", Neural Computation 14, 2002.

    Examples
    --------
    >>> from balancekit.thresholding import PriorCorrection
    >>> proba, y = [[0.95, 0.05], [0.8, 0.2]], ["no", "yes"]
    >>> rule = PriorCorrection("natural").fit(proba, y, natural_prior=[0.9, 0.1])
    >>> rule.correct(proba).round(4)
    array([[0.6786, 0.3214],
           [0.3077, 0.6923]])
    >>> rule.decide(proba)
    array([0, 1])
    """

    _takes_prior_away = True
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "train_prior": [StrOptions({"effective", "natural"}), "array-like", None],
        "target_prior": [StrOptions({"balanced", "natural"}), "array-like"],
    }

    train_prior_: FloatArray
    target_prior_: FloatArray
    n_rounds_: int

    def __init__(self, train_prior: Any = None, target_prior: Any = "balanced") -> None:
        self.train_prior = train_prior
        self.target_prior = target_prior

    def correct(self, proba: Any) -> FloatArray:
        """Correct probabilities.

        Parameters
        ----------
        proba : array-like of shape (n_rows,) or (n_rows, n_classes)
            Probabilities under `train_prior_`; one for each row is that of the second class.

        Returns
        -------
        proba : ndarray of float64, shape (n_rows, n_classes)
            Probabilities under `target_prior_`.

        Raises
        ------
        ValueError
            If they are no probabilities, or of another number of classes.
        """
        return self._correct(self._check_fitted(proba))

    def adapt(self, unlabelled_proba: Any, max_rounds: int = 1000, tolerance: float = 1e-8) -> Self:
        """Estimate the target prior from rows without labels.

        Starting from the training prior, probabilities are corrected to the current estimate, and
        their mean is the next one: the algorithm of expectation and maximisation (Saerens et al.).
        It needs calibrated probabilities, and classes that look the same as in training.

        Parameters
        ----------
        unlabelled_proba : array-like of shape (n_rows,) or (n_rows, n_classes)
            Probabilities, under `train_prior_`, of rows as they are met in use.
        max_rounds : int, default=1000
            Rounds at most.
        tolerance : float, default=1e-8
            It ends when no share changes by more than this.

        Returns
        -------
        self : object
            With a new `target_prior_`.

        Raises
        ------
        ValueError
            If an argument cannot be used.

        Warns
        -----
        UserWarning
            If shares still change by more after the last round.
        """
        proba = self._check_fitted(unlabelled_proba)
        if not max_rounds >= 1:
            msg = f"max_rounds={max_rounds!r} is no number of rounds. Pass 1 or more."
            raise ValueError(msg)
        if not tolerance >= 0:
            msg = f"tolerance={tolerance!r} is no bound of a change. Pass 0 or more."
            raise ValueError(msg)
        likelihood = proba / self.train_prior_
        prior, change, n_rounds = self.train_prior_, np.inf, 0
        while n_rounds < max_rounds and change > tolerance:
            estimate = normalised(likelihood * prior, prior).mean(axis=0)
            change = float(np.abs(estimate - prior).max())
            prior, n_rounds = estimate, n_rounds + 1
        if change > tolerance:
            warnings.warn(
                f"adapt did not converge: after {counted(n_rounds, 'round')}, shares still change "
                f"by {change:.2g}, more than tolerance={tolerance:g}. Pass a larger max_rounds or "
                "tolerance.",
                UserWarning,
                stacklevel=2,
            )
        self.target_prior_ = prior.copy()
        self.n_rounds_ = n_rounds
        return self

    def _fit(self, scores: FloatArray, answers: Answers, given: Given) -> None:
        if self.train_prior is None:
            msg = (
                "train_prior has no default on purpose, because a wrong one goes unnoticed. Pass "
                "'effective' for a model fitted on resampled data, 'natural' for one fitted on "
                "data as it came, or an array of one share for each class."
            )
            raise ValueError(msg)
        classes = answers.classes
        self.train_prior_ = resolve_prior(self.train_prior, given, classes, "train_prior")
        self.target_prior_ = resolve_prior(
            self.target_prior, given, classes, "target_prior", allow_zero=True
        )
        self.n_rounds_ = 0

    def _decide(self, scores: FloatArray) -> IntArray:
        decided: IntArray = self._correct(scores).argmax(axis=1)
        return decided

    @property
    def _factors(self) -> FloatArray | None:
        return self.target_prior_ / self.train_prior_

    @property
    def _assumed_prior(self) -> str | None:
        return self.train_prior if isinstance(self.train_prior, str) else None

    def _aims_at(self, natural_prior: FloatArray) -> bool:
        return bool(np.allclose(self.target_prior_, natural_prior, rtol=0.01))

    def _correct(self, proba: FloatArray) -> FloatArray:
        return normalised(proba / self.train_prior_ * self.target_prior_, self.target_prior_)
