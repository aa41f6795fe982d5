"""The distance that decides an order, on tensors; see `balancekit.core.neighbors.distance`."""

from __future__ import annotations

from torch import Tensor

N_STRIPES = 8


def sum_in_order(gaps: Tensor) -> Tensor:
    """Sum the squares of differences over the columns, in the fixed order.

    Parameters
    ----------
    gaps : Tensor of float64, shape (..., n_columns)
        Differences; written to.

    Returns
    -------
    squared : Tensor of float64, shape (...)
        Equal to those of the other engines bit for bit: product and sum are kernels of their own,
        so nothing is fused.
    """
    squares = gaps.mul_(gaps)
    stripes = squares.new_zeros((*squares.shape[:-1], N_STRIPES))
    for start in range(0, squares.shape[-1], N_STRIPES):
        part = squares[..., start : start + N_STRIPES]
        stripes[..., : part.shape[-1]] += part
    half = stripes[..., :4] + stripes[..., 4:]
    quarter = half[..., :2] + half[..., 2:]
    return quarter[..., 0] + quarter[..., 1]
