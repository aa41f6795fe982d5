"""imbalanced-learn's tools for writing samplers."""

from imblearn.utils import (
    Substitution,
    check_neighbors_object,
    check_sampling_strategy,
    check_target_type,
)

__all__ = [
    "Substitution",
    "check_neighbors_object",
    "check_sampling_strategy",
    "check_target_type",
]
