"""Boosted decision stumps: trees of one split, found in columns that are sorted once."""

from __future__ import annotations

import numpy as np
from numba import boolean, float32, float64, int32, int64, types, void

from balancekit.kernels.compiling import compiled, read_only

RANKS = read_only(int32, 2)
VALUES = read_only(float32, 2)
ROWS = read_only(int32)
COLUMN = read_only(float32)
# Gain and threshold; column and threshold.
SPLIT = types.Tuple((float64, float64))  # type: ignore[no-untyped-call]
PLACE = types.Tuple((int64, float64))  # type: ignore[no-untyped-call]

# Values that are no further apart are one value, as in scikit-learn's trees.
SAME = np.float32(1e-7)

# Weights that shrink stay above this, as in its AdaBoost.
LEAST = np.finfo(np.float64).eps

# A node whose Gini impurity is no larger is not split, as there.
PURE = np.finfo(np.float64).eps


@compiled([SPLIT(ROWS, COLUMN, ROWS, float64[::1], float64, float64)], borrows=True)
def best_of_two_classes(  # type: ignore[no-untyped-def]
    places, sorted_values, codes, weights, total, second_total
):
    """Find the split of a column with the least Gini impurity of two classes.

    Parameters
    ----------
    places, sorted_values, codes, weights : ndarray, shape (n_rows,)
        See `best_of_column`.
    total, second_total : float
        Weights of the classes.

    Returns
    -------
    gain, threshold : float
        As of `best_of_column`, sooner.
    """
    weight = total + second_total
    left, second, left_weight = 0.0, 0.0, 0.0
    best, best_threshold = -np.inf, 0.0
    before = np.float32(0.0)
    for spot in range(len(places)):
        row = np.uintp(places[spot])
        row_weight = weights[row]
        if row_weight == 0.0:
            continue
        value = sorted_values[spot]
        if left_weight > 0.0 and value > before + SAME:
            right, second_right = total - left, second_total - second
            left_squares = left * left + second * second
            right_squares = right * right + second_right * second_right
            gain = left_squares / left_weight + right_squares / (weight - left_weight)
            if gain > best:
                best = gain
                best_threshold = before / 2.0 + value / 2.0
                if best_threshold == value or np.isinf(best_threshold):
                    best_threshold = float64(before)
        # A product, because no branch could be foreseen.
        of_second = row_weight * codes[row]
        second += of_second
        left += row_weight - of_second
        left_weight += row_weight
        before = value
    return best, best_threshold


@compiled([SPLIT(ROWS, COLUMN, ROWS, float64[::1], float64[::1], float64[::1])], borrows=True)
def best_of_column(places, sorted_values, codes, weights, totals, left):  # type: ignore[no-untyped-def]
    """Find the split of a column with the least Gini impurity.

    Parameters
    ----------
    places, sorted_values : ndarray of int32 and float32, shape (n_rows,)
        Places of the rows by their values, and these.
    codes : ndarray of int32, shape (n_rows,)
        Classes.
    weights : ndarray of float64, shape (n_rows,)
        Rows of weight 0 are not there.
    totals : ndarray of float64, shape (n_classes,)
        Weight of each class.
    left : ndarray of float64, shape (n_classes,)
        Written to.

    Returns
    -------
    gain : float
        The larger the better; minus infinity if all values are the same.
    threshold : float
        Rows with values up to it go left.
    """
    n_classes = len(totals)
    if n_classes == 2:
        return best_of_two_classes(places, sorted_values, codes, weights, totals[0], totals[1])
    weight = totals.sum()
    left[:] = 0.0
    left_weight, best, best_threshold = 0.0, -np.inf, 0.0
    before = np.float32(0.0)
    for spot in range(len(places)):
        row = places[spot]
        if weights[row] == 0.0:
            continue
        value = sorted_values[spot]
        if left_weight > 0.0 and value > before + SAME:
            right_weight = weight - left_weight
            left_squares, right_squares = 0.0, 0.0
            for label in range(n_classes):
                left_squares += left[label] * left[label]
                right = totals[label] - left[label]
                right_squares += right * right
            gain = left_squares / left_weight + right_squares / right_weight
            if gain > best:
                best = gain
                best_threshold = before / 2.0 + value / 2.0
                if best_threshold == value or np.isinf(best_threshold):
                    best_threshold = float64(before)
        left[codes[row]] += weights[row]
        left_weight += weights[row]
        before = value
    return best, best_threshold


@compiled([boolean(float64[::1])])
def is_pure(totals):  # type: ignore[no-untyped-def]
    """Whether there is nothing to split.

    Parameters
    ----------
    totals : ndarray of float64, shape (n_classes,)
        Weight of each class.

    Returns
    -------
    is_pure : bool
    """
    weight = totals.sum()
    if weight <= 0:
        return True
    squares = 0.0
    for label in range(len(totals)):
        squares += totals[label] * totals[label]
    return 1.0 - squares / (weight * weight) <= PURE


@compiled([PLACE(RANKS, VALUES, ROWS, float64[::1], float64[::1])])
def best_split(places, sorted_values, codes, weights, totals):  # type: ignore[no-untyped-def]
    """Find the split of any column with the least Gini impurity.

    Parameters
    ----------
    places, sorted_values : ndarray, shape (n_columns, n_rows)
        See `kernels.sorting.gather_sorted`.
    codes : ndarray of int32, shape (n_rows,)
        Classes.
    weights : ndarray of float64, shape (n_rows,)
        Rows of weight 0 are not there.
    totals : ndarray of float64, shape (n_classes,)
        Weight of each class.

    Returns
    -------
    column : int
        The first of those that are equally good; -1 if there is nothing to split.
    threshold : float
        Rows with values up to it go left.

    Notes
    -----
    O(n_rows * n_columns * n_classes) time.
    """
    best_column, best_threshold, best = -1, 0.0, -np.inf
    if is_pure(totals):
        return best_column, best_threshold
    left = np.empty(len(totals))
    for column in range(len(places)):
        gain, threshold = best_of_column(
            places[column], sorted_values[column], codes, weights, totals, left
        )
        if gain > best:
            best, best_column, best_threshold = gain, column, threshold
    return best_column, best_threshold


@compiled([PLACE(RANKS, VALUES, RANKS, VALUES, ROWS, float64[::1], float64[::1])])
def best_split_of_both(  # type: ignore[no-untyped-def]
    places, sorted_values, new_places, new_sorted_values, codes, weights, totals
):
    """Find the split with the least Gini impurity of rows that are sorted in two parts.

    Parameters
    ----------
    places, sorted_values : ndarray, shape (n_columns, n_rows)
        Places of the rows by the value of each column, and those values.
    new_places, new_sorted_values : ndarray, shape (n_columns, n_new)
        The same of further rows.
    codes, weights, totals : ndarray
        Of all rows; see `best_split`.

    Returns
    -------
    column, threshold : int and float
        See `best_split`.

    Notes
    -----
    O((n_rows + n_new) * n_columns * n_classes) time; merges one column at a time.
    """
    best_column, best_threshold, best = -1, 0.0, -np.inf
    if is_pure(totals):
        return best_column, best_threshold
    left = np.empty(len(totals))
    n_rows, n_new = places.shape[1], new_places.shape[1]
    n_all, n_first = np.uintp(n_rows + n_new), np.uintp((n_rows + n_new + 1) // 2)
    # Both parts between limits that no value exceeds, so that an end needs no question.
    values = np.empty(n_rows + n_new + 4, dtype=np.float32)
    values[0] = values[n_rows + 2] = -np.inf
    values[n_rows + 1] = values[n_rows + n_new + 3] = np.inf
    both = np.zeros(n_rows + n_new + 4, dtype=np.int32)
    merged_places = np.empty(n_rows + n_new, dtype=np.int32)
    merged_values = np.empty(n_rows + n_new, dtype=np.float32)
    one = np.uintp(1)
    for column in range(len(places)):
        values[1 : n_rows + 1] = sorted_values[column]
        both[1 : n_rows + 1] = places[column]
        values[n_rows + 3 : n_rows + 3 + n_new] = new_sorted_values[column]
        both[n_rows + 3 : n_rows + 3 + n_new] = new_places[column]
        # One step waits for the one before, so two run at a time, from both ends to the middle.
        low, new_low = one, np.uintp(n_rows + 3)
        high, new_high = np.uintp(n_rows), np.uintp(n_rows + n_new + 2)
        for rank in range(n_first):
            # Products, because no branch could be foreseen.
            is_old = np.uintp(values[low] <= values[new_low])
            taken = new_low - is_old * (new_low - low)
            merged_values[rank], merged_places[rank] = values[taken], both[taken]
            low += is_old
            new_low += one - is_old
            is_old = np.uintp(values[high] > values[new_high])
            taken = new_high - is_old * (new_high - high)
            rank_of_high = n_all - one - rank
            merged_values[rank_of_high], merged_places[rank_of_high] = values[taken], both[taken]
            high -= is_old
            new_high -= one - is_old
        gain, threshold = best_of_column(merged_places, merged_values, codes, weights, totals, left)
        if gain > best:
            best, best_column, best_threshold = gain, column, threshold
    return best_column, best_threshold


@compiled(
    [
        int64(
            RANKS, VALUES, VALUES, ROWS, ROWS, float64[::1], float64, int64[::1], float64[::1],
            float64[:, :, ::1], float64[::1],
        )
    ]
)  # fmt: skip
def boost_stumps(  # type: ignore[no-untyped-def]
    places, sorted_values, values, rows, codes, weights, learning_rate, columns, thresholds, shares,
    votes,
):  # fmt: skip
    """Run AdaBoost (SAMME) over stumps.

    Parameters
    ----------
    places, sorted_values : ndarray, shape (n_columns, n_subset)
        See `kernels.sorting.gather_sorted`.
    values : ndarray of float32, shape (n_columns, n_rows)
        The columns of all rows.
    rows, codes : ndarray of int32, shape (n_subset,)
        Rows of the subset, and their classes.
    weights : ndarray of float64, shape (n_subset,)
        Initial weights; written to.
    learning_rate : float
        Factor of each vote.
    columns, thresholds : ndarray of int64 and float64, shape (n_rounds,)
        Written to: the split of each stump; column -1 for one without.
    shares : ndarray of float64, shape (n_rounds, 2, n_classes)
        Written to: weight of each class on the left and on the right, as shares.
    votes : ndarray of float64, shape (n_rounds,)
        Written to: weight of each stump.

    Returns
    -------
    n_stumps : int
        Fewer than rounds if a stump makes no error, or errs no less than chance does: 0 if the
        first one does.

    Notes
    -----
    O(n_rounds * n_subset * n_columns * n_classes) time.
    """
    n_rounds, _, n_classes = shares.shape
    totals, wrong = np.empty(n_classes), np.empty(len(rows), dtype=np.bool_)
    weights /= weights.sum()
    for stump in range(n_rounds):
        totals[:] = 0.0
        for place in range(len(rows)):
            if 0.0 < weights[place] < LEAST:
                weights[place] = LEAST
            totals[codes[place]] += weights[place]
        column, threshold = best_split(places, sorted_values, codes, weights, totals)
        sides = shares[stump]
        sides[:] = 0.0
        for place in range(len(rows)):
            side = 1 if column >= 0 and values[column, rows[place]] > threshold else 0
            sides[side, codes[place]] += weights[place]
        if column < 0:
            sides[1] = sides[0]
        guess_left, guess_right = np.argmax(sides[0]), np.argmax(sides[1])
        sides[0] /= sides[0].sum()
        sides[1] /= sides[1].sum()
        error = 0.0
        for place in range(len(rows)):
            right = column >= 0 and values[column, rows[place]] > threshold
            wrong[place] = codes[place] != (guess_right if right else guess_left)
            error += weights[place] if wrong[place] else 0.0
        error /= weights.sum()
        if error >= 1.0 - 1.0 / n_classes:
            return stump
        columns[stump], thresholds[stump] = column, threshold
        if error <= 0.0:
            votes[stump] = 1.0
            return stump + 1
        vote = learning_rate * (np.log((1.0 - error) / error) + np.log(n_classes - 1.0))
        votes[stump] = vote
        factor = np.exp(vote)
        for place in range(len(rows)):
            if wrong[place]:
                weights[place] *= factor
        weights /= weights.sum()
    return n_rounds


@compiled(
    [
        void(
            VALUES, read_only(int64), read_only(float64), read_only(float64, 3), float64[:, ::1],
        )
    ]
)  # fmt: skip
def add_votes(values, columns, thresholds, votes, scores):  # type: ignore[no-untyped-def]
    """Add the votes of stumps to the scores of rows.

    Parameters
    ----------
    values : ndarray of float32, shape (n_columns, n_rows)
        The columns.
    columns, thresholds : ndarray, shape (n_stumps,)
        The splits; column -1 for one without.
    votes : ndarray of float64, shape (n_stumps, 2, n_classes)
        What each stump gives to each class on the left and on the right.
    scores : ndarray of float64, shape (n_classes, n_rows)
        Added to.

    Notes
    -----
    O(n_stumps * n_classes * n_rows) time at most: a class without a vote takes none.
    """
    n_classes, n_rows = scores.shape
    for stump in range(len(columns)):
        threshold = thresholds[stump]
        for label in range(n_classes):
            left, right = votes[stump, 0, label], votes[stump, 1, label]
            if left == 0.0 and right == 0.0:
                continue
            of_class = scores[label]
            if columns[stump] < 0 or left == right:
                for row in range(n_rows):
                    of_class[row] += left
                continue
            of_column = values[columns[stump]]
            for row in range(n_rows):
                of_class[row] += right if of_column[row] > threshold else left
