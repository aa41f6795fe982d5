"""Some classes small, all others large."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.datasets._classes import find_classes, read_classes
from balancekit.datasets._cuts import (
    check_number,
    draw_rows,
    largest_and_smallest,
    random_stream,
)

# How far `mu` times the number of classes may be from an integer: float32 is good enough.
TOLERANCE = 1e-6


def make_step_imbalance(
    y: Any, mu: float, rho: float, *, minority: Any = None, random_state: Any = None
) -> NDArray[np.intp]:
    """Choose rows of a balanced set so that a share of its classes become minority classes.

    Let `n_max` be the number of rows of the smallest class in `y`. Each majority class keeps
    `n_max` rows and each minority class `n_max / rho` rows, to the nearest integer, halves up.
    No size depends on which classes are drawn, and of a set that is balanced the majority
    classes keep all rows.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        Labels of any kind that can be sorted. A set that is not balanced is cut to `n_max` rows
        of every class first; `make_imbalance` takes a number for each class instead.
    mu : float
        Share of the classes that are minority classes: `k / n_classes`, with `k` from 1 to
        `n_classes - 1`.
    rho : float
        Rows of a majority class for each row of a minority class, 1 or more.
    minority : array-like of shape (mu * n_classes,), default=None
        Labels of the minority classes, in any order. None is to draw them.
    random_state : None, int, RandomState or Generator, default=None
        Seed. First the classes are drawn (and drawn when they are given, too), then rows of one
        class after another, without replacement. With one seed, a larger `mu` adds minority
        classes to those of a smaller one, a larger `rho` keeps rows from among those of a smaller
        one, and the minority classes of `mu=0.5` are the small half of `make_linear_imbalance`.

    Returns
    -------
    rows : ndarray of int, shape (n_kept,)
        Positions of the rows to keep, ascending.

    Raises
    ------
    TypeError
        If `mu` or `rho` is no number, or labels are not hashable or have no common order.
    ValueError
        If `mu` times the number of classes is no integer or leaves no class on one side, `rho` is
        below one or so large that a minority class would have no rows, `minority` has another
        length, unknown labels or one label twice, or `y` has missing labels or one class only.

    See Also
    --------
    make_linear_imbalance : Sizes from large to small in equal steps.
    make_imbalance : A number for each class.

    References
    ----------
    Buda, Maki and Mazurowski, "A systematic study of the class imbalance problem in convolutional
    neural networks", Neural Networks 106, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.datasets import make_step_imbalance
    >>> y = np.repeat(["a", "b", "c", "d"], 100)
    >>> rows = make_step_imbalance(y, mu=0.5, rho=10, minority=["b", "d"], random_state=0)
    >>> np.unique(y[rows], return_counts=True)[1]
    array([100,  10, 100,  10])
    """
    classes, codes = read_classes(y)
    n_minority = _count_minority(mu, len(classes))
    largest, smallest = largest_and_smallest(classes, codes, rho)
    given = None if minority is None else find_classes(minority, classes, "minority", n_minority)
    stream = random_stream(random_state)
    drawn = stream.permutation(len(classes))[-n_minority:]
    sizes = np.full(len(classes), largest)
    sizes[drawn if given is None else given] = smallest
    return draw_rows(codes, sizes, stream)


def _count_minority(mu: Any, n_classes: int) -> int:
    check_number(mu, "mu")
    product = float(mu) * n_classes
    # NaN is not in between either.
    if not -1 < product < n_classes + 1:
        nearest = None
    else:
        nearest = min(max(round(product), 1), n_classes - 1)
    if nearest is None or abs(product - nearest) > TOLERANCE:
        last = f" to {n_classes - 1} / {n_classes}" if n_classes > 2 else ""
        near = f"; the nearest is {nearest} / {n_classes}" if nearest and last else ""
        msg = (
            f"mu is {mu}, which is {product:g} of {n_classes} classes. Pass a whole number of "
            f"classes, some but not all: 1 / {n_classes}{last}{near}."
        )
        raise ValueError(msg)
    return nearest
