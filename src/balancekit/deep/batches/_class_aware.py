"""Classes in turn, whatever their sizes."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.deep.batches._base import BatchSampler
from balancekit.deep.batches._passes import rows_by_class, shuffled_passes, sorted_by_class


class ClassAwareBatches(BatchSampler):
    """Draw the classes in turn, so that all batches are balanced [1]_.

    There is a list of the classes, and a list of rows for each class. Classes are taken from their
    list, one row from the list of each. A list that is used up is shuffled again.

    Parameters
    ----------
    n_draws : int, default=None
        Rows of an epoch; None takes as many as there are in the data. Rows of large classes may
        not occur in an epoch, and those of small ones do so often.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The label of each class code, once bound.

    See Also
    --------
    WeightedBatches : Balanced on average, each row drawn on its own.
    OverSampledBatches : Every row at least once.

    Notes
    -----
    In the first C draws, with C the number of classes that have rows, each class occurs once, and
    so in the next C. So the counts of two classes differ by at most one in an epoch and in all of
    its beginnings, and by at most two in any run of draws; by nothing in batches of a multiple of
    C. Within an epoch, how often two rows of a class occur differs by at most one.

    O(n_draws + n_rows) time and memory.

    References
    ----------
    .. [1] L. Shen, Z. Lin and Q. Huang, "Relay backpropagation for effective learning of deep
       convolutional neural networks", European Conference on Computer Vision, 2016.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.deep.batches import ClassAwareBatches, epoch_generator
    >>> codes = np.array([0, 0, 0, 0, 0, 1])
    >>> rows = ClassAwareBatches()(codes, 0, epoch_generator(0, 0))
    >>> codes[rows].reshape(3, 2).sum(axis=1)
    array([1, 1, 1])
    >>> ClassAwareBatches().draws_per_class([5, 1])
    array([3., 3.])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "n_draws": [Interval(Integral, 1, None, closed="left"), None]
    }

    def __init__(self, n_draws: int | None = None) -> None:
        self.n_draws = n_draws

    def _draw(
        self, codes: IntArray, counts: IntArray, epoch: int, rng: np.random.Generator
    ) -> IntArray:
        n_draws = len(codes) if self.n_draws is None else self.n_draws
        turns = shuffled_passes(np.flatnonzero(counts), n_draws, rng)
        wanted = np.bincount(turns, minlength=len(counts))
        drawn = np.empty(n_draws, dtype=np.intp)
        drawn[sorted_by_class(turns, len(counts))] = np.concatenate(
            [
                shuffled_passes(rows, n, rng)
                for rows, n in zip(rows_by_class(codes, counts), wanted.tolist(), strict=True)
            ]
        )
        return drawn

    def _expect(self, counts: IntArray) -> FloatArray:
        n_draws = int(counts.sum()) if self.n_draws is None else self.n_draws
        is_there = counts > 0
        return np.where(is_there, n_draws / is_there.sum(), 0.0)
