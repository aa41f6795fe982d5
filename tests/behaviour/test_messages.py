"""Messages beyond the table of `tests/behaviour/bad_inputs`: how they name things, and how far."""

import numpy as np
import pytest
from sklearn.impute import SimpleImputer
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import OneHotEncoder

from balancekit import over_sampling
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.pipeline import make_pipeline
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import RandomUnderSampler

pytestmark = pytest.mark.thorough

SIZES = (30, 10, 4)
X, Y = make_blobs_of_sizes(SIZES, 3)
NAMES = np.array(["big", "middle", "small"])[Y]


def _message(sampler, rows, y, error=ValueError):
    with pytest.raises(error) as caught:
        sampler.fit_resample(rows, y)
    return str(caught.value)


def _with(value, row=3, column=1):
    rows = X.astype(object) if isinstance(value, str) else X.copy()
    rows[row, column] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "y", "words"),
    [(X, Y[1:], ["44 rows", "43 labels"]), (X + 1j, Y, ["Complex"])],
    ids=["wrong length", "complex numbers"],
)
def test_the_message_names_what_is_wrong(rows, y, words):
    message = _message(SMOTE(k_neighbors=3), rows, y)
    for word in words:
        assert word in message


def test_setting_k_to_the_number_that_the_message_names_works():
    message = _message(SMOTE(k_neighbors=9), X, NAMES)
    k = int(message.split("Set k_neighbors to ")[1].split(" ")[0])
    _, y_out = SMOTE(k_neighbors=k, random_state=0).fit_resample(X, NAMES)
    assert (y_out == "small").sum() == 30


def test_for_an_estimator_the_way_out_works_too():
    message = _message(SMOTE(k_neighbors=NearestNeighbors(n_neighbors=6)), X, NAMES)
    assert "'small' has 4 rows" in message
    k = int(message.split("Set k_neighbors to ")[1].split(" ")[0])
    assert len(SMOTE(k_neighbors=k).fit_resample(X, NAMES)[0]) == 90
    assert len(SMOTE(k_neighbors=NearestNeighbors(n_neighbors=k + 1)).fit_resample(X, Y)[0]) == 90


def test_leaving_the_class_out_works_for_a_class_of_one_row():
    y = np.where(np.arange(44) == np.flatnonzero(Y == 1)[0], "alone", NAMES)
    message = _message(SMOTE(k_neighbors=3), X, y)
    assert "leave the class out of sampling_strategy" in message
    strategy = {"middle": 30, "small": 30}
    _, y_out = SMOTE(k_neighbors=3, sampling_strategy=strategy).fit_resample(X, y)
    assert (y_out == "alone").sum() == 1


@pytest.mark.parametrize("k", [3, 5])
def test_random_over_sampling_is_a_way_out_of_small_classes(k):
    y = np.where(np.arange(44) == 0, "alone", "others")
    assert "RandomOverSampler" in _message(SMOTE(k_neighbors=k), X, y)
    _, y_out = RandomOverSampler(random_state=0).fit_resample(X, y)
    assert (y_out == "alone").sum() == 43


@pytest.mark.parametrize("value", [np.nan, np.inf, "red"])
def test_samplers_that_only_choose_rows_are_a_way_out_of_what_is_no_number(value):
    rows = _with(value)
    assert "RandomUnderSampler" in _message(SMOTE(k_neighbors=3), rows, Y)
    assert len(RandomOverSampler().fit_resample(rows, Y)[0]) == 90
    assert len(RandomUnderSampler().fit_resample(rows, Y)[0]) == 12


@pytest.mark.parametrize("missing", [np.nan, None], ids=["NaN", "None"])
def test_imputing_in_a_pipeline_is_a_way_out_of_missing_numbers(missing):
    pd = pytest.importorskip("pandas")
    rows = pd.DataFrame(X, columns=["a", "b", "c"])
    rows["b"] = rows["b"].astype("Float64" if missing is None else float)
    rows.loc[3, "b"] = missing
    message = _message(SMOTE(k_neighbors=3), rows, Y)
    assert "SimpleImputer" in message
    assert "'b'" in message
    assert "row 3" in message
    steps = make_pipeline(
        SimpleImputer().set_output(transform="pandas"), SMOTE(k_neighbors=3, random_state=0)
    )
    rows["b"] = rows["b"].astype(float)
    assert len(steps.fit_resample(rows, Y)[0]) == 90


def test_encoding_in_a_pipeline_is_a_way_out_of_strings():
    rows = np.array([["red", "round"], ["blue", "flat"]])[Y % 2]
    assert "OneHotEncoder" in _message(SMOTE(k_neighbors=3), rows, Y)
    steps = make_pipeline(OneHotEncoder(), SMOTE(k_neighbors=3, random_state=0))
    assert steps.fit_resample(rows, Y)[0].shape == (90, 4)


def test_the_smotenc_that_the_message_names_exists():
    message = _message(SMOTE(k_neighbors=3), _with("red"), Y)
    assert "SMOTENC" in message
    if not hasattr(over_sampling, "SMOTENC"):
        assert "imbalanced-learn" in message


def test_columns_beyond_the_first_few_are_counted():
    rows = np.full((44, 30), "a", dtype=object)
    message = _message(SMOTE(k_neighbors=3), rows, Y)
    assert "0, 1, 2, 3, 4 and 25 more" in message
    missing = np.full((44, 30), np.nan)
    message = _message(SMOTE(k_neighbors=3), missing, Y)
    assert "and 25 more" in message
    assert "rows 0, 1, 2, 3, 4, ..." in message
    assert len(message) < 700


def test_every_kind_of_column_that_is_no_number_is_told_once():
    pd = pytest.importorskip("pandas")
    rows = pd.DataFrame(
        {
            "colour": ["red"] * 44,
            "shape": ["flat"] * 44,
            "when": pd.date_range("2020-01-01", periods=44),
            "size": X[:, 0],
        }
    )
    message = _message(SMOTE(k_neighbors=3), rows, Y)
    assert "'colour', 'shape'" in message
    assert "'when': datetime64" in message
    assert "'size'" not in message


@pytest.mark.parametrize("unit", ["D", "s", "us", "ns"])
def test_dates_as_labels_are_named_as_dates(unit):
    y = (np.datetime64("2020-01-01") + Y).astype(f"M8[{unit}]")
    message = _message(SMOTE(k_neighbors=5), X, y)
    assert "2020" in message
    assert "4 rows" in message


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (np.array([7, 8, 9]), "9"),
        (np.array([7.0, 8.0, 9.0]), "9.0"),
        (np.array(["a", "b", "c c"]), "'c c'"),
        (np.array([b"a", b"b", b"c"]), "b'c'"),
        (np.array(["a", "b", "c"], dtype=np.dtypes.StringDType()), "'c'"),
    ],
)
def test_a_class_is_shown_as_a_plain_python_label(labels, shown):
    message = _message(SMOTE(k_neighbors=5), X, labels[Y])
    assert f"Class {shown} has 4 rows" in message
    assert "np." not in message


def test_an_object_that_is_no_number_is_shown_with_its_column():
    rows = X.astype(object)
    rows[3, 1] = {"a": 1}
    message = _message(SMOTE(k_neighbors=3), rows, Y, error=(TypeError, ValueError))
    assert "Column 1" in message or "column 1" in message
    assert "dict" in message


def test_y_that_is_missing_is_told_by_the_samplers_name(sampler):
    assert type(sampler).__name__ in _message(sampler, X, None)


def test_typos_in_parameters_are_refused():
    with pytest.raises(TypeError, match="k_neighbours"):
        SMOTE(k_neighbours=5)
    with pytest.raises(ValueError, match="k_neighbours"):
        SMOTE().set_params(k_neighbours=5)
