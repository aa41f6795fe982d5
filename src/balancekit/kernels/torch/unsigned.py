"""Unsigned integers: PyTorch stores and converts all of them, but moves and orders only bytes.

The same bits as signed integers can be moved. With the highest bit turned over, they also have the
same order.
"""

from __future__ import annotations

import torch
from torch import Tensor

SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}


def take(rows: Tensor, ids: Tensor, dim: int = 0) -> Tensor:
    """Take rows or columns by number, of any dtype.

    Parameters
    ----------
    rows : Tensor
        Any tensor.
    ids : Tensor of int64
        Numbers along a dimension.
    dim : int, default=0
        The dimension.

    Returns
    -------
    taken : Tensor
    """
    taken = as_signed(rows).index_select(dim, ids)
    return taken.view(rows.dtype) if rows.dtype in SIGNED else taken


def as_signed(values: Tensor) -> Tensor:
    """Return the same bits, in a dtype that PyTorch can move.

    Parameters
    ----------
    values : Tensor
        Values of any dtype.

    Returns
    -------
    values : Tensor
        Itself, but for unsigned integers of more than one byte.
    """
    return values.view(SIGNED[values.dtype]) if values.dtype in SIGNED else values


def in_signed_order(values: Tensor) -> Tensor:
    """Return integers that stand in the order of the given ones, in a dtype that has an order.

    Parameters
    ----------
    values : Tensor
        Values of any dtype.

    Returns
    -------
    ordered : Tensor
        The values themselves, but for unsigned integers of more than one byte.
    """
    return _turned(as_signed(values)) if values.dtype in SIGNED else values


def in_unsigned_order(ordered: Tensor, dtype: torch.dtype) -> Tensor:
    """Undo `in_signed_order`.

    Parameters
    ----------
    ordered : Tensor
        What it returned.
    dtype : dtype
        That of its argument.

    Returns
    -------
    values : Tensor of `dtype`
    """
    return _turned(ordered).view(dtype) if dtype in SIGNED else ordered


def _turned(values: Tensor) -> Tensor:
    return values.bitwise_xor(torch.iinfo(values.dtype).min)
