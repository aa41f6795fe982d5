"""All rows of the smallest class, and another subset of the others in every epoch."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from balancekit.core.base import BaseUnderSampler
from balancekit.core.recipes import IntArray
from balancekit.core.typing import SamplingStrategy
from balancekit.deep.batches._base import BatchSampler
from balancekit.deep.batches._labels import CodedLabels, resampled_counts
from balancekit.deep.batches._passes import rows_by_class


class UnderSampledBatches(BatchSampler):
    """Draw a fresh random subset of the larger classes in every epoch, in random order.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have in an epoch.

        - float: every class is lowered to at most the smallest one divided by this.
        - str: the classes to lower to the size of the smallest: ``"majority"``,
          ``"not minority"``, ``"not majority"``, ``"all"`` or ``"auto"`` (``"not minority"``).
        - dict: the number of rows for each class named.
        - callable: takes the labels of all rows, as an array, and returns such a dict.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The label of each class code, once bound.

    Raises
    ------
    ValueError
        If all rows are of one class, or the strategy names an absent class or a wrong number.

    See Also
    --------
    balancekit.under_sampling.RandomUnderSampler : The same for all estimators, once and for all.

    Notes
    -----
    Subsets are drawn without replacement, and independently of each other. One that holds a share
    s of a class misses a row with a probability of ``(1 - s) ** n_epochs`` in all epochs. An epoch
    is short: give a net more of them.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.deep.batches import UnderSampledBatches, epoch_generator
    >>> codes = np.array([0, 0, 0, 0, 0, 1, 1])
    >>> [sorted(UnderSampledBatches()(codes, e, epoch_generator(0, e)).tolist()) for e in range(2)]
    [[3, 4, 5, 6], [2, 3, 5, 6]]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "sampling_strategy": BaseUnderSampler._parameter_constraints["sampling_strategy"]
    }

    def __init__(self, sampling_strategy: SamplingStrategy = "auto") -> None:
        self.sampling_strategy = sampling_strategy

    def _draw(
        self, codes: IntArray, counts: IntArray, epoch: int, rng: np.random.Generator
    ) -> IntArray:
        labels = CodedLabels(codes, counts, self._labels_of(len(counts)))
        n_kept = labels.targets(self.sampling_strategy, "under-sampling")
        kept = [
            rng.choice(rows, n_kept[code], replace=False) if code in n_kept else rows
            for code, rows in enumerate(rows_by_class(codes, counts))
        ]
        return rng.permutation(np.concatenate(kept))

    def _expect(self, counts: IntArray) -> IntArray:
        classes = self._labels_of(len(counts))
        return resampled_counts(counts, classes, self.sampling_strategy, "under-sampling")
