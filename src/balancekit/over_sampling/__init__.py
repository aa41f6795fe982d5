"""Samplers that add rows to the smaller classes."""

from balancekit.over_sampling._adasyn import ADASYN
from balancekit.over_sampling._borderline_smote import BorderlineSMOTE
from balancekit.over_sampling._cluster_over_sampler import ClusterOverSampler
from balancekit.over_sampling._kmeans_smote import KMeansSMOTE
from balancekit.over_sampling._random_over_sampler import RandomOverSampler
from balancekit.over_sampling._smote import SMOTE
from balancekit.over_sampling._smoten import SMOTEN
from balancekit.over_sampling._smotenc import SMOTENC
from balancekit.over_sampling._svm_smote import SVMSMOTE

__all__ = [
    "ADASYN",
    "SMOTE",
    "SMOTEN",
    "SMOTENC",
    "SVMSMOTE",
    "BorderlineSMOTE",
    "ClusterOverSampler",
    "KMeansSMOTE",
    "RandomOverSampler",
]
