"""What rows held out say against a rule."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import counted

# With fewer rows of a class, one of them moves its recall by more than 3 points, and what a rule
# learns from them is mostly chance.
FEW_ROWS = 30


# Priors within so much of each other are the same.
NEARLY = 0.05


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
    figures = [
        f"their Brier score goes from {before:.4g} to {after:.4g}",
        f"their mean differs from the share of a class by {gap_after:.3g} instead of "
        f"{gap_before:.3g}",
    ]
    worse = [figures[0]] * (after > before) + [figures[1]] * (gap_after > gap_before)
    warnings.warn(
        f"{type(rule).__name__} does not make the probabilities of rows held out better: "
        f"{' and '.join(worse)}. They do not reflect the prior that the rule corrects. Leave out "
        "the correction, or calibrate instead (calibration='sigmoid').",
        UserWarning,
        stacklevel=3,
    )


def warn_of_wrong_prior(
    rule: Any,
    natural_prior: FloatArray,
    effective_prior: FloatArray | None,
    *,
    is_calibrated: bool,
) -> None:
    """Warn if a rule takes probabilities to reflect another prior than they do.

    Parameters
    ----------
    rule : ThresholdRule
        Fitted.
    natural_prior : ndarray of float64, shape (n_classes,)
        Shares of the classes in the data, which calibrated probabilities reflect.
    effective_prior : ndarray of float64, shape (n_classes,) or None
        Shares in the training data of the classifier, which its own probabilities reflect.
    is_calibrated : bool
        Whether the rule gets calibrated ones.

    Warns
    -----
    UserWarning
        Names both, and the way out.
    """
    if effective_prior is None or np.allclose(effective_prior, natural_prior, rtol=NEARLY):
        return
    reflected = "natural" if is_calibrated else "effective"
    if rule._assumed_prior in (None, reflected):
        return
    why = "calibrated" if is_calibrated else "of a classifier fitted on resampled rows"
    way_out = f"a rule that assumes the {reflected} prior"
    if not is_calibrated:
        way_out += ", such as PriorCorrection('effective', ...), or calibration='sigmoid'"
    warnings.warn(
        f"{type(rule).__name__} takes probabilities to reflect the {rule._assumed_prior} prior, "
        f"but these are {why} and reflect the {reflected} one ({natural_prior.round(3).tolist()} "
        f"in the data, {effective_prior.round(3).tolist()} in training). Use {way_out}.",
        UserWarning,
        stacklevel=3,
    )


def refuse_second_adjustment(rule: Any, loss: str | None) -> None:
    """Raise if a rule would take the prior away that a loss has taken away in training.

    Parameters
    ----------
    rule : ThresholdRule
        Fitted.
    loss : str or None
        Name of a loss that has adjusted logits by the prior; None if there was none.

    Raises
    ------
    ValueError
        Names both, and the way out.
    """
    if loss is not None and rule._takes_prior_away and rule._assumed_prior == "natural":
        msg = (
            f"The net was trained with {loss}, which has taken the prior away, and "
            f"{type(rule).__name__} would do so once more: rare classes would be favoured twice. "
            "Leave the decision to the net, let the rule assume the 'effective' prior, or, if you "
            "mean it, pass the prior as numbers."
        )
        raise ValueError(msg)


def _brier(proba: FloatArray, codes: IntArray, weights: FloatArray | None) -> float:
    squares = ((proba - np.eye(proba.shape[1])[codes]) ** 2).sum(axis=1)
    # Of two classes, it is that of one of them.
    return float(np.average(squares, weights=weights)) / (2 if proba.shape[1] == 2 else 1)


def _gap(proba: FloatArray, codes: IntArray, weights: FloatArray | None) -> float:
    """Return by how much the mean probability of a class differs from its share, at most."""
    truth = np.eye(proba.shape[1])[codes]
    return float(np.abs(np.average(proba - truth, axis=0, weights=weights)).max())
