"""Sizes of classes, and rows drawn to have them."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state


def random_stream(random_state: Any) -> np.random.RandomState:
    """Return the one stream that a call draws from.

    Parameters
    ----------
    random_state : None, int, RandomState or Generator
        None stands for NumPy's global stream. A Generator lends its bit generator, which moves on.

    Returns
    -------
    stream : RandomState
    """
    if isinstance(random_state, np.random.Generator):
        return np.random.RandomState(random_state.bit_generator)
    stream: np.random.RandomState = check_random_state(random_state)
    return stream


def check_number(value: Any, name: str) -> None:
    """Check that a parameter is one real number.

    Parameters
    ----------
    value : object
        The parameter.
    name : str
        Of the parameter.

    Raises
    ------
    TypeError
        If it is something else, bool among it.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        msg = f"{name} is {value!r}, a {type(value).__name__}; pass a number."
        raise TypeError(msg)


def largest_and_smallest(classes: list[Any], codes: NDArray[np.intp], rho: Any) -> tuple[int, int]:
    """Find the sizes that the largest and the smallest class are to have.

    Parameters
    ----------
    classes : list
        Labels.
    codes : ndarray of int, shape (n_rows,)
        Classes of the rows.
    rho : float
        Ratio of the two sizes.

    Returns
    -------
    largest : int
        The rows of the smallest class, which every class has.
    smallest : int
        `largest / rho` to the nearest integer, halves up; one or more.

    Raises
    ------
    TypeError
        If `rho` is no number.
    ValueError
        If it is below one or infinite, or nothing would be left of the smallest class.
    """
    check_number(rho, "rho")
    if not rho >= 1 or rho == math.inf:
        msg = (
            f"rho is {rho}; pass the rows of the largest class for each row of the smallest, a "
            "finite number of 1 or more."
        )
        raise ValueError(msg)
    counts = np.bincount(codes)
    largest = int(counts.min())
    smallest = math.floor(largest / rho + 0.5)
    if smallest == 0:
        msg = (
            f"rho is {rho}, so that the smallest class would have 0 of {largest} rows. Pass a rho "
            f"of {largest} or less, or more rows of {classes[int(counts.argmin())]!r}, the class "
            "of which there are fewest."
        )
        raise ValueError(msg)
    return largest, smallest


def draw_rows(
    codes: NDArray[np.intp], sizes: NDArray[np.intp], stream: np.random.RandomState
) -> NDArray[np.intp]:
    """Draw rows of each class, without replacement.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows,)
        Classes of the rows.
    sizes : ndarray of int, shape (n_classes,)
        How many rows to draw of each, no more than it has.
    stream : RandomState
        Moves on by one permutation of each class's rows, whatever the sizes: so that what is drawn
        of a class is among what is drawn of it for a larger size.

    Returns
    -------
    rows : ndarray of int
        Ascending.
    """
    drawn = [
        stream.permutation(np.flatnonzero(codes == code))[:size] for code, size in enumerate(sizes)
    ]
    return np.sort(np.concatenate(drawn))
