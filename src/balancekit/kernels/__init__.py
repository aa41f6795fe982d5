"""Compiled loops over raw arrays. They know nothing of estimators, frames or labels."""
