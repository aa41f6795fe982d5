"""What a sampler decides: which rows are kept and how new rows arise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers import wrap
from balancekit.core.recipes import IntArray, Recipe, as_rows
from balancekit.core.typing import Entries, Out

if TYPE_CHECKING:
    from balancekit.core.labels import Labels


@dataclass(frozen=True, eq=False)
class Plan:
    """The decision of a sampler, apart from any data.

    The output consists of the kept input rows, in the order of `keep`, followed by the new rows
    of every recipe in turn. A plan holds row ids and draws only, so the same plan gives the same
    rows whatever container the data is in.

    Parameters
    ----------
    n_rows : int
        Rows of the input that the plan was made for.
    keep : ndarray of int, shape (n_kept,)
        Input rows that are copied to the output; repeats are allowed.
    codes : ndarray of int, shape (n_output,)
        Class code of every output row. It may differ from the code of the input row: that is how
        a plan relabels.
    synthesis : sequence of Interpolation, Noise or Rows
        How the new rows arise.
    shortfall_reasons : mapping of class code to str
        Why a class gets fewer rows than were asked for, where the method knows.

    Attributes
    ----------
    n_output : int
        Rows of the output.
    sample_indices : ndarray of int, shape (n_output,)
        The input row that each output row is, or stems from (its base).
    is_synthetic : ndarray of bool, shape (n_output,)
        True for new rows. A repeated input row is not synthetic.
    is_first_copy : ndarray of bool, shape (n_output,)
        True for the first copy of an input row: neither a repeat nor synthetic.

    Raises
    ------
    ValueError
        If a row id lies outside the input, or `codes` does not have one entry per output row.
    """

    n_rows: int
    keep: IntArray
    codes: IntArray
    synthesis: Sequence[Recipe] = ()
    shortfall_reasons: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keep", as_rows(self.keep))
        object.__setattr__(self, "codes", as_rows(self.codes))
        object.__setattr__(self, "synthesis", tuple(self.synthesis))
        for rows in (self.keep, *(ids for recipe in self.synthesis for ids in recipe.sources)):
            if rows.size and not (rows.min() >= 0 and rows.max() < self.n_rows):
                msg = (
                    f"A plan for {self.n_rows} rows refers to rows {rows.min()} to {rows.max()}; "
                    f"row ids run from 0 to {self.n_rows - 1}."
                )
                raise ValueError(msg)
        if len(self.codes) != self.n_output:
            msg = f"codes has {len(self.codes)} entries for {self.n_output} output rows."
            raise ValueError(msg)

    @classmethod
    def select(cls, labels: Labels, keep: Any, **details: Any) -> Plan:
        """Plan an output that consists of input rows only.

        Parameters
        ----------
        labels : Labels
            Labels of the input.
        keep : array-like of int, shape (n_output,)
            Input rows in the order of the output; repeats are allowed.
        **details : dict
            Further fields of the plan, such as `shortfall_reasons`.

        Returns
        -------
        plan : Plan
        """
        keep = as_rows(keep)
        return cls(len(labels), keep, labels.codes[keep], **details)

    @classmethod
    def select_by_class(cls, labels: Labels, is_kept: NDArray[np.bool_]) -> Plan:
        """Plan an output of some input rows, class after class.

        Parameters
        ----------
        labels : Labels
            Labels of the input.
        is_kept : ndarray of bool, shape (n_rows,)
            Which rows.

        Returns
        -------
        plan : Plan
        """
        by_class = np.argsort(labels.codes, kind="stable")
        return cls.select(labels, by_class[is_kept[by_class]])

    @classmethod
    def extend(cls, labels: Labels, new: Sequence[tuple[int, Recipe]], **details: Any) -> Plan:
        """Plan an output of all input rows, in order, followed by new rows.

        Parameters
        ----------
        labels : Labels
            Labels of the input.
        new : sequence of (int, recipe)
            Class code and recipe of each group of new rows.
        **details : dict
            Further fields of the plan, such as `shortfall_reasons`.

        Returns
        -------
        plan : Plan
        """
        return cls.replace(labels, np.arange(len(labels), dtype=np.intp), new, **details)

    @classmethod
    def replace(
        cls, labels: Labels, keep: Any, new: Sequence[tuple[int, Recipe]], **details: Any
    ) -> Plan:
        """Plan an output of some input rows, followed by new rows.

        Parameters
        ----------
        labels : Labels
            Labels of the input.
        keep : array-like of int, shape (n_kept,)
            Input rows in the order of the output; repeats are allowed.
        new : sequence of (int, recipe)
            Class code and recipe of each group of new rows.
        **details : dict
            Further fields of the plan, such as `shortfall_reasons`.

        Returns
        -------
        plan : Plan
        """
        keep = as_rows(keep)
        new_codes = [np.full(len(recipe.base), code, dtype=np.intp) for code, recipe in new]
        return cls(
            n_rows=len(labels),
            keep=keep,
            codes=np.concatenate([labels.codes[keep], *new_codes]),
            synthesis=[recipe for _, recipe in new],
            **details,
        )

    def __repr__(self) -> str:
        kinds = ", ".join(type(recipe).__name__ for recipe in self.synthesis)
        new = f", {self.n_new} new by {kinds}" if kinds else ""
        return f"<Plan for {self.n_rows} rows: {len(self.keep)} kept{new}>"

    @property
    def n_new(self) -> int:
        """Number of synthetic rows."""
        return sum(len(recipe.base) for recipe in self.synthesis)

    @property
    def n_output(self) -> int:
        """Number of output rows."""
        return len(self.keep) + self.n_new

    @cached_property
    def keeps_input(self) -> bool:
        """Whether `keep` is the whole input in its own order."""
        return len(self.keep) == self.n_rows and bool(
            np.array_equal(self.keep, np.arange(self.n_rows))
        )

    @property
    def sample_indices(self) -> IntArray:
        """The input row that each output row is or stems from."""
        return np.concatenate([self.keep, *(recipe.base for recipe in self.synthesis)])

    @property
    def is_synthetic(self) -> NDArray[np.bool_]:
        """Which output rows are new; repeats are not."""
        return np.arange(self.n_output) >= len(self.keep)

    @property
    def is_first_copy(self) -> NDArray[np.bool_]:
        """Which output rows are the first copy of an input row."""
        first = np.zeros(self.n_output, dtype=bool)
        first[np.unique(self.keep, return_index=True)[1]] = True
        return first

    def carry(self, array: Entries[Out]) -> Out:
        """Bring any array that has one entry per input row along with the rows.

        Kept rows take their own entry, new rows the entry of their base row: sample weights,
        groups, file names, images.

        Parameters
        ----------
        array : array-like, sparse matrix, series, data frame or tensor of n_rows entries
            Whatever belongs to the input rows.

        Returns
        -------
        carried : same type as `array`, n_output entries

        Raises
        ------
        ValueError
            If `array` does not have one entry per input row.

        Examples
        --------
        >>> import numpy as np
        >>> from balancekit.over_sampling import RandomOverSampler
        >>> X, y = np.arange(8).reshape(4, 2), np.array([0, 0, 0, 1])
        >>> sampler = RandomOverSampler(random_state=0)
        >>> _ = sampler.fit_resample(X, y)
        >>> sampler.plan_.carry(["a", "b", "c", "d"])
        ['a', 'b', 'c', 'd', 'd', 'd']
        """
        container = wrap(array)
        if len(container) != self.n_rows:
            msg = (
                f"The array to carry has {len(container)} entries, but the plan was made for "
                f"{self.n_rows} input rows; pass one entry per input row."
            )
            raise ValueError(msg)
        carried: Out = container.finish(container.gather(self.sample_indices), self)
        return carried
