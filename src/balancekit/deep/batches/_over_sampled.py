"""All rows, and those of small classes several times."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from balancekit.core.base import BaseOverSampler
from balancekit.core.recipes import IntArray
from balancekit.core.typing import SamplingStrategy
from balancekit.deep.batches._base import BatchSampler
from balancekit.deep.batches._labels import CodedLabels, resampled_counts
from balancekit.deep.batches._passes import rows_by_class, shuffled_passes


class OverSampledBatches(BatchSampler):
    """Draw every row at least once, and repeat those of the smaller classes, in random order.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have in an epoch.

        - float: every class below this fraction of the largest is raised to it.
        - str: the classes to raise to the size of the largest: ``"minority"``, ``"not minority"``,
          ``"not majority"``, ``"all"`` or ``"auto"`` (``"not majority"``).
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
    AugmentedBatches : Changes the repeats, so that a net does not learn them by heart.
    balancekit.over_sampling.RandomOverSampler : The same for all estimators; repeats are drawn
        with replacement.

    Notes
    -----
    Which rows are repeated is drawn anew in each epoch. All rows of a class are, before one is
    again, so how often they occur differs by at most one.

    Examples
    --------
    >>> from balancekit.deep.batches import OverSampledBatches, epoch_generator
    >>> rows = OverSampledBatches()([0, 0, 0, 0, 0, 1, 1], 0, epoch_generator(0, 0))
    >>> sorted(rows.tolist())
    [0, 1, 2, 3, 4, 5, 5, 5, 6, 6]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "sampling_strategy": BaseOverSampler._parameter_constraints["sampling_strategy"]
    }

    def __init__(self, sampling_strategy: SamplingStrategy = "auto") -> None:
        self.sampling_strategy = sampling_strategy

    def _draw(
        self, codes: IntArray, counts: IntArray, epoch: int, rng: np.random.Generator
    ) -> IntArray:
        labels = CodedLabels(codes, counts, self._labels_of(len(counts)))
        n_new = labels.targets(self.sampling_strategy, "over-sampling")
        rows = rows_by_class(codes, counts)
        repeats = [shuffled_passes(rows[code], n, rng) for code, n in n_new.items()]
        return rng.permutation(np.concatenate([np.arange(len(codes)), *repeats]))

    def _expect(self, counts: IntArray) -> IntArray:
        classes = self._labels_of(len(counts))
        return resampled_counts(counts, classes, self.sampling_strategy, "over-sampling")
