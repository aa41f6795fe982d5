"""What several samplers decide, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.plan import Plan
from balancekit.core.recipes import IntArray, Recipe
from balancekit.core.typing import Entries, Out


class ChainedPlan:
    """The plans of samplers that resampled one after another.

    Parameters
    ----------
    plans : sequence of Plan
        Each was made for the output of the one before.

    Attributes
    ----------
    plans : tuple of Plan
        Those plans.
    n_rows : int
        Rows of the input of the first.
    n_output : int
        Rows of the output of the last.
    codes : ndarray of int, shape (n_output,)
        Class code of every output row, by the classes of the first input.
    sample_indices : ndarray of int, shape (n_output,)
        The row of the first input that each output row is, or stems from.
    is_synthetic : ndarray of bool, shape (n_output,)
        True for rows that one of the samplers made.
    is_first_copy : ndarray of bool, shape (n_output,)
        True for the first copy of an input row: neither a repeat nor synthetic.
    synthesis : list of Interpolation, Noise or Rows
        All recipes in turn. Their row ids are those of the input of the sampler they come from.
    """

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.plans = tuple(plans)

    def __repr__(self) -> str:
        return f"<Plans for {self.n_rows} rows: {', '.join(map(repr, self.plans))}>"

    @property
    def n_rows(self) -> int:
        """Rows of the first input."""
        return self.plans[0].n_rows

    @property
    def n_output(self) -> int:
        """Rows of the last output."""
        return self.plans[-1].n_output

    @property
    def codes(self) -> IntArray:
        """Class codes of the output rows, by the classes of the first input."""
        codes = self.plans[0].codes
        for plan in self.plans[1:]:
            # A class that is gone has no code in the next plan.
            codes = np.unique(codes)[plan.codes]
        return codes

    @property
    def sample_indices(self) -> IntArray:
        """The row of the first input that each output row is or stems from."""
        rows = self.plans[0].sample_indices
        for plan in self.plans[1:]:
            rows = rows[plan.sample_indices]
        return rows

    @property
    def is_synthetic(self) -> NDArray[np.bool_]:
        """Which output rows were made by one of the samplers."""
        is_new = self.plans[0].is_synthetic
        for plan in self.plans[1:]:
            is_new = is_new[plan.sample_indices] | plan.is_synthetic
        return is_new

    @property
    def is_first_copy(self) -> NDArray[np.bool_]:
        """Which output rows are the first copy of an input row."""
        copies = np.flatnonzero(~self.is_synthetic)
        first = np.zeros(self.n_output, dtype=bool)
        first[copies[np.unique(self.sample_indices[copies], return_index=True)[1]]] = True
        return first

    @property
    def synthesis(self) -> list[Recipe]:
        """All recipes in turn."""
        return [recipe for plan in self.plans for recipe in plan.synthesis]

    def carry(self, array: Entries[Out]) -> Out:
        """Bring any array that has one entry per row of the first input along; see `Plan.carry`.

        Parameters
        ----------
        array : array-like, sparse matrix, series, data frame or tensor of n_rows entries
            Whatever belongs to the input rows.

        Returns
        -------
        carried : same type as `array`, n_output entries
        """
        start: Any = array
        carried: Out = reduce(lambda carried, plan: plan.carry(carried), self.plans, start)
        return carried
