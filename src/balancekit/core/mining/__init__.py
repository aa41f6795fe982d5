"""Bootstrapping of hard negatives: one loop for the sampler and for the classifier."""

from balancekit.core.mining.loop import Held, Mined, MiningRound, MiningRule, mine
from balancekit.core.mining.pools import Batch, Pool, StreamPool, TablePool
from balancekit.core.mining.scores import check_scoring
from balancekit.core.mining.sizes import initial_sizes

__all__ = [
    "Batch",
    "Held",
    "Mined",
    "MiningRound",
    "MiningRule",
    "Pool",
    "StreamPool",
    "TablePool",
    "check_scoring",
    "initial_sizes",
    "mine",
]
