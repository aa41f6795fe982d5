"""imbalanced-learn's pipeline: samplers as steps, applied in `fit` only.

With `balancekit.compose.ResampledClassifier` a plain scikit-learn pipeline will do.
"""

from imblearn.pipeline import Pipeline, make_pipeline

__all__ = ["Pipeline", "make_pipeline"]
