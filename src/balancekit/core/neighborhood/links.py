"""Tomek links: mutual nearest neighbours of different classes."""

from __future__ import annotations

import numpy as np

from balancekit.core.containers import Numbers
from balancekit.core.neighbors import NeighborEngine
from balancekit.core.recipes import IntArray

# Up to this share of rows outside the largest class, searching for them and for the rows they are
# nearest to is faster than searching for all rows at once.
SMALL_SHARE = 0.25


def tomek_links(
    X: Numbers, codes: IntArray, engine: NeighborEngine, rows: IntArray | None = None
) -> IntArray:
    """Find the pairs of rows that form a Tomek link.

    Two rows link when each is the other's nearest row and their classes differ [1]_.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    codes : ndarray of int, shape (n_rows,)
        Class codes, 0 to n_classes - 1.
    engine : NeighborEngine
        The search; ties between distances go to the lower id.
    rows : ndarray of int, shape (n_among,), optional
        Ids of the rows that there are, ascending; all by default.

    Returns
    -------
    links : ndarray of int, shape (n_links, 2)
        The lower and the higher id of each pair, ascending. A row is in one pair at most.

    Notes
    -----
    A search for one neighbour of each row; where classes outside the largest are small, only of
    those rows and of the rows of the largest class that they are nearest to. O(n_rows) memory.

    Without ties, the rows are those that imbalanced-learn's `TomekLinks` finds. There, a row with a
    duplicate may be taken for its own neighbour.

    References
    ----------
    .. [1] I. Tomek, "Two modifications of CNN", IEEE Transactions on Systems, Man, and Cybernetics
       6, 1976.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.core.neighbors import DirectEngine
    >>> X = np.array([[0.0], [1.0], [3.0], [3.5], [4.5]])
    >>> tomek_links(X, np.array([0, 0, 0, 1, 1]), DirectEngine())
    array([[2, 3]])
    """
    rows = np.arange(len(codes)) if rows is None else rows
    largest = np.bincount(codes[rows], minlength=1).argmax()
    outside = rows[codes[rows] != largest]
    # Rows that are not searched keep -1, which no row is.
    nearest = np.full(len(codes), -1)
    if outside.size:
        searched = outside if outside.size <= SMALL_SHARE * rows.size else rows
        nearest[searched] = engine.kneighbors(X, searched, rows, 1)[1][:, 0]
        is_partner = np.zeros(len(codes), dtype=bool)
        is_partner[nearest[outside]] = True
        partners = np.flatnonzero(is_partner & (nearest < 0))
        if partners.size:
            nearest[partners] = engine.kneighbors(X, partners, rows, 1)[1][:, 0]
    low = np.flatnonzero(nearest >= 0)
    high = nearest[low]
    is_link = (low < high) & (nearest[high] == low) & (codes[low] != codes[high])
    return np.column_stack([low[is_link], high[is_link]])
