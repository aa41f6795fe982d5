"""Logits and targets: what shapes they may have, and two ways to look at them."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

HALVES = (torch.float16, torch.bfloat16)

SHAPES = (
    "Pass logits of shape (n, n_classes) with class indices of shape (n,), logits of shape (n,) or "
    "(n, 1) with zeros and ones of shape (n,), or, for losses that take several labels a row, "
    "logits and zeros and ones of shape (n, n_labels)."
)


def check_batch(logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Check logits and targets, and bring each kind to one form.

    Parameters
    ----------
    logits : Tensor of float, shape (n,), (n, 1) or (n, n_classes)
        Scores, before sigmoid or softmax.
    target : Tensor of bool, int or float, shape (n,), (n, 1) or (n, n_labels)
        Class indices, or zeros and ones.

    Returns
    -------
    logits : Tensor of float32 or float64, shape (n,) or (n, n_classes)
        One column is dropped to a vector; halves become float32.
    target : Tensor, shape (n,) or (n, n_labels)
        int64 of shape (n,) for class indices; the dtype of the logits for zeros and ones, which
        have their shape.

    Raises
    ------
    TypeError
        If one of them is no tensor, or of a dtype that it cannot have.
    ValueError
        If shapes do not go together, there are no rows, or the target has values that it cannot
        have. Values are looked at on the CPU only.
    """
    for name, value in (("logits", logits), ("target", target)):
        if not isinstance(value, Tensor):
            msg = f"{name} is of type {type(value).__name__}. Pass a tensor."
            raise TypeError(msg)
    if not logits.is_floating_point():
        msg = f"logits has dtype {logits.dtype}. Pass what a layer puts out, as floats."
        raise TypeError(msg)
    if target.is_complex():
        msg = f"target has dtype {target.dtype}. Pass class indices, or zeros and ones."
        raise TypeError(msg)
    shapes = f"logits has shape {tuple(logits.shape)} and target {tuple(target.shape)}"
    if logits.dtype in HALVES:
        logits = logits.float()
    if logits.ndim == 2 and logits.shape[1] == 1:
        logits = logits[:, 0]
    if target.ndim == 2 and target.shape[1] == 1 and logits.ndim == 1:
        target = target[:, 0]
    if logits.ndim not in (1, 2) or target.shape not in (logits.shape, logits.shape[:1]):
        msg = f"{shapes}. {SHAPES}"
        raise ValueError(msg)
    if logits.numel() == 0:
        msg = f"{shapes}: there is nothing to compute a loss of."
        raise ValueError(msg)
    by_index = target.ndim < logits.ndim
    if by_index and (target.is_floating_point() or target.dtype == torch.bool):
        msg = f"{shapes}, so target holds class indices, but has dtype {target.dtype}. Pass int64."
        raise TypeError(msg)
    top = logits.shape[1] - 1 if by_index else 1
    # On another device, a look at the values would wait for all work in its queue.
    if target.device.type == "cpu":
        bad = _first_bad(target, top, by_index)
        if bad is not None:
            allowed = f"class indices from 0 to {top}" if by_index else "zeros and ones"
            msg = f"{shapes}, so target holds {allowed}, but it has {bad}."
            raise ValueError(msg)
    return logits, target.long() if by_index else target.to(logits.dtype)


def _first_bad(target: Tensor, top: int, by_index: bool) -> float | None:
    """Find the first value that is no class index, or neither zero nor one."""
    if by_index:
        # One pass, as this is done in each step of a training.
        low, high = target.aminmax()
        if low.item() >= 0 and high.item() <= top:
            return None
        bad = (target < 0) | (target > top)
    else:
        bad = (target != 0) & (target != 1)
    return target[bad][0].item() if bool(bad.any()) else None


def as_classes(logits: Tensor, target: Tensor, loss: str) -> tuple[Tensor, Tensor]:
    """Look at a batch as rows of which each has one class.

    Parameters
    ----------
    logits, target : Tensor
        As `check_batch` takes them.
    loss : str
        Name of the loss, for messages.

    Returns
    -------
    logits : Tensor of float32 or float64, shape (n, n_classes)
        For one logit a row: zero and that logit, whose softmax is its sigmoid.
    target : Tensor of int64, shape (n,)

    Raises
    ------
    TypeError
        See `check_batch`.
    ValueError
        See `check_batch`; also if rows have several labels.
    """
    logits, target = check_batch(logits, target)
    if target.ndim == 2:
        msg = (
            f"{loss} is defined for rows of one class each, and target has shape "
            f"{tuple(target.shape)}. Pass class indices of shape (n,), or take FocalLoss, "
            "AsymmetricLoss, DiceLoss, TverskyLoss or GHMCLoss for several labels a row."
        )
        raise ValueError(msg)
    if logits.ndim == 1:
        logits = torch.stack([torch.zeros_like(logits), logits], dim=1)
    return logits, target.long()


def as_labels(logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Look at a batch as rows of labels, each of which is there or not.

    Parameters
    ----------
    logits, target : Tensor
        As `check_batch` takes them.

    Returns
    -------
    logits : Tensor of float32 or float64, shape (n, n_labels)
        For one logit a row, there is one label.
    target : Tensor of the same dtype and shape
        Zeros and ones. Of class indices, each class against the others.

    Raises
    ------
    TypeError, ValueError
        See `check_batch`.
    """
    logits, target = check_batch(logits, target)
    if logits.ndim == 1:
        return logits[:, None], target[:, None]
    if target.ndim == 1:
        target = functional.one_hot(target, logits.shape[1]).to(logits.dtype)
    return logits, target


def log_likelihood(logits: Tensor, target: Tensor) -> Tensor:
    """Logarithm of the probability of each row's class.

    Parameters
    ----------
    logits : Tensor of float, shape (n, n_classes)
        Scores.
    target : Tensor of int64, shape (n,)
        Class indices.

    Returns
    -------
    log_p : Tensor of float, shape (n,)
    """
    return -functional.cross_entropy(logits, target, reduction="none")
