"""Rows of an epoch, dealt out to processes."""

from __future__ import annotations

import numpy as np

from balancekit.core.recipes import IntArray


def shard(order: IntArray, rank: int, n_ranks: int) -> IntArray:
    """Take the rows of one process.

    Parameters
    ----------
    order : ndarray of int, shape (n_draws,)
        Rows of the epoch, in order; the same in all processes.
    rank, n_ranks : int
        Which process, of how many.

    Returns
    -------
    rows : ndarray of int, shape (ceil(n_draws / n_ranks),)
        Every n-th row. All processes have as many; the last of them may take first rows again.
    """
    if n_ranks == 1:
        return order
    n_rows = -(-len(order) // n_ranks)
    return np.resize(order, n_rows * n_ranks)[rank::n_ranks]
