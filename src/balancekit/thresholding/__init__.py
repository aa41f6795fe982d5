"""Decisions from scores: priors, costs, and thresholds that serve a metric."""

from balancekit.thresholding._constrained_threshold import ConstrainedThreshold
from balancekit.thresholding._cost_matrix import CostMatrix
from balancekit.thresholding._cost_vector import CostVector
from balancekit.thresholding._curve import ThresholdCurve
from balancekit.thresholding._instance_weights import cost_weights
from balancekit.thresholding._logit_adjustment import LogitAdjustment
from balancekit.thresholding._meta_cost import MetaCostClassifier
from balancekit.thresholding._prior_correction import PriorCorrection
from balancekit.thresholding._rule import ThresholdRule
from balancekit.thresholding._threshold_moving import ThresholdMovingClassifier
from balancekit.thresholding._tuned_thresholds import TunedThresholds
from balancekit.thresholding._undersampling_correction import UndersamplingCorrection

__all__ = [
    "ConstrainedThreshold",
    "CostMatrix",
    "CostVector",
    "LogitAdjustment",
    "MetaCostClassifier",
    "PriorCorrection",
    "ThresholdCurve",
    "ThresholdMovingClassifier",
    "ThresholdRule",
    "TunedThresholds",
    "UndersamplingCorrection",
    "cost_weights",
]
