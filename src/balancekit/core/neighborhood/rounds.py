"""Editing again and again, with the same or with growing neighbourhoods."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from balancekit.core.containers import Numbers
from balancekit.core.labels import Labels
from balancekit.core.neighborhood.remaining import RemainingNeighbors
from balancekit.core.neighborhood.votes import is_unanimous, most_frequent
from balancekit.core.neighbors import NeighborEngine


def edit_in_rounds(
    X: Numbers,
    labels: Labels,
    targets: Iterable[int],
    engine: NeighborEngine,
    lengths: Iterable[int],
    longest: int,
    *,
    kind: str,
    until_stable: bool,
    keep_order: bool,
) -> tuple[NDArray[np.bool_], int]:
    """Remove rows whose neighbours disagree, then those whose neighbours now disagree, and so on.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    labels : Labels
        Labels of the rows.
    targets : iterable of int
        Codes of the classes that rows are removed from, in all rounds.
    engine : NeighborEngine
        The search.
    lengths : iterable of int
        Number of neighbours in each round.
    longest : int
        The largest of them.
    kind : {"all", "mode"}
        Whether all neighbours have to be of the row's class, or the most frequent class.
    until_stable : bool
        Whether to stop after a round that removes nothing.
    keep_order : bool
        Whether to stop after a round in which a class has become smaller than the smallest class
        was at the start.

    Returns
    -------
    is_kept : ndarray of bool, shape (n_rows,)
    n_rounds : int
        Rounds done.

    Notes
    -----
    One search at the start, and further ones for the rows whose lists ran short. A round that
    removes all rows of a class is the last one, and so is one that leaves too few rows to have so
    many neighbours.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.core.labels import Labels
    >>> from balancekit.core.neighbors import DirectEngine
    >>> X = np.array([[0.0], [1.0], [2.0], [3.4], [4.4], [5.0], [6.0]])
    >>> labels = Labels([0, 0, 0, 0, 1, 1, 0])
    >>> is_kept, n_rounds = edit_in_rounds(
    ...     X, labels, [0], DirectEngine(), [1, 1, 1], 1, kind="all", until_stable=True,
    ...     keep_order=False,
    ... )
    >>> is_kept, n_rounds
    (array([ True,  True,  True, False,  True,  True, False]), 2)
    """
    codes = labels.codes
    left = np.flatnonzero(np.isin(codes, list(targets)))
    neighbors = RemainingNeighbors(X, left, np.arange(len(codes)), engine, longest)
    counts = labels.counts.copy()
    is_kept = np.ones(len(codes), dtype=bool)
    n_rounds = 0
    for k in lengths:
        if counts.sum() <= k or not left.size:
            break
        n_rounds += 1
        near, own = codes[neighbors.nearest(left, k)], codes[left]
        agrees = is_unanimous(near, own) if kind == "all" else most_frequent(near) == own
        removed = left[~agrees]
        is_kept[removed] = False
        neighbors.remove(removed)
        left = left[agrees]
        counts -= np.bincount(codes[removed], minlength=len(counts))
        others = np.delete(counts, labels.smallest)
        if until_stable and not removed.size:
            break
        if keep_order and (others < labels.counts[labels.smallest]).any():
            break
        if not counts.all():
            break
    return is_kept, n_rounds
