"""The search for those who hold ids in NumPy: rows go to a device, lists come back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from balancekit.kernels.torch.devices import check_device
from balancekit.kernels.torch.memory import bytes_beside_tiles, told
from balancekit.kernels.torch.nearest import nearest
from balancekit.kernels.torch.transfer import downloaded, uploaded

# Squares of magnitudes with a larger exponent, or a smaller one, may leave the range of float64.
SAFE_EXPONENT = 400


def search(
    table: Any,
    queries: NDArray[np.intp],
    among: NDArray[np.intp],
    own: NDArray[np.intp],
    k: int,
    device: Any,
) -> tuple[NDArray[np.float64], NDArray[np.intp]] | None:
    """Find the k nearest candidates of each query.

    Parameters
    ----------
    table : Tensor or ndarray of float32 or float64, shape (n_rows, n_columns)
        All rows.
    queries, among : ndarray of intp
        Rows of the table: those to find neighbours for, and the candidates.
    own : ndarray of intp, shape (n_queries,)
        Which of the candidates is the query itself; -1 for none.
    k : int
        Number of neighbours.
    device : str, torch.device or None
        Where to search; None is where the table is.

    Returns
    -------
    distances : ndarray of float64, shape (n_queries, k)
    positions : ndarray of intp, shape (n_queries, k)
        Positions of candidates, by (distance, position). None in place of both if squares would
        leave the range of float64.

    Raises
    ------
    ValueError
        If there is no such device.
    MemoryError
        If it has no room. The message says for how much.
    """
    n_bytes = bytes_beside_tiles(len(queries), len(among), table.shape[1], k)
    here = table.device if isinstance(table, torch.Tensor) else torch.device("cpu")
    place = here if device is None else check_device(device)
    # Mixed precision around a search would round its products more than is allowed for.
    with torch.inference_mode(), torch.autocast(place.type, enabled=False), told(n_bytes):
        rows, peaks = _brought(table, place)
        candidates = _taken(rows, among)
        same = queries is among or np.array_equal(queries, among)
        wanted = candidates if same else _taken(rows, queries)
        if not peaks:
            peaks = [candidates.abs().max(), wanted.abs().max()]
        largest = float(torch.stack(peaks).max())
        exponent = int(np.frexp(largest)[1])
        if abs(exponent) > SAFE_EXPONENT:
            return None
        itself = torch.from_numpy(own).to(rows.device)
        squared, found = nearest(wanted, candidates, itself, k, exponent)
        # On a CPU, PyTorch's root of float64 is not always rounded to the nearest.
        distances = np.sqrt(downloaded(squared))
        return distances, downloaded(found).astype(np.intp, copy=False)


def _brought(table: Any, place: torch.device) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Bring a table to where it is searched, and with an array the peaks of its chunks."""
    if isinstance(table, torch.Tensor):
        return table.to(place), []
    peaks: list[torch.Tensor] = []
    # The device looks at each chunk while the next one is on its way.
    rows = uploaded(table, place, lambda _, chunk: peaks.append(chunk.abs().max()))
    return rows, peaks


def _taken(rows: torch.Tensor, ids: NDArray[np.intp]) -> torch.Tensor:
    if len(ids) == len(rows) and np.array_equal(ids, np.arange(len(rows))):
        taken = rows
    else:
        taken = rows.index_select(0, torch.from_numpy(ids).to(rows.device))
    return taken if taken.dtype == torch.float32 else taken.double()
