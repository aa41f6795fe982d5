"""Repeats that are changed before a net sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from balancekit.core.recipes import IntArray
from balancekit.deep.batches._base import BatchSampler, check_rows
from balancekit.deep.batches._resolve import resolve_batches


class AugmentedBatches(BatchSampler):
    """Draw the rows that another batch sampler draws, and mark repeats, to be augmented.

    Parameters
    ----------
    batches : str, BatchSampler, sampler or callable
        What draws the rows; anything that `resolve_batches` takes. It is cloned.
    transform : callable
        Takes the repeats of a batch, as a tensor or array of shape (n_repeats, ...), and returns as
        many rows of the same shape: a flip, noise, a crop. Whoever trains calls it.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The label of each class code, once bound.
    seed_ : int
        The seed, once bound.
    batches_ : BatchSampler
        The clone that draws, once bound or called.
    new_rows_, new_codes_ : ndarray
        Those of a `PlannedBatches` inside.

    See Also
    --------
    OverSampledBatches : Repeats rows of small classes only.

    Notes
    -----
    The first time in an epoch, a row is left as it is. New rows of `PlannedBatches` are no repeats.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.deep.batches import AugmentedBatches, epoch_generator
    >>> batches = AugmentedBatches("over_sampled", transform=np.fliplr)
    >>> codes = np.array([0, 0, 0, 1])
    >>> rows = batches(codes, 0, epoch_generator(0, 0))
    >>> rows, batches.repeats(rows)
    (array([3, 3, 0, 1, 2, 3]), array([False,  True, False, False, False,  True]))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "batches": "no_validation",
        "transform": [callable],
    }

    batches_: BatchSampler

    def __init__(self, batches: Any, transform: Callable[[Any], Any]) -> None:
        self.batches = batches
        self.transform = transform

    @property
    def looks_at_rows(self) -> bool:
        """Whether what draws the rows looks at them."""
        return resolve_batches(self.batches).looks_at_rows

    def bind(self, classes: Any, X: Any = None, seed: int = 0) -> Self:
        """Bind a clone of the batch sampler inside.

        Parameters
        ----------
        classes : array-like of shape (n_classes,)
            The label of each class code.
        X : ndarray of shape (n_rows, n_columns), optional
            The training rows, for `PlannedBatches`.
        seed : int, default=0
            The seed, for `PlannedBatches`.

        Returns
        -------
        self : object

        Raises
        ------
        TypeError, ValueError
            If an argument or parameter cannot be used.
        """
        super().bind(classes, X, seed)
        self.batches_ = clone(resolve_batches(self.batches)).bind(classes, X, seed)
        return self

    def set_params(self, **parameters: Any) -> Self:
        """Set parameters, those of the batch sampler inside as ``batches__name``.

        Parameters
        ----------
        **parameters : dict
            New values. What was bound has to be bound again.

        Returns
        -------
        self : object
        """
        super().set_params(**parameters)
        for name in ("batches_", "classes_", "seed_"):
            if hasattr(self, name):
                delattr(self, name)
        return self

    def repeats(self, indices: Any) -> NDArray[np.bool_]:
        """Mark what comes again.

        Parameters
        ----------
        indices : array-like of int, shape (n_draws,)
            Row numbers of one epoch, in order.

        Returns
        -------
        is_repeat : ndarray of bool, shape (n_draws,)
            False where a row number occurs for the first time.

        Raises
        ------
        TypeError, ValueError
            If these are no row numbers.
        """
        rows = check_rows(indices, "Whoever passed indices")
        places = np.arange(len(rows))
        first = np.empty(int(rows.max()) + 1, dtype=np.intp)
        # The last assignment stays.
        first[rows[::-1]] = places[::-1]
        return np.asarray(first[rows] != places)

    def _inside(self) -> BatchSampler:
        if not hasattr(self, "batches_"):
            self.batches_ = clone(resolve_batches(self.batches))
        return self.batches_

    @property
    def new_rows_(self) -> NDArray[Any]:
        """New rows of a plan, shape (n_new, n_columns)."""
        rows: NDArray[Any] = self._inside().new_rows_
        return rows

    @property
    def new_codes_(self) -> IntArray:
        """Class codes of new rows of a plan, shape (n_new,)."""
        codes: IntArray = self._inside().new_codes_
        return codes

    def _draw(
        self, codes: IntArray, counts: IntArray, epoch: int, rng: np.random.Generator
    ) -> IntArray:
        return self._inside()(codes, epoch, rng)

    def _expect(self, counts: IntArray) -> Any:
        return self._inside().draws_per_class(counts)
