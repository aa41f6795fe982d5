"""Questions about neighbourhoods that several methods ask.

Each is a small function on top of a search (`balancekit.core.neighbors`). Rows are named by their
ids, and a row is never its own neighbour.
"""

from balancekit.core.neighborhood.averages import mean_farthest, mean_nearest
from balancekit.core.neighborhood.condensing import condense
from balancekit.core.neighborhood.editing import agree_with_all, agree_with_most
from balancekit.core.neighborhood.enemies import count_enemies, nearest_enemies
from balancekit.core.neighborhood.enough import check_enough_neighbors, check_enough_rows
from balancekit.core.neighborhood.links import tomek_links
from balancekit.core.neighborhood.prototypes import Prototypes
from balancekit.core.neighborhood.remaining import RemainingNeighbors
from balancekit.core.neighborhood.rounds import edit_in_rounds
from balancekit.core.neighborhood.votes import is_unanimous, most_frequent

__all__ = [
    "Prototypes",
    "RemainingNeighbors",
    "agree_with_all",
    "agree_with_most",
    "check_enough_neighbors",
    "check_enough_rows",
    "condense",
    "count_enemies",
    "edit_in_rounds",
    "is_unanimous",
    "mean_farthest",
    "mean_nearest",
    "most_frequent",
    "nearest_enemies",
    "tomek_links",
]
