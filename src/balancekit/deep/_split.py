"""Rows held out for validation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from balancekit.core.labels import Labels
from balancekit.core.recipes import IntArray
from balancekit.core.wording import counted


def split_rows(
    labels: Labels, fraction: float, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Hold out a share of the rows of each class.

    Parameters
    ----------
    labels : Labels
        Labels of the rows.
    fraction : float
        Share to hold out, between 0 and 1.
    seed : int
        Of the draw.

    Returns
    -------
    train, held_out : ndarray of int
        Rows, in ascending order. Each class has one row or more in both.

    Raises
    ------
    ValueError
        If a class has too few rows for that. The message names it.
    """
    rng = np.random.default_rng(seed)
    is_held_out = np.zeros(len(labels), dtype=bool)
    for code, count in enumerate(labels.counts.tolist()):
        if count < 2:
            msg = (
                f"Class {labels.name(code)!r} has {counted(count, 'row')}, and early stopping "
                "needs one to train on and one to validate by. Pass X_val and y_val to fit, or set "
                "early_stopping=False."
            )
            raise ValueError(msg)
        n_out = min(max(1, round(fraction * count)), count - 1)
        rows: IntArray = labels.rows_of(code)
        is_held_out[rng.permutation(rows)[:n_out]] = True
    return np.flatnonzero(~is_held_out), np.flatnonzero(is_held_out)
