"""Class imbalance in scikit-learn: samplers, thresholds and an honest comparison of both.

Subpackages are loaded when they are first used.
"""
