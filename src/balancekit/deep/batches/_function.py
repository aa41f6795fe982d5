"""A function as a batch sampler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from balancekit.core.recipes import IntArray
from balancekit.deep.batches._base import BatchSampler, check_rows
from balancekit.deep.batches._seeds import epoch_generator


class FunctionBatches(BatchSampler):
    """Draw the rows that a function of yours chooses.

    Parameters
    ----------
    function : callable
        Takes class codes (ndarray of intp, shape (n_rows,)), the epoch (int) and a
        `numpy.random.Generator`; returns the row numbers of the epoch, in order, as integers. The
        codes cannot be written to.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The label of each class code, once bound.

    Raises
    ------
    TypeError
        If the function returns anything but integers.
    ValueError
        If it returns no rows, or some that are not there.

    Notes
    -----
    `draws_per_class` calls the function with sorted codes, for epoch 0 of seed 0, and counts: where
    the function goes by the order of rows, or the epoch, or draws numbers of rows, it is a guess.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.deep.batches import FunctionBatches, epoch_generator
    >>> batches = FunctionBatches(lambda codes, epoch, rng: np.argsort(-codes, kind="stable"))
    >>> batches([0, 1, 0, 1], 0, epoch_generator(0, 0))
    array([1, 3, 0, 2])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {"function": [callable]}

    def __init__(self, function: Callable[[IntArray, int, np.random.Generator], Any]) -> None:
        self.function = function

    def _draw(
        self, codes: IntArray, counts: IntArray, epoch: int, rng: np.random.Generator
    ) -> IntArray:
        name = getattr(self.function, "__name__", type(self.function).__name__)
        view = codes.view()
        view.flags.writeable = False
        rows = check_rows(self.function(view, epoch, rng), f"The function {name}")
        low, high = int(rows.min()), int(rows.max())
        if low < 0 or high >= len(codes):
            msg = (
                f"The function {name} drew rows {low} to {high} for an epoch; row numbers run from "
                f"0 to {len(codes) - 1}."
            )
            raise ValueError(msg)
        return rows

    def _expect(self, counts: IntArray) -> IntArray:
        codes = np.repeat(np.arange(len(counts)), counts)
        rows = self._draw(codes, counts, 0, epoch_generator(0, 0))
        return np.bincount(codes[rows], minlength=len(counts))
