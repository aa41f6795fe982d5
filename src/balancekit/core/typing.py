"""What type checkers know of containers: what went in comes out.

A signature cannot name the classes of pandas, polars or torch: for whoever lacks one of these
libraries, the name would mean anything at all. So a container is told by methods that only its
library has, and what comes out by what one of them returns. That is an ndarray for a memmap and a
Tensor for a Parameter, as they come back without their subclass.

Anything else that NumPy can convert is resampled, too, but comes back as an ndarray; type checkers
want to see the conversion, `numpy.asarray`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Never, Protocol, TypeAlias, TypeVar

from numpy.random import Generator, RandomState

Out = TypeVar("Out")
XOut = TypeVar("XOut")
YOut = TypeVar("YOut")
OutOf = TypeVar("OutOf", covariant=True)


class ArrayRows(Protocol[OutOf]):
    """NumPy arrays."""

    @property
    def __array_interface__(self) -> dict[str, Any]: ...

    def __array__(self) -> OutOf: ...

    # mypy believes that a Series of unknown entries has all other methods.
    def dot(self, other: bool, /) -> Any:
        """Multiply."""


class PandasRows(Protocol[OutOf]):
    """Frames, series, indexes and extension arrays of pandas and its kin."""

    def isna(self) -> Any:
        """Find missing values."""

    def take(self, rows: Any, /) -> OutOf:
        """Copy rows."""


class FrameRows(Protocol[OutOf]):
    """Frames and series of polars and narwhals; lazy ones have no `to_arrow`."""

    def to_arrow(self) -> Any:
        """Convert to pyarrow."""

    def head(self, n_rows: int, /) -> OutOf:
        """Copy the first rows."""


class ArrowRows(Protocol[OutOf]):
    """Tables and arrays of pyarrow."""

    def to_pylist(self) -> Any:
        """Convert to a list."""

    def take(self, rows: Any, /) -> OutOf:
        """Copy rows."""


class SparseRows(Protocol[OutOf]):
    """Sparse matrices and arrays of SciPy."""

    def tocsr(self) -> Any:
        """Convert to CSR."""

    # `copy` would do if all had SciPy's stubs: without them, its result is not known.
    def conj(self) -> OutOf:
        """Conjugate."""

    # As in `ArrayRows`.
    def dot(self, other: bool, /) -> Any:
        """Multiply."""


class TensorRows(Protocol[OutOf]):
    """Tensors of torch."""

    def size(self) -> Any:
        """Return the shape."""

    def detach(self) -> OutOf:
        """Leave the graph."""


class ListRows(Protocol[OutOf]):
    """Lists of rows; new rows are lists, whatever the others are."""

    def __add__(self, new: list[list[Any]], /) -> OutOf: ...

    def reverse(self) -> None:
        """Reverse in place."""


class TupleRows(Protocol[OutOf]):
    """Tuples of rows; new rows are lists, whatever the others are."""

    def __add__(self, new: tuple[list[Any], ...], /) -> OutOf: ...

    def index(self, row: Never, /) -> int:
        """Find a row."""


class ListEntries(Protocol[OutOf]):
    """Lists of anything that is copied only."""

    def __add__(self, more: list[Never], /) -> object: ...

    def copy(self) -> OutOf:
        """Copy."""

    def reverse(self) -> None:
        """Reverse in place."""


class TupleEntries(Protocol[OutOf]):
    """Tuples of anything that is copied only, but not strings."""

    def __add__(self, more: tuple[()], /) -> object: ...

    def __mul__(self, times: int, /) -> OutOf: ...

    def index(self, entry: Never, /) -> int:
        """Find an entry."""


Rows: TypeAlias = (
    ArrayRows[Out]
    | PandasRows[Out]
    | FrameRows[Out]
    | ArrowRows[Out]
    | SparseRows[Out]
    | TensorRows[Out]
)
Features: TypeAlias = Rows[Out] | ListRows[Out] | TupleRows[Out]
"""A table of features, and the type of what a sampler makes of it."""
Entries: TypeAlias = Rows[Out] | ListEntries[Out] | TupleEntries[Out]
"""Labels or anything else with one entry per row, and the type of what comes out."""

SamplingStrategy: TypeAlias = float | str | Sequence[Any] | Mapping[Any, int] | Callable[..., Any]
Seed: TypeAlias = int | RandomState | Generator | None
