"""The farthest rows by compiled kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.neighbors.coordinates import Coordinates
from balancekit.core.neighbors.crew import Crew, thread_count
from balancekit.core.neighbors.packed import pack_far_first
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.kernels.neighbors.farthest import find_farthest, turn_biases
from balancekit.kernels.neighbors.target import BLOCK

# Low precision is no help if more than this share of all pairs is measured exactly, of sets with
# more rows for each of the k than this.
MOST_EXACT = 1 / 8
FEW_ROWS = 64


def farthest_squares(
    table: NDArray[Any], queries: IntArray, others: IntArray, k: int, n_jobs: int | None
) -> FloatArray | None:
    """Find the largest squared distances of rows to a set.

    Parameters
    ----------
    table : ndarray of float64, shape (n_rows, n_columns), C-contiguous
        Rows, of magnitudes whose squares stay within the range of float64.
    queries, others : ndarray of int
        Positions of the rows in question and of the set.
    k : int
        Number of distances.
    n_jobs : int, optional
        Threads.

    Returns
    -------
    squares : ndarray of float64, shape (n_queries, k), or None
        Ascending; None where low precision cannot tell which rows are far.

    Notes
    -----
    O(n_queries * n_others * n_columns) time, and two bytes for each number of the rows.
    """
    with Crew(thread_count(n_jobs)) as crew:
        coordinates = Coordinates(table, others, queries, crew, rotates=False)
        wanted = pack_far_first(coordinates, table, queries, crew)
        far = pack_far_first(coordinates, table, others, crew)
        np.negative(far.panels.view(np.int16), out=far.panels.view(np.int16))
        squares = np.full((len(wanted.bias), k), -1.0)
        bias, far_bias = (turn_biases(side.bias, side.slack, side.rows) for side in (wanted, far))
        # Without a rotation, both bounds of the unit are that close.
        unit = coordinates.unit * (1 - 1e-9)
        most = BLOCK * max(MOST_EXACT * len(others), FEW_ROWS * k)
        limits = np.zeros(len(wanted.bias), np.float32)

        def search(first: int, last: int) -> bool:
            for block in range(first, last):
                n_exact = find_farthest(
                    table, wanted.panels, bias, wanted.rows, wanted.error, far.panels, far_bias,
                    far.rows, wanted.edges, unit, limits, squares, block, block + 1,
                )  # fmt: skip
                if n_exact > most:
                    return False
            return True

        if not all(crew.ranges(search, len(wanted.low))):
            return None
    placed = np.empty((len(queries), k))
    is_row = wanted.rows >= 0
    order = np.argsort(queries, kind="stable")
    placed[order[np.searchsorted(queries[order], wanted.rows[is_row])]] = squares[is_row]
    return placed
