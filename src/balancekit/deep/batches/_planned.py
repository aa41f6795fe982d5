"""The plans of samplers, as the rows of an epoch."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import HasMethods, Interval

from balancekit.core.chained_plan import ChainedPlan
from balancekit.core.draws import random_stream, reseeded_clone
from balancekit.core.labels import Labels
from balancekit.core.plan import Plan
from balancekit.core.recipes import IntArray
from balancekit.core.wording import counted
from balancekit.deep.batches._base import BatchSampler
from balancekit.deep.batches._labels import resampled_counts
from balancekit.deep.batches._seeds import plan_generator


class PlannedBatches(BatchSampler):
    """Draw the rows that a sampler of balancekit plans, in random order.

    A row number i below n_rows is that of a training row. One from n_rows on stands for a new row,
    ``new_rows_[i - n_rows]``, of class ``new_codes_[i - n_rows]``.

    Parameters
    ----------
    sampler : sampler
        Any sampler of balancekit, or a chain of them, that relabels no row. It is cloned. Its
        seeds, and those of estimators inside it, are replaced: each plan has seeds of its own.
    refresh : int or None, default=1
        Epochs after which there is a new plan. 0 or None keeps the first one; the order of its rows
        is new in every epoch all the same.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The label of each class code, once bound.
    seed_ : int
        The seed of the plans, once bound.
    rows_ : ndarray of shape (n_rows, n_columns) or None
        The training rows, once bound.
    sampler_ : sampler
        The clone that made the last plan, with its seeds.
    plan_ : Plan or ChainedPlan
        The last plan.
    plan_epoch_ : int
        The first epoch that it is for.
    drawn_from_ : ndarray of intp, shape (n_rows,)
        The class codes that it was made for.
    new_rows_ : ndarray of shape (n_new, n_columns)
        The new rows of that plan, in the dtype that the sampler gives them, which is that of the
        training rows.
    new_codes_ : ndarray of intp, shape (n_new,)
        Their class codes.

    Raises
    ------
    ValueError
        If the sampler needs rows that are not bound, or relabels some.
    TypeError
        If `sampler` is no sampler, or leaves no plan.

    See Also
    --------
    OverSampledBatches, UnderSampledBatches : Rows repeated and left out at random, without plans.

    Notes
    -----
    The seeds of a plan depend on the seed that was bound and on the first epoch that the plan is
    for. So epoch 5 alone has the rows that it has after epochs 0 to 4, whatever `refresh` is. With
    the seeds of `sampler_`, a call of `fit_resample` gives the same rows.

    `draws_per_class` gives the classes of the last plan, if it was made for these counts. Before,
    it goes by the `sampling_strategy`, if that says how many rows there will be; of a sampler that
    cleans, or a chain, nobody knows until an epoch is drawn.

    `bind` again after a change of the sampler's parameters: a plan is not made anew within its
    epochs. Each plan costs a call of `fit_resample`.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.deep.batches import PlannedBatches, epoch_generator
    >>> from balancekit.over_sampling import SMOTE
    >>> X, codes = np.arange(16.0).reshape(8, 2), np.repeat([0, 1], [5, 3])
    >>> batches = PlannedBatches(SMOTE(k_neighbors=2)).bind([0, 1], X)
    >>> rows = batches(codes, 0, epoch_generator(0, 0))
    >>> sorted(rows.tolist())
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    >>> batches.new_rows_.shape, batches.new_codes_
    ((2, 2), array([1, 1]))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "sampler": [HasMethods(["fit_resample", "get_params"])],
        "refresh": [Interval(Integral, 0, None, closed="left"), None],
    }

    rows_: NDArray[Any] | None
    sampler_: Any
    plan_: Plan | ChainedPlan
    plan_epoch_: int
    new_rows_: NDArray[Any]
    new_codes_: IntArray
    drawn_from_: IntArray

    def __init__(self, sampler: Any, refresh: int | None = 1) -> None:
        self.sampler = sampler
        self.refresh = refresh

    @property
    def looks_at_rows(self) -> bool:
        """Whether the sampler computes with numbers."""
        return bool(getattr(self.sampler, "_computes", True))

    def bind(self, classes: Any, X: Any = None, seed: int = 0) -> Self:
        """Tell the sampler what the class codes stand for, the training rows and the seed.

        Parameters
        ----------
        classes : array-like of shape (n_classes,)
            The label of each class code.
        X : ndarray of shape (n_rows, n_columns), optional
            The training rows as numbers; not copied. Samplers that look at labels only, such as
            `RandomUnderSampler`, do without.
        seed : int, default=0
            The seed of the plans, best that of `epoch_generator`.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If X has no two dimensions, or another argument or a parameter cannot be used.
        TypeError
            If X is no array of numbers, or the seed no integer.
        """
        if X is not None:
            _check_numbers(X)
        super().bind(classes, X, seed)
        self.rows_ = X
        self._forget()
        return self

    def set_params(self, **parameters: Any) -> Self:
        """Set parameters, those of the sampler as ``sampler__name``.

        Parameters
        ----------
        **parameters : dict
            New values.

        Returns
        -------
        self : object
        """
        super().set_params(**parameters)
        self._forget()
        return self

    def _forget(self) -> None:
        for name in ("sampler_", "plan_", "plan_epoch_", "new_rows_", "new_codes_", "drawn_from_"):
            if hasattr(self, name):
                delattr(self, name)

    def _draw(
        self, codes: IntArray, counts: IntArray, epoch: int, rng: np.random.Generator
    ) -> IntArray:
        first = epoch - epoch % self.refresh if self.refresh else 0
        is_current = getattr(self, "plan_epoch_", None) == first
        if not is_current or not np.array_equal(self.drawn_from_, codes):
            self._plan(codes, counts, first)
        n_rows = len(codes)
        rows = self.plan_.sample_indices.copy()
        is_new = self.plan_.is_synthetic
        rows[is_new] = n_rows + np.arange(int(is_new.sum()))
        return rng.permutation(rows)

    def _plan(self, codes: IntArray, counts: IntArray, first: int) -> None:
        X = self._rows_for_sampler(len(codes))
        labels = self._labels_of(len(counts))
        sampler = reseeded_clone(
            self.sampler, random_stream(plan_generator(getattr(self, "seed_", 0), first))
        )
        if "keep_plan" in sampler.get_params(deep=False):
            sampler.set_params(keep_plan=True)
        resampled = sampler.fit_resample(X, labels[codes])[0]
        plan = getattr(sampler, "plan_", None)
        if plan is None:
            kind = type(sampler)
            msg = (
                f"{kind.__module__}.{kind.__name__} leaves no `plan_`, which tells the rows apart. "
                "Pass a sampler of balancekit."
            )
            raise TypeError(msg)
        present = np.flatnonzero(counts)
        code_of = np.empty_like(present)
        code_of[Labels(labels[present]).codes] = present
        planned, is_new = code_of[plan.codes], plan.is_synthetic
        self._check_kept(planned[~is_new], codes[plan.sample_indices[~is_new]])
        self.sampler_, self.plan_, self.plan_epoch_ = sampler, plan, first
        self.new_codes_ = planned[is_new]
        self.new_rows_ = np.asarray(resampled)[is_new]
        if X is not self._bound_rows and not is_new.any():
            # A column in their place is none of theirs.
            bound = self._bound_rows
            self.new_rows_ = np.empty((0, 0)) if bound is None else bound[:0]
        # The user may write to theirs.
        self.drawn_from_ = codes.copy()

    @property
    def _bound_rows(self) -> NDArray[Any] | None:
        return getattr(self, "rows_", None)

    def _rows_for_sampler(self, n_rows: int) -> NDArray[Any]:
        if isinstance(self.sampler, type):
            msg = f"sampler is {self.sampler.__name__}, a class. Pass {self.sampler.__name__}()."
            raise TypeError(msg)
        if not self.looks_at_rows:
            return np.zeros((n_rows, 1))
        rows = self._bound_rows
        if rows is None:
            name = type(self.sampler).__name__
            msg = (
                f"{name} computes with the numbers of rows, and PlannedBatches has none. Pass "
                "dense rows to the net, or call `bind(classes, X)`; OverSampledBatches and "
                "UnderSampledBatches need none."
            )
            raise ValueError(msg)
        if len(rows) != n_rows:
            msg = (
                f"codes has {n_rows} rows, and X, as it was bound, {len(rows)}. Bind and pass the "
                "same rows."
            )
            raise ValueError(msg)
        return rows

    def _check_kept(self, planned: IntArray, known: IntArray) -> None:
        n_relabelled = int((planned != known).sum())
        if n_relabelled:
            msg = (
                f"{type(self.sampler).__name__} relabels {counted(n_relabelled, 'row')}, and "
                "batches only choose rows: a net would see them with their old labels. Call its "
                "fit_resample on the training data before."
            )
            raise ValueError(msg)

    def _expect(self, counts: IntArray) -> IntArray:
        if hasattr(self, "plan_"):
            planned_for = np.bincount(self.drawn_from_, minlength=len(counts))
            if np.array_equal(planned_for, counts):
                kept = self.drawn_from_[self.plan_.sample_indices[~self.plan_.is_synthetic]]
                drawn = np.concatenate([kept, self.new_codes_])
                return np.bincount(drawn, minlength=len(counts))
        kind = getattr(self.sampler, "_sampling_type", "")
        if kind not in ("over-sampling", "under-sampling"):
            msg = (
                f"How many rows {type(self.sampler).__name__} leaves is not known before it has "
                "seen them. Draw an epoch of rows with these counts first."
            )
            raise RuntimeError(msg)
        classes = self._labels_of(len(counts))
        return resampled_counts(counts, classes, self.sampler.sampling_strategy, kind)


def _check_numbers(X: Any) -> None:
    if not isinstance(X, np.ndarray) or X.dtype.kind not in "biuf":
        found = f"dtype {X.dtype}" if isinstance(X, np.ndarray) else f"type {type(X).__name__}"
        msg = f"X has {found}. Pass a NumPy array of numbers, one row for each training row."
        raise TypeError(msg)
    if X.ndim != 2:
        msg = f"X has shape {X.shape}. Pass two dimensions, as `X.reshape(len(X), -1)` has them."
        raise ValueError(msg)
