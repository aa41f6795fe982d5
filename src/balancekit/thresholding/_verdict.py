"""What rows held out say against a rule."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import counted

# With fewer rows of a class, what a rule learns from them is mostly chance.
FEW_ROWS = 30


def warn_of_few_rows(rule: Any, codes: IntArray, classes: NDArray[Any]) -> None:
    """Warn if a rule that learns from the rows had few of a class.

    Parameters
    ----------
    rule : ThresholdRule
        Fitted.
    codes : ndarray of int, shape (n_rows,)
        Classes of the rows that it was fitted on.
    classes : ndarray of shape (n_classes,)
        Labels.

    Warns
    -----
    UserWarning
        Names the class and its rows.
    """
    counts = np.bincount(codes, minlength=len(classes))
    if not rule._learns_from_rows or counts.min() >= FEW_ROWS:
        return
    code = int(counts.argmin())
    warnings.warn(
        f"{type(rule).__name__} was fitted on {counted(int(counts[code]), 'row')} of class "
        f"{classes.tolist()[code]!r}: a threshold that is found in so few is mostly chance. With "
        f"fewer than {FEW_ROWS}, prefer a rule that needs none, such as PriorCorrection or "
        "CostMatrix.",
        UserWarning,
        stacklevel=3,
    )


def warn_of_worse_probabilities(
    rule: Any,
    proba: FloatArray,
    codes: IntArray,
    weights: FloatArray | None,
    natural_prior: FloatArray,
) -> None:
    """Warn if a correction towards the natural prior makes probabilities worse.

    Parameters
    ----------
    rule : ThresholdRule
        Fitted, with `correct`. One that aims at another prior is not judged: its probabilities are
        not meant to agree with the rows.
    proba : ndarray of float64, shape (n_rows, n_classes)
        Probabilities of rows held out.
    codes : ndarray of int, shape (n_rows,)
        Their classes.
    weights : ndarray of float64, shape (n_rows,) or None
        Their weights.
    natural_prior : ndarray of float64, shape (n_classes,)
        Shares of the classes.

    Warns
    -----
    UserWarning
        Names the figures before and after.
    """
    if not rule._aims_at(natural_prior):
        return
    corrected = rule.correct(proba)
    before, after = (_brier(each, codes, weights) for each in (proba, corrected))
    gap_before, gap_after = (_gap(each, codes, weights) for each in (proba, corrected))
    # Two standard errors of a share are chance.
    chance = 2 * np.sqrt(natural_prior * (1 - natural_prior) / len(codes)).max()
    if after <= before and gap_after <= max(gap_before, chance):
        return
    warnings.warn(
        f"{type(rule).__name__} does not make the probabilities of rows held out better: their "
        f"Brier score is {before:.4g} before the correction and {after:.4g} after it, and their "
        f"mean differs from the share of a class by at most {gap_before:.3g} before and "
        f"{gap_after:.3g} after. The classifier is not calibrated to the prior that the rule "
        "corrects: set calibration='sigmoid' or 'isotonic' instead, or leave out the correction.",
        UserWarning,
        stacklevel=3,
    )


def _brier(proba: FloatArray, codes: IntArray, weights: FloatArray | None) -> float:
    truth = np.eye(proba.shape[1])[codes]
    return float(np.average(((proba - truth) ** 2).sum(axis=1), weights=weights))


def _gap(proba: FloatArray, codes: IntArray, weights: FloatArray | None) -> float:
    """Return by how much the mean probability of a class differs from its share, at most."""
    truth = np.eye(proba.shape[1])[codes]
    return float(np.abs(np.average(proba - truth, axis=0, weights=weights)).max())
