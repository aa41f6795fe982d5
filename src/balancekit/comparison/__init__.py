"""An honest comparison of ways to deal with class imbalance, on the user's own data."""

from balancekit.comparison.experiment import compare
from balancekit.comparison.result import Comparison

__all__ = ["Comparison", "compare"]
