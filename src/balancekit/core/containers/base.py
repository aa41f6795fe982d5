"""What core asks of a container of rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import IntArray

if TYPE_CHECKING:
    from balancekit.core.plan import Plan


class Numbers(Protocol):
    """Numeric rows, gathered by id: a 2-d ndarray and a CSR matrix are such a thing already."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of rows and columns."""

    def __getitem__(self, rows: Any, /) -> Any:
        """Return the given rows as a dense array of the rows' own dtype, or as a CSR matrix."""


@dataclass(frozen=True)
class Column:
    """One column as numbers, or what stands in the way.

    Parameters
    ----------
    values : ndarray of bool, int or float, shape (n_rows,), optional
        The numbers. In a float column, NaN is a missing one.
    problem : str
        What the column holds instead.
    missing : ndarray of bool, shape (n_rows,), optional
        Which entries are missing in a way that their dtype has for it, such as null. Their values
        mean nothing.
    """

    values: NDArray[Any] | None
    problem: str = ""
    missing: NDArray[np.bool_] | None = None

    def gather(self, rows: Any) -> NDArray[Any]:
        """Copy entries, missing ones as NaN.

        Parameters
        ----------
        rows : slice or ndarray of int
            Ids.

        Returns
        -------
        values : ndarray
        """
        values: NDArray[Any] = np.asarray(self.values)[rows]
        return values if self.missing is None else np.where(self.missing[rows], np.nan, values)


class Container(ABC):
    """The rows of one container: the only way in which core touches what a user passed.

    Parameters
    ----------
    native : object
        What the user passed. It is never written to.
    """

    def __init__(self, native: Any) -> None:
        self.native = native

    def __len__(self) -> int:
        return int(self.native.shape[0])

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the rows: one dimension for a vector, two for a table."""
        return tuple(self.native.shape)

    @property
    def names(self) -> Sequence[Hashable] | None:
        """Column names, or None where the container has none."""
        return None

    @cached_property
    def numbers(self) -> Numbers:
        """The rows as numbers, checked to be numeric and finite.

        Raises
        ------
        ValueError
            If a column is not numeric or holds missing or infinite values. The message names the
            columns.
        TypeError
            If an object column holds something that is neither a number nor a string.
        """
        return self._numbers(allow_missing=False)

    @cached_property
    def incomplete_numbers(self) -> Numbers:
        """The rows as numbers, missing ones as NaN; else as `numbers`."""
        return self._numbers(allow_missing=True)

    @abstractmethod
    def _numbers(self, *, allow_missing: bool) -> Numbers:
        """Check and return the rows as numbers."""

    def column(self, index: int) -> Column:
        """Return a column as numbers, or why that cannot be."""
        raise NotImplementedError

    def column_labels(self, index: int) -> NDArray[Any]:
        """Return a column as nominal values: NumPy values or Python objects."""
        raise NotImplementedError

    def is_nominal(self, index: int) -> bool:
        """Whether the dtype of a column says that its values are names, not numbers."""
        return False

    def name_of(self, index: int) -> Hashable:
        """Name of a column, or its position where there are no names."""
        return index if self.names is None else self.names[index]

    @abstractmethod
    def labels(self) -> NDArray[Any]:
        """Return the entries as a NumPy array of one or two dimensions, as labels."""

    @abstractmethod
    def gather(self, rows: IntArray) -> Any:
        """Copy the given rows into a new container of the same kind."""

    @abstractmethod
    def build(self, plan: Plan) -> Any:
        """Execute a plan: the kept rows, then the new ones, in the same kind of container."""

    def finish(self, rows: Any, plan: Plan) -> Any:
        """Give the output of `gather` or `build` what depends on the plan as a whole."""
        return rows


class ColumnNumbers:
    """Numeric columns of different dtypes, gathered as rows of float64.

    Parameters
    ----------
    columns : sequence of Column
        The columns, all with values.
    n_rows : int
        Number of rows.
    """

    def __init__(self, columns: Sequence[Column], n_rows: int) -> None:
        self.columns = columns
        self.shape = (n_rows, len(columns))

    def __getitem__(self, rows: Any, /) -> NDArray[np.float64]:
        n_rows = len(range(self.shape[0])[rows]) if isinstance(rows, slice) else len(rows)
        gathered = np.empty((n_rows, self.shape[1]))
        for index, column in enumerate(self.columns):
            gathered[:, index] = column.gather(rows)
        return gathered
