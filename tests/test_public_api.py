"""The public names, written down: a change here is a change for users."""

import importlib
import inspect

import pytest

import balancekit
from balancekit.testing import all_samplers

PUBLIC = {
    "balancekit": [
        "FunctionSampler",
        "__version__",
        "compare",
        "combine",
        "comparison",
        "compose",
        "datasets",
        "deep",
        "ensemble",
        "exceptions",
        "metrics",
        "model_selection",
        "neighbors",
        "over_sampling",
        "pipeline",
        "testing",
        "thresholding",
        "under_sampling",
        "utils",
        "warm_up",
    ],
    "balancekit.comparison": ["Comparison", "compare"],
    "balancekit.compose": ["ResampledClassifier"],
    "balancekit.datasets": [
        "fetch_datasets",
        "load_idx",
        "load_mnist",
        "make_imbalance",
        "make_linear_imbalance",
        "make_step_imbalance",
    ],
    "balancekit.deep": [
        "MLP",
        "Autoencoder",
        "AutoencoderNoveltyDetector",
        "BalancedNetClassifier",
        "Phase",
        "batches",
        "losses",
    ],
    "balancekit.deep.losses": [
        "AsymmetricLoss",
        "BalancedSoftmaxLoss",
        "BatchLoss",
        "ClassBalancedLoss",
        "CostScaledOutputLoss",
        "CostScaledRateLoss",
        "CostWeightedErrorLoss",
        "CrossEntropyLoss",
        "DiceLoss",
        "FocalLoss",
        "GHMCLoss",
        "LDAMLoss",
        "LogitAdjustedLoss",
        "OnlineHardExamples",
        "SampleLoss",
        "TverskyLoss",
        "WeightedCrossEntropyLoss",
        "initial_bias",
        "resolve_loss",
    ],
    "balancekit.deep.batches": [
        "AugmentedBatches",
        "BatchSampler",
        "ClassAwareBatches",
        "EpochSampler",
        "FunctionBatches",
        "NaturalBatches",
        "OverSampledBatches",
        "PlannedBatches",
        "UnderSampledBatches",
        "WeightedBatches",
        "epoch_generator",
        "resolve_batches",
    ],
    "balancekit.ensemble": [
        "BalanceCascadeClassifier",
        "BalancedBaggingClassifier",
        "BalancedRandomForestClassifier",
        "BootstrappedClassifier",
        "DataBoostIMClassifier",
        "EasyEnsembleClassifier",
        "RUSBoostClassifier",
        "SMOTEBoostClassifier",
    ],
    "balancekit.exceptions": ["ShortfallWarning", "raise_isinstance_error"],
    "balancekit.metrics": [
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
    ],
    "balancekit.neighbors": ["NearestNeighbors"],
    "balancekit.combine": ["SMOTEENN", "SMOTETomek", "SamplerChain"],
    "balancekit.over_sampling": [
        "ADASYN",
        "BorderlineSMOTE",
        "ClusterOverSampler",
        "KMeansSMOTE",
        "RandomOverSampler",
        "SMOTE",
        "SMOTEN",
        "SMOTENC",
        "SVMSMOTE",
    ],
    "balancekit.testing": [
        "CONTAINERS",
        "all_samplers",
        "check_sampler",
        "from_numpy",
        "make_blobs_of_sizes",
        "sampler_checks",
        "to_numpy",
    ],
    "balancekit.thresholding": [
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
    ],
    "balancekit.under_sampling": [
        "AllKNN",
        "ClusterCentroids",
        "CondensedNearestNeighbour",
        "EditedNearestNeighbours",
        "GeneralizedEditing",
        "HardNegativeMining",
        "InstanceHardnessThreshold",
        "NearMiss",
        "NeighbourhoodCleaningRule",
        "OneSidedSelection",
        "RandomUnderSampler",
        "RepeatedEditedNearestNeighbours",
        "RestrictedDecontamination",
        "TomekLinks",
    ],
}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names_are_these(module):
    assert sorted(importlib.import_module(module).__all__) == sorted(PUBLIC[module])


@pytest.mark.parametrize("sampler", all_samplers())
def test_parameters_are_documented_in_order_and_keyword_only(sampler):
    parameters = inspect.signature(sampler).parameters
    # A chain reads best with its samplers first; the others are imbalanced-learn's.
    positional = {"samplers", "categorical_features", "categorical_encoder"}
    named = [p for name, p in parameters.items() if name not in positional]
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in named)
    section = inspect.getdoc(sampler).split("Parameters\n----------\n")[1].split("Attributes\n")[0]
    documented = [line.split(" : ")[0] for line in section.splitlines() if " : " in line]
    assert documented[: len(parameters)] == list(parameters)


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert version("balancekit") == balancekit.__version__
