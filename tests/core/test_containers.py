import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.core.containers import wrap
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes

MIDDLE = Plan(2, [1, 0], [0, 0, 0], [Interpolation([0], [1], [0.5])])


def test_numbers_beside_strings_do_not_become_strings():
    container = wrap([["a", 1], ["b", None]])
    assert container.labels().dtype == object
    assert container.gather(np.array([1])) == [["b", None]]


def test_tuples_come_back_as_tuples():
    assert wrap(((0, 4.0), (1, 6.0))).build(MIDDLE) == ((1, 6.0), (0, 4.0), [0.5, 5.0])
    X, y = make_blobs_of_sizes((9, 4), 2)
    X_out, y_out = RandomOverSampler(random_state=0).fit_resample(tuple(X), tuple(y))
    assert (type(X_out), type(y_out)) == (tuple, tuple)


def test_object_arrays_keep_the_type_of_each_column():
    X = np.array([[0, 4.0, True], [10, 6.0, True]], dtype=object)
    built = wrap(X).build(MIDDLE)
    assert built.dtype == object
    assert built[2].tolist() == [5, 5.0, True]
    assert [type(entry) for entry in built[2]] == [int, float, bool]


def test_entries_that_cannot_be_copied_are_carried():
    entries = [iter([1]), iter([2])]
    assert wrap(entries).gather(np.array([1, 0, 1])) == [entries[1], entries[0], entries[1]]


def test_masked_entries_are_refused_with_their_number():
    X, y = make_blobs_of_sizes((9, 4), 2)
    with pytest.raises(ValueError, match="3 masked entries"):
        SMOTE(k_neighbors=1).fit_resample(
            np.ma.masked_array(X, np.arange(26).reshape(X.shape) < 3), y
        )
    whole = np.ma.masked_array(X, False)
    X_out, _ = SMOTE(k_neighbors=1, random_state=0).fit_resample(whole, y)
    assert_array_equal(X_out, SMOTE(k_neighbors=1, random_state=0).fit_resample(X, y)[0])


def test_attributes_of_a_frame_are_kept():
    pd = pytest.importorskip("pandas")
    X, y = make_blobs_of_sizes((9, 4), 2)
    frame = pd.DataFrame(X)
    frame.attrs["source"] = "drawn"
    X_out, _ = SMOTE(k_neighbors=1).fit_resample(frame, y)
    assert X_out.attrs == {"source": "drawn"}


@pytest.mark.parametrize("what", [3, None, {1, 2}, {"a": 1}])
def test_what_has_no_rows_is_named(what):
    with pytest.raises(ValueError, match=f"{type(what).__name__} has no rows"):
        wrap(what)
