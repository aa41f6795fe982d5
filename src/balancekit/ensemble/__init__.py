"""Classifiers that choose their training rows themselves."""

from imblearn.ensemble import BalancedBaggingClassifier, BalancedRandomForestClassifier

from balancekit.ensemble._balance_cascade import BalanceCascadeClassifier
from balancekit.ensemble._bootstrapped import BootstrappedClassifier
from balancekit.ensemble._data_boost import DataBoostIMClassifier
from balancekit.ensemble._easy_ensemble import EasyEnsembleClassifier
from balancekit.ensemble._rus_boost import RUSBoostClassifier
from balancekit.ensemble._smote_boost import SMOTEBoostClassifier

__all__ = [
    "BalanceCascadeClassifier",
    "BalancedBaggingClassifier",
    "BalancedRandomForestClassifier",
    "BootstrappedClassifier",
    "DataBoostIMClassifier",
    "EasyEnsembleClassifier",
    "RUSBoostClassifier",
    "SMOTEBoostClassifier",
]
