"""Deep learning with PyTorch: losses for imbalanced classes."""
