"""Work in blocks that obey scikit-learn's `working_memory`."""

from __future__ import annotations

from collections.abc import Iterator

from sklearn import get_config

MEBIBYTE = 2**20

# Blocks beyond this gain nothing and fall out of the cache.
LARGEST_BLOCK = 32 * MEBIBYTE


def row_blocks(n_rows: int, bytes_per_row: int) -> Iterator[slice]:
    """Cut rows into blocks.

    Parameters
    ----------
    n_rows : int
        Rows to cut.
    bytes_per_row : int
        Memory that the work on one row takes.

    Yields
    ------
    block : slice
        At least one row each. The work on a block stays within 32 MiB and within
        ``sklearn.get_config()["working_memory"]``, which is in MiB.
    """
    budget = min(int(get_config()["working_memory"] * MEBIBYTE), LARGEST_BLOCK)
    size = max(1, budget // max(1, bytes_per_row))
    for start in range(0, n_rows, size):
        yield slice(start, min(start + size, n_rows))
