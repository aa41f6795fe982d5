"""The compiled search among sparse rows finds what every distance computed directly finds."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from tests.core.test_compiled_search import NORMAL, ROWS, SUBSETS, TABLES

from balancekit.core.neighbors import DirectEngine, compiled, inverted
from balancekit.core.neighbors.compiled import CompiledEngine

pytestmark = pytest.mark.thorough

rng = np.random.RandomState(0)


def _words(n_rows=240, n_words=130, seed=0):
    """Rows of length 1, most of which have few words in common or none."""
    counts = sparse.random(n_rows, n_words, 0.05, random_state=seed, format="csr")
    lengths = np.sqrt(counts.multiply(counts).sum(axis=1)).A1
    return (counts.T / np.maximum(lengths, 1e-9)).T.tocsr()


SPARSE = {
    "words": _words().toarray(),
    "words of equal weight": (_words() > 0).toarray().astype(float),
    "no word in common": np.eye(240, 250),
    "hardly any": np.eye(240, 30),
    "long and short rows": _words().toarray() * 10.0 ** rng.randint(-9, 9, (240, 1)),
    "one row far longer": np.vstack([_words(239).toarray(), 1e12 * np.eye(1, 130)]),
    "frequent words": np.hstack([rng.rand(240, 9), _words().toarray()]),
    "copies of words": np.repeat(_words(40).toarray(), 6, axis=0),
} | {
    name: np.where(np.random.RandomState(1).rand(*table.shape) < 0.4, table, 0).astype(float)
    for name, table in TABLES.items()
    if table.dtype != object
}


def _assert_exact(X, queries, among, k):
    found = CompiledEngine(1).kneighbors(X, queries, among, k)
    expected = DirectEngine().kneighbors(X.toarray(), queries, among, k)
    assert_array_equal(found[1], expected[1])
    assert_array_equal(found[0], expected[0])
    assert [ours.dtype for ours in found] == [theirs.dtype for theirs in expected]


@pytest.fixture
def handed_on(monkeypatch):
    """Names of the engines that a search is handed on to."""
    names = []

    def answer(self, X, *question):
        names.append(type(self).__name__)
        return DirectEngine().kneighbors(X.toarray(), *question)

    monkeypatch.setattr(compiled.ScikitLearnEngine, "kneighbors", answer)
    return names


@pytest.mark.parametrize("subset", ["all", "subset", "superset", "disjoint", "unsorted", "twice"])
@pytest.mark.parametrize("name", SPARSE)
def test_neighbours_are_those_of_every_distance(name, subset, handed_on):
    queries, among = SUBSETS[subset]
    _assert_exact(sparse.csr_array(SPARSE[name]), queries, among, 5)
    assert bool(handed_on) == (name in ("huge", "huge among others"))


@pytest.mark.parametrize("make", [sparse.csr_array, sparse.csr_matrix])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64, np.uint8, bool])
@pytest.mark.parametrize("index", [np.int32, np.int64])
def test_kinds_of_matrices_and_numbers_make_no_difference(make, dtype, index):
    X = make((SPARSE["words"] * 9).astype(dtype))
    X.indices, X.indptr = X.indices.astype(index), X.indptr.astype(index)
    _assert_exact(X, ROWS, ROWS, 3)


@pytest.mark.parametrize("name", ["words", "copies of words", "frequent words"])
@pytest.mark.parametrize("k", [1, 64, 200, 239])
def test_any_number_of_neighbours_may_be_asked_for(name, k):
    _assert_exact(sparse.csr_array(SPARSE[name]), ROWS, ROWS, k)


@pytest.mark.parametrize("share", [0.0, 0.05, 1.0])
def test_which_columns_are_common_makes_no_difference(monkeypatch, share):
    monkeypatch.setattr(inverted, "COMMON_SHARE", share)
    _assert_exact(sparse.csr_array(SPARSE["frequent words"]), ROWS, ROWS[::2], 4)


def test_threads_make_no_difference():
    X, rows = _words(900), np.arange(900)
    alone = CompiledEngine(1).kneighbors(X, rows, rows, 5)
    for n_jobs in (2, 5):
        together = CompiledEngine(n_jobs).kneighbors(X, rows, rows, 5)
        assert_array_equal(together[1], alone[1])
        assert_array_equal(together[0], alone[0])


def test_rows_that_are_hardly_sparse_are_searched_dense(monkeypatch):
    monkeypatch.setattr(compiled, "nearest_among_sparse", None)
    _assert_exact(sparse.csr_array(NORMAL), ROWS, ROWS[::2], 4)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_only_rows_that_take_part_are_read(share):
    X = NORMAL * (rng.rand(*NORMAL.shape) < share)
    spoilt = X.copy()
    spoilt[ROWS % 3 == 1] = 1e300
    ours = CompiledEngine(1).kneighbors(sparse.csr_array(spoilt), ROWS[::3], ROWS[2::3], 4)
    expected = DirectEngine().kneighbors(X, ROWS[::3], ROWS[2::3], 4)
    assert_array_equal(ours[1], expected[1])
    assert_array_equal(ours[0], expected[0])


def test_the_matrix_stays_as_it_is():
    X = sparse.csr_array(SPARSE["words"])
    for part in (X.data, X.indices, X.indptr):
        part.flags.writeable = False
    _assert_exact(X, ROWS, ROWS, 3)
