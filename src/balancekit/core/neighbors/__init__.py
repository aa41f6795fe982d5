"""Neighbour search: one protocol, several engines, one answer.

Every engine of ours gives, for each query row, the k nearest of the other rows by the distance of
`balancekit.core.neighbors.distance`, ties broken by row id. A user's own estimator with a
`kneighbors` method is taken too; its answer is its own.
"""

from balancekit.core.neighbors.adapter import EstimatorEngine
from balancekit.core.neighbors.automatic import AutomaticEngine
from balancekit.core.neighbors.choice import (
    ENGINES,
    METRIC,
    NAN_EUCLIDEAN,
    NEIGHBORS,
    SEARCH,
    choose_engine,
)
from balancekit.core.neighbors.direct import DirectEngine
from balancekit.core.neighbors.engine import NeighborEngine
from balancekit.core.neighbors.nan_euclidean import NanEuclideanEngine
from balancekit.core.neighbors.scikit import ScikitLearnEngine

__all__ = [
    "ENGINES",
    "METRIC",
    "NAN_EUCLIDEAN",
    "NEIGHBORS",
    "SEARCH",
    "AutomaticEngine",
    "DirectEngine",
    "EstimatorEngine",
    "NanEuclideanEngine",
    "NeighborEngine",
    "ScikitLearnEngine",
    "choose_engine",
]
