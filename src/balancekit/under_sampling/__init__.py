"""Samplers that take rows from the larger classes."""

from balancekit.under_sampling._all_knn import AllKNN
from balancekit.under_sampling._edited_nearest_neighbours import EditedNearestNeighbours
from balancekit.under_sampling._random_under_sampler import RandomUnderSampler
from balancekit.under_sampling._repeated_edited_nearest_neighbours import (
    RepeatedEditedNearestNeighbours,
)
from balancekit.under_sampling._tomek_links import TomekLinks

__all__ = [
    "AllKNN",
    "EditedNearestNeighbours",
    "RandomUnderSampler",
    "RepeatedEditedNearestNeighbours",
    "TomekLinks",
]
