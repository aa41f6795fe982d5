import numpy as np

from balancekit.comparison.judgement import judge
from balancekit.comparison.scoring import METRICS
from balancekit.comparison.words import finding, overall

NAMES = ["nothing", "nothing + tuned threshold", "class weight", "SMOTE"]
NOISE = np.array([0.001, -0.001, 0.002, 0.0, -0.002])
BY_KEY = {metric.key: metric for metric in METRICS}


def _cells(shifts):
    """Judge scores of one half, shifted by strategy and metric."""
    scores = {name: {metric.key: np.full(5, 0.5) for metric in METRICS} for name in NAMES}
    for (name, key), shift in shifts.items():
        scores[name][key] = 0.5 + shift + NOISE
    return judge(scores, 0.25)


def _finding(key, shifts):
    return finding(BY_KEY[key], _cells(shifts)[key])


def test_without_any_difference_both_kinds_of_sentence_say_so():
    assert _finding("mcc", {}) == "MCC: no reliable difference from nothing + tuned threshold."
    assert _finding("pr_auc", {}) == "PR AUC: no reliable difference from 'nothing'."
    assert overall(_cells({})) == (
        "No reliable difference in favour of any strategy: on none of the 5 metrics is any of "
        "them reliably better than its reference."
    )


def test_references_alone_leave_nothing_to_judge():
    scores = {name: {metric.key: np.full(5, 0.5) for metric in METRICS} for name in NAMES[:2]}
    for shift, metric in enumerate(METRICS):
        scores["nothing"][metric.key] = 0.5 - 0.1 * shift + NOISE
    cells = judge(scores, 0.25)
    assert finding(BY_KEY["roc_auc"], cells["roc_auc"]) == (
        "ROC AUC: nothing to judge against 'nothing'."
    )
    assert overall(cells) == (
        "No strategy was compared; there are only the references. On MCC, tuning the threshold is "
        "reliably better than leaving it."
    )


def test_differences_come_with_size_and_adjusted_p():
    assert _finding("balanced_accuracy", {("SMOTE", "balanced_accuracy"): 0.03}) == (
        "balanced accuracy: reliably better than nothing + tuned threshold: "
        "SMOTE (+0.030, p < .001)."
    )
    assert _finding("brier", {("SMOTE", "brier"): 0.006}) == (
        "Brier score: no strategy is reliably better than 'nothing'; reliably worse: "
        "SMOTE (+0.0060, p = .010)."
    )


def test_better_and_worse_strategies_are_both_named():
    shifts = {("SMOTE", "roc_auc"): 0.1, ("class weight", "roc_auc"): -0.1}
    assert _finding("roc_auc", shifts) == (
        "ROC AUC: reliably better than 'nothing': SMOTE (+0.100, p < .001); reliably worse: "
        "class weight (-0.100, p < .001)."
    )


def test_the_verdict_groups_strategies_by_their_metrics():
    shifts = {
        ("SMOTE", "pr_auc"): 0.1,
        ("SMOTE", "roc_auc"): 0.1,
        ("class weight", "pr_auc"): 0.1,
        ("class weight", "roc_auc"): 0.1,
        ("class weight", "brier"): 0.1,
    }
    assert overall(_cells(shifts)) == (
        "Reliably better than its reference: class weight and SMOTE on PR AUC and ROC AUC. "
        "Reliably worse: class weight on Brier score."
    )


def test_being_worse_alone_is_no_difference_in_favour():
    verdict = overall(_cells({("SMOTE", "brier"): 0.1}))
    assert verdict.startswith("No reliable difference in favour of any strategy")
    assert verdict.endswith("Reliably worse: SMOTE on Brier score.")


def test_the_default_threshold_is_not_taken_for_a_strategy_against_imbalance():
    verdict = overall(_cells({("nothing", "mcc"): 0.1, ("nothing", "balanced_accuracy"): -0.1}))
    assert verdict.startswith("No reliable difference in favour of any strategy")
    assert verdict.endswith(
        "On balanced accuracy, tuning the threshold is reliably better than leaving it. "
        "On MCC, leaving the threshold is reliably better than tuning it."
    )
