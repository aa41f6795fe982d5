"""`fit_resample` for samplers that are made of samplers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
from imblearn.base import BaseSampler as ImblearnSampler

from balancekit.core.base import RANDOM_STATE, PlanningMixin
from balancekit.core.chained_plan import ChainedPlan
from balancekit.core.containers import Container
from balancekit.core.draws import random_stream
from balancekit.core.labels import Labels
from balancekit.core.plan import Plan
from balancekit.core.typing import Entries, Features, XOut, YOut


class BaseChain(PlanningMixin, ImblearnSampler):  # type: ignore[misc]
    """Base of the samplers that run others, one after another.

    A method inherits from this and writes `_steps`.
    """

    plan_: ChainedPlan
    # Neither over- nor under-sampling: numbers are up to the samplers.
    _sampling_type: ClassVar[str] = "bypass"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "random_state": RANDOM_STATE,
        "keep_plan": ["boolean"],
    }

    def _steps(self, rng: np.random.RandomState) -> Sequence[Any]:
        """Return the samplers to run, which are this call's own: all that a method writes.

        Parameters
        ----------
        rng : RandomState
            The one random stream of this call.

        Returns
        -------
        samplers : sequence of sampler
        """
        raise NotImplementedError

    def _read(self, rows: Container) -> None:
        """Leave it to the samplers what they take."""

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
        self._validate_params()
        rows, _, _ = self._check(X, y)
        first = self._steps(random_stream(self.random_state))[0].fit(X, y)
        self._describe(rows, getattr(first, "sampling_strategy_", {}))
        return self

    def fit_resample(self, X: Features[XOut], y: Entries[YOut]) -> tuple[XOut, YOut]:
        """Resample by one sampler after another; see `PlanningMixin.fit_resample`.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame, tensor} of shape (n_rows, n_columns)
            Features; not written to.
        y : array-like of shape (n_rows,)
            Labels.

        Returns
        -------
        X_resampled : same type as X, shape (n_output, n_columns)
            Kept rows are bit-identical copies.
        y_resampled : same type as y, n_output entries
            Labels of those rows.

        Raises
        ------
        ValueError
            If X or y cannot be used, or one of the samplers does not tell which rows it returns.
        """
        self._validate_params()
        rows, _, _ = self._check(X, y)
        steps = self._steps(random_stream(self.random_state))
        plans = []
        output: tuple[Any, Any] = X, y
        for position, step in enumerate(steps):
            y_in = output[1]
            output = self._run(step, position, *output)
            plans.append(_plan_of(step, y_in))
        self._describe(rows, getattr(steps[0], "sampling_strategy_", {}))
        self._remember(ChainedPlan(plans))
        return output

    def _run(self, step: Any, position: int, X: Any, y: Any) -> tuple[Any, Any]:
        try:
            resampled: tuple[Any, Any] = step.fit_resample(X, y)
        except ValueError as error:
            # Errors of a kind of their own name the sampler, or have more to tell than a text.
            if type(error) is not ValueError:
                raise
            msg = f"{type(step).__name__} (number {position + 1} in {type(self).__name__}): {error}"
            raise ValueError(msg) from error
        return resampled


def _plan_of(step: Any, y_in: Any) -> Plan:
    plan: Plan | None = getattr(step, "plan_", None)
    if plan is not None:
        return plan
    # Of what others add, nobody knows whether it is a copy.
    adds_rows = getattr(step, "_sampling_type", "") == "over-sampling"
    if adds_rows or not hasattr(step, "sample_indices_"):
        msg = (
            f"{type(step).__module__}.{type(step).__name__} does not tell where its rows come "
            "from. Use a sampler of balancekit, one that only chooses rows and has sample_indices_ "
            "after fit_resample, or imblearn.pipeline.Pipeline."
        )
        raise ValueError(msg)
    return Plan.select(Labels(y_in), step.sample_indices_)
