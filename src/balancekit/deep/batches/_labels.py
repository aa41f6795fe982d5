"""Class codes as the labels that sampling strategies are written in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.labels import Labels
from balancekit.core.recipes import IntArray
from balancekit.core.targets import resolve_targets


class CodedLabels(Labels):
    """Labels that are there as codes; a class without rows is no class of theirs.

    Parameters
    ----------
    codes : ndarray of intp, shape (n_rows,)
        Class codes.
    counts : ndarray of intp, shape (n_classes,)
        Rows of each class.
    classes : ndarray of shape (n_classes,)
        The label of each code.

    Attributes
    ----------
    present : ndarray of intp, shape (n_present,)
        The given codes of the classes that have rows, of which `codes` are the positions.
    """

    def __init__(self, codes: IntArray, counts: IntArray, classes: NDArray[Any]) -> None:
        self.present = np.flatnonzero(counts)
        if len(self.present) < len(counts):
            codes = np.searchsorted(self.present, codes)
        self.codes, self.counts, self.classes = codes, counts[self.present], classes[self.present]

    def targets(self, sampling_strategy: Any, sampling_type: str) -> dict[int, int]:
        """Resolve a sampling strategy; see `balancekit.core.targets.resolve_targets`.

        Parameters
        ----------
        sampling_strategy : float, str, dict or callable
            What the user asked for.
        sampling_type : {"over-sampling", "under-sampling"}
            Whether the numbers are rows to add or rows to keep.

        Returns
        -------
        targets : dict of class code to int
            By the given codes.

        Raises
        ------
        ValueError
            If there is one class only, or the strategy cannot be followed.
        """
        targets = resolve_targets(sampling_strategy, self, sampling_type)[1]
        return {int(self.present[code]): count for code, count in targets.items()}


def resampled_counts(
    counts: IntArray, classes: NDArray[Any], sampling_strategy: Any, sampling_type: str
) -> IntArray:
    """Compute how many rows each class has after a sampling strategy.

    Parameters
    ----------
    counts : ndarray of intp, shape (n_classes,)
        Rows of each class before.
    classes : ndarray of shape (n_classes,)
        The label of each code.
    sampling_strategy : float, str, dict or callable
        What the user asked for.
    sampling_type : {"over-sampling", "under-sampling"}
        Which kind of strategy that is.

    Returns
    -------
    counts : ndarray of intp, shape (n_classes,)

    Raises
    ------
    ValueError
        See `CodedLabels.targets`.
    """
    codes = np.repeat(np.arange(len(counts)), counts)
    targets = CodedLabels(codes, counts, classes).targets(sampling_strategy, sampling_type)
    after = counts.copy()
    for code, count in targets.items():
        after[code] = count + (counts[code] if sampling_type == "over-sampling" else 0)
    return after
