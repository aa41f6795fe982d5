"""New rows on the device that holds the data.

The arithmetic is that of `balancekit.core.arithmetic`: difference in the tensor's dtype, product
and sum in float64, one cast at the end. Every step is a kernel of its own, so nothing is fused and
the result equals NumPy's bit for bit.
"""

from __future__ import annotations

import torch

from balancekit.kernels.torch.unsigned import as_signed, in_signed_order, in_unsigned_order

# Ends are divided by this, a power of two, where a sum or difference of them would overflow.
HEADROOM = 2.0**64

# float64 cannot hold every value of these.
WIDE_INTEGERS = (torch.int64, torch.uint64)


def scatter(base: torch.Tensor, draws: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """Add scaled noise element by element.

    Parameters
    ----------
    base : Tensor of bool, int or float
        Values to scatter around.
    draws, scale : Tensor of float64, broadcastable to the shape of `base`
        Standard normal draws and their scale.

    Returns
    -------
    new : Tensor of the dtype of `base`
    """
    noise = draws * scale
    new = as_dtype(base.double() + noise, base.dtype)
    if base.dtype not in WIDE_INTEGERS:
        return new
    return torch.where(noise == 0, as_signed(base), as_signed(new)).view(base.dtype)


def interpolate(base: torch.Tensor, partner: torch.Tensor, step: torch.Tensor) -> torch.Tensor:
    """Interpolate element by element.

    Parameters
    ----------
    base, partner : Tensor of bool, int or float, of one dtype and shape
        The two ends.
    step : Tensor of float64, broadcastable to that shape
        Position between them.

    Returns
    -------
    new : Tensor of the dtype of `base`
        Finite wherever both ends are; where one is NaN, the other takes its place.
    """
    real = base.dtype.is_floating_point
    start, end = (base, partner) if real else (base.double(), partner.double())
    if real:
        start, end = (
            torch.where(torch.isnan(start), end, start),
            torch.where(torch.isnan(end), start, end),
        )
    new = start.double() + step * (end - start).double()
    lost = ~torch.isfinite(new)
    if bool(lost.any()):
        low, high = start.double() / HEADROOM, end.double() / HEADROOM
        new = torch.where(lost, ((1 - step) * low + step * high) * HEADROOM, new)
    new = as_dtype(new, base.dtype)
    if base.dtype in WIDE_INTEGERS:
        between = ((step >= 0) & (step <= 1)).expand_as(new)
        first, last, found = map(in_signed_order, (base, partner, new))
        clipped = found.clamp(torch.minimum(first, last), torch.maximum(first, last))
        new = in_unsigned_order(torch.where(between, clipped, found), base.dtype)
    return new


def as_dtype(values: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Cast computed values: floats rounded once, integers rounded, both clipped.

    Parameters
    ----------
    values : Tensor of float64
        Computed values.
    dtype : dtype
        A bool, integer or float dtype.

    Returns
    -------
    cast : Tensor of `dtype`
    """
    if dtype == torch.bool:
        return values.round() >= 1
    if dtype.is_floating_point:
        limits = torch.finfo(dtype)
        return round_once(values.clamp(limits.min, limits.max), dtype)
    low, high = float(torch.iinfo(dtype).min), float(torch.iinfo(dtype).max)
    if int(high) > torch.iinfo(dtype).max:
        high = float(torch.nextafter(torch.tensor(high).double(), torch.tensor(0.0).double()))
    return values.round().clamp(low, high).to(dtype)


def round_once(values: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Round float64 to a narrow dtype directly, not by way of float32.

    torch converts float64 to the 16-bit dtypes in two steps, and rounding twice can miss the
    nearest value. Rounding the first step to odd makes the second one right.

    Parameters
    ----------
    values : Tensor of float64
        Values within the range of `dtype`.
    dtype : dtype
        A float dtype.

    Returns
    -------
    rounded : Tensor of `dtype`
    """
    if dtype in (torch.float64, torch.float32):
        return values.to(dtype)
    single = values.float()
    bits = single.view(torch.int32)
    inexact = single.double() != values
    # Truncate towards zero, then set the last bit: the sticky bit of round-to-odd.
    away = single.double().abs() > values.abs()
    odd = (bits - away.int()) | 1
    return torch.where(inexact & torch.isfinite(single), odd, bits).view(torch.float32).to(dtype)
