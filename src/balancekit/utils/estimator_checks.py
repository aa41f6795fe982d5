"""imbalanced-learn's checks of samplers and of classifiers that resample."""

from imblearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

__all__ = ["estimator_checks_generator", "parametrize_with_checks"]
