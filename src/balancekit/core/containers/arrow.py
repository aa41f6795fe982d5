"""What pyarrow needs beyond narwhals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pyarrow as pa

from balancekit.core.containers.frame import Frame, Vector
from balancekit.core.recipes import IntArray


class ArrowTable(Frame):
    """A pyarrow Table, whose schema may forbid missing values in a column."""

    def stack(self, kept: Any, new: Sequence[nw.Series[Any]]) -> Any:
        """Put new columns below the kept rows, under the schema of the input."""
        schema = self.native.schema
        columns = [series.to_native() for series in new]
        return pa.concat_tables([kept, pa.Table.from_arrays(columns, schema=schema)])


class ArrowArray(Vector):
    """A pyarrow Array, which narwhals knows in its chunked form only."""

    def __init__(self, native: Any) -> None:
        super().__init__(pa.chunked_array([native]))

    def gather(self, rows: IntArray) -> Any:
        """Copy entries."""
        return super().gather(rows).combine_chunks()
