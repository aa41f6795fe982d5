"""Classifiers that choose their training rows themselves."""

from balancekit.ensemble._bootstrapped import BootstrappedClassifier

__all__ = ["BootstrappedClassifier"]
