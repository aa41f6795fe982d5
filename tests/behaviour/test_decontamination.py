"""Relabelling by neighbours, against its definitions in plain NumPy."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from balancekit.exceptions import ShortfallWarning
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import GeneralizedEditing, RestrictedDecontamination

pytestmark = pytest.mark.thorough

RELABELLERS = [GeneralizedEditing, RestrictedDecontamination]
RAGGED = np.random.RandomState(0).randint(0, 6, (120, 2)).astype(float)
DATA = {
    "blobs": lambda: make_blobs_of_sizes((70, 30, 20)),
    "ties": lambda: (RAGGED, np.random.RandomState(1).choice(3, 120, p=[0.6, 0.25, 0.15])),
    "two blobs": lambda: make_blobs_of_sizes((70, 25), 3),
}
AGREEMENTS = [(1, None, 1), (3, None, 2), (3, 3, 3), (4, None, 3), (5, 4, 4), (np.int64(6), 5, 5)]
STRATEGIES = ["auto", "all", "majority", "not majority", [0], [1], [0, 1]]
fades = pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")


def _nearest(X, k):
    """Return the k nearest other rows of each row, ties by row number."""
    distances = np.square(X[:, np.newaxis] - X).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1, kind="stable")[:, :k]


def _votes(X, y, k, n_classes=3):
    return (y[_nearest(X, k)][:, :, np.newaxis] == np.arange(n_classes)).sum(axis=1)


def _edited(X, y, k, agreeing, targets):
    """Return the new class of each row, -1 for those that go."""
    votes = _votes(X, y, k)
    found = np.where(votes.max(axis=1) >= agreeing, votes.argmax(axis=1), -1)
    return np.where(np.isin(y, targets), found, y)


def _decontaminated(X, y, k, agreeing, targets, edit_minority):
    """Return the new class of each row, -1 for those that go."""
    smallest = np.bincount(y).argmin()
    larger = [label for label in targets if label != smallest]
    found = _edited(X, y, k, agreeing, larger)
    codes = np.where((found == smallest) | (found == y), found, -1)
    rows = np.flatnonzero(codes >= 0)
    wrong = _votes(X[rows], codes[rows], k).argmax(axis=1) != codes[rows]
    wrong &= np.isin(codes[rows], [*larger, smallest] if edit_minority else larger)
    codes[rows[wrong]] = -1
    return codes


def _assert_relabelled(sampler, X, y, codes):
    X_out, y_out = sampler.fit_resample(X, y)
    rows = np.flatnonzero(codes >= 0)
    assert_array_equal(sampler.sample_indices_, rows)
    assert_array_equal(y_out, codes[rows])
    assert_array_equal(sampler.plan_.codes, codes[rows])
    assert_array_equal(X_out, X[rows])


@pytest.fixture(params=DATA)
def data(request):
    """Rows of two or three classes, with or without ties."""
    return DATA[request.param]()


@fades
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("k", "given", "agreeing"), AGREEMENTS)
def test_rows_take_the_class_of_their_neighbours(data, k, given, agreeing, strategy):
    X, y = data
    sampler = GeneralizedEditing(n_neighbors=k, n_agreeing=given, sampling_strategy=strategy)
    targets = list(clone(sampler).fit(X, y).sampling_strategy_)
    codes = _edited(X, y, k, agreeing, targets)
    _assert_relabelled(sampler, X, y, codes)
    assert (codes != y).any()


@fades
@pytest.mark.parametrize("edit_minority", [False, True])
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("k", "given", "agreeing"), AGREEMENTS)
def test_larger_classes_are_decontaminated_in_two_steps(
    data, k, given, agreeing, strategy, edit_minority
):
    X, y = data
    sampler = RestrictedDecontamination(
        n_neighbors=k, n_agreeing=given, sampling_strategy=strategy, edit_minority=edit_minority
    )
    targets = list(clone(sampler).fit(X, y).sampling_strategy_)
    codes = _decontaminated(X, y, k, agreeing, targets, edit_minority)
    _assert_relabelled(sampler, X, y, codes)


@fades
@pytest.mark.parametrize("strategy", ["auto", "all", [0], [1]])
def test_rows_of_the_smallest_class_are_all_there_unless_they_may_be_edited(data, strategy):
    X, y = data
    smallest = np.bincount(y).argmin()
    sampler = RestrictedDecontamination(sampling_strategy=strategy)
    X_out, y_out = sampler.fit_resample(X, y)
    was_smallest = y[sampler.sample_indices_] == smallest
    assert X_out[was_smallest].tobytes() == X[y == smallest].tobytes()
    assert (y_out[was_smallest] == smallest).all()
    sampler.set_params(edit_minority=True).fit_resample(X, y)
    assert np.isin(np.flatnonzero(y == smallest), sampler.sample_indices_).sum() < (
        np.count_nonzero(y == smallest)
    )


def test_only_the_smallest_class_gains_rows():
    X, y = DATA["blobs"]()
    sampler = RestrictedDecontamination()
    _, y_out = sampler.fit_resample(X, y)
    was = y[sampler.sample_indices_]
    assert (was != y_out).any()
    assert set(y_out[was != y_out]) == {2}


@pytest.mark.parametrize("relabeller", RELABELLERS)
@pytest.mark.parametrize(("k", "n_agreeing"), [(3, 1), (3, 4), (6, 3), (1, 2)])
def test_a_wrong_number_of_agreeing_rows_is_named_and_the_remedy_works(relabeller, k, n_agreeing):
    X, y = make_blobs_of_sizes((60, 25), 3)
    sampler = relabeller(n_neighbors=k, n_agreeing=n_agreeing)
    with pytest.raises(ValueError, match=f"n_agreeing={n_agreeing} .* {k} neighbours") as error:
        sampler.fit_resample(X, y)
    least, most = map(int, re.search(r"from (\d+) to (\d+)", str(error.value)).groups())
    assert (least, most) == (k // 2 + 1, k)
    for number in range(least, most + 1):
        sampler.set_params(n_agreeing=number).fit_resample(X, y)


@fades
@pytest.mark.parametrize("relabeller", RELABELLERS)
def test_too_few_rows_are_named_and_the_remedy_works(relabeller):
    X, y = np.arange(6.0)[:, np.newaxis], [0, 0, 0, 0, 1, 1]
    with pytest.raises(ValueError, match=r"6 rows, too few for n_neighbors=6.*n_neighbors to 5"):
        relabeller(n_neighbors=6).fit_resample(X, y)
    _, y_out = relabeller(n_neighbors=5).fit_resample(X, y)
    assert y_out[:4] == [0, 0, 0, 0]


NAMES = {
    "str": (np.array(["a", "b", "c"]), ["<U1"]),
    "object": (np.array(["a", "b", "c"], dtype=object), [object]),
    "numbers": (np.array([1, 3, 7]), ["i1", "u2", "i8", "f4"]),
    "negative": (np.array([-5, 0, 9]), ["i1", "i8", "f8"]),
}


@pytest.mark.parametrize("relabeller", RELABELLERS)
@pytest.mark.parametrize("kind", NAMES)
def test_labels_keep_their_dtype(relabeller, kind):
    X, codes = DATA["blobs"]()
    _, expected = relabeller().fit_resample(X, codes)
    names, dtypes = NAMES[kind]
    for dtype in dtypes:
        y = names[codes].astype(dtype)
        _, y_out = relabeller().fit_resample(X, y)
        assert y_out.dtype == y.dtype
        assert_array_equal(y_out, names[expected].astype(dtype))


@pytest.mark.parametrize("relabeller", RELABELLERS)
@pytest.mark.parametrize("kind", ["str", "int8", "category", "Int64"])
def test_a_series_of_labels_keeps_index_name_and_dtype(relabeller, kind):
    pd = pytest.importorskip("pandas")
    X, codes = DATA["blobs"]()
    index = [f"row {i}" for i in range(len(codes))]
    names = ["lots", "some", "few"] if kind in ("str", "category") else [3, 1, 2]
    y = pd.Series(np.array(names)[codes], index=index, name="label").astype(kind)
    sampler = relabeller()
    X_out, y_out = sampler.fit_resample(pd.DataFrame(X, index=index), y)
    assert (y_out.dtype, y_out.name) == (y.dtype, "label")
    assert y_out.index.equals(X_out.index)
    assert y_out.index.tolist() == [index[row] for row in sampler.sample_indices_]
    assert y_out.tolist() == np.unique(names)[sampler.plan_.codes].tolist()
    assert (y_out != y[y_out.index]).any()


@pytest.mark.parametrize("relabeller", RELABELLERS)
def test_rows_keep_what_belongs_to_them(relabeller):
    X, y = DATA["blobs"]()
    sampler = relabeller()
    sampler.fit_resample(X, y)
    assert_array_equal(sampler.plan_.carry(np.arange(120.0)), sampler.sample_indices_)
    assert_array_equal(sampler.plan_.carry(y), y[sampler.sample_indices_])


@pytest.mark.parametrize("relabeller", RELABELLERS)
def test_a_class_that_vanishes_is_named_and_the_remedy_works(relabeller):
    X, y = np.random.RandomState(0).randn(51, 2), np.repeat(["many", "lost", "few"], [40, 6, 5])
    X[y == "many"] = np.repeat(X[:10], 4, axis=0)
    X[y == "lost"] = X[y == "many"][:24:4] + 1e-6
    X[y == "few"] += 50
    with pytest.warns(
        ShortfallWarning, match=rf"{relabeller.__name__} leaves none of the 6 rows of class 'lost'"
    ):
        _, y_out = relabeller().fit_resample(X, y)
    assert set(y_out) == {"many", "few"}
    _, y_out = relabeller(sampling_strategy=["many"]).fit_resample(X, y)
    assert set(y_out) == {"many", "lost", "few"}
