import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from balancekit.comparison.features import read_features
from balancekit.comparison.remarks import column_notes

ROWS = np.arange(40)
# Neither consecutive nor sorted.
SCATTERED = ROWS * 37 % 101


def _notes(name, values):
    frame = pd.DataFrame({"other": np.sin(ROWS), name: values})
    return column_notes(read_features(frame))


def test_numbers_of_rows_are_pointed_out_whatever_their_name():
    for values in (ROWS, ROWS[::-1] + 1000, np.where(ROWS > 0, ROWS, np.nan)):
        (note,) = _notes("x", values)
        assert note == (
            "column 'x' holds another whole number in every row, as identifiers do; if it is one, "
            "remove it: it says nothing about new rows"
        )


@pytest.mark.parametrize(
    "name", ["id", "ID", "patient_id", "id_patient", "customerId", "Unit.ID", "uuid", "sort key"]
)
def test_whole_numbers_that_are_named_as_identifiers_are_pointed_out(name):
    assert len(_notes(name, SCATTERED)) == 1
    assert _notes(name, SCATTERED // 2) == []
    assert _notes(name, SCATTERED + 0.5) == []


@pytest.mark.parametrize("name", ["paid", "Covid", "width", "idle", "keyboard", "humid_max"])
def test_other_names_are_no_identifiers(name):
    assert _notes(name, SCATTERED) == []


def test_texts_that_all_differ_are_pointed_out():
    (note,) = _notes("name", [f"P{row}" for row in ROWS])
    assert note == (
        "column 'name' holds another text in every row, as identifiers do; remove it, or replace "
        "it by columns of what its texts mean"
    )
    assert _notes("name", [f"P{row // 2}" for row in ROWS]) == []


def test_few_rows_differ_by_chance():
    frame = pd.DataFrame({"id": range(10), "name": list("abcdefghij")})
    assert column_notes(read_features(frame)) == []


def test_texts_among_numbers_are_named():
    texts = [str(number) for number in SCATTERED]
    (one,) = _notes("age", ["?", *texts[1:]])
    assert one == (
        "column 'age' counts as text, because 1 value is no number ('?'); correct it, or leave it "
        "empty, to use the column as numbers"
    )
    (more,) = _notes("age", ["?", "?", "-", *texts[3:]])
    assert "3 values are no number ('?', '-'); correct them, or leave them empty" in more
    (long,) = _notes("age", ["x" * 1000, *texts[1:]])
    assert len(long) < 200
    (whole,) = _notes("age", texts)
    assert whole == (
        "column 'age' holds numbers as text, so that each is a category; convert it to numbers"
    )


def test_columns_without_names_are_called_by_their_position():
    (note,) = column_notes(read_features(np.column_stack([np.sin(ROWS), ROWS])))
    assert note.startswith("column '1' holds another whole number")


def test_sparse_columns_are_no_identifiers():
    assert column_notes(read_features(sparse.csr_array(ROWS[:, None]))) == []
