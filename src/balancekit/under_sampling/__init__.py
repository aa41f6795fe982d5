"""Samplers that take rows from the larger classes."""

from balancekit.under_sampling._all_knn import AllKNN
from balancekit.under_sampling._cluster_centroids import ClusterCentroids
from balancekit.under_sampling._condensed_nearest_neighbour import CondensedNearestNeighbour
from balancekit.under_sampling._edited_nearest_neighbours import EditedNearestNeighbours
from balancekit.under_sampling._generalized_editing import GeneralizedEditing
from balancekit.under_sampling._hard_negative_mining import HardNegativeMining
from balancekit.under_sampling._instance_hardness_threshold import InstanceHardnessThreshold
from balancekit.under_sampling._near_miss import NearMiss
from balancekit.under_sampling._neighbourhood_cleaning_rule import NeighbourhoodCleaningRule
from balancekit.under_sampling._one_sided_selection import OneSidedSelection
from balancekit.under_sampling._random_under_sampler import RandomUnderSampler
from balancekit.under_sampling._repeated_edited_nearest_neighbours import (
    RepeatedEditedNearestNeighbours,
)
from balancekit.under_sampling._restricted_decontamination import RestrictedDecontamination
from balancekit.under_sampling._tomek_links import TomekLinks

__all__ = [
    "AllKNN",
    "ClusterCentroids",
    "CondensedNearestNeighbour",
    "EditedNearestNeighbours",
    "GeneralizedEditing",
    "HardNegativeMining",
    "InstanceHardnessThreshold",
    "NearMiss",
    "NeighbourhoodCleaningRule",
    "OneSidedSelection",
    "RandomUnderSampler",
    "RepeatedEditedNearestNeighbours",
    "RestrictedDecontamination",
    "TomekLinks",
]
