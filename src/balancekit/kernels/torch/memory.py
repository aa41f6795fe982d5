"""Tiles that fit into the memory of a device."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

Result = TypeVar("Result")

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
        except torch.OutOfMemoryError as error:
            if n_bytes <= SMALLEST_TILE:
                msg = (
                    f"The device has no room for tiles of {n_bytes / 2**20:.0f} MiB beside the "
                    f"rows themselves. Free some of its memory, or search on the CPU. {error}"
                )
                raise MemoryError(msg) from error
            n_bytes = max(SMALLEST_TILE, n_bytes // 4)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
