"""Losses by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from balancekit.core.wording import suggest
from balancekit.deep.losses._asymmetric import AsymmetricLoss
from balancekit.deep.losses._balanced_softmax import BalancedSoftmaxLoss
from balancekit.deep.losses._base import BatchLoss, SampleLoss
from balancekit.deep.losses._class_balanced import ClassBalancedLoss
from balancekit.deep.losses._cross_entropy import CrossEntropyLoss
from balancekit.deep.losses._dice import DiceLoss
from balancekit.deep.losses._focal import FocalLoss
from balancekit.deep.losses._ghmc import GHMCLoss
from balancekit.deep.losses._ldam import LDAMLoss
from balancekit.deep.losses._logit_adjusted import LogitAdjustedLoss
from balancekit.deep.losses._online_hard_examples import OnlineHardExamples
from balancekit.deep.losses._tversky import TverskyLoss
from balancekit.deep.losses._weighted_cross_entropy import WeightedCrossEntropyLoss

LOSSES: dict[str, Callable[[], SampleLoss | BatchLoss]] = {
    "asymmetric": AsymmetricLoss,
    "balanced_softmax": BalancedSoftmaxLoss,
    "class_balanced": ClassBalancedLoss,
    "cross_entropy": CrossEntropyLoss,
    "dice": DiceLoss,
    "focal": FocalLoss,
    "focal_tversky": partial(TverskyLoss, gamma=4 / 3),
    "ghmc": GHMCLoss,
    "ldam": LDAMLoss,
    "logit_adjusted": LogitAdjustedLoss,
    "online_hard_examples": OnlineHardExamples,
    "tversky": TverskyLoss,
    "weighted_cross_entropy": WeightedCrossEntropyLoss,
}


def resolve_loss(loss: Any) -> SampleLoss | BatchLoss:
    """Find the loss that a parameter stands for.

    Parameters
    ----------
    loss : str, SampleLoss or BatchLoss
        ``"asymmetric"``, ``"balanced_softmax"``, ``"class_balanced"``, ``"cross_entropy"``,
        ``"dice"``, ``"focal"``, ``"focal_tversky"``, ``"ghmc"``, ``"ldam"``, ``"logit_adjusted"``,
        ``"online_hard_examples"``, ``"tversky"`` or ``"weighted_cross_entropy"``, for the
        loss of that name with its defaults; or a loss. Losses that need costs have no name.

    Returns
    -------
    loss : SampleLoss or BatchLoss
        A new one for a name; a loss itself, no copy.

    Raises
    ------
    ValueError
        If no loss has that name.
    TypeError
        If it is neither a name nor a loss.

    Examples
    --------
    >>> from balancekit.deep.losses import resolve_loss
    >>> resolve_loss("focal")
    FocalLoss(gamma=2.0, alpha='auto')
    """
    if isinstance(loss, SampleLoss | BatchLoss):
        return loss
    if isinstance(loss, str):
        if loss not in LOSSES:
            known = ", ".join(map(repr, LOSSES))
            msg = (
                f"loss={loss!r} is unknown.{suggest(loss, LOSSES)} Pass one of {known}, or a loss."
            )
            raise ValueError(msg)
        return LOSSES[loss]()
    described = loss.__name__ if isinstance(loss, type) else f"of type {type(loss).__name__}"
    msg = f"loss is {described}. Pass a name, or an object of a SampleLoss or BatchLoss."
    raise TypeError(msg)
