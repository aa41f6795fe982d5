"""Choosing the k nearest of lists of candidates, by (distance, row id)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import IntArray


def nearest_of_lists(
    query: IntArray, candidate: IntArray, distance: NDArray[np.float64], n_queries: int, k: int
) -> tuple[NDArray[np.float64], IntArray]:
    """Keep the k nearest candidates of each query.

    Parameters
    ----------
    query : ndarray of int, shape (n_pairs,)
        The query, 0 to n_queries - 1, of each pair; every query has at least k pairs.
    candidate : ndarray of int, shape (n_pairs,)
        The candidate of each pair.
    distance : ndarray of float64, shape (n_pairs,)
        Their distance, by which pairs are ordered; equal ones by candidate.
    n_queries, k : int
        Number of queries and of neighbours to keep.

    Returns
    -------
    distances : ndarray of float64, shape (n_queries, k)
    candidates : ndarray of int, shape (n_queries, k)
    """
    order = np.lexsort((candidate, distance, query))
    starts = np.searchsorted(query[order], np.arange(n_queries))
    chosen = order[starts[:, np.newaxis] + np.arange(k)]
    return distance[chosen], candidate[chosen]
