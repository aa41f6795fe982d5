"""Decisions from scores: priors, costs, and thresholds that serve a metric."""
