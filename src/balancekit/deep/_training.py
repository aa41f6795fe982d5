"""The loop: forward, loss, backward, step."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from balancekit.deep._feed import Batch
from balancekit.deep._precision import Precision
from balancekit.deep.losses._base import BatchLoss, SampleLoss


def forward(module: nn.Module, inputs: Any, n_classes: int) -> Tensor:
    """Compute logits, and check that they are.

    Parameters
    ----------
    module : nn.Module
        The net.
    inputs : Tensor, or tuple, list or dict of such
        Rows: one argument, several, or several by name.
    n_classes : int
        Number of classes.

    Returns
    -------
    logits : Tensor of float, shape (n, n_classes), or (n,) or (n, 1) for two classes

    Raises
    ------
    TypeError
        If the module gives no tensor.
    ValueError
        If its shape is another.
    """
    if isinstance(inputs, Tensor):
        logits = module(inputs)
    elif isinstance(inputs, dict):
        logits = module(**inputs)
    else:
        logits = module(*inputs)
    if not isinstance(logits, Tensor):
        msg = f"The module gave an object of type {type(logits).__name__}. Let it give logits."
        raise TypeError(msg)
    is_single = n_classes == 2 and (logits.ndim == 1 or logits.shape[1:] == (1,))
    if not is_single and (logits.ndim != 2 or logits.shape[1] != n_classes):
        msg = (
            f"The module gave logits of shape {tuple(logits.shape)}, and there are "
            f"{n_classes} classes. Let it give one for each "
            "class, or, for two classes, one for each row; a constructor that names `n_classes` "
            "is told their number."
        )
        raise ValueError(msg)
    return logits


class Trainer:
    """Makes steps, batch after batch.

    Parameters
    ----------
    module : nn.Module
        What is called with rows: the net, or a wrapper of it.
    loss : SampleLoss or BatchLoss
        The loss, bound. Weights are for the former.
    optimizer : Optimizer
        What makes the steps.
    n_classes : int
        Number of classes.
    precision : Precision
        What layers compute in.
    max_gradient_norm : float or None
        What gradients are scaled down to, if they are longer.
    after_step : callable or None
        Called after each step.
    """

    def __init__(
        self,
        module: nn.Module,
        loss: SampleLoss | BatchLoss,
        optimizer: Optimizer,
        n_classes: int,
        precision: Precision,
        max_gradient_norm: float | None,
        after_step: Callable[[], Any] | None,
    ) -> None:
        self.module, self.loss, self.optimizer = module, loss, optimizer
        self.n_classes, self.precision = n_classes, precision
        self.max_gradient_norm, self.after_step = max_gradient_norm, after_step
        self._parameters = [each for group in optimizer.param_groups for each in group["params"]]

    def run(self, batches: Iterable[Batch]) -> tuple[float, int]:
        """Train on the batches of an epoch.

        Parameters
        ----------
        batches : iterable of Batch
            On the device of the net.

        Returns
        -------
        loss : float
            Mean over rows.
        n_steps : int
            Number of batches.

        Raises
        ------
        ValueError
            If there are no batches, or the loss is not finite in the end.
        """
        self.loss.train()
        values, sizes = [], []
        for inputs, codes, weights in batches:
            self.optimizer.zero_grad()
            with self.precision.layers():
                logits = forward(self.module, inputs, self.n_classes)
            if weights is None:
                value = self.loss(logits, codes)
            else:
                value = (self.loss.per_sample(logits, codes) * weights).mean()  # type: ignore[operator]
            self.precision.step(value, self.optimizer, self._parameters, self.max_gradient_norm)
            if self.after_step is not None:
                self.after_step()
            values.append(value.detach())
            sizes.append(len(codes))
        if not values:
            msg = "There was no batch to train on. Pass rows, or a loader that has some left."
            raise ValueError(msg)
        return mean_loss(values, sizes), len(sizes)


def mean_loss(values: list[Tensor], sizes: list[int]) -> float:
    """Average the losses of batches, and check that they are finite.

    Parameters
    ----------
    values : list of Tensor
        Mean loss of each batch.
    sizes : list of int
        Rows of each batch.

    Returns
    -------
    loss : float
        Mean over rows.

    Raises
    ------
    ValueError
        If it is not finite. The message names the step.
    """
    # One look at the values at the end: each would wait for an accelerator.
    losses = torch.stack(values).double().cpu()
    shares = torch.tensor(sizes, dtype=torch.float64)
    mean = float((losses * shares).sum() / shares.sum())
    if not math.isfinite(mean):
        first = int((~losses.isfinite()).int().argmax())
        msg = (
            f"The loss became {losses[first].item()} in step {first + 1} of the epoch. Scale the "
            "columns of X, lower optimizer__lr, or set max_gradient_norm=1."
        )
        raise ValueError(msg)
    return mean


def compute_logits(module: nn.Module, batches: Iterable[Any], n_classes: int) -> Tensor:
    """Compute the logits of rows, without training.

    Parameters
    ----------
    module : nn.Module
        The net.
    batches : iterable of Tensor, or of tuple, list or dict of such
        Rows, on the device of the net.
    n_classes : int
        Number of classes.

    Returns
    -------
    logits : Tensor of float64, shape (n_rows, n_classes) or (n_rows,), on the CPU

    Raises
    ------
    ValueError
        If there are no rows.
    """
    module.eval()
    with torch.inference_mode():
        parts = [forward(module, inputs, n_classes).cpu().double() for inputs in batches]
    if not parts:
        msg = "There were no rows to predict. Pass rows, or a loader that has some left."
        raise ValueError(msg)
    logits = torch.cat(parts) if len(parts) > 1 else parts[0]
    return logits[:, 0] if logits.ndim == 2 and logits.shape[1] == 1 else logits
