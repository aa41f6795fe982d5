"""New values, computed in one fixed way.

The rule, for every container, engine and device: differences in the dtype of the data (float64 for
integers and bool), product and sum in float64, each rounded on its own, one cast at the end;
integers are rounded half to even and clipped. So the same plan gives the same bits everywhere.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray, IntArray, Interpolation, Noise, Recipe, Rows

# Two gathered operands of one block stay in a core's second-level cache.
BLOCK_VALUES = 32_768

# Ends are divided by this, a power of two, where a sum or difference of them would overflow.
HEADROOM = 2.0**64

# Loading numba and the compiled kernel takes about half a second, which only a large output earns
# back; once it is loaded, it is the faster way from a few rows on.
VALUES_WORTH_A_COMPILER = 10_000_000


def synthesise(
    recipe: Recipe, source: NDArray[Any], out: NDArray[Any], *, kernel: bool | None = None
) -> None:
    """Write the new rows of a recipe.

    Parameters
    ----------
    recipe : Interpolation, Noise or Rows
        What to compute; for a one-dimensional `source` its `column`.
    source : ndarray of bool, int or float, shape (n_rows,) or (n_rows, n_columns)
        The input rows, or one column of them.
    out : ndarray of the same dtype, shape (n_new,) or (n_new, n_columns)
        Where the new rows go.
    kernel : bool, optional
        Whether to use the compiled kernel where there is one. The result is the same bit for bit.
        By default, it is used when already loaded or when the output is large enough to pay for
        loading it.

    Notes
    -----
    Apart from `out`, and a column of it where there are nominal ones, memory stays below 4 MiB or
    that of a few rows, whatever the number of rows and their layout.
    """
    if isinstance(recipe, Rows):
        for rows in _blocks(out):
            out[rows] = as_dtype(recipe.values[rows], out.dtype)
        return
    if isinstance(recipe, Noise):
        for rows in _blocks(out):
            base = _gather(source, recipe.base[rows])
            out[rows] = scatter(base, recipe.draws[rows], recipe.scale)
        return
    if source.ndim == 2 and len(recipe.nominal) == source.shape[1]:
        # Names, that nothing can be computed with.
        pass
    elif _kernel_serves(source, out, kernel):
        from balancekit.kernels.interpolation import interpolate

        interpolate(source, recipe.base, recipe.partner, recipe.step, out)
    else:
        _interpolate_blocks(recipe, source, out)
    if source.ndim == 2:
        for index in recipe.nominal:
            out[:, index] = source[recipe.donors_of(index), index]


def _interpolate_blocks(recipe: Interpolation, source: NDArray[Any], out: NDArray[Any]) -> None:
    """Interpolate block by block, in buffers that stay in the cache."""
    step = recipe.step[:, np.newaxis] if source.ndim == 2 else recipe.step
    blocks = _blocks(out)
    plain = source.dtype.char in "efd" and _is_read_in_place(source)
    shape = out[blocks[0]].shape if blocks else (0,)
    starts, ends = np.empty((2, *shape), source.dtype)
    products = ends if source.dtype == np.float64 else np.empty(shape)
    for rows in blocks:
        base, partner = recipe.base[rows], recipe.partner[rows]
        new = products[: len(base)]
        if plain:
            # The arithmetic of `interpolate_between`, without new arrays.
            start, end = starts[: len(base)], ends[: len(base)]
            source.take(base, axis=0, out=start, mode="clip")
            source.take(partner, axis=0, out=end, mode="clip")
            with np.errstate(over="ignore", invalid="ignore"):
                np.subtract(end, start, out=end)
                np.multiply(end, step[rows], out=new)
                np.add(new, start, out=new)
        if plain and within(new, np.finfo(out.dtype).max):
            out[rows] = new
        else:
            ends_of = _gather(source, base), _gather(source, partner)
            out[rows] = interpolate_between(*ends_of, step[rows])


def _gather(source: NDArray[Any], rows: IntArray) -> NDArray[Any]:
    return source.take(rows, axis=0) if _is_read_in_place(source) else source[rows]


def _is_read_in_place(source: NDArray[Any]) -> bool:
    """Whether `take`, the faster way, does without a copy of the whole source at every call."""
    return source.flags.c_contiguous and source.flags.aligned


def _blocks(out: NDArray[Any]) -> list[slice]:
    size = max(1, BLOCK_VALUES // max(1, out[:1].size))
    return [slice(start, min(start + size, len(out))) for start in range(0, len(out), size)]


def interpolate_between(
    base: NDArray[Any], partner: NDArray[Any], step: FloatArray
) -> NDArray[Any]:
    """Interpolate element by element.

    Parameters
    ----------
    base, partner : ndarray of bool, int or float, of one dtype and shape
        The two ends.
    step : ndarray of float64, broadcastable to that shape
        0 gives the base, 1 the partner; other values extrapolate. Of 64-bit integers, these are
        given as exactly as float64 holds them.

    Returns
    -------
    new : ndarray of the dtype of `base`
        Finite wherever both ends are: where the difference overflows, the weighted mean of the
        two ends takes its place, and what still lies beyond the dtype is clipped to it. Where one
        end is NaN, the other takes its place.
    """
    exact = base.dtype.kind == "f"
    start = base if exact else base.astype(np.float64)
    end = partner if exact else partner.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        new: NDArray[Any] = end - start
        new = np.multiply(new, step, out=new if new.dtype == np.float64 else None)
        new += start
        if not within(new, np.finfo(np.float64).max):
            lost = ~np.isfinite(new)
            steps = np.broadcast_to(step, new.shape)[lost]
            new[lost] = _between_few(start[lost], end[lost], steps)
    new = as_dtype(new, base.dtype)
    if is_wide_integer(base.dtype):
        # Rounding may leave the parents' span.
        between = np.broadcast_to((step >= 0) & (step <= 1), new.shape)
        low, high = np.minimum(base, partner), np.maximum(base, partner)
        np.copyto(new, np.clip(new, low, high), where=between)
    return new


def _between_few(start: NDArray[Any], end: NDArray[Any], step: FloatArray) -> FloatArray:
    """Interpolate values of which an end is missing or the difference overflows."""
    start, end = np.where(np.isnan(start), end, start), np.where(np.isnan(end), start, end)
    new: FloatArray = start + step * (end - start)
    return np.where(np.isfinite(new), new, weighted_mean(start, end, step))


def weighted_mean(base: NDArray[Any], partner: NDArray[Any], step: FloatArray) -> FloatArray:
    """Interpolate without a difference, which may overflow.

    Parameters
    ----------
    base, partner : ndarray of float, shape (n_values,)
        The two ends.
    step : ndarray of float64, shape (n_values,)
        Position between them, of a magnitude below 1e18.

    Returns
    -------
    new : ndarray of float64, shape (n_values,)
        Infinite only where the value itself is beyond float64, NaN only where an end is.
    """
    start, end = base.astype(np.float64) / HEADROOM, partner.astype(np.float64) / HEADROOM
    return np.asarray(((1 - step) * start + step * end) * HEADROOM)


def scatter(base: NDArray[Any], draws: FloatArray, scale: FloatArray) -> NDArray[Any]:
    """Add scaled noise element by element.

    Parameters
    ----------
    base : ndarray of bool, int or float
        Values to scatter around.
    draws, scale : ndarray of float64, broadcastable to the shape of `base`
        Standard normal draws and their scale.

    Returns
    -------
    new : ndarray of the dtype of `base`
        The base itself where the noise is zero.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        noise = draws * scale
        new = as_dtype(base + noise, base.dtype)
    return np.where(noise == 0, base, new) if is_wide_integer(base.dtype) else new


def as_dtype(values: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Cast computed values by the rule: floats rounded once, integers rounded, both clipped.

    Parameters
    ----------
    values : ndarray of float64
        Computed values. NaN stays NaN in a float dtype.
    dtype : dtype
        A bool, integer or float dtype.

    Returns
    -------
    cast : ndarray of `dtype`
    """
    if dtype.kind == "f":
        largest = np.finfo(dtype).max
        if not within(values, largest):
            values = np.where(np.abs(values) > largest, np.copysign(largest, values), values)
        return values.astype(dtype, copy=False)
    if dtype.kind == "b":
        rounded: NDArray[Any] = np.rint(values) >= 1
        return rounded
    low, high = integer_limits(dtype)
    clipped: NDArray[Any] = np.clip(np.rint(values), low, high)
    return clipped.astype(dtype)


def is_wide_integer(dtype: np.dtype[Any]) -> bool:
    """Return whether a dtype has integers that float64 cannot hold."""
    return dtype.kind in "iu" and dtype.itemsize == 8


def within(values: NDArray[Any], largest: Any) -> bool:
    """Return whether all magnitudes are at most `largest` and none is NaN."""
    if not values.size:
        return True
    return bool(values.max() <= largest and values.min() >= -largest)


def integer_limits(dtype: np.dtype[Any]) -> tuple[float, float]:
    """Return the smallest and largest float64 that an integer dtype can hold."""
    limits = np.iinfo(dtype)
    high = float(limits.max)
    if int(high) > limits.max:
        high = float(np.nextafter(high, 0))
    return float(limits.min), high


def _kernel_serves(source: NDArray[Any], out: NDArray[Any], kernel: bool | None) -> bool:
    fits = (
        source.ndim == 2
        and source.dtype in (np.dtype(np.float32), np.dtype(np.float64))
        and source.flags.c_contiguous
        and out.flags.c_contiguous
        and source.dtype.isnative
    )
    if not fits or kernel is False:
        return False
    loaded = "balancekit.kernels.interpolation" in sys.modules
    return kernel is True or loaded or out.size >= VALUES_WORTH_A_COMPILER
