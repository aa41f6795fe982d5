import numpy as np
import polars as pl
import pytest

from balancekit import compare
from balancekit.comparison.given import check_given, check_lengths

TABLE, LABELS = np.zeros((4, 2)), [0, 0, 1, 1]


@pytest.mark.parametrize("name", ["X", "y"])
def test_nothing_is_refused_by_name(name):
    given = {"X": TABLE, "y": LABELS, name: None}
    with pytest.raises(ValueError, match=f"^{name} is None; pass a .* with one"):
        compare(**given)


@pytest.mark.parametrize("name", ["X", "y", "groups"])
def test_a_dict_is_refused_by_name_and_not_printed(name):
    given = {"X": TABLE, "y": LABELS, name: {"a": [1, 2, 3, 4]}}
    with pytest.raises(TypeError, match=rf"^{name} is a dict; pass a [^\[]* with one"):
        compare(**given)


@pytest.mark.parametrize("name", ["X", "y", "groups"])
@pytest.mark.parametrize("value", [3, "rows.csv", {1, 2}])
def test_what_has_no_rows_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"^{name} cannot be used: .* has no rows. Pass an array"):
        check_given(name, value)


def test_a_lazy_frame_stays_a_type_error():
    with pytest.raises(TypeError, match=r"^X cannot be used: LazyFrame is lazy; call `.collect"):
        check_given("X", pl.LazyFrame({"a": [1]}))


def test_lengths_are_counted_in_the_singular_too():
    check_lengths(TABLE, 4)
    with pytest.raises(ValueError, match="X has 4 rows, y has 1 label; pass one label per row"):
        check_lengths(TABLE, 1)
