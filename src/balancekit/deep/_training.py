"""The loop: forward, loss, backward, step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from balancekit.deep._feed import Batch
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


def train_epoch(
    module: nn.Module,
    loss: SampleLoss | BatchLoss,
    optimizer: Optimizer,
    batches: Iterable[Batch],
    n_classes: int,
    max_gradient_norm: float | None = None,
    after_step: Callable[[], Any] | None = None,
) -> float:
    """Train a net on some batches.

    Parameters
    ----------
    module : nn.Module
        The net.
    loss : SampleLoss or BatchLoss
        The loss, bound. Weights are for the former.
    optimizer : Optimizer
        What makes the steps.
    batches : iterable of Batch
        On the device of the net.
    n_classes : int
        Number of classes.
    max_gradient_norm : float, optional
        What gradients are scaled down to, if they are longer.
    after_step : callable, optional
        Called after each step.

    Returns
    -------
    loss : float
        Mean over rows.

    Raises
    ------
    ValueError
        If there are no batches, or the loss is not finite in the end.
    """
    module.train()
    loss.train()
    values, sizes = [], []
    for inputs, codes, weights in batches:
        optimizer.zero_grad()
        logits = forward(module, inputs, n_classes)
        if weights is None:
            value = loss(logits, codes)
        else:
            value = (loss.per_sample(logits, codes) * weights).mean()  # type: ignore[operator]
        value.backward()
        if max_gradient_norm is not None:
            nn.utils.clip_grad_norm_(module.parameters(), max_gradient_norm)
        optimizer.step()
        if after_step is not None:
            after_step()
        values.append(value.detach())
        sizes.append(len(codes))
    if not values:
        msg = "There was no batch to train on. Pass rows, or a loader that has not been used up."
        raise ValueError(msg)
    # One look at the values at the end: each would wait for an accelerator.
    losses = torch.stack(values).double().cpu()
    shares = torch.tensor(sizes, dtype=torch.float64)
    mean = float((losses * shares).sum() / shares.sum())
    if mean != mean or mean in (float("inf"), -float("inf")):
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
    """
    module.eval()
    with torch.inference_mode():
        parts = [forward(module, inputs, n_classes).cpu().double() for inputs in batches]
        logits = torch.cat(parts) if len(parts) > 1 else parts[0]
    return logits[:, 0] if logits.ndim == 2 and logits.shape[1] == 1 else logits
