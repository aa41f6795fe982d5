"""Batches for imbalanced classes: which rows a net sees in an epoch, and in which order.

Only `EpochSampler` needs PyTorch, which loads when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from balancekit.deep._lazy import load
from balancekit.deep.batches._augmented import AugmentedBatches
from balancekit.deep.batches._base import BatchSampler
from balancekit.deep.batches._class_aware import ClassAwareBatches
from balancekit.deep.batches._function import FunctionBatches
from balancekit.deep.batches._natural import NaturalBatches
from balancekit.deep.batches._over_sampled import OverSampledBatches
from balancekit.deep.batches._planned import PlannedBatches
from balancekit.deep.batches._resolve import resolve_batches
from balancekit.deep.batches._seeds import epoch_generator
from balancekit.deep.batches._under_sampled import UnderSampledBatches
from balancekit.deep.batches._weighted import WeightedBatches

if TYPE_CHECKING:
    from balancekit.deep.batches._epoch_sampler import EpochSampler

__all__ = [
    "AugmentedBatches",
    "BatchSampler",
    "ClassAwareBatches",
    "EpochSampler",
    "FunctionBatches",
    "NaturalBatches",
    "OverSampledBatches",
    "PlannedBatches",
    "UnderSampledBatches",
    "WeightedBatches",
    "epoch_generator",
    "resolve_batches",
]

# Type checkers would believe that every name is found.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        return load(__name__, {"EpochSampler": "_epoch_sampler"}, name)


def __dir__() -> list[str]:
    return sorted(__all__)
