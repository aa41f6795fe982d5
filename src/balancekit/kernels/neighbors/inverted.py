"""Nearest sparse rows, by way of the rows that hold each column."""

from __future__ import annotations

import numpy as np
from numba import float32, float64, int32, int64, types, void

from balancekit.kernels.compiling import compiled, read_only
from balancekit.kernels.neighbors.insertion import insert

# Values, columns and starts of rows; values, rows and starts of columns.
ROWS = types.Tuple((read_only(float64), read_only(int32), read_only(int64)))  # type: ignore[no-untyped-call]
POSTINGS = types.Tuple((read_only(float32), read_only(int32), read_only(int64)))  # type: ignore[no-untyped-call]
NORMS = types.Tuple((read_only(float64), read_only(float64)))  # type: ignore[no-untyped-call]
PLACES = read_only(int64)

STRIPES = 8

# Candidates that are looked at one by one if any of them may be near.
GROUP = 64

# Twice the largest relative error of an operation in float32 and in float64.
SINGLE, DOUBLE = 2.0**-23, 2.0**-52

# More than all that underflows, where the largest magnitude is at most 1.
UNDERFLOW = 1e-36

# Operations beside those for each stored value.
OTHERS = 16


@compiled([float64(ROWS, int64, int64, float64[::1])], borrows=True)
def squared_gap(rows, i, j, stripes):  # type: ignore[no-untyped-def]
    """Compute the distance that decides, squared: of row `i` to row `j`.

    Parameters
    ----------
    rows : tuple of ndarray
        Values, columns and starts of CSR rows, columns ascending.
    i, j : int
        Rows.
    stripes : ndarray of float64, shape (8,)
        Written to.

    Returns
    -------
    square : float
        Summed as `balancekit.core.neighbors.distance` fixes it.
    """
    values, columns, starts = rows
    stripes[:] = 0.0
    place, last, other, other_last = starts[i], starts[i + 1], starts[j], starts[j + 1]
    while place < last or other < other_last:
        if other == other_last or (place < last and columns[place] < columns[other]):
            column, gap = columns[place], values[place]
            place += 1
        elif place == last or columns[other] < columns[place]:
            column, gap = columns[other], values[other]
            other += 1
        else:
            column, gap = columns[place], values[place] - values[other]
            place += 1
            other += 1
        stripes[column % STRIPES] += gap * gap
    even = (stripes[0] + stripes[4]) + (stripes[2] + stripes[6])
    odd = (stripes[1] + stripes[5]) + (stripes[3] + stripes[7])
    return even + odd


@compiled([void(ROWS, int64, float64, read_only(float32, 2), PLACES, POSTINGS, float32[::1])])
def add_products(rows, row, unit, common, place_of, postings, scores):  # type: ignore[no-untyped-def]
    """Add the products of a row with all candidates, roughly.

    Parameters
    ----------
    rows : tuple of ndarray
        Values, columns and starts of CSR rows.
    row : int
        The row.
    unit : float
        What its values are multiplied by.
    common : ndarray of float32, shape (n_common, n_candidates)
        Columns that many candidates hold.
    place_of : ndarray of int64, shape (n_columns,)
        Which of these a column is; -1 for others.
    postings : tuple of ndarray
        Values, candidates and starts of the other columns.
    scores : ndarray of float32, shape (n_candidates,)
        Added to.
    """
    values, columns, starts = rows
    held, holders, column_starts = postings
    for spot in range(starts[row], starts[row + 1]):
        value, column = np.float32(values[spot] * unit), columns[spot]
        if place_of[column] >= 0:
            dense = common[place_of[column]]
            for other in range(len(scores)):
                scores[other] += value * dense[other]
        else:
            for post in range(column_starts[column], column_starts[column + 1]):
                scores[holders[post]] += value * held[post]


@compiled(
    [
        void(
            ROWS, read_only(int64, 2), float64, PLACES, PLACES, float64, read_only(float32, 2),
            PLACES, POSTINGS, NORMS, int64, PLACES, float64[:, ::1], int64[:, ::1], int64, int64,
        )
    ]
)  # fmt: skip
def nearest_sparse(  # type: ignore[no-untyped-def]
    rows, names, weight, queries, candidates, unit, common, place_of, postings, norms, longest, own,
    squares, found, first, last,
):  # fmt: skip
    """Find the nearest candidates of queries ``first:last``, by (squared distance, position).

    Products in float32, of a query with all candidates at once, propose; what may be near by them,
    all errors considered, gets the distance that decides.

    Parameters
    ----------
    rows : tuple of ndarray
        Values (float64), columns and starts of CSR rows, columns ascending.
    names : ndarray of int64, shape (n_rows, n_nominal)
        Nominal columns, if any.
    weight : float
        What each nominal column that differs adds to a squared distance.
    queries, candidates : ndarray of int64
        Rows.
    unit : float
        A power of two that brings all values to magnitudes of at most 1.
    common, place_of, postings : ndarray and tuple of ndarray
        Columns of the candidates times `unit`; see `add_products`.
    norms : tuple of ndarray of float64, shape (n_candidates,)
        Lower bounds of the squared lengths of the candidates times `unit`, and upper ones of the
        lengths.
    longest : int
        The largest number of values that a row holds.
    own : ndarray of int64, shape (n_queries,)
        Position of the candidate that is the query itself; -1 for none.
    squares : ndarray of float64, shape (n_queries, k)
        Filled with infinity; written to, ascending.
    found : ndarray of int64, shape (n_queries, k)
        Written to: positions.
    first, last : int
        Queries.

    Notes
    -----
    For each query, O(values of its columns) time and a pass over all candidates.
    """
    k = squares.shape[1]
    values, _, starts = rows
    low_squares, lengths = norms
    scores = np.empty(len(candidates), dtype=np.float32)
    stripes = np.empty(STRIPES)
    for query in range(first, last):
        row = queries[query]
        scores[:] = 0.0
        add_products(rows, row, unit, common, place_of, postings, scores)
        square_length = 0.0
        for spot in range(starts[row], starts[row + 1]):
            square_length += (values[spot] * unit) ** 2
        n_values = starts[row + 1] - starts[row]
        reach = 2 * (n_values + OTHERS) * SINGLE * np.sqrt(square_length)
        own_square = square_length * (1 - (n_values + OTHERS) * DOUBLE) - UNDERFLOW
        # Of a distance as it is computed, relative to itself.
        blur = 1 + (n_values + longest + OTHERS) * DOUBLE
        bound = squares[query, k - 1] * unit * unit * blur - own_square
        for start in range(0, len(candidates), GROUP):
            stop = min(start + GROUP, len(candidates))
            n_near = 0
            for other in range(start, stop):
                low = low_squares[other] - reach * lengths[other] - 2.0 * scores[other]
                n_near += low <= bound
            if n_near == 0:
                continue
            for other in range(start, stop):
                low = low_squares[other] - reach * lengths[other] - 2.0 * scores[other]
                if low > bound or other == own[query]:
                    continue
                n_differing = 0
                for column in range(names.shape[1]):
                    n_differing += names[row, column] != names[candidates[other], column]
                # The mismatches alone may settle it.
                added = n_differing * weight
                if low + added * unit * unit > bound:
                    continue
                square = squared_gap(rows, row, candidates[other], stripes) + added
                # Candidates come in ascending order, so an equal one stays behind.
                if square >= squares[query, k - 1]:
                    continue
                insert(squares, found, query, square, other)
                bound = squares[query, k - 1] * unit * unit * blur - own_square
