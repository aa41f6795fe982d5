"""Interpolated rows, written straight into the output by compiled code."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from balancekit.kernels.compiling import compiled, read_only


def _interpolate(source, base, partner, step, out):  # type: ignore[no-untyped-def]
    largest = np.finfo(source.dtype).max
    shrink = 2.0**-64
    for new in range(base.size):
        start, end, fraction = base[new], partner[new], step[new]
        finite = True
        for column in range(source.shape[1]):
            value = source[start, column] + fraction * (source[end, column] - source[start, column])
            finite &= abs(value) <= largest
            out[new, column] = value
        if not finite:
            for column in range(source.shape[1]):
                first, second = source[start, column], source[end, column]
                if np.isnan(first):
                    first = second
                elif np.isnan(second):
                    second = first
                value = first + fraction * (second - first)
                if not np.isfinite(value):
                    value = (
                        (1 - fraction) * (first * shrink) + fraction * (second * shrink)
                    ) / shrink
                if value > largest:
                    value = largest
                elif value < -largest:
                    value = -largest
                out[new, column] = value


def _signature(real: Any) -> Any:
    rows = read_only(types.intp, 1)
    return types.void(
        read_only(real, 2),
        rows,
        rows,
        read_only(types.float64, 1),
        types.Array(real, 2, "C"),
    )


_compiled = compiled([_signature(types.float32), _signature(types.float64)])(_interpolate)


def interpolate(
    source: NDArray[Any],
    base: NDArray[np.intp],
    partner: NDArray[np.intp],
    step: NDArray[np.float64],
    out: NDArray[Any],
) -> None:
    """Write ``source[base] + step * (source[partner] - source[base])``, row by row.

    The difference has the dtype of `source`, product and sum are float64. The compiler may not
    fuse or reorder them, so the result equals `balancekit.core.arithmetic.interpolate_between`
    bit for bit, overflow included.

    Parameters
    ----------
    source : ndarray of float32 or float64, shape (n_rows, n_columns), C-contiguous
        The input rows.
    base, partner : ndarray of int, shape (n_new,)
        Row ids, which the caller has checked.
    step : ndarray of float64, shape (n_new,)
        Position between base and partner.
    out : ndarray of the dtype of `source`, shape (n_new, n_columns), C-contiguous
        Where the new rows go.

    Notes
    -----
    O(n_new * n_columns) time, no memory of its own; releases the interpreter lock.
    """
    _compiled(source, base, partner, np.ascontiguousarray(step), out)
