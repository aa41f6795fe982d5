"""Every row once."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from balancekit.core.recipes import IntArray
from balancekit.deep.batches._base import BatchSampler


class NaturalBatches(BatchSampler):
    """Draw every row once in an epoch, so that classes keep their shares.

    Parameters
    ----------
    shuffle : bool, default=True
        Whether each epoch has an order of its own; if not, rows come as they are.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The label of each class code, once bound.

    Examples
    --------
    >>> from balancekit.deep.batches import NaturalBatches, epoch_generator
    >>> codes = [0, 0, 0, 1]
    >>> NaturalBatches()(codes, 0, epoch_generator(0, 0))
    array([1, 0, 3, 2])
    >>> NaturalBatches().draws_per_class([3, 1])
    array([3., 1.])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {"shuffle": ["boolean"]}

    def __init__(self, shuffle: bool = True) -> None:
        self.shuffle = shuffle

    def _draw(
        self, codes: IntArray, counts: IntArray, epoch: int, rng: np.random.Generator
    ) -> IntArray:
        return rng.permutation(len(codes)) if self.shuffle else np.arange(len(codes))

    def _expect(self, counts: IntArray) -> IntArray:
        return counts
