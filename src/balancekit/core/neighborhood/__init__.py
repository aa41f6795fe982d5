"""Questions about neighbourhoods that several methods ask.

Each is a small function on top of a search (`balancekit.core.neighbors`). Rows are named by their
ids, and a row is never its own neighbour.
"""

from balancekit.core.neighborhood.averages import (
    mean_farthest,
    mean_farthest_with,
    mean_nearest,
)
from balancekit.core.neighborhood.condensing import condense, condense_with
from balancekit.core.neighborhood.editing import agree_with_all, agree_with_most
from balancekit.core.neighborhood.enemies import count_enemies, nearest_enemies
from balancekit.core.neighborhood.enough import (
    check_enough_neighbors,
    check_enough_partners,
    check_enough_rows,
    check_raised_classes,
)
from balancekit.core.neighborhood.links import tomek_links
from balancekit.core.neighborhood.majorities import check_majority, majority_class
from balancekit.core.neighborhood.modes import Modes, find_modes
from balancekit.core.neighborhood.needed import (
    check_enough_voters,
    classifier_or_number,
    fitted_classifier,
    keep_needed,
)
from balancekit.core.neighborhood.partners import between_partners, find_partners
from balancekit.core.neighborhood.remaining import RemainingNeighbors
from balancekit.core.neighborhood.rounds import edit_in_rounds
from balancekit.core.neighborhood.spread import mean_distance
from balancekit.core.neighborhood.votes import (
    is_unanimous,
    most_frequent,
    nearest_codes,
    predict_codes,
)

__all__ = [
    "Modes",
    "RemainingNeighbors",
    "agree_with_all",
    "agree_with_most",
    "between_partners",
    "check_enough_neighbors",
    "check_enough_partners",
    "check_enough_rows",
    "check_enough_voters",
    "check_majority",
    "check_raised_classes",
    "classifier_or_number",
    "condense",
    "condense_with",
    "count_enemies",
    "edit_in_rounds",
    "find_modes",
    "find_partners",
    "fitted_classifier",
    "is_unanimous",
    "keep_needed",
    "majority_class",
    "mean_distance",
    "mean_farthest",
    "mean_farthest_with",
    "mean_nearest",
    "most_frequent",
    "nearest_codes",
    "nearest_enemies",
    "predict_codes",
    "tomek_links",
]
