"""Rows of the same class that new rows lie between: found once, drawn from as often as need be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from balancekit.core.draws import neighbor_draws
from balancekit.core.labels import Labels
from balancekit.core.recipes import IntArray, Interpolation


class Partners(NamedTuple):
    """The neighbours of the rows of a class.

    Attributes
    ----------
    code : int
        The class.
    n_new : int
        New rows that it gets.
    members : ndarray of int, shape (n_members,)
        Its rows.
    nearest : ndarray of int, shape (n_members, k)
        The rows of the class that are nearest to each.
    """

    code: int
    n_new: int
    members: IntArray
    nearest: IntArray


def find_partners(
    search: Any, X: Any, labels: Labels, targets: Mapping[int, int], k: int | None
) -> list[Partners]:
    """Search for the nearest rows of the same class.

    Parameters
    ----------
    search : NeighborEngine
        The engine.
    X : Numbers of shape (n_rows, n_columns)
        Rows.
    labels : Labels
        Their labels.
    targets : mapping of class code to int
        New rows of each class.
    k : int or None
        Number of neighbours; None if an estimator does not tell.

    Returns
    -------
    partners : list of Partners
        For each class that gets new rows.
    """
    partners = []
    for code, n_new in targets.items():
        if n_new:
            members = labels.rows_of(code)
            _, nearest = search.kneighbors(X, members, members, k)
            partners.append(Partners(code, n_new, members, nearest))
    return partners


def between_partners(
    partners: Sequence[Partners], rng: np.random.RandomState
) -> list[tuple[int, Interpolation]]:
    """Draw new rows between rows and their neighbours: SMOTE.

    Parameters
    ----------
    partners : sequence of Partners
        What to draw from.
    rng : RandomState
        The stream.

    Returns
    -------
    new : list of (int, Interpolation)
        Class code and recipe of each group of new rows, as plans take them.
    """
    new = []
    for code, n_new, members, nearest in partners:
        base, neighbor, step = neighbor_draws(rng, len(nearest), nearest.shape[1], n_new)
        new.append((code, Interpolation(members[base], nearest[base, neighbor], step)))
    return new
