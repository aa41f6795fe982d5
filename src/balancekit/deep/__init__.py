"""Deep learning with PyTorch: nets as estimators, losses and batches for imbalanced classes.

PyTorch loads when something is first used that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from balancekit.deep import batches, losses
from balancekit.deep._lazy import load

if TYPE_CHECKING:
    from balancekit.deep._autoencoder import AutoencoderNoveltyDetector
    from balancekit.deep._autoencoder_module import Autoencoder
    from balancekit.deep._mlp import MLP
    from balancekit.deep._net import BalancedNetClassifier
    from balancekit.deep._phase import Phase

__all__ = [
    "MLP",
    "Autoencoder",
    "AutoencoderNoveltyDetector",
    "BalancedNetClassifier",
    "Phase",
    "batches",
    "losses",
]

_MODULES = {
    "Autoencoder": "_autoencoder_module",
    "AutoencoderNoveltyDetector": "_autoencoder",
    "BalancedNetClassifier": "_net",
    "MLP": "_mlp",
    "Phase": "_phase",
}

# Type checkers would believe that every name is found.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        return load(__name__, _MODULES, name)


def __dir__() -> list[str]:
    return sorted(__all__)
