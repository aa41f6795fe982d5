"""Rows by class, and passes over them."""

from __future__ import annotations

import numpy as np

from balancekit.core.recipes import IntArray

# Up to this many classes, codes fit into 16 bits, which NumPy sorts by radix.
MOST_CLASSES = 2**16


def sorted_by_class(codes: IntArray, n_classes: int) -> IntArray:
    """Sort rows by class.

    Parameters
    ----------
    codes : ndarray of intp, shape (n_rows,)
        Class codes.
    n_classes : int
        Number of classes.

    Returns
    -------
    rows : ndarray of intp, shape (n_rows,)
        Row numbers, class after class; ascending within a class.
    """
    narrow = codes.astype(np.uint16) if n_classes <= MOST_CLASSES else codes
    return np.argsort(narrow, kind="stable")


def rows_by_class(codes: IntArray, counts: IntArray) -> list[IntArray]:
    """List the rows of each class.

    Parameters
    ----------
    codes : ndarray of intp, shape (n_rows,)
        Class codes.
    counts : ndarray of intp, shape (n_classes,)
        Rows of each class.

    Returns
    -------
    rows : list of ndarray of intp
        Ascending row numbers of each class.
    """
    return np.split(sorted_by_class(codes, len(counts)), np.cumsum(counts)[:-1])


def shuffled_passes(rows: IntArray, n_draws: int, rng: np.random.Generator) -> IntArray:
    """Draw rows from a shuffled list, which is shuffled again whenever it is used up.

    Parameters
    ----------
    rows : ndarray of intp, shape (n_rows,)
        Row numbers.
    n_draws : int
        How many to draw.
    rng : Generator
        The stream.

    Returns
    -------
    drawn : ndarray of intp, shape (n_draws,)
        How often rows occur differs by at most one.
    """
    if not n_draws:
        return rows[:0]
    n_passes = -(-n_draws // len(rows))
    passes = np.broadcast_to(rows, (n_passes, len(rows)))
    drawn: IntArray = rng.permuted(passes, axis=1).ravel()[:n_draws]
    return drawn
