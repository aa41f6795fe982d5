"""Mixed precision: layers in half precision, the loss in float32."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

HALVES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


class Precision:
    """How layers compute, and how a step is made from a loss.

    Parameters
    ----------
    mixed : None, "bfloat16" or "float16"
        What layers compute in, where PyTorch holds that to be safe. None leaves them as they are.
    device : torch.device
        The device of the net.

    Raises
    ------
    ValueError
        If there is no such precision.
    """

    def __init__(self, mixed: str | None, device: torch.device) -> None:
        if mixed is not None and mixed not in HALVES:
            msg = f"mixed_precision={mixed!r} is unknown. Pass 'bfloat16', 'float16' or None."
            raise ValueError(msg)
        self._dtype = None if mixed is None else HALVES[mixed]
        self._kind = device.type
        # Gradients of float16 would often be zero without a scale; bfloat16 has float32's range.
        self.scaler: Any = torch.amp.GradScaler(device.type) if mixed == "float16" else None

    def layers(self) -> AbstractContextManager[Any]:
        """Open the context that the net computes in."""
        if self._dtype is None:
            return nullcontext()
        return torch.autocast(self._kind, self._dtype)

    def step(
        self,
        loss: Tensor,
        optimizer: Optimizer,
        parameters: list[nn.Parameter],
        max_gradient_norm: float | None,
    ) -> None:
        """Compute gradients, cut them, and make a step.

        Parameters
        ----------
        loss : Tensor of shape ()
            The loss of the batch.
        optimizer : Optimizer
            What makes the step.
        parameters : list of Parameter
            What it moves.
        max_gradient_norm : float or None
            What longer gradients are scaled down to.
        """
        if self.scaler is None:
            loss.backward()
        else:
            self.scaler.scale(loss).backward()
        if max_gradient_norm is not None:
            if self.scaler is not None:
                self.scaler.unscale_(optimizer)
            nn.utils.clip_grad_norm_(parameters, max_gradient_norm)
        if self.scaler is None:
            optimizer.step()
        else:
            self.scaler.step(optimizer)
            self.scaler.update()
