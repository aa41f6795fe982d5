"""imbalanced-learn's distances between nominal rows."""

from imblearn.metrics.pairwise import ValueDifferenceMetric

__all__ = ["ValueDifferenceMetric"]
