"""One column of a table, and several as rows of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


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
