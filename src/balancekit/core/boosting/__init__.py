"""Boosting on subsets of rows, which share what they can."""

from balancekit.core.boosting.stumps import BoostedStumps, SortedColumns

__all__ = ["BoostedStumps", "SortedColumns"]
