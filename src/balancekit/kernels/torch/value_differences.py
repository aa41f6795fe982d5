"""Nearest rows of names on a device; see `balancekit.core.neighbors.value_differences`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from balancekit.kernels.torch.comparison import all_compared
from balancekit.kernels.torch.devices import check_device
from balancekit.kernels.torch.transfer import downloaded, uploaded

# Numbers in memory at once for each pair of rows.
BUFFERS_PER_PAIR = 12


def nearest_names(
    codes: NDArray[np.intp],
    shares: Sequence[NDArray[np.float64]],
    queries: NDArray[np.intp],
    k: int,
    device: Any,
) -> NDArray[np.intp]:
    """Find the nearest rows of each query, itself included.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows, n_columns)
        Codes of the values in each column.
    shares : sequence of ndarray of float64, shape (n_values, n_classes)
        For each column, the shares of the classes among the rows that have a value.
    queries : ndarray of int, shape (n_queries,)
        Rows.
    k : int
        Number of neighbours, at most that of rows.
    device : str or torch.device
        Where to search.

    Returns
    -------
    rows : ndarray of intp, shape (n_queries, k)
        By (distance, row).

    Raises
    ------
    ValueError
        If there is no such device.
    MemoryError
        If it has no room for the smallest tiles.

    Notes
    -----
    Distances are those of the other searches bit for bit: classes and columns are added in the same
    order, and every step is a kernel of its own, so nothing is fused.
    """
    with torch.inference_mode():
        place = check_device(device)
        names = uploaded(codes.astype(np.int64, copy=False), place).T.contiguous()
        tables = [uploaded(table, place) for table in shares]
        asked = names.index_select(1, uploaded(queries.astype(np.int64, copy=False), place))

        def distances_of(rows: slice, candidates: slice) -> Tensor:
            pairs = zip(asked[:, rows], names[:, candidates], tables, strict=True)
            total = names.new_zeros(
                (len(asked[0, rows]), len(names[0, candidates])), dtype=torch.float64
            )
            for ours, theirs, table in pairs:
                # Of few values, each is compared once.
                is_short = len(table) <= len(theirs)
                squares = _squares(table[ours], table if is_short else table[theirs])
                total += squares.index_select(1, theirs) if is_short else squares
            return total

        _, found = all_compared(
            distances_of,
            len(codes),
            torch.full((len(queries),), -1, device=place),
            k,
            8 * BUFFERS_PER_PAIR,
        )
        return downloaded(found).astype(np.intp, copy=False)


def _squares(ours: Tensor, theirs: Tensor) -> Tensor:
    sums = ours.new_zeros((len(ours), len(theirs)))
    for left, right in zip(ours.T, theirs.T, strict=True):
        sums += (left[:, None] - right).abs_()
    return sums.mul_(sums)
