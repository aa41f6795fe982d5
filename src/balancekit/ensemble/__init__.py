"""Classifiers that choose their training rows themselves."""

from balancekit.ensemble._bootstrapped import BootstrappedClassifier
from balancekit.ensemble._easy_ensemble import EasyEnsembleClassifier

__all__ = ["BootstrappedClassifier", "EasyEnsembleClassifier"]
