"""Rows of numbers and names: nominal columns as integer codes, never one column for each name."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.containers import Container, Numbers
from balancekit.core.containers.objects import is_missing, may_be_missing
from balancekit.core.foreign import in_range
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import counted, list_names, suggest

# Sparse columns are made dense so many numbers at a time.
BLOCK_VALUES = 1_000_000


@dataclass(frozen=True, eq=False)
class MixedRows:
    """Numeric and nominal columns of the same rows.

    Parameters
    ----------
    numeric : Numbers of shape (n_rows, n_numeric)
        The numeric columns, checked to be finite.
    codes : ndarray of int, shape (n_rows, n_nominal)
        The nominal columns: positions in the sorted values that occur in each.
    nominal : ndarray of int, shape (n_nominal,)
        Positions of the nominal columns in the table.
    device : torch.device, optional
        The accelerator that the table is on.
    """

    numeric: Numbers
    codes: IntArray
    nominal: IntArray
    device: Any = None

    def in_range(self, rows: IntArray) -> tuple[Any, int]:
        """Gather numeric columns, with their exponent taken out where squares overflow.

        Parameters
        ----------
        rows : ndarray of int, shape (n_asked,)
            Ids.

        Returns
        -------
        values : ndarray or CSR matrix of float64, shape (n_asked, n_numeric)
        exponent : int
            See `balancekit.core.foreign.in_range`.
        """
        return in_range(self.numeric, rows)


def read_mixed(rows: Container, nominal: IntArray) -> MixedRows:
    """Read a table whose nominal columns are known.

    Parameters
    ----------
    rows : Container
        The table.
    nominal : ndarray of int, shape (n_nominal,)
        Positions of the nominal columns.

    Returns
    -------
    mixed : MixedRows

    Raises
    ------
    ValueError
        If another column is not numeric, or holds missing or infinite values.
    """
    numeric = np.setdiff1d(np.arange(rows.shape[1]), nominal)
    numbers = rows.numbers_of(numeric.tolist())
    codes = np.empty((len(rows), len(nominal)), dtype=np.intp)
    for position, index in enumerate(nominal.tolist()):
        found = rows.column_codes(index)
        if found is None:
            found = encode_nominal(rows.column_labels(index), rows.name_of(index))
        codes[:, position] = found
    return MixedRows(numbers, codes, nominal, rows.device)


def deviations(values: Any) -> FloatArray:
    """Compute the standard deviation of each column, without making sparse rows dense.

    Parameters
    ----------
    values : ndarray or CSR matrix of float64, shape (n_rows, n_columns)
        Rows.

    Returns
    -------
    deviations : ndarray of float64, shape (n_columns,)
        The same for either.
    """
    if not sparse.issparse(values):
        found: FloatArray = values.std(axis=0)
        return found
    n_rows, n_columns = values.shape
    by_column = values.tocsc()
    found = np.empty(n_columns)
    n_blocks = max(1, n_rows * n_columns // BLOCK_VALUES)
    # NumPy adds a single column in another order, so none is left alone.
    edges = np.linspace(0, n_columns, min(n_blocks, max(1, n_columns // 2)) + 1).astype(int)
    for start, stop in pairwise(edges.tolist()):
        found[start:stop] = by_column[:, start:stop].toarray(order="C").std(axis=0)
    return found


def encode_nominal(values: NDArray[Any], name: Hashable = 0) -> IntArray:
    """Replace nominal values by their places in the order of all that occur.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        NumPy values or Python objects. Missing ones are a value of their own, the last.
    name : hashable, default=0
        Name of the column, for messages.

    Returns
    -------
    codes : ndarray of int, shape (n_rows,)

    Examples
    --------
    >>> import numpy as np
    >>> encode_nominal(np.array(["b", "a", None, "b"], dtype=object))
    array([1, 0, 2, 1])
    """
    if values.dtype.kind not in "OUST":
        return np.unique(values, return_inverse=True)[1].astype(np.intp)
    entries = values.tolist()
    try:
        distinct = dict.fromkeys(entries)
    except TypeError:
        stranger = next(entry for entry in entries if not isinstance(entry, Hashable))
        msg = (
            f"Nominal column {name!r} holds {stranger!r} of type {type(stranger).__name__}; in an "
            "object column, each argument must be a string or a number. Convert them, for example "
            "with `astype(str)`."
        )
        raise TypeError(msg) from None
    lost = [value for value in distinct if may_be_missing(type(value)) and is_missing(value)]
    gone = set(map(id, lost))
    known = [value for value in distinct if id(value) not in gone]
    try:
        known.sort()
    except TypeError:
        known.sort(key=lambda value: (type(value).__name__, str(value)))
    code_of = {value: code for code, value in enumerate(known)}
    code_of |= dict.fromkeys(lost, len(known))
    return np.fromiter(map(code_of.__getitem__, entries), dtype=np.intp, count=len(entries))


def nominal_positions(spec: Any, rows: Container) -> IntArray:
    """Find the nominal columns that a user means.

    Parameters
    ----------
    spec : "auto" or array-like of bool, int or str
        "auto" takes the columns whose dtype is nominal; a mask, positions or names the others.
    rows : Container
        The table.

    Returns
    -------
    positions : ndarray of int, shape (n_nominal,)
        In the order of `spec`.

    Raises
    ------
    ValueError
        If a column is not there, is named twice, or names are given and the table has none.
    """
    if isinstance(spec, str):
        return np.flatnonzero([rows.is_nominal(index) for index in range(rows.shape[1])])
    return named_positions(spec, rows.shape[1], rows.names)


def named_positions(spec: Any, n_columns: int, column_names: Sequence[Hashable] | None) -> IntArray:
    """Find columns by a mask, their positions or their names.

    Parameters
    ----------
    spec : array-like of bool, int or str
        What the parameter `categorical_features` holds.
    n_columns : int
        Number of columns.
    column_names : sequence or None
        Their names, if they have any.

    Returns
    -------
    positions : ndarray of int, shape (n_nominal,)
        In the order of `spec`.

    Raises
    ------
    ValueError
        As `nominal_positions`.
    """
    given = np.asarray(spec)
    if given.dtype.kind == "b":
        if given.shape != (n_columns,):
            msg = (
                f"categorical_features is a mask of shape {given.shape}; X has {n_columns} "
                f"columns, so it needs shape ({n_columns},)."
            )
            raise ValueError(msg)
        return np.flatnonzero(given)
    names: Sequence[Hashable] = list(given.tolist())
    if all(isinstance(name, int) for name in names):
        return _checked_positions(given.astype(np.intp), n_columns)
    if column_names is None:
        msg = (
            f"categorical_features names {list_names(names)}, but X has no column names; pass "
            f"positions from 0 to {n_columns - 1}."
        )
        raise ValueError(msg)
    known = list(column_names)
    missing = [name for name in names if name not in known]
    if missing:
        msg = (
            f"categorical_features names {list_names(missing)}, which X does not have. Its columns "
            f"are {list_names(known)}.{suggest(missing[0], known)}"
        )
        raise ValueError(msg)
    return _checked_positions(np.array([known.index(n) for n in names], np.intp), n_columns)


def _checked_positions(positions: IntArray, n_columns: int) -> IntArray:
    outside = positions[(positions < -n_columns) | (positions >= n_columns)]
    if outside.size:
        msg = (
            f"categorical_features holds {outside[0]}; all features must be in [0, "
            f"{n_columns - 1}] or [-{n_columns}, -1], as X has {n_columns} feature(s)."
        )
        raise ValueError(msg)
    positions = positions % n_columns
    found, times = np.unique(positions, return_counts=True)
    if len(found) < len(positions):
        msg = (
            f"categorical_features names a column twice: number {found[times.argmax()]}; name each "
            "once."
        )
        raise ValueError(msg)
    return positions


def check_encoder(encoder: Any, rows: Container, nominal: IntArray) -> Any:
    """Fit a user's one-hot encoder on the nominal columns.

    Parameters
    ----------
    encoder : encoder
        It is fitted.
    rows : Container
        The table.
    nominal : ndarray of int, shape (n_nominal,)
        Positions of the nominal columns.

    Returns
    -------
    encoder : encoder

    Raises
    ------
    ValueError
        If it does not give one column for each category.
    """
    columns = [rows.column_labels(index) for index in nominal.tolist()]
    table = np.empty((len(rows), len(columns)), dtype=object)
    for position, column in enumerate(columns):
        table[:, position] = column
    n_columns = encoder.fit_transform(table).shape[1]
    n_categories = sum(len(categories) for categories in encoder.categories_)
    if n_columns != n_categories:
        msg = (
            "SMOTENC requires a one-hot encoding with one column per category for the categorical "
            f"features; categorical_encoder gives {counted(n_columns, 'column')} for "
            f"{n_categories} categories. Leave categorical_encoder out, or pass one that drops and "
            "merges nothing."
        )
        raise ValueError(msg)
    return encoder
