import numpy as np
import pytest
from imblearn.over_sampling import SMOTE as IncumbentSMOTE
from imblearn.pipeline import make_pipeline as make_imblearn_pipeline
from imblearn.under_sampling import RandomUnderSampler as IncumbentUnderSampler
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV, cross_validate
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from balancekit.compose import ResampledClassifier
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import RandomUnderSampler

X, y = make_blobs_of_sizes((120, 30))


class Recorder(ClassifierMixin, BaseEstimator):
    """Predicts the first class and keeps what it was fitted on."""

    def fit(self, X, y, sample_weight=None, names=None, depth=None):
        self.X_, self.y_, self.sample_weight_, self.names_ = X, y, sample_weight, names
        self.depth_ = depth
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def test_the_classifier_is_fitted_on_resampled_rows_and_predicts_on_given_ones():
    model = ResampledClassifier(RandomUnderSampler(random_state=0), Recorder()).fit(X, y)
    assert_array_equal(np.bincount(model.estimator_.y_), [30, 30])
    assert model.predict(X).shape == (150,)
    assert model.score(X, y) == 0.8


@pytest.mark.parametrize("sampler", [None, "passthrough"])
def test_without_a_sampler_it_is_the_classifier(sampler):
    model = ResampledClassifier(sampler, LogisticRegression()).fit(X, y)
    assert_array_equal(model.predict_proba(X), LogisticRegression().fit(X, y).predict_proba(X))
    assert model.sampler_ is None
    assert_array_equal(model.effective_prior_, model.natural_prior_)


def test_priors_are_class_shares_before_and_after():
    X3, y3 = make_blobs_of_sizes((60, 30, 10))
    strategy = {"c": 30}
    model = ResampledClassifier(
        RandomOverSampler(sampling_strategy=strategy, random_state=0), GaussianNB()
    ).fit(X3, np.array(["a", "b", "c"])[y3])
    assert_allclose(model.natural_prior_, [0.6, 0.3, 0.1])
    assert_allclose(model.effective_prior_, [0.5, 0.25, 0.25])
    assert_allclose(model.effective_prior_, model.estimator_.class_prior_)


def test_weights_follow_the_rows():
    weight = np.arange(150.0)
    model = ResampledClassifier(SMOTE(random_state=0), Recorder()).fit(X, y, sample_weight=weight)
    assert_array_equal(model.estimator_.sample_weight_, weight[model.sampler_.sample_indices_])
    assert_allclose(model.natural_prior_, np.bincount(y, weight) / weight.sum())
    carried = model.estimator_.sample_weight_
    expected = np.bincount(model.estimator_.y_, carried) / carried.sum()
    assert_allclose(model.effective_prior_, expected)


def test_a_row_of_zero_weight_does_not_matter_to_the_classifier():
    weight = np.ones(150)
    weight[:5] = 0
    moved = X.copy()
    moved[:5] += 3
    sampler = RandomOverSampler(random_state=0)
    fits = [
        ResampledClassifier(sampler, LogisticRegression()).fit(features, y, sample_weight=weight)
        for features in (X, moved)
    ]
    assert_allclose(fits[0].predict_proba(X), fits[1].predict_proba(X))


def test_any_row_aligned_argument_is_carried_and_others_pass():
    names = [f"row {i}" for i in range(150)]
    model = ResampledClassifier(RandomUnderSampler(random_state=0), Recorder())
    model.fit(X, y, names=names, depth=3)
    assert model.estimator_.names_ == [names[i] for i in model.sampler_.sample_indices_]
    assert model.estimator_.depth_ == 3


def test_metadata_routing_carries_weights_through_a_pipeline():
    weight = np.random.RandomState(0).uniform(size=150)
    with config_context(enable_metadata_routing=True):
        inner = Recorder().set_fit_request(sample_weight=True)
        classifier = ResampledClassifier(SMOTE(random_state=0), inner)
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        model = make_pipeline(scaler, classifier).fit(X, y, sample_weight=weight)
    fitted = model[-1]
    assert_array_equal(fitted.estimator_.sample_weight_, weight[fitted.sampler_.sample_indices_])


def test_metadata_that_nobody_asked_for_is_refused():
    with config_context(enable_metadata_routing=True):
        model = ResampledClassifier(SMOTE(), LogisticRegression())
        with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
            model.fit(X, y, sample_weight=np.ones(150))


def test_samplers_of_imbalanced_learn_serve_too():
    weight = np.arange(150.0)
    model = ResampledClassifier(IncumbentUnderSampler(random_state=0), Recorder())
    model.fit(X, y, sample_weight=weight)
    assert_array_equal(model.estimator_.sample_weight_, weight[model.sampler_.sample_indices_])


def test_a_sampler_that_loses_track_of_rows_cannot_carry():
    model = ResampledClassifier(IncumbentSMOTE(random_state=0), Recorder())
    assert model.fit(X, y).estimator_.sample_weight_ is None
    with pytest.raises(ValueError, match=r"sample_weight cannot follow.*SMOTE does not report"):
        model.fit(X, y, sample_weight=np.ones(150))


def test_a_classifier_without_weights_is_named():
    with pytest.raises(ValueError, match=r"KNeighborsClassifier\.fit does not take it"):
        ResampledClassifier(None, KNeighborsClassifier()).fit(X, y, sample_weight=np.ones(150))


class Dropper(BaseEstimator):
    """Loses a class."""

    def fit_resample(self, X, y):
        return X[y == 0], y[y == 0]


def test_a_class_that_the_sampler_loses_is_named():
    with pytest.raises(ValueError, match="left no row of class 1"):
        ResampledClassifier(Dropper(), GaussianNB()).fit(X, y)


def test_indicators_are_refused_and_columns_warn():
    with pytest.raises(ValueError, match="y has 2 columns"):
        ResampledClassifier(None, GaussianNB()).fit(X, np.eye(2)[y])
    with pytest.warns(Warning, match="column-vector y was passed"):
        ResampledClassifier(None, GaussianNB()).fit(X, y[:, None])


def test_only_methods_of_the_classifier_are_there():
    model = ResampledClassifier(None, LinearSVC())
    assert hasattr(model, "decision_function")
    assert not hasattr(model, "predict_proba")
    assert not hasattr(model, "predict_log_proba")


def test_grid_search_reaches_the_sampler_and_may_leave_it_out():
    pipeline = make_pipeline(
        StandardScaler(), ResampledClassifier(SMOTE(random_state=0), LogisticRegression())
    )
    inside = "resampledclassifier__sampler"
    search = GridSearchCV(
        pipeline,
        [{f"{inside}__k_neighbors": [2, 4]}, {inside: [None, RandomOverSampler(random_state=0)]}],
        scoring="roc_auc",
        cv=3,
    ).fit(X, y)
    assert len(search.cv_results_["params"]) == 4
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize(
    "outer",
    [
        lambda inner: CalibratedClassifierCV(inner, cv=3),
        lambda inner: TunedThresholdClassifierCV(inner, cv=3),
        lambda inner: StackingClassifier([("resampled", inner)], cv=3),
        lambda inner: make_pipeline(StandardScaler(), inner),
    ],
    ids=["calibration", "threshold", "stack", "pipeline"],
)
def test_it_stands_inside_other_estimators(outer):
    inner = ResampledClassifier(SMOTE(random_state=0), LogisticRegression())
    scores = cross_validate(outer(inner), X, y, cv=3, scoring="roc_auc", error_score="raise")
    assert (scores["test_score"] > 0.6).all()


def test_it_equals_imbalanced_learns_pipeline():
    ours = ResampledClassifier(SMOTE(random_state=0), LogisticRegression()).fit(X, y)
    theirs = make_imblearn_pipeline(SMOTE(random_state=0), LogisticRegression()).fit(X, y)
    assert_array_equal(ours.predict_proba(X), theirs.predict_proba(X))


def test_data_frames_reach_the_classifier_as_data_frames():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(X, columns=list("abcdef"))
    model = ResampledClassifier(SMOTE(random_state=0), Recorder()).fit(frame, pd.Series(y))
    assert list(model.estimator_.X_.columns) == list("abcdef")
    fitted = clone(model).set_params(estimator=LogisticRegression()).fit(frame, pd.Series(y))
    assert list(fitted.feature_names_in_) == list("abcdef")
    assert fitted.n_features_in_ == 6


def test_parameters_of_the_wrong_kind_are_named():
    with pytest.raises(ValueError, match="'sampler' parameter of ResampledClassifier"):
        ResampledClassifier(StandardScaler(), GaussianNB()).fit(X, y)
    with pytest.raises(ValueError, match="'estimator' parameter of ResampledClassifier"):
        ResampledClassifier(None, SMOTE()).fit(X, y)
