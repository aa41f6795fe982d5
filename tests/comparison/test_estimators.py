import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

from balancekit.comparison.estimators import NAMED, build_model, seeded, with_classifier

MIXED = pd.DataFrame({"age": [1.0, None, 3.0, 5.0], "city": ["a", "b", None, "a"]})


def test_only_the_logistic_model_needs_scaling():
    X = np.random.RandomState(0).randn(6, 2)
    steps = {name: list(build_model(name, X).pipeline.named_steps) for name in NAMED}
    assert steps["logistic"] == ["impute", "scale", "classifier"]
    assert steps["forest"] == steps["boosting"] == ["impute", "classifier"]


def test_columns_are_imputed_scaled_and_one_hot_encoded():
    model = build_model("logistic", MIXED)
    columns = model.pipeline[:-1].fit_transform(model.X)
    age = (np.array([1, 3, 3, 5]) - 3) / np.sqrt(2)
    np.testing.assert_allclose(columns[:, 0], age)
    # Rome, Bern and 'missing' have a column each.
    assert columns[:, 1:].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_the_pipeline_takes_the_users_own_frame_too():
    model = build_model("logistic", MIXED)
    coded = model.pipeline[:-1].fit_transform(model.X)
    np.testing.assert_array_equal(model.pipeline[:-1].fit_transform(MIXED), coded)


def test_a_classifier_gets_complete_numbers_as_they_are():
    X = np.zeros((4, 2), dtype=np.float32)
    model = build_model(RandomForestClassifier(), X)
    assert list(model.pipeline.named_steps) == ["classifier"]
    assert model.X is X
    assert model.name == "RandomForestClassifier"


def test_a_classifier_gets_other_columns_encoded_but_not_scaled():
    model = build_model(RandomForestClassifier(), MIXED)
    columns = model.pipeline[:-1].fit_transform(model.X)
    assert columns[:, 0].tolist() == [1, 3, 3, 5]


def test_a_pipeline_gets_everything_as_it_is():
    columns = make_column_transformer((OneHotEncoder(), ["city"]), (StandardScaler(), ["age"]))
    mine = make_pipeline(columns, LogisticRegression())
    model = build_model(mine, MIXED)
    assert model.X is MIXED
    assert model.features is None
    assert model.pipeline is not mine
    assert model.name == "LogisticRegression"


def test_sparse_rows_are_scaled_without_centring():
    X = sparse.random(20, 3, density=0.5, format="csr", random_state=0)
    model = build_model("logistic", X)
    assert sparse.issparse(model.pipeline[:-1].fit_transform(model.X))


def test_rare_categories_share_a_column():
    identifiers = pd.DataFrame({"number": range(500), "id": [f"r{i}" for i in range(500)]})
    model = build_model("logistic", identifiers)
    assert model.pipeline[:-1].fit_transform(model.X).shape == (500, 101)


def test_the_classifier_is_exchanged_and_the_rest_kept():
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    exchanged = with_classifier(pipeline, SVC())
    assert list(exchanged.named_steps) == ["standardscaler", "logisticregression"]
    assert isinstance(exchanged[-1], SVC)
    assert isinstance(pipeline[-1], LogisticRegression)


def test_seeds_are_set_where_there_are_none():
    pipeline = make_pipeline(StandardScaler(), RandomForestClassifier())
    assert seeded(pipeline, 3)[-1].random_state == 3
    assert seeded(RandomForestClassifier(random_state=8), 3).random_state == 8


class _Mute(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        return self


@pytest.mark.parametrize(
    ("estimator", "kind", "message"),
    [
        ("svm", ValueError, "'svm' is unknown; choose 'logistic', 'forest', 'boosting'"),
        (LogisticRegression, TypeError, "an instance"),
        (None, TypeError, "an instance"),
        (LinearRegression(), ValueError, "LinearRegression is none"),
        (_Mute(), ValueError, "_Mute has neither predict_proba nor decision_function"),
    ],
)
def test_what_is_no_classifier_is_refused(estimator, kind, message):
    with pytest.raises(kind, match=message):
        build_model(estimator, np.zeros((3, 2)))


def test_boosting_says_that_it_takes_no_sparse_rows():
    with pytest.raises(ValueError, match=r"X\.toarray\(\)"):
        build_model("boosting", sparse.eye_array(3))
