"""`fit_resample`, once for all samplers: check, plan, build."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar, Self

import numpy as np
from imblearn.over_sampling.base import BaseOverSampler as ImblearnOverSampler
from imblearn.under_sampling.base import BaseCleaningSampler as ImblearnCleaningSampler
from imblearn.under_sampling.base import BaseUnderSampler as ImblearnUnderSampler
from numpy.typing import NDArray
from sklearn.utils import check_array

from balancekit.core.chained_plan import ChainedPlan
from balancekit.core.containers import (
    Container,
    Numbers,
    has_pandas_index,
    is_table_library,
    wrap,
)
from balancekit.core.draws import random_stream
from balancekit.core.labels import Labels
from balancekit.core.neighbors import NAN_EUCLIDEAN
from balancekit.core.plan import Plan
from balancekit.core.shortfall import warn_of_shortfall
from balancekit.core.targets import resolve_targets
from balancekit.core.typing import Entries, Features, XOut, YOut

RANDOM_STATE: list[Any] = ["random_state", np.random.Generator]


class PlanningMixin:
    """What all samplers do, whatever the method and the container.

    A method inherits from this and from one of imbalanced-learn's bases, and writes `_plan`.
    """

    _sampling_type: ClassVar[str]
    keep_plan: bool
    plan_: Plan | ChainedPlan
    random_state: Any
    sampling_strategy: Any
    _test_parameters: ClassVar[list[dict[str, Any]]] = [{}]
    # Whether a class never gets more rows than were asked for.
    _delivers_exactly: ClassVar[bool] = True
    # Whether kept rows may come out with another class.
    _relabels: ClassVar[bool] = False
    # Whether an estimator of another library draws, too: an int then restarts for each of its fits.
    _seeds_a_dependency: ClassVar[bool] = False
    # Whether sparse and dense input give the same rows; a dependency may round differently.
    _same_rows_when_sparse: ClassVar[bool] = True
    # Whether the `n_neighbors` of an estimator counts the row itself, as in imbalanced-learn.
    _estimators_count_the_row: ClassVar[bool] = True
    # Whether imbalanced-learn gives the same rows with these parameters.
    _follows_incumbent: ClassVar[bool] = True
    # Class sizes for which it does.
    _incumbent_sizes: ClassVar[tuple[tuple[int, ...], ...]] = ((70, 20), (60, 30, 14))
    # Whether the order of the output within all classes together is imbalanced-learn's.
    _incumbent_order: ClassVar[bool] = True
    # How far imbalanced-learn's rounding may be from ours, relative to the largest number.
    _incumbent_rounding: ClassVar[float] = 0.0

    def _plan(
        self, X: Numbers, labels: Labels, targets: dict[int, int], rng: np.random.RandomState
    ) -> Plan:
        """Decide which rows to keep and how new ones arise: all that a method writes.

        Parameters
        ----------
        X : Numbers of shape (n_rows, n_columns)
            Numeric rows by id, checked to be finite, but for NaN where the metric knows it; None
            where `_computes` is False.
        labels : Labels
            Class codes, counts and names.
        targets : dict of class code to int
            Rows to generate (over-samplers) or to keep (under-samplers), in the order of
            `sampling_strategy_`. A method may change the numbers, and so `sampling_strategy_`.
        rng : RandomState
            The one random stream of this call.

        Returns
        -------
        plan : Plan
        """
        raise NotImplementedError

    @property
    def _computes(self) -> bool:
        """Whether the method needs numbers; if not, it takes columns of any kind."""
        return True

    @property
    def _takes_missing(self) -> bool:
        """Whether the numbers may be missing."""
        return getattr(self, "metric", None) == NAN_EUCLIDEAN

    def fit(self, X: Features[Any], y: Entries[Any]) -> Self:
        """Check the input and set `sampling_strategy_`; use `fit_resample` to resample.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame, tensor} of shape (n_rows, n_columns)
            Features.
        y : array-like of shape (n_rows,)
            Labels.

        Returns
        -------
        self : object
        """
        self._validate_params()  # type: ignore[attr-defined]
        _warn_of_misalignment(X, y)
        rows, labels, _ = self._check(X, y)
        strategy, _ = resolve_targets(self.sampling_strategy, labels, self._sampling_type)
        self._describe(rows, strategy)
        return self

    def fit_resample(self, X: Features[XOut], y: Entries[YOut]) -> tuple[XOut, YOut]:
        """Resample.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame, tensor} of shape (n_rows, n_columns)
            Features. NumPy arrays, lists, SciPy sparse matrices and arrays, pandas, polars and
            pyarrow frames and torch tensors are taken; none is written to.
        y : array-like of shape (n_rows,)
            Labels: one-dimensional, a single column or an indicator matrix, in any of those
            containers.

        Returns
        -------
        X_resampled : same type as X, shape (n_output, n_columns)
            Kept rows are bit-identical copies; dtypes are kept. pandas rows keep their index label,
            new rows get fresh ones.
        y_resampled : same type as y, n_output entries
            Labels of those rows.

        Raises
        ------
        ValueError
            If X or y cannot be used; the message names the class, column or parameter.

        Warns
        -----
        ShortfallWarning
            If a class gets fewer rows than were asked for.
        """
        self._validate_params()  # type: ignore[attr-defined]
        _warn_of_misalignment(X, y)
        rows, labels, numbers = self._check(X, y)
        strategy, targets = resolve_targets(self.sampling_strategy, labels, self._sampling_type)
        plan = self._plan(numbers, labels, targets, random_stream(self.random_state))
        strategy = dict(zip(strategy, targets.values(), strict=True))
        warn_of_shortfall(plan, labels, targets, self._sampling_type, type(self).__name__)
        X_resampled = rows.finish(rows.build(plan), plan)
        y_resampled = labels.build(plan)
        if has_pandas_index(X_resampled) and has_pandas_index(y_resampled):
            y_resampled.index = X_resampled.index
        self._describe(rows, strategy)
        self._remember(plan)
        return X_resampled, y_resampled

    def _fit_resample(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Answer imbalanced-learn's hook, in case its code calls it directly."""
        return self.fit_resample(X, y)

    def _read(self, rows: Container) -> Any:
        """Return what `_plan` gets as X, checked."""
        if not self._computes:
            return None
        return rows.incomplete_numbers if self._takes_missing else rows.numbers

    def _check(self, X: Any, y: Any) -> tuple[Container, Labels, Any]:
        rows = as_table(X)
        if y is None:
            msg = (
                f"{type(self).__name__} requires y to be passed, but the target y is None: pass "
                "the class label of each row."
            )
            raise ValueError(msg)
        labels = Labels(y)
        labels.check_one_for_each(len(rows))
        return rows, labels, self._read(rows)

    def _describe(self, rows: Container, strategy: dict[Any, int]) -> None:
        self.sampling_strategy_ = strategy
        self.n_features_in_ = rows.shape[1]
        names = rows.names
        if names is not None and all(isinstance(name, str) for name in names):
            self.feature_names_in_ = np.asarray(names, dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _remember(self, plan: Plan | ChainedPlan) -> None:
        self.sample_indices_: NDArray[np.intp] = plan.sample_indices
        if self.keep_plan:
            self.plan_ = plan
        elif hasattr(self, "plan_"):
            del self.plan_

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.allow_nan = not self._computes or self._takes_missing
        tags.input_tags.string = not self._computes
        tags.sampler_tags.sample_indices = True
        return tags


class BaseOverSampler(PlanningMixin, ImblearnOverSampler):  # type: ignore[misc]
    """Base of the over-samplers.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have afterwards; a method adds its own parameters,
        `random_state` and `keep_plan` among them.
    """

    plan_: Plan
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **ImblearnOverSampler._parameter_constraints,
        "random_state": RANDOM_STATE,
        "keep_plan": ["boolean"],
    }


class BaseUnderSampler(PlanningMixin, ImblearnUnderSampler):  # type: ignore[misc]
    """Base of the under-samplers that reach a given number of rows.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have afterwards; a method adds its own parameters,
        `random_state` and `keep_plan` among them.
    """

    plan_: Plan
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **ImblearnUnderSampler._parameter_constraints,
        "random_state": RANDOM_STATE,
        "keep_plan": ["boolean"],
    }


class BaseCleaningSampler(PlanningMixin, ImblearnCleaningSampler):  # type: ignore[misc]
    """Base of the under-samplers that remove the rows a rule names, however many.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Which classes rows are removed from; a method adds its own parameters, `keep_plan` among
        them.
    """

    plan_: Plan
    # Nothing is drawn.
    random_state: Any = None
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **ImblearnCleaningSampler._parameter_constraints,
        "keep_plan": ["boolean"],
    }


def _warn_of_misalignment(X: Any, y: Any) -> None:
    if has_pandas_index(X) and has_pandas_index(y) and not X.index.equals(y.index):
        warnings.warn(
            "The index of X and the index of y differ; rows and labels are matched by their "
            "position. If they should be matched by label, pass `y.loc[X.index]`.",
            UserWarning,
            stacklevel=3,
        )


def as_table(X: Any) -> Container:
    """Return features as a container of two dimensions with at least one row and column.

    Parameters
    ----------
    X : {array-like, sparse matrix, data frame, tensor}
        Features.

    Returns
    -------
    rows : Container

    Raises
    ------
    ValueError
        If X is not two-dimensional, is empty or holds complex numbers.
    TypeError
        If X is a lazy frame, a NumPy matrix or no table at all.
    """
    container = wrap(X)
    shape = container.shape
    if len(shape) > 2:
        msg = (
            f"Found array with dim {len(shape)}, while dim <= 2 is required. Give each row one "
            f"dimension, for example by `X.reshape({shape[0]}, -1)`."
        )
        raise ValueError(msg)
    if len(shape) == 2:
        for size, what in zip(shape, ("sample", "feature"), strict=True):
            if size < 1:
                msg = (
                    f"Found array with {size} {what}(s) (shape={shape}) while a minimum of 1 is "
                    "required. Pass rows of at least one column."
                )
                raise ValueError(msg)
    dtype = getattr(X, "dtype", None)
    if getattr(dtype, "kind", "") == "c" or getattr(dtype, "is_complex", False):
        msg = (
            "Complex data not supported: X holds complex numbers. Give their real and imaginary "
            "parts columns of their own, for example by `np.hstack([X.real, X.imag])`."
        )
        raise ValueError(msg)
    if is_table_library(X) and len(shape) == 2:
        return container
    kinds = ["csr", "csc", "coo", "lil", "dok", "bsr", "dia"]
    checked = check_array(X, accept_sparse=kinds, dtype=None, ensure_all_finite=False)
    return container if isinstance(X, list | tuple) else wrap(checked)
