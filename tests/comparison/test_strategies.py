import numpy as np
import pytest
from imblearn.over_sampling import ADASYN
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from balancekit.comparison.scoring import METRICS
from balancekit.comparison.splits import InnerFolds
from balancekit.comparison.strategies import (
    NOTHING,
    PRIOR,
    TUNED,
    ClassWeight,
    Smote,
    choose_strategies,
)
from balancekit.compose import ResampledClassifier
from balancekit.over_sampling import SMOTE

PIPELINE = make_pipeline(StandardScaler(), LogisticRegression())
FOLDS = InnerFolds(np.repeat([0, 1], [12, 6]), None, seed=0)
ALL = [
    "nothing",
    "nothing + tuned threshold",
    "prior correction",
    "class weight",
    "random under-sampling",
    "random over-sampling",
    "SMOTE",
]


def _names(strategies):
    return [strategy.name for strategy in choose_strategies(strategies)]


def test_the_references_are_always_there_and_first():
    assert _names(None) == ALL
    assert _names([]) == ALL[:2]
    assert _names(["SMOTE", "nothing", "SMOTE"]) == [*ALL[:2], "SMOTE"]
    assert _names(["tuned threshold", "class weight"]) == [*ALL[:2], "class weight"]
    assert _names(["prior correction"]) == ALL[:3]
    assert _names(["nothing + tuned threshold"]) == ALL[:2]
    assert _names({"mine": SMOTE()}) == [*ALL[:2], "mine"]


@pytest.mark.parametrize(
    ("strategies", "kind", "message"),
    [
        (
            ["SMOTH"],
            ValueError,
            "'SMOTH', which is unknown. Known are 'tuned threshold', 'nothing'",
        ),
        ({"nothing": SMOTE()}, ValueError, "'nothing'; that is a reference"),
        ({"prior correction": SMOTE()}, ValueError, "'prior correction'; that is a rule for dec"),
        ({3: SMOTE()}, TypeError, "3 is no name"),
        ({"mine": SMOTE}, TypeError, r"strategies\['mine'\] needs to be a sampler"),
        ({"mine": LogisticRegression()}, TypeError, "a sampler with fit_resample"),
        ("SMOTE", TypeError, "a list of names"),
        (3, TypeError, "a list of names"),
    ],
)
def test_what_is_no_strategy_is_refused(strategies, kind, message):
    with pytest.raises(kind, match=message):
        choose_strategies(strategies)


def test_every_strategy_is_an_unfitted_estimator_that_leaves_the_pipeline_alone():
    for strategy in choose_strategies(None):
        estimator = strategy.build(PIPELINE, FOLDS)
        assert estimator is not PIPELINE
        assert hasattr(estimator, "predict_proba")
    assert PIPELINE[-1].class_weight is None


def test_sampling_takes_place_between_the_preprocessing_and_the_classifier():
    sampler = ADASYN(n_neighbors=3)
    (mine,) = choose_strategies({"mine": sampler})[2:]
    estimator = mine.build(PIPELINE, FOLDS)
    assert isinstance(estimator[0], StandardScaler)
    assert isinstance(estimator[-1], ResampledClassifier)
    assert isinstance(estimator[-1].sampler, ADASYN)
    assert estimator[-1].sampler is not sampler


def test_a_threshold_of_probabilities_is_tuned_if_there_are_any():
    assert TUNED.build(PIPELINE, FOLDS).method == "predict_proba"
    assert TUNED.build(make_pipeline(LinearSVC()), FOLDS).method == "decision_function"


def test_the_threshold_is_tuned_for_the_metric_that_judges():
    goals = {metric.key: TUNED.version_for(metric).tuned_for for metric in METRICS}
    assert goals.pop("mcc") == "matthews_corrcoef"
    assert set(goals.values()) == {"balanced_accuracy"}
    mcc = next(metric for metric in METRICS if metric.key == "mcc")
    assert TUNED.version_for(mcc).build(PIPELINE, FOLDS).rule.metric == "matthews_corrcoef"
    assert NOTHING.version_for(mcc) is NOTHING


def test_the_prior_is_corrected_in_one_fit_that_sees_all_rows():
    estimator = PRIOR.build(PIPELINE, FOLDS)
    ((train, test),) = estimator.cv.split(np.zeros((18, 1)), FOLDS.codes)
    assert train.tolist() == test.tolist() == list(range(18))
    assert estimator.cv.get_n_splits() == 1
    assert not estimator.refit
    assert "cv=AllRows()" in repr(estimator)


def test_the_prior_is_not_corrected_without_probabilities():
    strategy, note = PRIOR.adapt(make_pipeline(LinearSVC()), 10)
    assert strategy is None
    assert note == "prior correction skipped: LinearSVC has no predict_proba"
    assert PRIOR.adapt(PIPELINE, 10) == (PRIOR, "")


def test_class_weight_is_skipped_where_there_is_none():
    strategy, note = ClassWeight().adapt(make_pipeline(GaussianNB()), 10)
    assert strategy is None
    assert note == "class weight skipped: GaussianNB has no class_weight"
    weighted, note = ClassWeight().adapt(PIPELINE, 10)
    assert weighted.build(PIPELINE, FOLDS)[-1].class_weight == "balanced"
    assert note == ""


def test_weights_that_the_user_gave_are_pointed_out():
    _, note = ClassWeight().adapt(make_pipeline(LogisticRegression(class_weight={1: 9})), 10)
    assert "itself has class_weight={1: 9}; all but 'class weight'" in note


@pytest.mark.parametrize(("n_smallest", "k"), [(6, 5), (5, 4), (2, 1)])
def test_smote_uses_as_many_neighbours_as_there_are(n_smallest, k):
    strategy, note = Smote().adapt(PIPELINE, n_smallest)
    assert strategy.name == "SMOTE"
    assert strategy.sampler.k_neighbors == k
    assert (note == "") == (k == 5)
    if k < 5:
        assert f"SMOTE uses {k} neighbour" in note
        assert f"{n_smallest} rows" in note


def test_nothing_is_the_pipeline_itself():
    assert repr(NOTHING.build(PIPELINE, FOLDS)) == repr(PIPELINE)
