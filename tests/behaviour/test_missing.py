"""Missing values where `metric="nan_euclidean"` asks for them: distances, new rows, containers."""

import warnings
from importlib.util import find_spec

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.impute import SimpleImputer
from sklearn.metrics.pairwise import nan_euclidean_distances
from sklearn.neighbors import NearestNeighbors

from balancekit.combine import SMOTEENN, SMOTETomek
from balancekit.core.neighbors import nan_euclidean
from balancekit.exceptions import ShortfallWarning
from balancekit.over_sampling import ADASYN, SMOTE, BorderlineSMOTE
from balancekit.pipeline import make_pipeline
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import EditedNearestNeighbours, NearMiss, TomekLinks

pd = pytest.importorskip("pandas")

pytestmark = pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")

NAN = {"metric": "nan_euclidean"}
SAMPLERS = {
    "SMOTE": lambda: SMOTE(k_neighbors=3, random_state=0, **NAN),
    "BorderlineSMOTE-1": lambda: BorderlineSMOTE(k_neighbors=3, random_state=0, **NAN),
    "BorderlineSMOTE-2": lambda: BorderlineSMOTE(
        k_neighbors=3, kind="borderline-2", random_state=0, **NAN
    ),
    "ADASYN": lambda: ADASYN(random_state=0, **NAN),
    "EditedNearestNeighbours": lambda: EditedNearestNeighbours(**NAN),
    "EditedNearestNeighbours-mode": lambda: EditedNearestNeighbours(kind_sel="mode", **NAN),
    "TomekLinks": lambda: TomekLinks(**NAN),
    "NearMiss-1": lambda: NearMiss(version=1, **NAN),
    "NearMiss-2": lambda: NearMiss(version=2, **NAN),
    "NearMiss-3": lambda: NearMiss(version=3, **NAN),
}
OVER = [name for name in SAMPLERS if "SMOTE" in name or name == "ADASYN"]


def _overlapping(sizes=(60, 25), n_columns=5, share=0.2, seed=0):
    X, y = make_blobs_of_sizes(sizes, n_columns, seed=seed)
    rng = np.random.RandomState(seed + 1)
    X = np.round(X + 2 * rng.standard_normal(X.shape), 2)
    X[rng.random_sample(X.shape) < share] = np.nan
    X[np.isnan(X).all(axis=1), 0] = 1.5
    return X, y


X, Y = _overlapping()


@pytest.fixture(params=SAMPLERS)
def sampler(request):
    """A sampler that takes missing values, new and seeded."""
    return SAMPLERS[request.param]()


def test_kept_rows_are_those_of_the_input_missing_values_included(sampler):
    X_out, _ = sampler.fit_resample(X, Y)
    kept = ~sampler.plan_.is_synthetic
    assert kept.any()
    assert X_out[kept].tobytes() == X[sampler.sample_indices_[kept]].tobytes()


def test_rows_that_miss_nothing_give_what_the_plain_distance_gives(sampler):
    complete, y = _overlapping(share=0)
    X_out, y_out = sampler.fit_resample(complete, y)
    plain, y_plain = sampler.set_params(metric="euclidean").fit_resample(complete, y)
    assert_array_equal(X_out, plain)
    assert_array_equal(y_out, y_plain)


def test_missing_values_are_refused_without_being_asked_for(sampler):
    with pytest.raises(ValueError, match=r"column 0: \d+ x NaN .*metric='nan_euclidean'"):
        sampler.set_params(metric="euclidean").fit_resample(X, Y)


def test_infinities_are_refused_all_the_same(sampler):
    rows = X.copy()
    rows[7, 2] = -np.inf
    with pytest.raises(ValueError, match=r"column 2: 1 x infinity \(row 7\)") as caught:
        sampler.fit_resample(rows, Y)
    assert "NaN" not in str(caught.value).partition("Replace")[0]


def test_compiled_and_plain_searches_choose_the_same_rows(sampler, monkeypatch):
    plans = []
    for worth in (True, False):
        monkeypatch.setattr(nan_euclidean, "is_worth_kernels", lambda *shape, worth=worth: worth)
        plans.append(sampler.fit_resample(X, Y)[0])
    assert_array_equal(*plans)


def test_a_scale_changes_no_choice(sampler):
    rows = sampler.fit_resample(X, Y)[0]
    for scale in (2.0**980, 2.0**-980):
        assert_array_equal(sampler.fit_resample(X * scale, Y)[0], rows * scale)


def test_an_estimator_with_that_metric_finds_the_same_neighbours():
    # NearestNeighbors takes NaN with this metric only.
    estimator = NearestNeighbors(n_neighbors=4, metric="nan_euclidean")
    ours = SMOTE(k_neighbors=3, random_state=0, **NAN).fit_resample(X, Y)[0]
    theirs = SMOTE(k_neighbors=estimator, random_state=0, **NAN).fit_resample(X, Y)[0]
    assert_allclose(ours, theirs)


def test_edited_rows_are_those_that_the_distances_of_scikit_learn_disagree_with():
    distances = nan_euclidean_distances(X)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :3]
    agree = (Y[nearest] == Y[:, np.newaxis]).all(axis=1) | (Y == 1)
    sampler = EditedNearestNeighbours(**NAN)
    sampler.fit_resample(X, Y)
    assert_array_equal(np.sort(sampler.sample_indices_), np.flatnonzero(agree))


@pytest.mark.parametrize("version", [1, 2])
def test_near_misses_are_those_of_the_distances_of_scikit_learn(version):
    distances = np.sort(nan_euclidean_distances(X[Y == 0], X[Y == 1]), axis=1)
    # NaN, a distance that is not known, is last of all.
    n_known = np.isfinite(distances).sum(axis=1)
    starts = np.zeros_like(n_known) if version == 1 else n_known - 3
    chosen = starts[:, np.newaxis] + np.arange(3)
    means = np.take_along_axis(distances, chosen, axis=1).mean(axis=1)
    kept = np.flatnonzero(Y == 0)[np.argsort(means)[:25]]
    sampler = NearMiss(version=version, **NAN)
    sampler.fit_resample(X, Y)
    assert set(sampler.sample_indices_[sampler.plan_.codes == 0]) == set(kept)


def _parents(sampler):
    recipes = sampler.plan_.synthesis
    return (
        np.concatenate([getattr(r, part) for r in recipes]) for part in ("base", "partner", "step")
    )


@pytest.mark.parametrize("name", OVER)
def test_a_new_value_comes_from_the_parents_that_have_one(name):
    sampler = SAMPLERS[name]()
    X_out, _ = sampler.fit_resample(X, Y)
    base, partner, step = _parents(sampler)
    low, high = X[base], X[partner]
    between = np.where(np.isnan(high), low, low + step[:, np.newaxis] * (high - low))
    expected = np.where(np.isnan(low), high, between)
    assert_array_equal(X_out[sampler.plan_.is_synthetic], expected)
    assert np.isnan(expected).any()
    assert (np.isnan(low) & ~np.isnan(expected)).any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_float_dtype_and_order_gives_the_values_of_its_own_columns(dtype, order):
    rows = np.asarray(X, dtype=dtype, order=order)
    X_out, _ = SMOTE(random_state=0, **NAN).fit_resample(rows, Y)
    frame, _ = SMOTE(random_state=0, **NAN).fit_resample(pd.DataFrame(rows), Y)
    assert X_out.dtype == dtype
    assert_array_equal(X_out, frame.to_numpy())


def test_the_kernel_of_new_rows_knows_missing_values_too():
    from balancekit.kernels.interpolation import interpolate

    sampler = SMOTE(random_state=0, **NAN)
    X_out, _ = sampler.fit_resample(X, Y)
    out = np.empty((sampler.plan_.n_new, X.shape[1]))
    interpolate(X, *_parents(sampler), out)
    assert_array_equal(out, X_out[len(X) :])


WHOLE = np.where(np.isnan(X), np.nan, np.rint(X))


def _objects():
    return np.where(np.isnan(WHOLE), None, np.nan_to_num(WHOLE).astype(int).astype(object))


def _lists(kind):
    return [kind(row) for row in _objects().tolist()]


def _nullable(dtype):
    return pd.DataFrame(WHOLE).astype(dtype)


def _polars(dtype):
    import polars as pl

    columns = {str(i): column.tolist() for i, column in enumerate(_objects().T)}
    return pl.DataFrame(columns).cast(getattr(pl, dtype))


def _arrow(dtype):
    import pyarrow as pa

    kind = getattr(pa, dtype)()
    columns = {
        str(i): pa.array(column.tolist(), pa.int64()).cast(kind)
        for i, column in enumerate(_objects().T)
    }
    return pa.table(columns)


WITH_NULL = {
    "objects": ("numpy", _objects),
    "lists": ("numpy", lambda: _lists(list)),
    "Int64": ("pandas", lambda: _nullable("Int64")),
    "Int8": ("pandas", lambda: _nullable("Int8")),
    "Float32": ("pandas", lambda: _nullable("Float32")),
    "int64[pyarrow]": ("pyarrow", lambda: _nullable("int64[pyarrow]")),
    "double[pyarrow]": ("pyarrow", lambda: _nullable("double[pyarrow]")),
    "pandas objects": ("pandas", lambda: pd.DataFrame(_objects())),
    "polars Int64": ("polars", lambda: _polars("Int64")),
    "polars Int16": ("polars", lambda: _polars("Int16")),
    "polars Float64": ("polars", lambda: _polars("Float64")),
    "pyarrow int64": ("pyarrow", lambda: _arrow("int64")),
    "pyarrow float": ("pyarrow", lambda: _arrow("float32")),
}


def _values(rows):
    if isinstance(rows, np.ndarray | list):
        table = [[np.nan if v is None else v for v in row] for row in rows]
        return np.array(table, dtype=float)
    frame = rows.to_pandas() if hasattr(rows, "to_pandas") else rows
    return frame.astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def _dtypes(rows):
    if hasattr(rows, "schema"):
        return list(rows.schema) if hasattr(rows.schema, "field") else list(rows.schema.items())
    return list(rows.dtypes) if hasattr(rows, "dtypes") else None


@pytest.mark.parametrize("kind", WITH_NULL)
def test_null_is_a_missing_value_in_every_container(sampler, kind):
    library, make = WITH_NULL[kind]
    if not find_spec(library):
        pytest.skip(f"{library} is not installed")
    rows = make()
    expected, y_expected = sampler.fit_resample(WHOLE, Y)
    new = sampler.plan_.is_synthetic
    X_out, y_out = sampler.fit_resample(rows, Y)
    assert type(X_out) is type(rows)
    assert _dtypes(X_out) == _dtypes(rows)
    assert_array_equal(y_out, y_expected)
    values = _values(X_out)
    assert_array_equal(values[~new], expected[~new])
    is_whole = any(name in kind.casefold() for name in ("int", "objects", "lists"))
    assert_allclose(values[new], np.rint(expected[new]) if is_whole else expected[new], rtol=1e-6)


def test_new_rows_without_a_value_hold_null_not_nan():
    pl = pytest.importorskip("polars")
    X_out, _ = SMOTE(random_state=0, **NAN).fit_resample(_polars("Float64"), Y)
    new = X_out[len(X) :]
    assert new.select(pl.all().is_nan().any()).row(0) == (False,) * X.shape[1]
    assert sum(new.null_count().row(0)) > 0
    objects, _ = SMOTE(random_state=0, **NAN).fit_resample(_objects(), Y)
    assert None in objects[len(X) :]
    assert all(type(value) in (int, type(None)) for value in objects[len(X) :].ravel())


def test_integers_beyond_floats_stay_exact_beside_missing_ones():
    large = 2**60 + 1
    column = pd.array([large + i if i % 4 else None for i in range(len(Y))], dtype="Int64")
    frame = pd.DataFrame({"id": column, "x": np.nan_to_num(X[:, 0])})
    X_out, _ = SMOTE(random_state=0, **NAN).fit_resample(frame, Y)
    assert X_out["id"].dtype == "Int64"
    assert X_out["id"].iloc[: len(Y)].equals(frame["id"])
    made = X_out["id"].iloc[len(Y) :].dropna()
    assert made.between(large, large + len(Y)).all()


def test_columns_of_truth_values_may_miss_some():
    truth = pd.DataFrame(np.where(np.isnan(X), None, X > 0)).astype("boolean")
    X_out, _ = SMOTE(random_state=0, **NAN).fit_resample(truth, Y)
    assert set(X_out.dtypes.astype(str)) == {"boolean"}
    assert X_out.iloc[len(X) :].isna().any(axis=None)


@pytest.mark.parametrize("make", [sparse.csr_array, sparse.csc_matrix])
def test_sparse_rows_may_miss_values(sampler, make):
    rows = np.where(np.random.RandomState(3).random_sample(X.shape) < 0.4, 0.0, X)
    expected, y_expected = sampler.fit_resample(rows, Y)
    X_out, y_out = sampler.fit_resample(make(rows), Y)
    assert type(X_out) is make
    assert_array_equal(X_out.toarray(), expected)
    assert_array_equal(y_out, y_expected)


@pytest.mark.torch
def test_tensors_may_miss_values(sampler):
    torch = pytest.importorskip("torch")
    for dtype in (torch.float64, torch.bfloat16):
        rows = torch.from_numpy(X).to(dtype)
        X_out, _ = sampler.fit_resample(rows, torch.from_numpy(Y))
        expected, _ = sampler.fit_resample(rows.double().numpy(), Y)
        assert X_out.dtype == dtype
        # Differences are rounded to the dtype.
        rounding = 0 if dtype == torch.float64 else 0.02
        assert_allclose(X_out.double().numpy(), expected, rtol=rounding, atol=rounding)


def test_a_row_that_cannot_be_compared_is_named_and_dropping_it_helps(sampler):
    rows = X.copy()
    # A row that a search starts from.
    asks_the_larger = isinstance(sampler, EditedNearestNeighbours) or (
        isinstance(sampler, NearMiss) and sampler.version < 3
    )
    alone = int(np.flatnonzero(np.not_equal(Y, asks_the_larger))[4])
    rows[alone] = np.nan
    with pytest.raises(ValueError, match=rf"\(row {alone}\) has too few values.*with 0 rows"):
        sampler.fit_resample(rows, Y)
    left = np.delete(np.arange(len(Y)), alone)
    assert len(sampler.fit_resample(rows[left], Y[left])[0])


def test_imputing_is_the_other_way_out(sampler):
    chain = make_pipeline(SimpleImputer(), sampler.set_params(metric="euclidean"))
    assert len(chain.fit_resample(X, Y)[0])


@pytest.mark.parametrize(
    "chain",
    [
        SMOTEENN(smote=SMOTE(**NAN), enn=EditedNearestNeighbours(sampling_strategy="all", **NAN)),
        SMOTETomek(smote=SMOTE(**NAN), tomek=TomekLinks(sampling_strategy="all", **NAN)),
    ],
)
def test_chains_take_what_their_samplers_take(chain):
    X_out, y_out = chain.set_params(random_state=0).fit_resample(X, Y)
    assert len(X_out) == len(y_out)
    assert np.isnan(X_out).any()


def test_tags_and_memory_of_the_input(sampler):
    assert sampler.__sklearn_tags__().input_tags.allow_nan
    assert not sampler.set_params(metric="euclidean").__sklearn_tags__().input_tags.allow_nan
    before = X.tobytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ShortfallWarning)
        sampler.set_params(metric="nan_euclidean").fit_resample(X, Y)
    assert X.tobytes() == before
