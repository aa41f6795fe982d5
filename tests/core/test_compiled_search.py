"""The compiled search finds what every distance computed directly finds, bit for bit."""

import numpy as np
import pytest
from imblearn.datasets import fetch_datasets
from numpy.testing import assert_array_equal
from scipy import sparse

from balancekit.comparison.reading import read_file
from balancekit.core.neighbors import DirectEngine, compiled
from balancekit.core.neighbors.compiled import LONGEST_LIST, CompiledEngine
from balancekit.over_sampling import SMOTE

rng = np.random.RandomState(0)
NORMAL = rng.randn(240, 14)
ROWS = np.arange(240)
TABLES = {
    "float64": NORMAL,
    "float32": NORMAL.astype(np.float32),
    "float16": NORMAL.astype(np.float16),
    "Fortran order": np.asfortranarray(NORMAL),
    "Fortran order float32": np.asfortranarray(NORMAL, dtype=np.float32),
    "every other column": rng.randn(240, 9)[:, ::2],
    "every other row": rng.randn(480, 5)[::2],
    "backwards": NORMAL[::-1, ::-1],
    "transposed view": np.broadcast_to(rng.randn(240, 1), (240, 6)),
    "int64": rng.randint(-50, 50, (240, 6)),
    "large int64": rng.randint(2**60, 2**62, (240, 3)),
    "uint8": rng.randint(0, 255, (240, 20)).astype(np.uint8),
    "bool": rng.rand(240, 18) > 0.5,
    "objects": np.round(NORMAL, 1).astype(object),
    "integers as objects": rng.randint(0, 4, (240, 3)).astype(object),
    "integer grid": rng.randint(0, 3, (240, 4)).astype(float),
    "one decimal": np.round(rng.randn(240, 16), 1).astype(np.float32),
    "constant": np.ones((240, 3)),
    "zeros": np.zeros((240, 15)),
    "zero columns": NORMAL * (np.arange(14) % 3 > 0),
    "copies": np.repeat(rng.randn(40, 15), 6, axis=0),
    "mostly copies": np.vstack([np.ones((200, 3)), rng.randn(40, 3)]),
    "one column": rng.randn(240, 1),
    "offset 1e8": NORMAL + 1e8,
    "offset 1e8 float32": (NORMAL + 1e8).astype(np.float32),
    "offset 1e12": NORMAL + 1e12,
    "two far clusters": np.vstack([NORMAL[:120], NORMAL[120:] + 1e6]),
    "two very far clusters": np.vstack([NORMAL[:120, :3] - 1e12, NORMAL[120:, :3] + 1e12]),
    "outlier": np.vstack([NORMAL[:-1], np.full((1, 14), 1e12)]),
    "twelve decades": NORMAL * np.logspace(-6, 6, 14),
    "huge": NORMAL * 1e200,
    "huge among others": np.vstack([NORMAL[:-3], NORMAL[-3:] * 1e200]),
    "large float32": (NORMAL * 1e37).astype(np.float32),
    "tiny": NORMAL * 1e-200,
    "denormal": NORMAL * 1e-310,
    "denormal float32": (NORMAL * 1e-42).astype(np.float32),
    "signed zeros": np.where(NORMAL > 0, 0.0, -0.0),
    "low intrinsic dimension": rng.randn(240, 2) @ rng.randn(2, 23),
}


def _subsets():
    third = ROWS % 3
    yield "all", ROWS, ROWS
    yield "subset", ROWS[third == 0], ROWS
    yield "most", ROWS[third > 0], ROWS
    yield "superset", ROWS, ROWS[third > 0]
    yield "disjoint", ROWS[third == 0], ROWS[third > 0]
    yield "overlapping", ROWS[:150], ROWS[60:]
    yield "unsorted", np.random.RandomState(1).permutation(240), ROWS
    yield "some unsorted", np.random.RandomState(1).permutation(240)[:70], ROWS[::2]
    yield "twice", np.repeat(ROWS[::-5], 2), ROWS
    yield "one query", ROWS[17:18], ROWS
    yield "few candidates", ROWS, ROWS[100:107]


SUBSETS = {name: given for name, *given in _subsets()}


def _assert_exact(X, queries, among, k, *, n_jobs=1, message=""):
    found = CompiledEngine(n_jobs).kneighbors(X, queries, among, k)
    expected = DirectEngine().kneighbors(X, queries, among, k)
    assert_array_equal(found[1], expected[1], err_msg=message)
    assert_array_equal(found[0], expected[0], err_msg=message)
    assert [ours.dtype for ours in found] == [theirs.dtype for theirs in expected]
    assert [ours.shape for ours in found] == [theirs.shape for theirs in expected]


@pytest.mark.parametrize("subset", SUBSETS)
@pytest.mark.parametrize("name", TABLES)
def test_neighbours_are_those_of_every_distance(name, subset):
    _assert_exact(TABLES[name], *SUBSETS[subset], 5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_number_of_columns_may_be_searched(dtype):
    X = rng.randn(90, 130).astype(dtype)
    for n_columns in range(1, 131):
        part = np.ascontiguousarray(X[:, :n_columns])
        _assert_exact(part, ROWS[:90], ROWS[:90], 3, message=f"{n_columns} columns")


@pytest.mark.parametrize("name", ["normal", "integer grid", "copies"])
def test_any_number_of_neighbours_may_be_asked_for(name):
    X = {"normal": NORMAL, **TABLES}[name][:70]
    for k in range(1, 70):
        _assert_exact(X, ROWS[:70], ROWS[:70], k, message=f"{k} neighbours")
        _assert_exact(X, ROWS[40:70], ROWS[:60], min(k, 59), message=f"{k} neighbours")


@pytest.mark.parametrize("n_rows", [2, 3, 31, 32, 33, 64, 65])
def test_few_rows_may_be_searched(n_rows):
    _assert_exact(NORMAL, ROWS[:n_rows], ROWS[:n_rows], 1)
    _assert_exact(NORMAL, ROWS[:n_rows], ROWS[:n_rows], n_rows - 1)
    _assert_exact(NORMAL, ROWS[n_rows:], ROWS[:n_rows], n_rows)
    _assert_exact(NORMAL, ROWS[:1], ROWS[1:2], 1)


@pytest.fixture
def fallbacks(monkeypatch):
    """Shapes of the searches that were handed on."""
    handed_on = []

    class Recorded(compiled.ScikitLearnEngine):
        def kneighbors(self, X, queries, among, k):
            handed_on.append((len(queries), len(among), k))
            return super().kneighbors(X, queries, among, k)

    monkeypatch.setattr(compiled, "ScikitLearnEngine", Recorded)
    return handed_on


@pytest.mark.parametrize("k", [LONGEST_LIST, LONGEST_LIST + 1, 398, 399])
def test_only_long_lists_are_handed_on(fallbacks, k):
    X, rows = np.random.RandomState(0).randn(400, 3), np.arange(400)
    _assert_exact(X, rows, rows, k)
    assert fallbacks == [(400, 400, k)] * (k > LONGEST_LIST)


@pytest.mark.parametrize("name", ["huge", "huge among others", "tiny", "denormal"])
def test_squares_out_of_range_are_handed_on(fallbacks, name):
    _assert_exact(TABLES[name], ROWS, ROWS, 3)
    assert len(fallbacks) == 1


def test_magnitudes_count_only_of_rows_that_take_part(fallbacks):
    X = TABLES["huge among others"]
    _assert_exact(X, ROWS[:200], ROWS[:200], 3)
    assert fallbacks == []
    _assert_exact(X, ROWS[230:], ROWS[:200], 3)
    assert fallbacks == [(10, 200, 3)]


@pytest.mark.parametrize("X", [NORMAL, NORMAL.astype(np.float32), sparse.csr_array(NORMAL)])
def test_no_queries_have_no_neighbours(X):
    distances, rows = CompiledEngine(1).kneighbors(X, ROWS[:0], ROWS, 3)
    assert distances.shape == rows.shape == (0, 3)
    assert rows.dtype == np.intp


MANY = {
    "normal": lambda rng: rng.randn(2600, 6),
    "float32 in parts": lambda rng: (rng.randn(2300, 4) @ rng.randn(4, 40)).astype(np.float32),
    "clusters": lambda rng: np.repeat(1e4 * rng.randn(8, 5), 300, axis=0) + rng.randn(2400, 5),
    "ties": lambda rng: rng.randint(0, 6, (2200, 4)).astype(float),
    "copies": lambda rng: rng.randn(60, 3)[rng.randint(60, size=2100)],
    "constant": lambda rng: np.ones((2500, 3)),
    "half constant": lambda rng: np.vstack([np.ones((1500, 3)), rng.randn(1000, 3)]),
    "outlier": lambda rng: np.vstack([rng.randn(2499, 3), np.full((1, 3), 1e12)]),
    "two very far clusters": lambda rng: rng.randn(2500, 3) + 1e12 * rng.randint(0, 2, (2500, 1)),
    "copies and a gap that squares lose": lambda rng: np.eye(1, 2) + 1e-170 * np.eye(2000, 2, -5),
}


@pytest.mark.parametrize("name", MANY)
def test_neither_threads_nor_the_way_to_search_change_the_answer(name):
    X = MANY[name](np.random.RandomState(0))
    rows = np.arange(len(X))
    expected = DirectEngine().kneighbors(X, rows, rows, 5)
    for n_jobs in (1, 2, 5):
        for queries in (rows, rows[::3]):
            found = CompiledEngine(n_jobs).kneighbors(X, queries, rows, 5)
            assert_array_equal(found[1], expected[1][queries])
            assert_array_equal(found[0], expected[0][queries])


@pytest.mark.parametrize(
    ("name", "is_handed_on"),
    [("normal", False), ("ties", False), ("copies", False), ("constant", False),
     ("half constant", False), ("outlier", False), ("two very far clusters", True)],
)  # fmt: skip
def test_rows_that_float32_cannot_tell_apart_are_handed_on(fallbacks, name, is_handed_on):
    X = MANY[name](np.random.RandomState(0))
    rows = np.arange(len(X))
    _assert_exact(X, rows, rows, 3)
    assert bool(fallbacks) == is_handed_on
    _assert_exact(X, rows[::4], rows, 3)
    assert len(fallbacks) == 2 * is_handed_on


def test_tables_that_are_read_in_place_are_not_written_to(tmp_path):
    unaligned = np.zeros(NORMAL.nbytes + 1, np.uint8)[1:].view(np.float64).reshape(NORMAL.shape)
    unaligned[...] = NORMAL
    stored = np.memmap(tmp_path / "table", np.float64, "w+", shape=NORMAL.shape)
    stored[...] = NORMAL
    locked = NORMAL.copy()
    locked.setflags(write=False)
    for X in (NORMAL.copy(), unaligned, stored, locked):
        _assert_exact(X, ROWS, ROWS, 5)
        _assert_exact(X, ROWS[::5], ROWS, 5)
        assert_array_equal(X, NORMAL)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bytes_may_be_in_the_other_order(dtype):
    X = NORMAL.astype(np.dtype(dtype).newbyteorder())
    _assert_exact(X, ROWS, ROWS, 5)
    _assert_exact(X, ROWS[::5], ROWS, 5)


@pytest.mark.parametrize("n_columns", [2, 20])
@pytest.mark.parametrize("exponent", [-161, -162])
def test_distances_whose_squares_lose_digits_tie_as_computed(n_columns, exponent):
    scattered = np.random.RandomState(0).randn(240, n_columns) * 10.0**exponent
    X = np.column_stack([np.ones(240), scattered])
    for k in (1, 5, 30):
        _assert_exact(X, ROWS, ROWS, k)


def _generated(seed):
    """Draw a table, queries, candidates and a number of neighbours, of every difficult kind."""
    rng = np.random.default_rng(seed)

    def sometimes(share):
        return rng.random() < share

    n_rows, n_columns = rng.integers(2, 401), 1 if sometimes(0.1) else rng.integers(1, 41)
    X = rng.standard_normal((n_rows, n_columns))
    if sometimes(0.25):
        X = np.round(X, rng.integers(0, 2))
    if sometimes(0.25):
        X *= 10.0 ** rng.uniform(-6, 6, n_columns)
    if sometimes(0.15):
        X[rng.integers(n_rows, size=max(1, n_rows // 20))] *= 10.0 ** rng.integers(1, 13)
    if sometimes(0.25):
        X += 10.0 ** rng.integers(0, 13)
    if sometimes(0.15):
        X *= 10.0 ** rng.integers(-320, -300)
    if sometimes(0.05):
        X *= 10.0 ** rng.integers(-165, -155)
        X[:, 0] = 1
    if sometimes(0.25):
        X = X[rng.integers(n_rows, size=n_rows) // rng.integers(1, 4)]
    if sometimes(0.1):
        X[:, rng.integers(n_columns)] = 0
    if sometimes(0.05):
        X[:] = X[0]
    X = X.astype(rng.choice([np.float32, np.float64]), order=rng.choice(["C", "C", "F"]))
    rows = np.arange(n_rows)
    among = rows if sometimes(0.4) else np.flatnonzero(rng.random(n_rows) < rng.uniform(0.2, 1))
    among = among if len(among) > 1 else rows
    if sometimes(0.4):
        queries = among
    elif sometimes(0.7):
        queries = rng.choice(n_rows, rng.integers(1, n_rows + 1), replace=sometimes(0.2))
    else:
        queries = np.setdiff1d(rows, among)
    k = rng.integers(1, len(among)) if sometimes(0.4) else min(5, len(among) - 1)
    return X, queries, among, int(k)


def _assert_exact_on_generated(seeds):
    for seed in seeds:
        _assert_exact(*_generated(seed), n_jobs=1 + seed % 2, message=f"seed {seed}")


def test_neighbours_are_exact_on_generated_tables():
    _assert_exact_on_generated(range(200))


@pytest.mark.slow
def test_neighbours_are_exact_on_many_generated_tables():
    _assert_exact_on_generated(range(1_000, 3_000))


def _real(data_folder, name):
    if name == "letter_img":
        found = fetch_datasets(
            data_home=str(data_folder / "imblearn_home"),
            filter_data=(name,),
            download_if_missing=False,
        )
        return found[name].data
    return read_file(data_folder / "csv" / f"{name}.csv").X.to_numpy()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["letter_img", "mammography"])
@pytest.mark.parametrize("n_rows", [3_000, pytest.param(None, marks=pytest.mark.slow)])
def test_neighbours_are_exact_on_real_data(data_folder, name, dtype, n_rows):
    X = _real(data_folder, name)
    if n_rows:
        X = X[np.sort(np.random.RandomState(0).choice(len(X), n_rows, replace=False))]
    X, rows = X.astype(dtype), np.arange(len(X))
    expected = DirectEngine().kneighbors(X, rows, rows, 5)
    # Both have rows that occur more than once, so ties are decided by row id.
    assert (expected[0][:, 0] == 0).any()
    for queries in (rows, rows[::10]):
        found = CompiledEngine(2).kneighbors(X, queries, rows, 5)
        assert_array_equal(found[1], expected[1][queries])
        assert_array_equal(found[0], expected[0][queries])


def test_a_sampler_gives_the_same_rows_whatever_searches():
    X, y = np.round(NORMAL, 1), np.repeat([0, 1], [150, 90])
    expected, _ = SMOTE(random_state=0, engine="direct").fit_resample(X, y)
    for n_jobs in (1, 2):
        resampled, _ = SMOTE(random_state=0, engine="compiled", n_jobs=n_jobs).fit_resample(X, y)
        assert_array_equal(resampled, expected)
