"""Hart's condensed nearest neighbour rule for one class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from balancekit.core.neighborhood.prototypes import Prototypes
from balancekit.core.recipes import IntArray


def condense(prototypes: Prototypes, rows: IntArray, seeds: IntArray) -> IntArray:
    """Choose rows of a class that the prototypes need in order to classify the class.

    One pass [1]_: in ascending order, each row whose nearest prototype is of another class becomes
    a prototype itself.

    Parameters
    ----------
    prototypes : Prototypes
        Those to start with, made for `rows`; it is written to.
    rows : ndarray of int, shape (n_asked,)
        Ids of the rows of the class, ascending.
    seeds : ndarray of int, shape (n_seeds,)
        Positions in `rows` of those that are prototypes from the start. Repeats count once.

    Returns
    -------
    positions : ndarray of int, shape (n_kept,)
        Positions in `rows` of the seeds, in their order, and of the rows chosen, ascending.

    Notes
    -----
    The time of `Prototypes`; nothing is fitted anew.

    The rows are those of imbalanced-learn 0.14's `CondensedNearestNeighbour` with one neighbour,
    if distances are not tied. It compares the positions of rows within their class with the ids of
    the rows kept so far, and passes over a row whose position is such an id, without asking for its
    nearest prototype. That is reproduced here. So not every row passed over is one that the
    prototypes classify; neither is any other, as this is one pass. Not reproduced are repeats: a
    seed drawn twice, or one with a duplicate among the other classes, comes back once.

    References
    ----------
    .. [1] P. E. Hart, "The condensed nearest neighbor rule", IEEE Transactions on Information
       Theory 14, 1968.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.core.neighborhood import Prototypes
    >>> from balancekit.core.neighbors import DirectEngine
    >>> X = np.array([[0.0], [0.2], [2.0], [9.0], [9.5], [3.0]])
    >>> codes = np.array([0, 0, 0, 0, 0, 1])
    >>> rows, smaller = np.flatnonzero(codes == 0), np.flatnonzero(codes == 1)
    >>> prototypes = Prototypes(X, codes, rows, smaller, DirectEngine())
    >>> rows[condense(prototypes, rows, np.array([0]))]
    array([0, 2, 3])
    """
    kept = list(dict.fromkeys(seeds.tolist()))
    for seed in kept:
        prototypes.add(seed)
    is_passed_over = np.zeros(len(rows), dtype=bool)
    is_passed_over[kept] = True
    _pass_over_ids(is_passed_over, rows[kept])
    position = prototypes.first_disagreeing(0)
    while position < len(rows):
        if not is_passed_over[position]:
            prototypes.add(position)
            kept.append(position)
            _pass_over_ids(is_passed_over, rows[position : position + 1])
        position = prototypes.first_disagreeing(position + 1)
    return np.array(kept, dtype=np.intp)


def _pass_over_ids(is_passed_over: NDArray[np.bool_], ids: IntArray) -> None:
    """Take ids for positions, as imbalanced-learn does."""
    is_passed_over[ids[ids < len(is_passed_over)]] = True
