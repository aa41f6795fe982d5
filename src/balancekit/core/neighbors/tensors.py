"""Exact search by PyTorch, on any device that it has."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.direct import DirectEngine, own_positions
from balancekit.core.neighbors.distance import excess_exponent
from balancekit.core.neighbors.scikit import ScikitLearnEngine
from balancekit.core.recipes import IntArray


class TorchEngine:
    """Exact search by PyTorch's matrix products.

    They propose candidates in float32, with a bound for every rounding error; the distance of
    `balancekit.core.neighbors.distance` decides. Sparse rows go to `ScikitLearnEngine`, and
    magnitudes whose squares leave the range of float64 to `DirectEngine`, with the same answer.

    Parameters
    ----------
    device : str, default="cpu"
        Where to search.

    Raises
    ------
    ImportError
        If PyTorch is not installed.
    """

    def __init__(self, device: str = "cpu") -> None:
        if find_spec("torch") is None:
            msg = (
                "engine='torch' needs PyTorch, which is not installed; install it with "
                'pip install "balancekit[torch]", or set engine="auto".'
            )
            raise ImportError(msg)
        self.device = device

    def kneighbors(
        self, X: Numbers, queries: IntArray, among: IntArray, k: int
    ) -> tuple[NDArray[np.float64], IntArray]:
        """Find the nearest other rows of each query row; see `NeighborEngine`."""
        if sparse.issparse(X):
            return ScikitLearnEngine().kneighbors(X, queries, among, k)
        same = queries is among or np.array_equal(queries, among)
        points: Any = X[among if same else np.concatenate([among, queries])]
        if points.dtype != np.float32:
            points = points.astype(np.float64)
        if not points.size or not len(queries) or excess_exponent(points):
            return DirectEngine().kneighbors(X, queries, among, k)
        # Imports torch.
        from balancekit.kernels.torch.search import search

        own = own_positions(queries, among)
        distances, positions = search(points, len(among), own, k, self.device)
        return distances, among[positions]
