"""Imbalanced versions of balanced sets, idx files, and imbalanced-learn's data sets."""

from imblearn.datasets import fetch_datasets, make_imbalance

from balancekit.datasets._idx import load_idx
from balancekit.datasets._linear_imbalance import make_linear_imbalance
from balancekit.datasets._mnist import load_mnist
from balancekit.datasets._step_imbalance import make_step_imbalance

__all__ = [
    "fetch_datasets",
    "load_idx",
    "load_mnist",
    "make_imbalance",
    "make_linear_imbalance",
    "make_step_imbalance",
]
