"""Tiles that fit into the memory of a device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch

Result = TypeVar("Result")

# Older versions of PyTorch know it by this name only.
OutOfMemoryError = torch.cuda.OutOfMemoryError

# Tiles of a CPU that stay in a cache; an accelerator is kept busy by larger ones.
TILE_BYTES = {"cpu": 8 * 2**20}
TILE_BYTES_ELSEWHERE = 512 * 2**20

# Below this, a tile is a few rows, and smaller ones would not help.
SMALLEST_TILE = 2**20


def tile_bytes(device: torch.device) -> int:
    """Return how many bytes the work on one tile may take at first.

    Parameters
    ----------
    device : torch.device
        Where it is done.

    Returns
    -------
    n_bytes : int
    """
    return TILE_BYTES.get(device.type, TILE_BYTES_ELSEWHERE)


def cut(n_rows: int, size: int) -> list[slice]:
    """Cut rows into parts.

    Parameters
    ----------
    n_rows : int
        How many there are.
    size : int
        Most rows of a part; at least one is taken.

    Returns
    -------
    parts : list of slice
    """
    size = max(1, size)
    return [slice(start, min(start + size, n_rows)) for start in range(0, n_rows, size)]


def in_less_memory(work: Callable[[int], Result], n_bytes: int) -> Result:
    """Do some work in tiles, and again in smaller ones for as long as memory runs out.

    Parameters
    ----------
    work : callable
        Takes the bytes of a tile.
    n_bytes : int
        Those of the first trial.

    Returns
    -------
    result : object
        What the work returns.

    Raises
    ------
    MemoryError
        If the smallest tiles do not fit. The message says what was needed.
    """
    while True:
        try:
            return work(n_bytes)
        except OutOfMemoryError as error:
            if n_bytes <= SMALLEST_TILE:
                msg = (
                    f"The device has no room for tiles of {n_bytes / 2**20:.0f} MiB beside the "
                    f"rows themselves. Free some of its memory, or use the CPU. {error}"
                )
                raise MemoryError(msg) from error
            n_bytes = max(SMALLEST_TILE, n_bytes // 4)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def bytes_beside_tiles(n_queries: int, n_candidates: int, n_columns: int, k: int) -> int:
    """Estimate what a search holds on its device for as long as it goes on.

    Parameters
    ----------
    n_queries, n_candidates, n_columns : int
        Numbers of rows and columns.
    k : int
        Number of neighbours.

    Returns
    -------
    n_bytes : int
        Rows, a rounded copy of them in the widest dtype that is tried, their lengths and errors,
        and lists.
    """
    return (n_queries + n_candidates) * (16 * n_columns + 32) + 32 * n_queries * k


@contextmanager
def told(n_bytes: int) -> Iterator[None]:
    """Say how much memory was needed, if there is not enough of it.

    Parameters
    ----------
    n_bytes : int
        How much.

    Raises
    ------
    MemoryError
        In place of PyTorch's error, or of that about tiles.
    """
    try:
        yield
    except (OutOfMemoryError, MemoryError) as error:
        why = error.__cause__ or error
        msg = (
            f"The device has no room for rows, their copies and lists of neighbours, about "
            f"{n_bytes / 2**20:,.0f} MiB, and the smallest tiles beside them. Free some of its "
            f"memory, or use the CPU. {why}"
        )
        raise MemoryError(msg) from why
