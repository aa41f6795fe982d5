"""Parameters: those of parts included, in searches, pipelines, clones and pickles."""

import pickle
import warnings

import joblib
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_array_equal  # noqa: E402
from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import FitFailedWarning, NotFittedError  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from tests.torch.net.cases import CODES, MANY_CODES, X_MANY, X, small, weights  # noqa: E402

from balancekit.deep import MLP, BalancedNetClassifier  # noqa: E402
from balancekit.deep.batches import ClassAwareBatches, PlannedBatches  # noqa: E402
from balancekit.deep.losses import FocalLoss  # noqa: E402
from balancekit.over_sampling import SMOTE  # noqa: E402


def test_parameters_of_parts_are_parameters():
    net = BalancedNetClassifier(module__hidden=(8, 4), optimizer__lr=0.1)
    assert net.get_params()["module__hidden"] == (8, 4)
    assert net.get_params(deep=False)["optimizer__lr"] == 0.1
    copied = clone(net)
    assert copied.get_params() == net.get_params()
    assert "module__hidden=(8, 4)" in repr(net)
    assert "optimizer__lr=0.1" in repr(net)
    assert "max_epochs" not in repr(net)


def test_parameters_set_later_are_those_of_the_constructor():
    later = BalancedNetClassifier().set_params(**small(module__hidden=5).get_params())
    assert_array_equal(weights(later.fit(X, CODES)), weights(small(module__hidden=5).fit(X, CODES)))
    assert later.module_.output.in_features == 5


def test_part_and_parameter_can_be_set_at_once():
    net = small().set_params(criterion__gamma=1.0, criterion="focal").fit(X, CODES)
    assert net.criterion_.gamma == 1.0


def test_a_parameter_of_none_is_passed_on():
    net = small(criterion="tversky").set_params(criterion__gamma=None)
    with pytest.raises(ValueError, match=r"gamma=None"):
        net.fit(X, CODES)


def test_unknown_parameters_are_refused_when_set():
    with pytest.raises(ValueError, match=r"Invalid parameter 'max_epoch'"):
        small().set_params(max_epoch=3)
    with pytest.raises(ValueError, match=r"Invalid parameter 'modul'"):
        small().set_params(modul__hidden=3)


def test_a_part_that_is_an_estimator_has_its_parameters_in_the_usual_way():
    net = small(batches=PlannedBatches(SMOTE(k_neighbors=3)))
    assert net.get_params()["batches__sampler__k_neighbors"] == 3
    net.set_params(batches__refresh=None, batches__sampler__k_neighbors=2)
    assert net.batches.sampler.k_neighbors == 2
    assert net.batches.refresh is None
    with pytest.raises(ValueError, match=r"Invalid parameter 'nonsense'"):
        net.set_params(batches__nonsense=1)


def test_a_sampler_as_a_part_is_cloned_with_the_net():
    net = small(batches=SMOTE(k_neighbors=3))
    copied = clone(net).set_params(batches__k_neighbors=2)
    assert net.batches.k_neighbors == 3
    assert copied.get_params()["batches__k_neighbors"] == 2


def test_part_set_and_its_parameter_at_once_for_an_estimator():
    net = small(batches="natural").set_params(
        batches__n_draws=9, batches=ClassAwareBatches(n_draws=3)
    )
    assert net.batches.n_draws == 9


def test_nets_survive_pickling_as_they_are():
    net = small(criterion="ldam", early_stopping=True).fit(X, CODES)
    again = pickle.loads(pickle.dumps(net))
    assert_array_equal(again.predict_proba(X), net.predict_proba(X))
    assert again.history_ == net.history_
    assert_array_equal(weights(again.partial_fit(X, CODES)), weights(net.partial_fit(X, CODES)))


def test_nets_survive_joblib(tmp_path):
    net = small(batches=SMOTE(k_neighbors=3)).fit(X, CODES)
    joblib.dump(net, tmp_path / "net.joblib")
    again = joblib.load(tmp_path / "net.joblib")
    assert_array_equal(again.predict_proba(X), net.predict_proba(X))


def test_a_clone_of_a_fitted_net_is_not_fitted():
    copied = clone(small().fit(X, CODES))
    with pytest.raises(NotFittedError):
        copied.predict(X)


def test_a_built_module_and_loss_are_cloned_with_the_net():
    net = small(MLP(4, 2, hidden=8), criterion=FocalLoss(gamma=1.0))
    assert_array_equal(weights(clone(net).fit(X, CODES)), weights(net.fit(X, CODES)))


def _search(net, grid, **arguments):
    return GridSearchCV(net, grid, cv=2, error_score="raise", **arguments)


def test_a_grid_runs_over_parts_and_their_parameters():
    grid = [
        {"module__hidden": [4, (6, 5)], "batches": ["natural", SMOTE(k_neighbors=2)]},
        {"criterion": ["focal"], "criterion__gamma": [0.5, 1.0], "batches": ["class_aware"]},
    ]
    search = _search(small(max_epochs=1), grid, refit=False).fit(X, CODES)
    assert len(search.cv_results_["params"]) == 6
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_net_that_is_refitted_is_the_one_of_the_best_parameters():
    search = _search(small(max_epochs=1), {"module__hidden": [3, 5]}, scoring="roc_auc")
    best = search.fit(X, CODES).best_estimator_
    expected = small(max_epochs=1, **search.best_params_).fit(X, CODES)
    assert_array_equal(weights(best), weights(expected))


def test_a_parameter_of_the_part_before_is_named():
    grid = {"criterion": ["focal", "dice"], "criterion__gamma": [1.0]}
    with pytest.raises(
        ValueError, match=r"criterion__gamma was passed, and DiceLoss takes no 'gamma'"
    ):
        _search(small(max_epochs=1), grid).fit(X, CODES)
    net = small(criterion="focal", criterion__gamma=1.0).set_params(criterion="dice")
    with pytest.raises(ValueError, match=r"takes no 'gamma'"):
        net.fit(X, CODES)
    del net.criterion__gamma
    net.fit(X, CODES)


def test_a_failing_fold_is_reported_as_scikit_learn_does():
    grid = {"criterion": ["focal", "nonsense"]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitFailedWarning)
        warnings.filterwarnings("ignore", "One or more of the test scores are non-finite")
        search = GridSearchCV(small(max_epochs=1), grid, cv=2).fit(X, CODES)
    assert search.best_params_ == {"criterion": "focal"}


def test_a_pipeline_scales_and_validates():
    pipeline = make_pipeline(StandardScaler(), small(criterion="balanced_softmax"))
    scores = cross_val_score(pipeline, X_MANY, MANY_CODES, cv=2, scoring="balanced_accuracy")
    assert scores.shape == (2,)
    pipeline.set_params(balancednetclassifier__module__hidden=3).fit(X, CODES)
    assert pipeline[-1].module_.output.in_features == 3


def test_fit_does_not_write_to_parameters():
    net = small(early_stopping=True, batches=SMOTE(k_neighbors=2), criterion=FocalLoss())
    before = {name: id(value) for name, value in net.get_params(deep=False).items()}
    net.fit(X, CODES)
    assert {name: id(value) for name, value in net.get_params(deep=False).items()} == before
    assert not hasattr(net.batches, "plan_")


@pytest.mark.slow
def test_jobs_give_the_same_scores_as_one_process():
    grid = {"module__hidden": [4, 6], "batches": ["natural", "class_aware"]}
    scores = [
        _search(small(), grid, n_jobs=n_jobs).fit(X, CODES).cv_results_["mean_test_score"]
        for n_jobs in (1, 2)
    ]
    assert_array_equal(*scores)
