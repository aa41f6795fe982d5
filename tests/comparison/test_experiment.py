import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Perceptron, RidgeClassifier
from sklearn.metrics import matthews_corrcoef
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB

import balancekit
from balancekit import compare
from balancekit.comparison import Comparison
from balancekit.comparison.problem import read_target
from balancekit.comparison.splits import outer_folds
from balancekit.over_sampling import SMOTE, RandomOverSampler

QUICK = {"cv": 2, "n_repeats": 1}
BARE = {**QUICK, "strategies": []}


class Brittle(BaseEstimator):
    def fit_resample(self, X, y):
        msg = "cannot be sampled"
        raise ValueError(msg)


class Nervous(ClassifierMixin, BaseEstimator):
    """Warns whenever it is fitted."""

    def fit(self, X, y):
        import warnings

        warnings.warn("did not\nconverge", RuntimeWarning, stacklevel=2)
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        positive = 1 / (1 + np.exp(-X[:, 0]))
        return np.column_stack([1 - positive, positive])

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def test_all_strategies_are_scored_on_all_splits(comparison):
    assert isinstance(comparison, Comparison)
    assert comparison.strategies == [
        "nothing",
        "nothing + tuned threshold",
        "prior correction",
        "class weight",
        "random under-sampling",
        "random over-sampling",
        "SMOTE",
    ]
    for by_metric in comparison.scores.values():
        assert all(len(scores) == 6 for scores in by_metric.values())
    assert all((times > 0).all() for times in comparison.times.values())
    assert comparison.test_train_ratio == pytest.approx(1 / 2)
    assert comparison.notes == []


def test_a_threshold_changes_neither_ranking_nor_probabilities(comparison):
    nothing, tuned = (comparison.scores[name] for name in comparison.strategies[:2])
    for key in ("pr_auc", "roc_auc", "brier"):
        assert np.array_equal(nothing[key], tuned[key])
    assert not np.array_equal(nothing["balanced_accuracy"], tuned["balanced_accuracy"])


@pytest.mark.parametrize(
    "estimator",
    [pytest.param("forest", marks=pytest.mark.slow), "boosting", RandomForestClassifier(10)],
)
def test_that_holds_for_estimators_that_draw_random_numbers_too(small, estimator):
    result = compare(*small, estimator=estimator, cv=2, n_repeats=1, strategies=[])
    nothing, tuned = (result.scores[name] for name in result.strategies)
    assert np.array_equal(nothing["brier"], tuned["brier"])


def test_scores_are_those_of_the_estimators_fitted_by_hand(small):
    X, y = small
    result = compare(X, y, estimator=GaussianNB(), cv=StratifiedKFold(3), strategies=[])
    by_hand = []
    for train, test in StratifiedKFold(3).split(X, y):
        model = GaussianNB().fit(X[train], y[train])
        by_hand.append(np.mean((model.predict_proba(X[test])[:, 1] - y[test]) ** 2))
    np.testing.assert_allclose(result.scores["nothing"]["brier"], by_hand)


def _best_threshold(scores, y, metric):
    """Try all, between neighbouring scores; of equally good ones, the widest gap."""
    scores_there = np.unique(scores)
    middles = (scores_there[1:] + scores_there[:-1]) / 2
    values = np.array([metric(y, scores >= middle) for middle in middles])
    gaps = np.where(np.isclose(values, values.max()), np.diff(scores_there), -1)
    return middles[gaps.argmax()]


def test_the_tuned_threshold_is_tuned_for_the_metric_that_judges(comparison, small):
    X, y = small
    mcc = []
    for number, (train, test) in enumerate(outer_folds(read_target(y), None, 3, 2, 0).splits):
        seed = np.random.RandomState(0).randint(2**31 - 1, size=6)[number]
        model = clone(comparison.estimators["nothing"])
        inner = StratifiedKFold(5, shuffle=True, random_state=seed)
        scored = cross_val_predict(model, X[train], y[train], cv=inner, method="predict_proba")
        threshold = _best_threshold(scored[:, 1], y[train], matthews_corrcoef)
        decided = model.fit(X[train], y[train]).predict_proba(X[test])[:, 1] >= threshold
        mcc.append(matthews_corrcoef(y[test], decided))
    np.testing.assert_allclose(comparison.scores["nothing + tuned threshold"]["mcc"], mcc)


@pytest.mark.thorough
def test_the_same_seed_gives_the_same_scores_and_another_seed_others(small, same_scores):
    first, again, other = (compare(*small, random_state=seed, **QUICK) for seed in (3, 3, 4))
    assert same_scores(first, again)
    assert not same_scores(first, other)


@pytest.mark.thorough
def test_a_seed_that_chance_chose_can_be_used_again(small, same_scores):
    chosen = compare(*small, random_state=None, **BARE)
    assert same_scores(chosen, compare(*small, random_state=chosen.seed, **BARE))
    generated = compare(*small, random_state=np.random.default_rng(5), **BARE)
    assert same_scores(generated, compare(*small, random_state=np.random.default_rng(5), **BARE))


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_a_seed_out_of_range_is_refused(small, seed):
    with pytest.raises(ValueError, match="a seed lies between 0 and 2147483647"):
        compare(*small, random_state=seed)


@pytest.mark.thorough
def test_scores_do_not_depend_on_the_number_of_processes(small, same_scores):
    alone, together = (compare(*small, n_jobs=n_jobs, **QUICK) for n_jobs in (None, 2))
    assert same_scores(alone, together)


@pytest.mark.thorough
def test_permuted_labels_show_no_reliable_difference():
    X, y = load_digits(return_X_y=True)
    permuted = np.random.RandomState(0).permutation(y == 8)[:500]
    result = compare(X[:500], permuted, n_repeats=1)
    assert "no reliable difference" in result.verdict.lower()
    better = [c for cells in result.cells.values() for c in cells.values() if c.verdict == "better"]
    assert better == []


def test_a_difference_that_is_there_is_found():
    rng = np.random.RandomState(0)
    X = np.concatenate([rng.randn(400, 2), rng.randn(40, 2) + 2.5])
    y = np.repeat([0, 1], [400, 40])
    harmful = {"useless": RandomOverSampler(sampling_strategy=1.0, shrinkage=50)}
    result = compare(X, y, strategies=harmful, n_repeats=1)
    assert "Reliably worse: useless on" in result.verdict
    assert result.cells["brier"]["useless"].verdict == "worse"


def test_samplers_of_ones_own_are_compared_by_name(small):
    result = compare(*small, strategies={"few": SMOTE(k_neighbors=2)}, **QUICK)
    assert result.strategies == ["nothing", "nothing + tuned threshold", "few"]
    assert result.estimators["few"][-1].sampler.k_neighbors == 2


def test_a_sampler_that_fails_is_named(small):
    with pytest.raises(ValueError, match="mine failed on split 1: cannot be sampled"):
        compare(*small, strategies={"mine": Brittle()}, **QUICK)


def test_smote_makes_do_with_a_small_class(small):
    X, y = small
    rows = np.concatenate([np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:5]])
    result = compare(X[rows], y[rows], **QUICK)
    assert "SMOTE uses 1 neighbour, not 5" in result.notes[0]
    assert "SMOTE" in result.strategies


@pytest.mark.thorough
def test_an_estimator_without_probabilities_has_no_brier_score(small):
    result = compare(*small, estimator=RidgeClassifier(), **QUICK)
    assert result.scores["nothing"]["brier"] is None
    assert "brier" not in result.cells
    assert len(result.findings) == 4
    assert result.scores["nothing"]["roc_auc"].mean() > 0.5


def test_class_weight_is_left_out_with_a_note_where_there_is_none(small):
    result = compare(*small, estimator=GaussianNB(), **QUICK)
    assert "class weight" not in result.strategies
    assert result.notes[0] == "class weight skipped: GaussianNB has no class_weight"


def test_warnings_of_estimators_become_one_note_each(small):
    result = compare(*small, estimator=Nervous(), **BARE)
    assert "nothing, 2 of 2 splits: RuntimeWarning: did not converge" in result.notes


def test_few_splits_are_pointed_out(small):
    assert "only 2 splits" in compare(*small, **BARE).notes[0]


def test_the_users_objects_are_not_changed(small):
    X, y = small
    estimator, sampler = RandomForestClassifier(5), SMOTE(k_neighbors=2)
    before = repr(estimator), repr(sampler)
    compare(X, y, estimator=estimator, strategies={"mine": sampler}, **QUICK)
    assert (repr(estimator), repr(sampler)) == before
    assert not hasattr(estimator, "estimators_")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y": np.zeros(149)}, "one class only"),
        ({"y": np.arange(149) % 2}, "X has 150 rows, y has 149 labels"),
        ({"groups": [1, 2]}, "groups has 2 entries"),
        ({"positive": "x"}, "positive='x' is no class"),
        ({"strategies": ["x"]}, "'x', which is unknown"),
        ({"estimator": "x"}, "'x' is unknown"),
        ({"cv": 1000}, "fewer than the 1000 folds"),
        ({"X": None}, "X is None; pass a data frame or an array with one row per label"),
        ({"y": None}, "y is None; pass a series, a list or an array with one label per row"),
    ],
)
def test_bad_input_is_refused_before_anything_is_fitted(small, changes, message):
    arguments = {"X": small[0], "y": small[1], **changes}
    X, y = arguments.pop("X"), arguments.pop("y")
    with pytest.raises(ValueError, match=message):
        compare(X, y, **arguments)


def test_a_bar_is_drawn_if_asked_for_and_on_a_terminal(small, capsys, monkeypatch):
    compare(*small, progress=True, **BARE)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    compare(*small, **BARE)
    assert capsys.readouterr().err == ""
    compare(*small, progress=True, **BARE)
    assert "balancekit compare:   0%" in capsys.readouterr().err


@pytest.mark.thorough
@pytest.mark.parametrize("none", [[], {}])
def test_the_references_alone_give_no_verdict_on_strategies(small, none):
    result = compare(*small, strategies=none, cv=3, n_repeats=2)
    assert result.verdict.startswith("No strategy was compared; there are only the references.")
    assert "PR AUC: nothing to judge against 'nothing'." in result.findings
    assert "no reliable difference" not in result.verdict.lower()


def test_a_decision_function_is_tuned_too(small):
    result = compare(*small, estimator=Perceptron(), **BARE)
    tuned, nothing = (result.scores[name]["pr_auc"] for name in result.strategies)
    assert np.array_equal(tuned, nothing)


@pytest.mark.thorough
def test_the_base_install_is_enough():
    code = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"pandas", "pyarrow", "matplotlib", "tqdm", "polars", "torch"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocker())
import numpy as np
from balancekit import compare
X, y = np.random.RandomState(0).randn(40, 2), np.repeat([0, 1], [28, 12])
print(compare(X, y, cv=2, n_repeats=1, progress=True).verdict)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "reliable" in run.stdout


def test_it_is_found_lazily_at_the_top():
    assert balancekit.compare is compare
