"""The protocol of a neighbour search."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers import Numbers
from balancekit.core.recipes import IntArray


class NeighborEngine(Protocol):
    """A search for nearest rows."""

    def kneighbors(
        self, X: Numbers, queries: IntArray, among: IntArray, k: int
    ) -> tuple[NDArray[np.float64], IntArray]:
        """Find the nearest other rows of each query row.

        Parameters
        ----------
        X : Numbers of shape (n_rows, n_columns)
            All rows, by id.
        queries : ndarray of int, shape (n_queries,)
            Ids of the rows to find neighbours for.
        among : ndarray of int, shape (n_candidates,)
            Ids of the rows to find them among, ascending.
        k : int
            Number of neighbours, at most the number of candidates other than the query.

        Returns
        -------
        distances : ndarray of float64, shape (n_queries, k)
            Euclidean distances, ascending.
        ids : ndarray of int, shape (n_queries, k)
            Ids of the neighbours, by (distance, id). A row is never its own neighbour: it is left
            out by its id, so that a duplicate of it may be one.
        """
