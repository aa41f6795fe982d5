"""The search for NumPy: rows go to a device, lists come back."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from balancekit.kernels.torch.nearest import nearest


def search(
    points: NDArray[Any], n_candidates: int, own: NDArray[np.intp], k: int, device: str
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Find the k nearest candidates of each query.

    Parameters
    ----------
    points : ndarray of float32 or float64, shape (n_rows, n_columns)
        The candidates, and then the queries; if there are no more rows than candidates, these are
        the queries too.
    n_candidates : int
        How many candidates there are.
    own : ndarray of intp, shape (n_queries,)
        The candidate that is the query itself; -1 for none.
    k : int
        Number of neighbours.
    device : str
        Where to search.

    Returns
    -------
    distances : ndarray of float64, shape (n_queries, k)
    positions : ndarray of intp, shape (n_queries, k)
        Positions of candidates, by (distance, position).
    """
    with warnings.catch_warnings(), torch.inference_mode():
        # Read-only memory is never written to.
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        rows = torch.from_numpy(np.ascontiguousarray(points)).to(device)
        candidates = rows[:n_candidates]
        queries = candidates if n_candidates == len(rows) else rows[n_candidates:]
        largest = float(rows.abs().max())
        shrink = float(np.ldexp(1.0, -int(np.frexp(largest)[1])))
        squared, found = nearest(queries, candidates, torch.from_numpy(own).to(device), k, shrink)
        distances = np.sqrt(squared.cpu().numpy())
        return distances, found.cpu().numpy().astype(np.intp, copy=False)
