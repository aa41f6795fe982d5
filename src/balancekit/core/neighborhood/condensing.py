"""Hart's condensed nearest neighbour rule for one class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from balancekit.core.containers import Numbers
from balancekit.core.neighborhood.distances import pair_distances, pair_squares
from balancekit.core.neighborhood.expansion import ExpandedSquares
from balancekit.core.neighborhood.votes import predict_codes
from balancekit.core.neighbors import NeighborEngine
from balancekit.core.neighbors.blocks import row_blocks
from balancekit.core.neighbors.cost import is_worth_kernels
from balancekit.core.neighbors.distance import as_points, excess_exponent, in_whole_stripes
from balancekit.core.recipes import FloatArray, IntArray

# Rows that are compared at once with all chosen before them.
WINDOW = 256

# Numbers in memory at once for each pair of rows.
BUFFERS_PER_PAIR = 4


def condense(
    X: Numbers,
    codes: IntArray,
    rows: IntArray,
    others: IntArray,
    seeds: IntArray,
    engine: NeighborEngine,
    k: int = 1,
) -> IntArray:
    """Choose rows of a class that are needed, beside rows of another class, to classify it.

    One pass [1]_: in ascending order, each row that the k nearest of the other class and of the
    rows chosen so far would classify wrongly is chosen itself.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    codes : ndarray of int, shape (n_rows,)
        Class codes of all rows.
    rows : ndarray of int, shape (n_asked,)
        Ids of the rows of the class, ascending.
    others : ndarray of int, shape (n_others,)
        Ids of the rows of the other class, ascending.
    seeds : ndarray of int, shape (n_seeds,)
        Positions in `rows` of those that are chosen from the start. Repeats count once.
    engine : NeighborEngine
        The search among the others.
    k : int, default=1
        Number of neighbours that vote; at most the others and the seeds. Of two classes with as
        many votes, the one with the lower code wins.

    Returns
    -------
    positions : ndarray of int, shape (n_chosen,)
        Positions in `rows` of the seeds, in their order, and of the rows chosen, ascending.

    Notes
    -----
    One search, and O(n_chosen * n_asked * n_columns) time at most. The class has the vote if enough
    of its rows are nearer than a certain one of the others. Which distance that is never changes,
    so that all that has to be known of a row is how many chosen ones are nearer; others at the same
    distance come first.

    The rows are those of imbalanced-learn 0.14's `CondensedNearestNeighbour`, if distances are not
    tied. It compares the positions of rows within their class with the ids of the rows chosen so
    far, and passes over a row whose position is such an id, without asking for its neighbours. That
    is reproduced here. So not every row passed over is one that would be classified correctly;
    neither is any other, as this is one pass. Not reproduced are repeats: a seed drawn twice, or
    one that its neighbours would classify wrongly, comes back once.

    References
    ----------
    .. [1] P. E. Hart, "The condensed nearest neighbor rule", IEEE Transactions on Information
       Theory 14, 1968.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.core.neighbors import DirectEngine
    >>> X = np.array([[0.0], [0.2], [2.0], [9.0], [9.5], [3.0]])
    >>> codes = np.array([0, 0, 0, 0, 0, 1])
    >>> rows, others = np.flatnonzero(codes == 0), np.flatnonzero(codes == 1)
    >>> rows[condense(X, codes, rows, others, np.array([0]), DirectEngine())]
    array([0, 2, 3])
    """
    wins_ties = codes[rows[0]] < codes[others[0]]
    needed = (k + 1) // 2 if wins_ties else k // 2 + 1
    rank = k - needed + 1
    points, _ = as_points(X[np.concatenate([rows, others])])
    excess = max(0, excess_exponent(points.data if sparse.issparse(points) else points))
    radii = np.full(len(rows), np.inf)
    if rank <= len(others):
        found = engine.kneighbors(X, rows, others, rank)[1][:, rank - 1]
        enemies = len(rows) + np.searchsorted(others, found)
        radii = _measure(points, np.arange(len(rows)), points, enemies, excess)
    chosen = np.empty(len(rows), dtype=np.int64)
    first = np.array(list(dict.fromkeys(seeds.tolist())), dtype=np.int64)
    chosen[: len(first)] = first
    is_passed_over = np.zeros(len(rows), dtype=bool)
    is_passed_over[first] = True
    _pass_over_ids(is_passed_over, rows[first])
    is_dense = not (sparse.issparse(points) or excess)
    if is_dense and is_worth_kernels(len(rows), len(rows), points.shape[1]):
        # Imports numba.
        from balancekit.kernels.neighbors.condensing import condense_points

        filled = in_whole_stripes(points[: len(rows)])
        ids = rows.astype(np.int64)
        n = condense_points(filled, radii, ids, needed, is_passed_over, chosen, len(first))
    else:
        near = _Nearness(points[: len(rows)], excess)
        n = _condense_in_windows(near, radii, rows, needed, is_passed_over, chosen, len(first))
    return chosen[:n].astype(np.intp)


def condense_with(
    classifier: Any, X: Numbers, codes: IntArray, rows: IntArray, others: IntArray, seeds: IntArray
) -> IntArray:
    """Do what `condense` does with a classifier of any kind.

    Parameters
    ----------
    classifier : estimator with `fit` and either `predict` or `kneighbors`
        It is fitted anew whenever a row is chosen.
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    codes : ndarray of int, shape (n_rows,)
        Class codes of all rows.
    rows : ndarray of int, shape (n_asked,)
        Ids of the rows of the class, ascending.
    others : ndarray of int, shape (n_others,)
        Ids of the rows of the other class, ascending.
    seeds : ndarray of int, shape (n_seeds,)
        Positions in `rows` of those that are chosen from the start. Repeats count once.

    Returns
    -------
    positions : ndarray of int, shape (n_chosen,)
        Positions in `rows` of the seeds, in their order, and of the rows chosen, ascending.

    Notes
    -----
    A fit and predictions of all rows for each row chosen.
    """
    chosen = list(dict.fromkeys(seeds.tolist()))
    is_passed_over = np.zeros(len(rows), dtype=bool)
    is_passed_over[chosen] = True
    _pass_over_ids(is_passed_over, rows[chosen])
    position = 0
    while True:
        known = np.concatenate([others, rows[chosen]])
        is_wrong = predict_codes(classifier, X, codes, known, rows) != codes[rows]
        is_wrong[is_passed_over] = False
        is_wrong[:position] = False
        if not is_wrong.any():
            return np.array(chosen, dtype=np.intp)
        position = int(is_wrong.argmax())
        chosen.append(position)
        is_passed_over[position] = True
        _pass_over_ids(is_passed_over, rows[position : position + 1])


def _pass_over_ids(is_passed_over: NDArray[np.bool_], ids: IntArray) -> None:
    """Take ids for positions, as imbalanced-learn does."""
    is_passed_over[ids[ids < len(is_passed_over)]] = True


def _condense_in_windows(
    near: _Nearness,
    radii: FloatArray,
    rows: IntArray,
    needed: int,
    is_passed_over: NDArray[np.bool_],
    chosen: NDArray[np.int64],
    n_chosen: int,
) -> int:
    """Do what `condense_points` does with matrix products, so also for sparse rows."""
    for start in range(0, len(rows), WINDOW):
        window = np.arange(start, min(start + WINDOW, len(rows)))
        n_near = near.count(window, radii[window], chosen[:n_chosen])
        for position in window:
            if is_passed_over[position] or n_near[position - start] >= needed:
                continue
            chosen[n_chosen] = position
            n_chosen += 1
            _pass_over_ids(is_passed_over, rows[position : position + 1])
            later = slice(position + 1 - start, None)
            n_near[later] += near.count(
                window[later], radii[window[later]], chosen[n_chosen - 1 : n_chosen]
            )
    return n_chosen


class _Nearness:
    """How many of some rows are nearer than a radius: products propose, distances decide."""

    def __init__(self, points: Any, excess: int) -> None:
        self._points = points
        self._excess = excess
        self._squares = ExpandedSquares(points, excess)

    def count(self, rows: IntArray, radii: FloatArray, others: IntArray) -> IntArray:
        """Count for each row the others within its radius, in blocks."""
        counts = np.zeros(len(rows), dtype=np.intp)
        for block in row_blocks(len(others), 8 * BUFFERS_PER_PAIR * max(1, len(rows))):
            counts += self._count_block(rows, radii, others[block])
        return counts

    def _count_block(self, rows: IntArray, radii: FloatArray, others: IntArray) -> IntArray:
        if self._excess:
            # Radii are not squares then, and so say nothing about products.
            is_near = np.zeros((len(rows), len(others)), dtype=bool)
            is_open = np.ones_like(is_near)
        else:
            table, slack = self._squares.between(rows, others)
            low, high = (radii - slack)[:, np.newaxis], (radii + slack)[:, np.newaxis]
            is_near = table < low
            is_open = (table <= high) & ~is_near
        row, other = np.nonzero(is_open)
        distances = _measure(self._points, rows[row], self._points, others[other], self._excess)
        is_near[row, other] = distances < radii[row]
        counts: IntArray = np.count_nonzero(is_near, axis=1)
        return counts


def _measure(
    left: Any, left_rows: IntArray, right: Any, right_rows: IntArray, excess: int
) -> FloatArray:
    """Compute squares, or distances where squares overflow."""
    if excess:
        return pair_distances(left, left_rows, right, right_rows, excess)
    return pair_squares(left, left_rows, right, right_rows)
