"""Where rows are clustered."""

from __future__ import annotations

from typing import Any

from balancekit.core.containers import Numbers
from balancekit.core.foreign import MOST_EXPONENT, in_range
from balancekit.core.kmeans.arrays import ArrayRows
from balancekit.core.kmeans.rows import ClusterRows
from balancekit.core.neighbors.automatic import AutomaticEngine
from balancekit.core.neighbors.cost import is_worth_kernels
from balancekit.core.neighbors.engine import NeighborEngine
from balancekit.core.neighbors.tensors import TorchEngine
from balancekit.core.recipes import IntArray

# Comparing a row with a centre once costs one round; seeds and all rounds together, so many.
ROUNDS = 25


def rows_to_cluster(
    X: Numbers, ids: IntArray, n_clusters: int, engine: NeighborEngine, n_jobs: int | None
) -> tuple[ClusterRows, int]:
    """Prepare dense rows for `k_means`, where a neighbour engine would search them.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id; not sparse.
    ids : ndarray of int, shape (n_members,)
        The rows to cluster.
    n_clusters : int
        How many clusters to expect.
    engine : NeighborEngine
        That of `choose_engine`.
    n_jobs : int, optional
        Threads.

    Returns
    -------
    rows : ClusterRows
        ``X[ids] * 2**-exponent``.
    exponent : int
        See `balancekit.core.foreign.in_range`.

    Raises
    ------
    MemoryError
        If a device has no room for the smallest tiles.
    """
    table: Any = getattr(X, "tensor", None)
    if isinstance(engine, TorchEngine) or (
        table is not None and isinstance(engine, AutomaticEngine)
    ):
        # Imports torch.
        from balancekit.kernels.torch.clusters import DeviceRows

        device = getattr(engine, "device", None)
        if table is not None:
            return DeviceRows.of(table, ids, device).in_range(MOST_EXPONENT)
        values, exponent = in_range(X, ids)
        return DeviceRows.of(values, None, device), exponent
    values, exponent = in_range(X, ids)
    if _is_compiled(engine, n_clusters, values.shape):
        # Imports numba.
        from balancekit.core.kmeans.compiled import CompiledRows

        return CompiledRows(values, engine, n_jobs), exponent
    return ArrayRows(values, engine), exponent


def _is_compiled(engine: NeighborEngine, n_clusters: int, shape: tuple[int, int]) -> bool:
    if isinstance(engine, AutomaticEngine):
        n_rows, n_columns = shape
        return is_worth_kernels(n_rows, n_clusters, ROUNDS * n_columns, "centres.assign_rows")
    return type(engine).__name__ == "CompiledEngine"
