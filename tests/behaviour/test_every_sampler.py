"""Awkward tables through every sampler that the package has."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from balancekit.exceptions import ShortfallWarning
from balancekit.over_sampling import SMOTEN, SMOTENC
from balancekit.pipeline import make_pipeline
from balancekit.testing import all_samplers, make_blobs_of_sizes

pytestmark = pytest.mark.filterwarnings("ignore::balancekit.exceptions.ShortfallWarning")

SAMPLERS = {sampler.__name__: sampler for sampler in all_samplers()}
# Its one step is up to the user.
CHOOSING = {"RandomOverSampler", "RandomUnderSampler", "SMOTEN"}
X, Y = make_blobs_of_sizes((60, 25), 4)
X = np.round(X, 1)


@pytest.fixture(params=SAMPLERS)
def sampler(request):
    """Each sampler, new, seeded where it draws."""
    kind = SAMPLERS[request.param]
    made = kind(**kind._test_parameters[0])
    return made.set_params(random_state=0) if "random_state" in made.get_params() else made


@pytest.mark.parametrize(
    "when",
    [
        pd.date_range("2020-01-01", periods=85, tz="UTC"),
        pd.to_timedelta(np.arange(85), unit="h"),
        pd.period_range("2020-01", periods=85, freq="M"),
    ],
    ids=["dates", "time differences", "periods"],
)
def test_times_are_chosen_and_otherwise_refused_by_name(sampler, when):
    frame = pd.DataFrame(X, columns=list("abcd"))
    frame["when"] = when
    if type(sampler).__name__ in CHOOSING:
        X_out, _ = sampler.fit_resample(frame, Y)
        assert X_out["when"].dtype == frame["when"].dtype
        assert set(X_out["when"]) <= set(frame["when"])
        return
    with pytest.raises(ValueError, match="column 'when'"):
        sampler.fit_resample(frame, Y)
    X_out, y_out = sampler.fit_resample(frame.drop(columns="when"), Y)
    assert len(X_out) == len(y_out)


def test_frames_of_sparse_columns_stay_so_and_give_the_rows_of_dense_ones(sampler):
    rows = np.where(X > 0.3, X, 0)
    frame = pd.DataFrame.sparse.from_spmatrix(sparse.csr_array(rows), columns=list("abcd"))
    X_out, y_out = sampler.fit_resample(frame, Y)
    expected, y_expected = sampler.fit_resample(rows, Y)
    assert (X_out.dtypes == frame.dtypes).all()
    assert_array_equal(X_out.to_numpy(), expected)
    assert_array_equal(y_out, y_expected)


def test_unused_and_ordered_categories_as_labels_are_kept(sampler):
    names = pd.Categorical.from_codes(Y * 2, ["low", "unused", "high"], ordered=True)
    _, y_out = sampler.fit_resample(X, pd.Series(names, name="level"))
    assert y_out.dtype == names.dtype
    assert y_out.name == "level"


def test_files_in_memory_are_read_and_never_written_to(sampler, tmp_path):
    rows = np.memmap(tmp_path / "X", dtype=X.dtype, mode="w+", shape=X.shape)
    rows[:] = X
    rows.flush()
    mapped = np.memmap(tmp_path / "X", dtype=X.dtype, mode="r", shape=X.shape)
    assert_array_equal(sampler.fit_resample(mapped, Y)[0], sampler.fit_resample(X, Y)[0])
    assert_array_equal(mapped, X)


def test_frames_pass_through_a_pipeline_with_their_names(sampler):
    frame = pd.DataFrame(X, columns=list("abcd"), index=np.arange(85) + 1000)
    if isinstance(sampler, SMOTEN | SMOTENC):
        pytest.skip("scaled numbers are no names")
    model = make_pipeline(StandardScaler(), sampler, LogisticRegression())
    model.set_output(transform="pandas").fit(frame, Y)
    assert model[1].feature_names_in_.tolist() == list("abcd")
    assert model[-1].feature_names_in_.tolist() == list("abcd")
    assert model.predict(frame).shape == (85,)


def test_words_that_rows_hold_are_never_made_dense(sampler, monkeypatch):
    if isinstance(sampler, SMOTEN):
        pytest.skip("counts of words are no names")
    rng = np.random.RandomState(0)
    words = sparse.random(300, 5000, 0.004, random_state=0, format="csr")
    words.data = 1.0 + rng.randint(0, 3, words.nnz)
    y = np.repeat([0, 1], [220, 80])
    to_array = sparse.csr_matrix.toarray

    def refuse(matrix, *arguments, **parameters):
        assert np.prod(matrix.shape) < 0.5 * 300 * 5000, f"{matrix.shape} made dense"
        return to_array(matrix, *arguments, **parameters)

    for kind in (sparse.csr_matrix, sparse.csr_array, sparse.csc_matrix, sparse.csc_array):
        monkeypatch.setattr(kind, "toarray", refuse)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShortfallWarning)
        X_out, y_out = sampler.fit_resample(words, y)
    assert sparse.issparse(X_out)
    assert X_out.shape == (len(y_out), 5000)
