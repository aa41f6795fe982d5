"""Indicators and columns as labels: one class in each row, or the row is named."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from balancekit.testing import make_blobs_of_sizes

pytestmark = pytest.mark.thorough

X, CODES = make_blobs_of_sizes((14, 6), 3)


def _indicators():
    eye = np.eye(2, dtype=int)[CODES]
    kinds = {"int": eye, "bool": eye == 1, "float": eye.astype(float), "list": eye.tolist()}
    kinds |= {"csr": sparse.csr_array(eye), "csc": sparse.csc_matrix(eye.astype(bool))}
    return kinds | {"coo": sparse.coo_array(eye), "lil": sparse.lil_matrix(eye)}


@pytest.mark.parametrize("kind", _indicators())
def test_indicators_come_back_as_indicators(sampler, kind):
    y = _indicators()[kind]
    expected = sampler.fit_resample(X, CODES)
    X_out, y_out = sampler.fit_resample(X, y)
    assert type(y_out) is type(y)
    dense = y_out.toarray() if sparse.issparse(y_out) else np.asarray(y_out)
    assert_array_equal(dense, np.eye(2)[expected[1]])
    assert_array_equal(X_out, expected[0])


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize("dtype", [np.uint8, bool, np.float32])
def test_a_frame_of_indicators_keeps_names_and_dtypes(sampler, library, dtype):
    frames = pytest.importorskip(library)
    build = frames.table if library == "pyarrow" else frames.DataFrame
    columns = {"no": (CODES == 0).astype(dtype), "yes": (CODES == 1).astype(dtype)}
    y = build(columns)
    _, y_out = sampler.fit_resample(X, y)
    expected = build({name: c[sampler.sample_indices_] for name, c in columns.items()})
    assert type(y_out) is type(y)
    if library == "pandas":
        frames.testing.assert_frame_equal(y_out.reset_index(drop=True), expected)
    else:
        assert y_out.equals(expected)


@pytest.mark.parametrize("kind", _indicators())
def test_an_indicator_row_without_or_with_several_classes_is_reported(chooser, kind):
    for row, what in (([0, 0], "no class at all"), ([1, 1], "more than one class")):
        y = _indicators()[kind]
        dense = y.toarray() if sparse.issparse(y) else np.array(y)
        dense[[4, 7]] = row
        y = type(y)(dense) if sparse.issparse(y) else dense
        y = y.tolist() if kind == "list" else y
        with pytest.raises(ValueError, match=rf"{what} marked in 2 rows \(rows 4, 7\)"):
            chooser.fit_resample(X, y)


def test_a_missing_indicator_is_reported_as_missing(chooser):
    pd = pytest.importorskip("pandas")
    flags = np.eye(2)[CODES]
    flags[4] = np.nan
    for y in (flags, flags.tolist(), pd.DataFrame(flags), pd.DataFrame(flags).astype("boolean")):
        with pytest.raises(ValueError, match=r"missing \(rows? 4\)"):
            chooser.fit_resample(X, y)


@pytest.mark.parametrize("y", [np.c_[CODES, CODES + 1], np.c_[X[:, 0], X[:, 1]], [["a", "b"]] * 20])
def test_several_columns_of_labels_are_refused(chooser, y):
    with pytest.raises(ValueError, match="2 columns"):
        chooser.fit_resample(X, y)


def test_a_numpy_column_becomes_a_vector_and_other_columns_stay(sampler):
    expected = sampler.fit_resample(X, CODES)[1]
    assert_array_equal(sampler.fit_resample(X, CODES[:, np.newaxis])[1], expected)
    as_list = sampler.fit_resample(X, CODES[:, np.newaxis].tolist())[1]
    assert as_list == expected[:, np.newaxis].tolist()
