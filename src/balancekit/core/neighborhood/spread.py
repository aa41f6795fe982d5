"""How far the rows of a set are apart."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import pairwise_distances_chunked

from balancekit.core.containers import Numbers
from balancekit.core.foreign import in_range
from balancekit.core.recipes import IntArray


def mean_distance(X: Numbers, rows: IntArray) -> float:
    """Average the Euclidean distance between all pairs of different rows of a set.

    Parameters
    ----------
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    rows : ndarray of int, shape (n_set,)
        Ids of the set; at least two.

    Returns
    -------
    mean : float
        Infinite where it leaves the range of floats.

    Notes
    -----
    O(n_set**2 * n_columns) time; blocks within scikit-learn's `working_memory`. Squares are
    expanded, so that rows much closer to each other than to the origin lose digits.

    Examples
    --------
    >>> import numpy as np
    >>> mean_distance(np.array([[0.0], [1.0], [9.0], [5.0]]), np.array([0, 1, 3]))
    3.3333333333333335
    """
    values, exponent = in_range(X, rows)
    total = sum(float(block.sum()) for block in pairwise_distances_chunked(values))
    with np.errstate(over="ignore"):
        return float(np.ldexp(total / (len(rows) ** 2 - len(rows)), exponent))
