import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import load_digits
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from balancekit import compare

QUICK = {"cv": 2, "n_repeats": 1}
BARE = {**QUICK, "strategies": []}


class Spy(BaseEstimator):
    """A sampler that writes down which rows it sees, and changes nothing."""

    seen: list = []  # noqa: RUF012

    def fit_resample(self, X, y):
        self.seen.append(X[:, 0].astype(int).tolist())
        return X, y


def test_a_sampler_sees_the_training_rows_of_its_split_and_no_others():
    X = np.arange(60.0)[:, None]
    y = np.repeat([0, 1], [40, 20])
    splits = list(StratifiedKFold(3, shuffle=True, random_state=0).split(X, y))
    Spy.seen.clear()
    compare(X, y, estimator=LogisticRegression(), strategies={"spy": Spy()}, cv=splits)
    assert Spy.seen == [train.tolist() for train, _ in splits]


def test_labels_of_test_rows_change_no_prediction(small):
    X, y = small
    train, test = np.arange(100), np.arange(100, 150)
    turned = y.copy()
    turned[test] = 1 - turned[test]
    splits = [(train, test)] * 2
    real, other = (compare(X, labels, cv=splits, random_state=1) for labels in (y, turned))
    for name in real.strategies:
        # The same predictions against opposite labels.
        for key in ("roc_auc", "balanced_accuracy"):
            np.testing.assert_allclose(
                real.scores[name][key], 1 - np.asarray(other.scores[name][key])
            )


@pytest.mark.thorough
def test_scores_do_not_depend_on_the_container(small, same_scores):
    X, y = small
    names = list("abcd")
    expected = compare(X, y, **BARE)
    frame = pd.DataFrame(X, columns=names)
    for rows, labels in [
        (frame, pd.Series(y)),
        (pl.DataFrame(X, schema=names), pl.Series(y)),
        (X.tolist(), y.tolist()),
        (frame.convert_dtypes(), y.astype(str)),
    ]:
        assert same_scores(expected, compare(rows, labels, **BARE))


def test_sparse_rows_are_compared(small):
    X, y = small
    result = compare(sparse.csr_array(np.where(X > 0, X, 0)), y, **QUICK)
    assert result.scores["SMOTE"]["roc_auc"].mean() > 0.6


def test_missing_and_nominal_values_are_handled_inside_the_folds(small):
    X, y = small
    frame = pd.DataFrame(X.copy(), columns=list("abcd"))
    frame.loc[::7, "a"] = np.nan
    frame["city"] = np.where(y == 1, "Rome", "Bern")
    frame.loc[::5, "city"] = None
    frame["rare"] = [f"value {row // 2}" for row in range(len(y))]
    result = compare(frame, y, **QUICK)
    assert result.scores["SMOTE"]["roc_auc"].mean() > 0.9
    assert result.data.columns["nominal"] == ["city", "rare"]


def test_columns_of_dates_are_dropped_with_a_warning(small):
    X, y = small
    frame = pd.DataFrame(X[:, :1], columns=["a"]).assign(
        day=pd.Timestamp("2020-01-01"), empty=np.nan
    )
    expected = r"columns not used: 'day' \(dates or times\), 'empty' \(no value at all\)"
    with pytest.warns(UserWarning, match=expected + "; to use dates, turn them into numbers"):
        result = compare(frame, y, **BARE)
    assert result.data.columns == {"numeric": ["a"], "nominal": [], "dropped": ["day", "empty"]}


def test_many_classes_become_one_against_the_rest():
    X, y = load_digits(return_X_y=True)
    rarest = compare(X[:300], y[:300], **BARE)
    assert len(rarest.data.rest) == 9
    eight = compare(X[:300], y[:300], positive=8, **BARE)
    assert eight.data.positive == 8
    assert eight.data.n_positive == (y[:300] == 8).sum()


def test_string_labels_score_as_numbers_do(small, same_scores):
    X, y = small
    words = np.where(y == 1, "ill", "well")
    assert same_scores(compare(X, y, **QUICK), compare(X, words, positive="ill", **QUICK))


def test_groups_stay_together(small):
    X, y = small
    Spy.seen.clear()
    groups = np.arange(150) // 3
    numbered = np.column_stack([np.arange(150.0), X])
    result = compare(
        numbered,
        y,
        groups=groups,
        estimator=LogisticRegression(max_iter=1000),
        strategies={"spy": Spy()},
        **QUICK,
    )
    assert result.data.n_groups == 50
    for rows in Spy.seen:
        assert not set(groups[rows]) & set(np.delete(groups, rows))


def test_a_pipeline_of_the_users_reads_its_own_columns(small):
    X, y = small
    frame = pd.DataFrame(X, columns=list("abcd")).assign(city=np.where(X[:, 0] > 0, "x", "y"))
    columns = make_column_transformer(
        (OneHotEncoder(), make_column_selector(dtype_include=["object", "string"])),
        remainder="passthrough",
    )
    pipeline = make_pipeline(columns, LogisticRegression(max_iter=500))
    result = compare(frame, y, estimator=pipeline, **QUICK)
    assert "columns read by the estimator" in str(result)
    assert result.scores["SMOTE"]["roc_auc"].mean() > 0.6


def test_texts_are_compared_through_a_pipeline():
    texts = [f"good fine {i % 7}" for i in range(40)] + [f"bad poor {i % 5}" for i in range(20)]
    pipeline = make_pipeline(CountVectorizer(), MultinomialNB())
    result = compare(texts, ["+"] * 40 + ["-"] * 20, estimator=pipeline, **QUICK)
    assert result.scores["random over-sampling"]["roc_auc"].mean() == 1


def test_the_estimators_take_the_users_data_and_predict(small):
    X, y = small
    frame = pd.DataFrame(X, columns=list("abcd")).assign(city=np.where(X[:, 0] > 0, "x", "y"))
    result = compare(frame, y, groups=np.arange(150) // 2, **QUICK)
    for estimator in result.estimators.values():
        assert set(estimator.fit(frame, y).predict(frame)) == {0, 1}


@pytest.mark.torch
def test_tensors_score_as_arrays_do(small, same_scores):
    torch = pytest.importorskip("torch")
    X, y = small
    tensors = torch.tensor(X, requires_grad=True), torch.tensor(y)
    assert same_scores(compare(X, y, **BARE), compare(*tensors, **BARE))
    halves = compare(torch.tensor(X).bfloat16(), y, **BARE)
    assert halves.data.columns["numeric"] == ["0", "1", "2", "3"]
