"""A user's own neighbour search as an engine."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers import Numbers
from balancekit.core.neighbors.direct import own_positions
from balancekit.core.recipes import IntArray


class EstimatorEngine:
    """Any estimator with `fit` and `kneighbors`, approximate ones included.

    Parameters
    ----------
    estimator : estimator
        It is fitted anew in every search. How many neighbours it finds is its own setting, the row
        itself counted: `n_neighbors=6` gives 5, as in imbalanced-learn.
    counts_itself : bool, default=True
        False where imbalanced-learn does not count the row itself: `n_neighbors=6` gives 6,
        unless rows are searched among themselves.
    """

    def __init__(self, estimator: Any, *, counts_itself: bool = True) -> None:
        self.estimator = estimator
        self.counts_itself = counts_itself

    def kneighbors(
        self, X: Numbers, queries: IntArray, among: IntArray, k: int | None = None
    ) -> tuple[NDArray[np.float64], IntArray]:
        """Ask the estimator, and leave out each query row by its id; see `NeighborEngine`.

        Raises
        ------
        ValueError
            If the estimator finds a single neighbour, which would be the row itself.
        """
        # A classifier of neighbours wants labels, and is not asked for any.
        y = (np.zeros(len(among)),) if hasattr(self.estimator, "predict") else ()
        self.estimator.fit(X[among], *y)
        own = own_positions(queries, among)
        distances, positions = map(np.asarray, self.estimator.kneighbors(X[queries]))
        if not self.counts_itself and (own < 0).all():
            return distances.astype(np.float64), among[positions.astype(np.intp)]
        if positions.shape[1] < 2:
            msg = (
                f"{type(self.estimator).__name__} finds {positions.shape[1]} neighbour, which "
                "counts the row itself; set its n_neighbors to 2 or more."
            )
            raise ValueError(msg)
        is_self = positions == own[:, np.newaxis]
        # Where the row is missing from its own list, the farthest entry makes room.
        is_self[~is_self.any(axis=1), -1] = True
        shape = (len(queries), positions.shape[1] - 1)
        ids = among[positions[~is_self].astype(np.intp)]
        return distances[~is_self].astype(np.float64).reshape(shape), ids.reshape(shape)
