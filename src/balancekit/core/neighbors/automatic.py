"""The search that chooses between the others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.cost import is_worth_kernels
from balancekit.core.neighbors.scikit import ScikitLearnEngine
from balancekit.core.neighbors.tensors import TorchEngine
from balancekit.core.recipes import IntArray

# Among sparse rows, scikit-learn takes so many times longer for each number that there is.
SPARSE_FACTOR = 4


class AutomaticEngine:
    """Compiled kernels where they pay, scikit-learn elsewhere; the answer is the same.

    Rows on an accelerator are searched there.

    Parameters
    ----------
    n_jobs : int, optional
        Threads; see `CompiledEngine` and `ScikitLearnEngine`.
    """

    def __init__(self, n_jobs: int | None = None) -> None:
        self.n_jobs = n_jobs

    def kneighbors(
        self, X: Numbers, queries: IntArray, among: IntArray, k: int
    ) -> tuple[NDArray[np.float64], IntArray]:
        """Find the nearest other rows of each query row; see `NeighborEngine`."""
        if hasattr(X, "tensor"):
            return TorchEngine().kneighbors(X, queries, among, k)
        if _is_worth_it(X, len(queries), len(among)):
            from balancekit.core.neighbors.compiled import CompiledEngine

            return CompiledEngine(self.n_jobs).kneighbors(X, queries, among, k)
        return ScikitLearnEngine(self.n_jobs).kneighbors(X, queries, among, k)


def _is_worth_it(X: Any, n_queries: int, n_candidates: int) -> bool:
    if sparse.issparse(X):
        n_values = SPARSE_FACTOR * X.nnz / max(1, X.shape[0])
        return is_worth_kernels(n_queries, n_candidates, n_values, "inverted.nearest_sparse")
    return is_worth_kernels(n_queries, n_candidates, X.shape[1])
