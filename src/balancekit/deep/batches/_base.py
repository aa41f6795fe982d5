"""What all batch samplers share: the classes they are bound to, and checks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from balancekit.core.recipes import FloatArray, IntArray

# Codes of rows without labels may be larger than their number, but not by much: each code up to the
# largest is counted.
MOST_UNBOUND = 65_536


class BatchSampler(BaseEstimator, ABC):  # type: ignore[misc]
    """A rule for the rows of an epoch, from which batches are cut one after another.

    To write one, inherit from this and write `_draw` and `_expect`; checks are done here.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The label of each class code, once bound.
    seed_ : int
        The seed, once bound.

    See Also
    --------
    resolve_batches : Batch samplers by name.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.deep.batches import BatchSampler, epoch_generator
    >>> class OneOfEach(BatchSampler):
    ...     def _draw(self, codes, counts, epoch, rng):
    ...         return rng.permutation(np.unique(codes, return_index=True)[1])
    ...
    ...     def _expect(self, counts):
    ...         return counts > 0
    >>> codes = np.array([0, 0, 0, 1])
    >>> sorted(OneOfEach()(codes, 0, epoch_generator(0, 0)).tolist())
    [0, 3]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {}

    classes_: NDArray[Any]
    seed_: int

    @property
    def looks_at_rows(self) -> bool:
        """Whether `bind` has a use for the numbers of rows, which may have to leave a device."""
        return False

    @abstractmethod
    def _draw(
        self, codes: IntArray, counts: IntArray, epoch: int, rng: np.random.Generator
    ) -> IntArray:
        """Draw the rows of one epoch, in order.

        Parameters
        ----------
        codes : ndarray of intp, shape (n_rows,)
            Class codes, checked.
        counts : ndarray of intp, shape (n_classes,)
            Rows of each class; some may be zero.
        epoch : int
            From 0.
        rng : Generator
            The random stream of this epoch.

        Returns
        -------
        rows : ndarray of int, shape (n_draws,)
        """

    @abstractmethod
    def _expect(self, counts: IntArray) -> Any:
        """Compute how many rows of each class to expect in one epoch.

        Parameters
        ----------
        counts : ndarray of intp, shape (n_classes,)
            Rows of each class, checked; some may be zero.

        Returns
        -------
        draws : array-like of shape (n_classes,)
        """

    def bind(self, classes: Any, X: Any = None, seed: int = 0) -> Self:
        """Tell the sampler what the class codes stand for; unbound, codes are the labels.

        Parameters
        ----------
        classes : array-like of shape (n_classes,)
            The label of each class code, for parameters that name labels.
        X : ndarray of shape (n_rows, n_columns), optional
            The training rows as numbers. Only `PlannedBatches` looks at them.
        seed : int, default=0
            The seed of `epoch_generator`. Only `PlannedBatches` draws from it.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If there are no classes, or parameters or the seed cannot be used.
        TypeError
            If the seed is no integer.
        """
        self._validate_params()
        labels = np.asarray(classes)
        if labels.ndim != 1 or not labels.size:
            msg = f"classes has shape {labels.shape}. Pass the label of each class code."
            raise ValueError(msg)
        seed = check_whole(seed, "seed")
        self.classes_, self.seed_ = labels, seed
        return self

    def __call__(self, codes: Any, epoch: int, rng: Any) -> IntArray:
        """Draw the rows of one epoch.

        Parameters
        ----------
        codes : ndarray of int, shape (n_rows,)
            Class codes of the training rows, 0 to n_classes - 1.
        epoch : int
            From 0.
        rng : Generator
            The random stream of this epoch, best that of `epoch_generator`.

        Returns
        -------
        rows : ndarray of intp, shape (n_draws,)
            Row numbers, in order.

        Raises
        ------
        TypeError, ValueError
            If an argument or parameter cannot be used, or there is nothing to draw.
        """
        self._validate_params()
        codes, counts = self._check_codes(codes)
        epoch = check_whole(epoch, "epoch")
        if not isinstance(rng, np.random.Generator):
            msg = (
                f"rng is of type {type(rng).__name__}. Pass a numpy.random.Generator, such as "
                "`epoch_generator(seed, epoch)`."
            )
            raise TypeError(msg)
        return check_rows(self._draw(codes, counts, epoch, rng), type(self).__name__)

    def draws_per_class(self, counts: Any) -> FloatArray:
        """Compute how many rows of each class an epoch has.

        Parameters
        ----------
        counts : array-like of int, shape (n_classes,)
            Rows of each class in the training data.

        Returns
        -------
        draws : ndarray of float64, shape (n_classes,)
            The mean over epochs, where the number is up to chance. The sum is the length of an
            epoch. A class without rows has zero.

        Raises
        ------
        ValueError
            If counts or parameters cannot be used.
        """
        self._validate_params()
        return np.asarray(self._expect(self._check_counts(counts)), dtype=np.float64)

    def _labels_of(self, n_classes: int) -> NDArray[Any]:
        """Return the label of each class code."""
        classes: NDArray[Any] = getattr(self, "classes_", np.arange(n_classes))
        return classes

    def _check_codes(self, given: Any) -> tuple[IntArray, IntArray]:
        codes = np.asarray(given)
        if codes.dtype.kind not in "iu" or codes.ndim != 1:
            msg = (
                f"codes has shape {codes.shape} and dtype {codes.dtype}. Pass one class code for "
                "each row, as integers; np.unique(y, return_inverse=True)[1] has them."
            )
            raise TypeError(msg) if codes.ndim == 1 else ValueError(msg)
        if not codes.size:
            msg = "codes has no rows, so there is nothing to draw from. Pass one code for each row."
            raise ValueError(msg)
        low, high = int(codes.min()), int(codes.max())
        is_bound = hasattr(self, "classes_")
        n_classes = len(self.classes_) if is_bound else max(len(codes), MOST_UNBOUND)
        if low < 0 or high >= n_classes:
            why = f"it is bound to {n_classes} classes" if is_bound else "labels are no codes"
            msg = (
                f"codes runs from {low} to {high}, and {type(self).__name__} takes 0 to "
                f"{n_classes - 1}, as {why}. Pass positions in the list of all labels."
            )
            raise ValueError(msg)
        checked = codes.astype(np.intp, copy=False)
        counts = np.bincount(checked, minlength=n_classes if is_bound else 0)
        return checked, counts

    def _check_counts(self, given: Any) -> IntArray:
        counts = np.asarray(given)
        whole = counts.dtype.kind in "iuf" and counts.ndim == 1 and counts.size
        if not whole or not (np.isfinite(counts) & (counts >= 0) & (counts % 1 == 0)).all():
            msg = f"counts={given!r} cannot be used. Pass the number of rows of each class."
            raise ValueError(msg)
        if not counts.any():
            msg = "counts is zero for every class. Pass the counts of the training data."
            raise ValueError(msg)
        if hasattr(self, "classes_") and len(counts) != len(self.classes_):
            msg = (
                f"counts has {len(counts)} entries, and {type(self).__name__} is bound to "
                f"{len(self.classes_)} classes. Pass one for each of these, zeros included."
            )
            raise ValueError(msg)
        return counts.astype(np.intp)


def check_whole(value: Any, name: str) -> int:
    """Check an integer of 0 or more.

    Parameters
    ----------
    value : int
        The integer.
    name : str
        What it was passed as.

    Returns
    -------
    value : int

    Raises
    ------
    TypeError
        If it is no integer.
    ValueError
        If it is negative.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        msg = f"{name}={value!r} is no integer. Pass one of 0 or more."
        raise TypeError(msg)
    if value < 0:
        msg = f"{name}={value!r} is negative. Pass 0 or more."
        raise ValueError(msg)
    return int(value)


def check_rows(given: Any, name: str) -> IntArray:
    """Check the rows of an epoch.

    Parameters
    ----------
    given : array-like of int, shape (n_draws,)
        Row numbers.
    name : str
        Who drew them.

    Returns
    -------
    rows : ndarray of intp, shape (n_draws,)

    Raises
    ------
    TypeError
        If they are not integers; a mask is not taken for row numbers.
    ValueError
        If they have another shape, or there are none.
    """
    rows = np.asarray(given)
    if rows.ndim != 1 or not rows.size:
        found = "no rows" if rows.ndim == 1 else f"an array of shape {rows.shape}"
        msg = f"{name} drew {found} for an epoch, which needs row numbers of shape (n_draws,)."
        raise ValueError(msg)
    if rows.dtype.kind not in "iu":
        msg = (
            f"{name} drew rows of dtype {rows.dtype} for an epoch, which needs row numbers, as "
            "integers; use np.flatnonzero on a mask."
        )
        raise TypeError(msg)
    return rows.astype(np.intp, copy=False)
