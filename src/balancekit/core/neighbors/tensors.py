"""Exact search by PyTorch, on any device that it has."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.direct import DirectEngine, own_positions
from balancekit.core.neighbors.scikit import ScikitLearnEngine
from balancekit.core.recipes import IntArray


class TorchEngine:
    """Exact search by PyTorch's matrix products.

    They propose candidates in low precision, with a bound for every rounding error; the distance of
    `balancekit.core.neighbors.distance` decides. Sparse rows go to `ScikitLearnEngine`, and
    magnitudes whose squares leave the range of float64 to `DirectEngine`, with the same answer.

    Parameters
    ----------
    device : str, default=None
        Where to search. None is where the rows are.

    Raises
    ------
    ImportError
        If PyTorch is not installed.
    """

    def __init__(self, device: str | None = None) -> None:
        if find_spec("torch") is None:
            asked = "engine='torch'" if device is None else f"device={device!r}"
            msg = (
                f"{asked} needs PyTorch, which is not installed; install it with "
                'pip install "balancekit[torch]", or leave it out.'
            )
            raise ImportError(msg)
        self.device = device

    def kneighbors(
        self, X: Numbers, queries: IntArray, among: IntArray, k: int
    ) -> tuple[NDArray[np.float64], IntArray]:
        """Find the nearest other rows of each query row; see `NeighborEngine`."""
        if sparse.issparse(X):
            return ScikitLearnEngine().kneighbors(X, queries, among, k)
        if not len(queries) or not X.shape[1]:
            return DirectEngine().kneighbors(X, queries, among, k)
        # Imports torch.
        from balancekit.kernels.torch.search import search

        own = own_positions(queries, among)
        table: Any = getattr(X, "tensor", None)
        wanted, others = queries, among
        if table is None:
            if len(among) == X.shape[0]:
                table = X[:]
            elif (own >= 0).all():
                table, wanted, others = X[among], own, np.arange(len(among))
            else:
                ids = np.union1d(queries, among)
                table = X[ids]
                wanted, others = np.searchsorted(ids, queries), np.searchsorted(ids, among)
            # PyTorch lacks some integers, and computes with none as fast.
            exact = np.float32 if np.can_cast(table.dtype, np.float32) else np.float64
            table = table.astype(exact, copy=False)
        found = search(table, wanted, others, own, k, self.device)
        if found is None:
            return DirectEngine().kneighbors(X, queries, among, k)
        distances, positions = found
        return distances, among[positions]
