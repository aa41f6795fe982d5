"""What core asks of a container of rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from numpy.typing import NDArray

from balancekit.core.containers.column import Column, ColumnNumbers
from balancekit.core.containers.problems import check_finite, not_numeric
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
        if not self.shape:
            msg = (
                f"Expected one entry per input row, but a {type(self.native).__name__} without "
                "dimensions has no rows. Pass one entry for each."
            )
            raise ValueError(msg)
        return int(self.native.shape[0])

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the rows: one dimension for a vector, two for a table."""
        return tuple(self.native.shape)

    @property
    def names(self) -> Sequence[Hashable] | None:
        """Column names, or None where the container has none."""
        return None

    @property
    def device(self) -> Any:
        """The accelerator that PyTorch holds the rows on, or None."""
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

    def numbers_of(self, columns: Iterable[int], *, allow_missing: bool = False) -> Numbers:
        """Return some columns as numbers, checked.

        Parameters
        ----------
        columns : iterable of int
            Their positions.
        allow_missing : bool, default=False
            Whether numbers may be missing.

        Returns
        -------
        numbers : Numbers of shape (n_rows, n_asked)

        Raises
        ------
        ValueError
            As `numbers`.
        """
        found = {int(index): self.column(int(index)) for index in columns}
        problems = {
            self.name_of(index): column.problem
            for index, column in found.items()
            if column.values is None
        }
        if problems:
            raise not_numeric(problems)
        check_finite(self.name_of, found.items(), allow_missing=allow_missing)
        return ColumnNumbers(list(found.values()), len(self))

    def column_labels(self, index: int) -> NDArray[Any]:
        """Return a column as nominal values: NumPy values or Python objects."""
        raise NotImplementedError

    def column_codes(self, index: int) -> IntArray | None:
        """Return the places of a column's values among all that occur, if it has them sooner."""
        return None

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
