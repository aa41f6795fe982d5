"""Classes from large to small in equal steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.datasets._classes import find_classes, read_classes
from balancekit.datasets._cuts import draw_rows, largest_and_smallest, random_stream


def make_linear_imbalance(
    y: Any, rho: float, *, order: Any = None, random_state: Any = None
) -> NDArray[np.intp]:
    """Choose rows of a balanced set so that the sizes of its classes fall linearly.

    Let `n_max` be the number of rows of the smallest class in `y`, and `n_min` be
    `n_max / rho`, to the nearest integer, halves up. The first class keeps `n_max` rows, the
    last one `n_min`, and class `i` of those in between `n_max - i * (n_max - n_min) /
    (n_classes - 1)`, `i` counted from 0, to the nearest integer. There a half goes up in the
    larger half of the classes, the one in the middle included, and down in the smaller half. So
    the sizes of the first and the last class, of the second and the last but one, and so on, have
    the same sum, and for an even number of classes the total is that of `make_step_imbalance`
    with `mu=0.5`.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        Labels of any kind that can be sorted. A set that is not balanced is cut to `n_max` rows
        of every class first; `make_imbalance` takes a number for each class instead.
    rho : float
        Rows of the largest class for each row of the smallest, 1 or more.
    order : array-like of shape (n_classes,), default=None
        Labels of all classes, the largest first. None is to draw the order.
    random_state : None, int, RandomState or Generator, default=None
        Seed. First the order is drawn (and drawn when it is given, too), then rows of one class
        after another, without replacement. With one seed, a larger `rho` keeps rows from among
        those of a smaller one.

    Returns
    -------
    rows : ndarray of int, shape (n_kept,)
        Positions of the rows to keep, ascending.

    Raises
    ------
    TypeError
        If `rho` is no number, or labels are not hashable or have no common order.
    ValueError
        If `rho` is below one or so large that the smallest class would have no rows, `order`
        lacks a class, has unknown labels or one label twice, or `y` has missing labels or one
        class only.

    See Also
    --------
    make_step_imbalance : Some classes small, all others large.
    make_imbalance : A number for each class.

    References
    ----------
    Buda, Maki and Mazurowski, "A systematic study of the class imbalance problem in convolutional
    neural networks", Neural Networks 106, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.datasets import make_linear_imbalance
    >>> y = np.repeat(["a", "b", "c", "d"], 100)
    >>> rows = make_linear_imbalance(y, rho=10, order=["d", "c", "b", "a"], random_state=0)
    >>> np.unique(y[rows], return_counts=True)[1]
    array([ 10,  40,  70, 100])
    """
    classes, codes = read_classes(y)
    largest, smallest = largest_and_smallest(classes, codes, rho)
    given = None if order is None else find_classes(order, classes, "order", len(classes))
    stream = random_stream(random_state)
    drawn = stream.permutation(len(classes))
    sizes = np.empty(len(classes), dtype=np.intp)
    sizes[drawn if given is None else given] = _falling_sizes(largest, smallest, len(classes))
    return draw_rows(codes, sizes, stream)


def _falling_sizes(largest: int, smallest: int, n_classes: int) -> list[int]:
    steps = n_classes - 1
    sizes = []
    for place in range(n_classes):
        from_end = min(place, steps - place)
        # from_end * (largest - smallest) / steps, to the nearest integer, halves down.
        change = -((steps - 2 * from_end * (largest - smallest)) // (2 * steps))
        sizes.append(largest - change if from_end == place else smallest + change)
    return sizes
