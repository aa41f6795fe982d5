"""The distance that decides an order, on tensors; see `balancekit.core.neighbors.distance`."""

from __future__ import annotations

import torch
from torch import Tensor

from balancekit.kernels.torch.memory import cut

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


def squared_distances(
    left: Tensor,
    left_rows: Tensor | None,
    right: Tensor,
    right_rows: Tensor,
    n_bytes: int,
) -> Tensor:
    """Compute the squared distance between rows, pair by pair.

    Parameters
    ----------
    left, right : Tensor of float32 or float64, shape (n, n_columns)
        Rows.
    left_rows : Tensor of int64, shape (n_pairs,), or None
        The row of `left` in each pair; None takes all in order.
    right_rows : Tensor of int64, shape (n_pairs,)
        The row of `right` in each pair.
    n_bytes : int
        What the work on a tile may take.

    Returns
    -------
    squared : Tensor of float64, shape (n_pairs,)
    """
    squared = torch.empty(len(right_rows), dtype=torch.float64, device=right.device)
    for part in cut(len(squared), n_bytes // (8 * (3 * right.shape[1] + 2 * N_STRIPES))):
        ones = left[part] if left_rows is None else left[left_rows[part]]
        squared[part] = sum_in_order(ones.double() - right[right_rows[part]].double())
    return squared
