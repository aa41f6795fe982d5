import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from balancekit.core.neighborhood import Prototypes, prototypes


def _agree(squares, codes, rows, inserted):
    """Refit: the first inserted of the nearest prototypes gives its class."""
    near = np.argmin(squares[np.ix_(rows, inserted)], axis=1)
    return codes[np.asarray(inserted)[near]] == codes[rows]


@pytest.mark.parametrize(("chunk", "n_first"), [(1, 0), (3, 1), (64, 20)])
def test_answers_are_those_of_a_new_fit_after_every_addition(
    table, direct, squares, monkeypatch, chunk, n_first
):
    monkeypatch.setattr(prototypes, "CHUNK", chunk)
    X, codes = table
    rng = np.random.RandomState(0)
    order = rng.permutation(len(codes))
    first, rows = np.sort(order[:n_first]), order[n_first:]
    by_definition = squares(X)
    asked = Prototypes(X, codes, rows, first, direct)
    inserted = first.tolist()
    if not inserted:
        assert not asked.agree(np.arange(len(rows))).any()
    for position in rng.permutation(len(rows)):
        asked.add(position)
        inserted.append(rows[position])
        some = rng.randint(0, len(rows), 9)
        expected = _agree(by_definition, codes, rows[some], inserted)
        assert_array_equal(asked.agree(some), expected)
    everyone = np.arange(len(rows))
    assert_array_equal(asked.agree(everyone), _agree(by_definition, codes, rows, inserted))


def test_the_first_disagreeing_row_is_found_in_any_window(untied, direct, squares, monkeypatch):
    monkeypatch.setattr(prototypes, "WINDOW", 7)
    X, codes = untied
    first, rows = np.flatnonzero(codes == 1), np.flatnonzero(codes != 1)
    asked = Prototypes(X, codes, rows, first, direct)
    inserted, start, by_definition = first.tolist(), 0, squares(X)
    while start < len(rows):
        disagreeing = np.flatnonzero(~_agree(by_definition, codes, rows[start:], inserted))
        expected = start + disagreeing[0] if disagreeing.size else len(rows)
        position = asked.first_disagreeing(start)
        assert position == expected
        if position < len(rows):
            asked.add(position)
            inserted.append(rows[position])
        start = position + 1
    assert len(inserted) > len(first) + 5


def test_of_equally_near_prototypes_the_first_inserted_counts(direct):
    X, codes = np.array([[0.0], [1.0], [-1.0], [5.0]]), np.array([0, 0, 1, 1])
    rows = np.arange(4)
    for order, agrees in (([1, 2], True), ([2, 1], False)):
        asked = Prototypes(X, codes, rows, rows[:0], direct)
        for position in order:
            asked.add(position)
        assert asked.agree(rows[:1])[0] == agrees


def test_a_row_that_agrees_is_compared_with_no_later_row_of_its_class(direct, monkeypatch):
    X, codes = np.arange(40.0)[:, np.newaxis], np.repeat([0, 1], 20)
    asked = Prototypes(X, codes, np.arange(40), np.arange(0), direct)
    compared = []
    compare = Prototypes._compare
    monkeypatch.setattr(
        Prototypes, "_compare", lambda self, *sets: compared.append(sets) or compare(self, *sets)
    )
    asked.add(0)
    asked.agree(np.arange(20))
    for position in range(1, 9):
        asked.add(position)
        assert asked.agree(np.arange(20)).all()
    assert len(compared) == 1
    asked.add(20)
    # Row 14 is as near to row 8, which came first, as to row 20.
    assert_array_equal(asked.agree(np.arange(20)), np.arange(20) <= 14)
    assert len(compared) == 2


def test_the_first_prototypes_are_not_asked_about(direct):
    X = np.zeros((3, 1))
    with pytest.raises(ValueError, match="add it instead"):
        Prototypes(X, np.zeros(3, dtype=int), np.array([0, 1]), np.array([1, 2]), direct)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
def test_magnitude_changes_nothing(untied, direct, squares, scale, make):
    X, codes = untied
    X, codes = np.round(X[:80], 3), codes[:80]
    first, rows = np.arange(10), np.arange(10, 80)
    asked = Prototypes(make(X * scale), codes, rows, first, direct)
    for position in range(0, 70, 7):
        asked.add(position)
    inserted = [*first, *rows[::7]]
    assert_array_equal(asked.agree(np.arange(70)), _agree(squares(X), codes, rows, inserted))


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
def test_rows_far_from_the_centre_are_told_apart(direct, squares, make):
    rng = np.random.RandomState(0)
    X = rng.randint(0, 50, (200, 3)) + 1e8 * (np.arange(200) % 2)[:, np.newaxis]
    codes = rng.randint(0, 2, 200)
    first, rows, by_definition = np.arange(10), np.arange(10, 200), squares(X)
    asked = Prototypes(make(X), codes, rows, first, direct)
    inserted = first.tolist()
    for position in range(0, 190, 3):
        asked.add(position)
        inserted.append(rows[position])
        expected = _agree(by_definition, codes, rows, inserted)
        assert_array_equal(asked.agree(np.arange(190)), expected)
    all_at_once = Prototypes(make(X), codes, rows, first[:0], direct)
    for position in range(0, 190, 3):
        all_at_once.add(position)
    expected = _agree(by_definition, codes, rows, inserted[10:])
    assert_array_equal(all_at_once.agree(np.arange(190)), expected)


def test_near_rows_are_told_apart_where_others_are_far_out(direct):
    X = np.array([[1e250], [-1e250], [0.0], [1.0], [3.0]])
    codes = np.array([0, 0, 0, 1, 0])
    asked = Prototypes(X, codes, np.array([2, 3, 4]), np.array([0, 1]), direct)
    asked.add(2)
    asked.add(1)
    assert_array_equal(asked.agree(np.arange(3)), [False, True, True])
