"""The choice between engines."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from imblearn.utils import check_neighbors_object
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from balancekit.core.neighbors.adapter import EstimatorEngine
from balancekit.core.neighbors.automatic import AutomaticEngine
from balancekit.core.neighbors.direct import DirectEngine
from balancekit.core.neighbors.engine import NeighborEngine
from balancekit.core.neighbors.nan_euclidean import NanEuclideanEngine
from balancekit.core.neighbors.scikit import ScikitLearnEngine
from balancekit.core.neighbors.tensors import TorchEngine

NAN_EUCLIDEAN = "nan_euclidean"
ENGINES = ("auto", "compiled", "sklearn", "direct", "torch")

# What samplers take: a number of neighbours or a search for it, and how to search.
NEIGHBORS: list[Any] = [Interval(Integral, 1, None, closed="left"), HasMethods("kneighbors")]
SEARCH: dict[str, list[Any]] = {
    "n_jobs": [
        Interval(Integral, None, -1, closed="right"),
        Interval(Integral, 1, None, closed="left"),
        None,
    ],
    "engine": [StrOptions(set(ENGINES))],
    "device": [str, None],
}


METRIC: dict[str, list[Any]] = {"metric": [StrOptions({"euclidean", NAN_EUCLIDEAN})]}


def choose_engine(
    name: str,
    neighbors: Any,
    engine: str,
    n_jobs: int | None,
    *,
    device: str | None = None,
    metric: str = "euclidean",
    counts_itself: bool = True,
) -> tuple[NeighborEngine, Any, int | None]:
    """Find the engine that a sampler's parameters ask for.

    Parameters
    ----------
    name : str
        Name of the parameter that holds `neighbors`.
    neighbors : int or estimator with `kneighbors`
        An estimator is cloned and searches for itself.
    engine : {"auto", "compiled", "sklearn", "direct", "torch"}
        Which search serves an int.
    n_jobs : int, optional
        Threads.
    device : str, optional
        Where PyTorch searches. None is where the rows are.
    metric : {"euclidean", "nan_euclidean"}, default="euclidean"
        Distance of the search that serves an int.
    counts_itself : bool, default=True
        Whether an estimator's `n_neighbors` counts the row itself. imbalanced-learn's samplers
        differ in that.

    Returns
    -------
    engine : NeighborEngine
    estimator : estimator
        For the fitted attribute that imbalanced-learn's samplers have: the clone of the user's
        estimator, or an unfitted `NearestNeighbors` whose `n_neighbors` counts the row itself
        if an estimator's does.
    k : int or None
        Number of neighbours; None if an estimator does not tell.

    Raises
    ------
    ValueError
        If there is no such device, or the engine does not search there.
    ImportError
        If PyTorch is needed and not installed.
    """
    if not isinstance(neighbors, Integral):
        estimator = check_neighbors_object(name, neighbors)
        n_neighbors = getattr(estimator, "n_neighbors", None)
        k = n_neighbors and int(n_neighbors) - counts_itself
        return EstimatorEngine(estimator, counts_itself=counts_itself), estimator, k
    k = int(neighbors)
    estimator = check_neighbors_object(name, k, additional_neighbor=int(counts_itself))
    search = _engine(engine, n_jobs, device)
    return NanEuclideanEngine(search, n_jobs) if metric == NAN_EUCLIDEAN else search, estimator, k


def _engine(name: str, n_jobs: int | None, device: str | None) -> NeighborEngine:
    if device is not None:
        if name not in ("auto", "torch"):
            msg = f"engine={name!r} searches on the CPU, and device={device!r}. Set engine='torch'."
            raise ValueError(msg)
        return TorchEngine(device)
    if name == "compiled":
        # Imports numba.
        from balancekit.core.neighbors.compiled import CompiledEngine

        return CompiledEngine(n_jobs)
    if name == "sklearn":
        return ScikitLearnEngine(n_jobs)
    if name == "torch":
        return TorchEngine()
    return DirectEngine() if name == "direct" else AutomaticEngine(n_jobs)
