"""imbalanced-learn's model selection tools."""

from imblearn.model_selection import InstanceHardnessCV

__all__ = ["InstanceHardnessCV"]
