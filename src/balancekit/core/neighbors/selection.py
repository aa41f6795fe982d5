"""Choosing the k nearest of candidates, by (distance, row id)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from balancekit.core.recipes import IntArray

FloatArray = NDArray[np.float64]


def nearest_in_rows(
    distances: FloatArray, candidates: IntArray, k: int
) -> tuple[FloatArray, IntArray]:
    """Keep the k nearest of equally long lists of candidates.

    Parameters
    ----------
    distances : ndarray of float64, shape (n_queries, n_candidates)
        Distance of each candidate of each query.
    candidates : ndarray of int, shape (n_queries, n_candidates)
        Their ids, in any order.
    k : int
        Number to keep.

    Returns
    -------
    distances : ndarray of float64, shape (n_queries, k)
    candidates : ndarray of int, shape (n_queries, k)
    """
    by_id = np.argsort(candidates, axis=1)
    candidates = np.take_along_axis(candidates, by_id, axis=1)
    distances = np.take_along_axis(distances, by_id, axis=1)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return (
        np.take_along_axis(distances, nearest, axis=1),
        np.take_along_axis(candidates, nearest, axis=1),
    )


def nearest_in_table(distances: FloatArray, k: int) -> tuple[FloatArray, IntArray]:
    """Keep the k nearest of all candidates.

    Parameters
    ----------
    distances : ndarray of float64, shape (n_queries, n_candidates)
        Distance of every candidate, whose ids are the columns.
    k : int
        Number to keep.

    Returns
    -------
    distances : ndarray of float64, shape (n_queries, k)
    candidates : ndarray of int, shape (n_queries, k)
    """
    farthest = np.partition(distances, k - 1, axis=1)[:, k - 1 : k]
    # Row by row and in ascending order of the candidates, all that tie with the k-th included.
    query, candidate = np.nonzero(distances <= farthest)
    distance = distances[query, candidate]
    order = np.lexsort((distance, query))
    starts = np.searchsorted(query, np.arange(len(distances)))
    chosen = order[starts[:, np.newaxis] + np.arange(k)]
    return distance[chosen], candidate[chosen]
