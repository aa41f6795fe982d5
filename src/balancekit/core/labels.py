"""Labels of any kind as class codes."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property
from numbers import Complex, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers import Container, is_table_library, wrap
from balancekit.core.containers.objects import is_missing, may_be_missing
from balancekit.core.plan import Plan
from balancekit.core.recipes import IntArray, as_rows
from balancekit.core.wording import counted, list_rows

# Integers of a narrower range than this are counted.
MOST_COUNTED = 65_536


class Labels:
    """Class labels, and the integer codes that samplers work with.

    Codes are the positions in the sorted unique values. They never come from a container's own
    coding, such as the categories of a pandas column, so they are the same for all containers.

    Parameters
    ----------
    y : array-like, series, frame, tensor or sparse matrix
        One label per row: one-dimensional, a single column, or an indicator matrix with exactly
        one 1 in each row. Labels may be integers, bool, integral floats, strings or anything else
        that can be sorted.

    Attributes
    ----------
    codes : ndarray of int, shape (n_rows,)
        Class code of each row.
    classes : ndarray of shape (n_classes,)
        The label of each code; for indicators the column.
    counts : ndarray of int, shape (n_classes,)
        Rows of each class.

    Raises
    ------
    ValueError
        If labels are missing, continuous, of mixed types that cannot be sorted, or if an indicator
        matrix does not have exactly one 1 in each row.
    """

    def __init__(self, y: Any) -> None:
        try:
            self._container: Container = wrap(y)
            values = self._container.labels()
        except (TypeError, ValueError) as error:
            msg = f"y cannot be used as labels; pass one label for each row, as a list. {error}"
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(msg) from error
        if values.dtype.kind == "T":
            values = values.astype(object)
        self._column_vector = values.ndim == 2 and values.shape[1] == 1 and _is_array(y)
        if values.ndim == 2 and values.shape[1] > 1:
            _check_complete(values)
            values = _indicated_columns(values)
        else:
            values = _as_vector(values)
            _check_complete(values)
            _check_kind(values)
        self.classes, codes, self.counts = _encode(values)
        self.codes: IntArray = as_rows(codes)

    def __len__(self) -> int:
        return len(self.codes)

    def check_one_for_each(self, n_rows: int) -> None:
        """Raise unless there is one label for each row.

        Parameters
        ----------
        n_rows : int
            Number of rows.

        Raises
        ------
        ValueError
            Names both numbers.
        """
        if n_rows != len(self):
            msg = (
                "Found input variables with inconsistent numbers of samples: "
                f"X has {n_rows} rows, y has {len(self)} labels. Pass one label for each row."
            )
            raise ValueError(msg)

    @property
    def values(self) -> NDArray[Any]:
        """The labels as a one-dimensional NumPy array; column numbers for indicators."""
        return self.classes[self.codes]

    def name(self, code: int) -> Hashable:
        """Return the label of a class, for messages.

        Parameters
        ----------
        code : int
            Class code.

        Returns
        -------
        label : object
            A Python object, not a NumPy scalar.
        """
        label: Any = self.classes[code]
        if isinstance(label, np.datetime64 | np.timedelta64):
            return str(label)
        plain: Hashable = label.item() if isinstance(label, np.generic) else label
        return plain

    def code_of(self, label: Any) -> int | None:
        """Find the code of a class.

        Parameters
        ----------
        label : object
            A label, in any spelling that compares equal.

        Returns
        -------
        code : int or None
            None if there is no such class.
        """
        try:
            if label in self._codes:
                return self._codes[label]
        except TypeError:
            return None
        # Dates may compare equal and hash differently; other objects may refuse to compare.
        for code, known in enumerate(self.classes):
            try:
                if bool(label == known):
                    return code
            except (TypeError, ValueError):
                return None
        return None

    @cached_property
    def smallest(self) -> int:
        """The smallest class; of classes of equal size, the one that is met first."""
        first = np.unique(self.codes, return_index=True)[1]
        return int(np.lexsort((first, self.counts))[0])

    @cached_property
    def _codes(self) -> dict[Hashable, int]:
        return {label: code for code, label in enumerate(self.classes)}

    def rows_of(self, code: int) -> IntArray:
        """Find the rows of a class.

        Parameters
        ----------
        code : int
            Class code.

        Returns
        -------
        rows : ndarray of int, shape (n_rows_of_class,)
            Row ids, ascending.
        """
        return np.flatnonzero(self.codes == code)

    def build(self, plan: Plan) -> Any:
        """Return the labels of a plan's output in the container of `y`.

        Parameters
        ----------
        plan : Plan
            A plan for these rows.

        Returns
        -------
        y : same type as the input, n_output entries
            A two-dimensional column of an array or tensor becomes one-dimensional, as in
            imbalanced-learn.
        """
        source = plan.sample_indices
        # A relabelled row takes its label from the first row of its new class, so that a label
        # is always copied and never rebuilt.
        relabelled = self.codes[source] != plan.codes
        if relabelled.any():
            first = np.unique(self.codes, return_index=True)[1]
            source[relabelled] = first[plan.codes[relabelled]]
        y = self._container.finish(self._container.gather(source), plan)
        return y.ravel() if self._column_vector else y


def _indicated_columns(values: NDArray[Any]) -> IntArray:
    kinds = values.dtype.kind
    if kinds not in "biuf" or not np.isin(values, (0, 1)).all():
        msg = (
            f"y has {values.shape[1]} columns that are no indicators (0 or 1). Multilabel and "
            "multioutput targets are not supported; pass one column of labels."
        )
        raise ValueError(msg)
    ones = values.sum(axis=1, dtype=np.intp)
    for count, what in ((ones > 1, "more than one class"), (ones == 0, "no class at all")):
        rows = np.flatnonzero(count)
        if rows.size:
            msg = (
                f"y is an indicator matrix with {what} marked in {counted(rows.size, 'row')} "
                f"({list_rows(rows)}). Multilabel and multioutput targets are not supported; "
                "mark exactly one class in each row."
            )
            raise ValueError(msg)
    return as_rows(values.argmax(axis=1))


def _as_vector(values: NDArray[Any]) -> NDArray[Any]:
    if values.ndim > 2 or values.ndim == 0:
        msg = (
            f"y should be a 1d array, got an array of shape {values.shape} instead. Pass one label "
            "for each row, in one dimension."
        )
        raise ValueError(msg)
    return values.ravel()


def _is_array(y: Any) -> bool:
    return isinstance(y, np.ndarray) or is_table_library(y) == "torch"


def _check_complete(values: NDArray[Any]) -> None:
    """Raise if a label is missing."""
    missing = _missing(values)
    if missing.any():
        rows = np.unique(np.nonzero(missing)[0])
        msg = (
            f"Input y contains NaN: {counted(rows.size, 'label')} missing ({list_rows(rows)}). "
            "Drop those rows or give them a class of their own."
        )
        raise ValueError(msg)


def _check_kind(values: NDArray[Any]) -> None:
    """Raise if labels are complex, infinite or fractions."""
    kinds = set(map(type, values)) if values.dtype.kind == "O" else {values.dtype.type}
    if any(map(_is_complex, kinds)):
        row = next(row for row, value in enumerate(values) if _is_complex(type(value)))
        msg = (
            f"Complex data not supported: y holds complex numbers such as {values[row]} (row "
            f"{row}), labels are needed. Take their real part, or `y.astype(str)`."
        )
        raise ValueError(msg)
    if any(issubclass(kind, float | np.floating) for kind in kinds):
        _check_whole(values)


def _is_complex(kind: type) -> bool:
    return issubclass(kind, Complex) and not issubclass(kind, Real)


def _missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.kind == "O":
        # Asking a million strings or dates one by one would take half a second.
        if not any(map(may_be_missing, set(map(type, values.flat)))):
            return np.zeros(values.shape, dtype=bool)
        flags = np.fromiter(map(is_missing, values.ravel()), dtype=bool, count=values.size)
        return flags.reshape(values.shape)
    if values.dtype.kind in "fcmM":
        return np.asarray(values != values)
    return np.zeros(values.shape, dtype=bool)


def _check_whole(values: NDArray[Any]) -> None:
    """Raise if a float among the labels is infinite or has a fraction."""
    rows = np.arange(len(values))
    if values.dtype.kind == "O":
        rows = np.flatnonzero([isinstance(value, float | np.floating) for value in values])
    floats = values[rows].astype(np.float64)
    infinite = rows[~np.isfinite(floats)]
    if infinite.size:
        msg = (
            f"Input y contains infinity: {counted(infinite.size, 'label')} "
            f"({list_rows(infinite)}); labels need to be finite. Drop those rows or give them a "
            "class of their own."
        )
        raise ValueError(msg)
    fractions = rows[floats != np.floor(floats)]
    if fractions.size:
        msg = (
            f"Unknown label type: continuous. y holds fractions such as {values[fractions[0]]:g} "
            f"(row {fractions[0]}); resampling needs class labels. Cut y into classes first."
        )
        raise ValueError(msg)


def _encode(values: NDArray[Any]) -> tuple[NDArray[Any], IntArray, IntArray]:
    try:
        if values.dtype.kind in "biu" and values.size:
            low, span = int(values.min()), int(values.max()) - int(values.min())
            if span < MOST_COUNTED:
                return _encode_by_counting(values, low)
        if values.dtype.kind not in "OUS":
            return np.unique(values, return_inverse=True, return_counts=True)
        # Hashing a million strings is ten times as fast as sorting them.
        entries = values.tolist()
        code_of = {label: code for code, label in enumerate(sorted(set(entries)))}
        codes = np.fromiter(map(code_of.__getitem__, entries), dtype=np.intp, count=len(entries))
    except TypeError:
        kinds = sorted({type(value).__name__ for value in values})
        found = f"mixes labels of types {', '.join(kinds)}, which have no common order"
        if len(kinds) == 1:
            found = f"holds labels of type {kinds[0]}, which have no order"
        msg = f"y {found}. Convert them to one type, for example with `y.astype(str)`."
        raise ValueError(msg) from None
    classes = np.empty(len(code_of), dtype=values.dtype)
    classes[:] = list(code_of)
    return classes, codes, np.bincount(codes, minlength=len(classes))


def _encode_by_counting(values: NDArray[Any], low: int) -> tuple[NDArray[Any], IntArray, IntArray]:
    """Encode integers of a narrow range, which takes a fraction of the time of sorting them."""
    if values.dtype == np.uint64:
        offsets = (values - values.dtype.type(low)).astype(np.intp)
    else:
        offsets = values.astype(np.intp) - low
    occurrences = np.bincount(offsets)
    present = np.flatnonzero(occurrences)
    code_of = np.zeros(len(occurrences), dtype=np.intp)
    code_of[present] = np.arange(len(present))
    first = np.empty(len(occurrences), dtype=np.intp)
    first[offsets[::-1]] = np.arange(len(values) - 1, -1, -1)
    return values[first[present]], code_of[offsets], occurrences[present]
