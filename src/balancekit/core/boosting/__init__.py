"""Boosting on subsets of rows, which share what they can, and on rows that change every round."""

from balancekit.core.boosting.learners import Classifiers, Stumps, shares_by
from balancekit.core.boosting.rounds import Boosted, boost
from balancekit.core.boosting.rules import AdaBoostM2, BoostingRule, Samme
from balancekit.core.boosting.stumps import BoostedStumps, SortedColumns

__all__ = [
    "AdaBoostM2",
    "Boosted",
    "BoostedStumps",
    "BoostingRule",
    "Classifiers",
    "Samme",
    "SortedColumns",
    "Stumps",
    "boost",
    "shares_by",
]
