"""Metrics for imbalanced classes, imbalanced-learn's among them."""

from imblearn.metrics import (
    classification_report_imbalanced,
    geometric_mean_score,
    macro_averaged_mean_absolute_error,
    make_index_balanced_accuracy,
    sensitivity_score,
    sensitivity_specificity_support,
    specificity_score,
)

from balancekit.metrics._balanced_error import balanced_error
from balancekit.metrics._brier_skill_score import brier_skill_score
from balancekit.metrics._calibration import (
    calibration_intercept,
    calibration_slope,
    calibration_slope_and_intercept,
)
from balancekit.metrics._expected_cost import expected_cost
from balancekit.metrics._mean_one_vs_rest_roc_auc import mean_one_vs_rest_roc_auc
from balancekit.metrics._per_class_recall import per_class_recall
from balancekit.metrics._precision_at_recall import precision_at_recall
from balancekit.metrics._scorers import (
    balanced_error_scorer,
    brier_skill_score_scorer,
    calibration_intercept_scorer,
    calibration_slope_scorer,
    make_expected_cost_scorer,
    make_precision_at_recall_scorer,
    mean_one_vs_rest_roc_auc_scorer,
)

__all__ = [
    "balanced_error",
    "balanced_error_scorer",
    "brier_skill_score",
    "brier_skill_score_scorer",
    "calibration_intercept",
    "calibration_intercept_scorer",
    "calibration_slope",
    "calibration_slope_and_intercept",
    "calibration_slope_scorer",
    "classification_report_imbalanced",
    "expected_cost",
    "geometric_mean_score",
    "macro_averaged_mean_absolute_error",
    "make_expected_cost_scorer",
    "make_index_balanced_accuracy",
    "make_precision_at_recall_scorer",
    "mean_one_vs_rest_roc_auc",
    "mean_one_vs_rest_roc_auc_scorer",
    "per_class_recall",
    "precision_at_recall",
    "sensitivity_score",
    "sensitivity_specificity_support",
    "specificity_score",
]
