"""imbalanced-learn's data sets."""

from imblearn.datasets import fetch_datasets, make_imbalance

__all__ = ["fetch_datasets", "make_imbalance"]
