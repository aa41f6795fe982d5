"""Losses for imbalanced classes, from logits.

They need PyTorch, which loads when one of them is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from balancekit.deep._lazy import load

if TYPE_CHECKING:
    from balancekit.deep.losses._asymmetric import AsymmetricLoss
    from balancekit.deep.losses._balanced_softmax import BalancedSoftmaxLoss
    from balancekit.deep.losses._base import BatchLoss, SampleLoss
    from balancekit.deep.losses._class_balanced import ClassBalancedLoss
    from balancekit.deep.losses._cost_scaled_output import CostScaledOutputLoss
    from balancekit.deep.losses._cost_scaled_rate import CostScaledRateLoss
    from balancekit.deep.losses._cost_weighted_error import CostWeightedErrorLoss
    from balancekit.deep.losses._cross_entropy import CrossEntropyLoss
    from balancekit.deep.losses._dice import DiceLoss
    from balancekit.deep.losses._focal import FocalLoss, initial_bias
    from balancekit.deep.losses._ghmc import GHMCLoss
    from balancekit.deep.losses._ldam import LDAMLoss
    from balancekit.deep.losses._logit_adjusted import LogitAdjustedLoss
    from balancekit.deep.losses._online_hard_examples import OnlineHardExamples
    from balancekit.deep.losses._resolve import resolve_loss
    from balancekit.deep.losses._tversky import TverskyLoss
    from balancekit.deep.losses._weighted_cross_entropy import WeightedCrossEntropyLoss

__all__ = [
    "AsymmetricLoss",
    "BalancedSoftmaxLoss",
    "BatchLoss",
    "ClassBalancedLoss",
    "CostScaledOutputLoss",
    "CostScaledRateLoss",
    "CostWeightedErrorLoss",
    "CrossEntropyLoss",
    "DiceLoss",
    "FocalLoss",
    "GHMCLoss",
    "LDAMLoss",
    "LogitAdjustedLoss",
    "OnlineHardExamples",
    "SampleLoss",
    "TverskyLoss",
    "WeightedCrossEntropyLoss",
    "initial_bias",
    "resolve_loss",
]

# A walk over all modules, such as that of `balancekit.testing.all_samplers`, has to pass here
# without PyTorch.
_MODULES = {
    "AsymmetricLoss": "_asymmetric",
    "BalancedSoftmaxLoss": "_balanced_softmax",
    "BatchLoss": "_base",
    "ClassBalancedLoss": "_class_balanced",
    "CostScaledOutputLoss": "_cost_scaled_output",
    "CostScaledRateLoss": "_cost_scaled_rate",
    "CostWeightedErrorLoss": "_cost_weighted_error",
    "CrossEntropyLoss": "_cross_entropy",
    "DiceLoss": "_dice",
    "FocalLoss": "_focal",
    "GHMCLoss": "_ghmc",
    "LDAMLoss": "_ldam",
    "LogitAdjustedLoss": "_logit_adjusted",
    "OnlineHardExamples": "_online_hard_examples",
    "SampleLoss": "_base",
    "TverskyLoss": "_tversky",
    "WeightedCrossEntropyLoss": "_weighted_cross_entropy",
    "initial_bias": "_focal",
    "resolve_loss": "_resolve",
}

# Type checkers would believe that every name is found.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        return load(__name__, _MODULES, name)


def __dir__() -> list[str]:
    return sorted(__all__)
