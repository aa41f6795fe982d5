"""What all losses share: the class counts they are bound to, checks, and their two kinds."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn


def check_positive_numbers(values: Any, name: str, *, allow_zero: bool = False) -> Tensor:
    """Check one number for each class.

    Parameters
    ----------
    values : array-like or Tensor of shape (n_classes,)
        Numbers.
    name : str
        What they were passed as.
    allow_zero : bool, default=False
        Whether some, but not all, may be zero.

    Returns
    -------
    values : Tensor of float32, shape (n_classes,)
        A copy without gradient.

    Raises
    ------
    ValueError
        If there are fewer than two, they have another shape, or one cannot be used.
    """
    try:
        if not isinstance(values, Tensor):
            values = torch.from_numpy(np.array(values, dtype=np.float64))
        checked: Tensor = values.detach().to(torch.float32, copy=True)
    except (TypeError, ValueError) as error:
        msg = f"{name} holds no numbers; pass one for each class. {error}"
        raise ValueError(msg) from error
    if checked.ndim != 1 or len(checked) < 2:
        msg = (
            f"{name} has shape {tuple(checked.shape)}. Pass one number for each class, two or "
            "more; for one logit a row, negatives first."
        )
        raise ValueError(msg)
    bad = ~checked.isfinite() | (checked < 0 if allow_zero else checked <= 0)
    if bool(bad.any()):
        code = int(bad.int().argmax())
        bound = "0 or more" if allow_zero else "above 0"
        msg = f"{name} gives class {code} {checked[code].item():g}. Pass finite numbers {bound}."
        raise ValueError(msg)
    if not bool(checked.any()):
        msg = f"{name} is zero for every class. Pass the counts of the training data."
        raise ValueError(msg)
    return checked


def check_number(
    value: Any, name: str, low: float, high: float = float("inf"), *, open_low: bool = False
) -> float:
    """Check a number against its bounds.

    Parameters
    ----------
    value : float
        The number.
    name : str
        What it was passed as.
    low, high : float
        Smallest and largest value.
    open_low : bool, default=False
        Whether it has to be above the smallest.

    Returns
    -------
    value : float

    Raises
    ------
    ValueError
        If it is no finite number, or out of bounds.
    """
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        msg = f"{name}={value!r} is no number."
        raise ValueError(msg) from error
    in_bounds = (low < number if open_low else low <= number) and number <= high
    if not in_bounds or number == float("inf"):
        above = f"above {low:g}" if open_low else f"{low:g} or more"
        bounds = above if high == float("inf") else f"{above} and at most {high:g}"
        msg = f"{name}={value!r} is out of bounds. Pass a finite number, {bounds}."
        raise ValueError(msg)
    return number


class _Loss(nn.Module):
    """A loss that may be bound to the class counts of the training data.

    Buffers keep their float32 when the module is cast to halves, which cannot hold large counts.
    """

    class_counts: Tensor | None

    # Whether logits are trained to decide for all classes on equal terms.
    _adjusts_prior: bool = False
    # What logits are multiplied by before they are those of probabilities.
    _logit_factor: float = 1.0
    # Whether each logit is that of a class against all others, not against each of them.
    _uses_sigmoids: bool = False
    # Buffers that are None until they are needed, and so may be met in a state before that.
    _late_buffers: tuple[str, ...] = ("class_counts",)

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("class_counts", None)

    def bind(self, class_counts: Any) -> Self:
        """Tell the loss how many rows each class has in the training data.

        Parameters
        ----------
        class_counts : array-like or Tensor of shape (n_classes,)
            Counts, or shares, for losses that say that these suffice. A class without rows counts
            as having as many as the smallest class that has some.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If there are fewer than two classes, or counts are negative, not finite, or all zero.
        """
        counts = check_positive_numbers(class_counts, "class_counts", allow_zero=True)
        self._check_counts(counts)
        if self.class_counts is not None:
            counts = counts.to(self.class_counts.device)
        self.class_counts = counts
        return self

    def effective_prior(self, prior: Any) -> Tensor | None:
        """Tell which prior the probabilities reflect of a net that this loss trains.

        Parameters
        ----------
        prior : array-like or Tensor of shape (n_classes,)
            Shares, or counts, of the classes in the batches.

        Returns
        -------
        prior : Tensor of float64, shape (n_classes,), or None
            Adds up to one. None for a loss whose probabilities reflect no prior in particular.

        Raises
        ------
        RuntimeError
            If the loss weights classes by counts, and is not bound.
        """
        checked = check_positive_numbers(prior, "prior", allow_zero=True)
        factors = self._prior_factors(checked)
        if factors is None:
            return None
        shares = torch.as_tensor(prior, dtype=torch.float64, device="cpu")
        moved = shares * factors.cpu().double()
        return moved / moved.sum()

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        """How much more each class counts than its rows do."""
        return torch.ones_like(prior)

    def _take_after(self, inner: _Loss) -> None:
        """Say the same of logits as a loss inside does."""
        self._uses_sigmoids = inner._uses_sigmoids
        self._logit_factor = inner._logit_factor
        self._adjusts_prior = inner._adjusts_prior

    def _check_counts(self, counts: Tensor) -> None:
        """Raise if this loss cannot use counts that are fine otherwise."""

    def _counts(self) -> Tensor:
        """Get the counts in float64, all above zero, or raise if there are none."""
        if self.class_counts is None:
            msg = (
                f"{type(self).__name__} needs to know the classes. Call "
                "`bind(class_counts)` with the counts of the training data before its first use."
            )
            raise RuntimeError(msg)
        counts = self.class_counts
        if counts.device.type != "mps":
            counts = counts.double()
        rarest = counts.masked_fill(counts == 0, torch.inf).min()
        return counts.where(counts > 0, rarest)

    def _fitted(self, values: Tensor, logits: Tensor, name: str) -> Tensor:
        """Bring one number for each class to the logits' dtype and device; check that they fit."""
        if len(values) != logits.shape[1]:
            msg = (
                f"{type(self).__name__} has {name} for {len(values)} classes, and logits are for "
                f"{logits.shape[1]}."
            )
            raise ValueError(msg)
        return values.to(device=logits.device, dtype=logits.dtype)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        before = {name: kept for name, kept in self._buffers.items() if kept is not None}
        super()._apply(fn, recurse)
        for name, kept in before.items():
            moved = self._buffers[name]
            if moved is not None and moved.dtype != kept.dtype:
                self._buffers[name] = kept.to(moved.device)
        return self

    def _load_from_state_dict(
        self, state_dict: Mapping[str, Any], prefix: str, *args: Any, **kwargs: Any
    ) -> None:
        for name in self._late_buffers:
            if self._buffers[name] is None and prefix + name in state_dict:
                self._buffers[name] = torch.empty_like(state_dict[prefix + name])
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

    def extra_repr(self) -> str:
        """Show the parameters, and the classes that the loss is bound to."""
        shown = []
        for name in inspect.signature(type(self).__init__).parameters:
            value = getattr(self, name, None)
            if name != "self":
                shown.append(f"{name}={value.tolist() if isinstance(value, Tensor) else value!r}")
        if self.class_counts is not None:
            shown.append(f"n_classes={len(self.class_counts)}")
        return ", ".join(shown)


class SampleLoss(_Loss):
    """A loss that each row has for itself.

    A loop is free to select rows by their losses, to weight them, and to take the mean or the sum.
    To write one, derive from this class and define `per_sample`.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        What the loss is bound to; a buffer, so it moves and is saved with the module.

    See Also
    --------
    BatchLoss : A loss of the batch as a whole.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import SampleLoss
    >>> class HingeLoss(SampleLoss):
    ...     def per_sample(self, logits, target):
    ...         return (1 - (2 * target - 1) * logits).clamp(min=0)
    >>> HingeLoss()(torch.tensor([2.0, 0.5]), torch.tensor([1, 1]))
    tensor(0.2500)
    """

    def per_sample(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the loss of each row.

        Parameters
        ----------
        logits : Tensor of float, shape (n, n_classes), (n,) or (n, 1)
            Scores, before sigmoid or softmax. One a row is that of class 1 against class 0.
        target : Tensor of shape (n,), or (n, n_labels) where several labels a row are allowed
            Class indices as integers; zeros and ones, of any dtype, for one logit a row or several
            labels.

        Returns
        -------
        losses : Tensor of float32, or float64 if the logits are, shape (n,)

        Raises
        ------
        TypeError
            If an argument is no tensor, or of a dtype that it cannot have.
        ValueError
            If shapes do not go together, or values of the target are out of range.
        RuntimeError
            If the loss needs class counts and is not bound.
        """
        raise NotImplementedError

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the mean of the rows' losses.

        The sum is divided by the number of rows, also where rows have weights, unlike in
        `torch.nn.CrossEntropyLoss`, which divides by the sum of the weights.

        Parameters
        ----------
        logits, target : Tensor
            See `per_sample`.

        Returns
        -------
        loss : Tensor of float32 or float64, shape ()
        """
        return self.per_sample(logits, target).mean()


class BatchLoss(_Loss):
    """A loss of a batch as a whole, which rows have no parts of that could be selected.

    To write one, derive from this class and define `forward`.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        What the loss is bound to; a buffer, so it moves and is saved with the module.

    See Also
    --------
    SampleLoss : A loss that each row has for itself.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import BatchLoss
    >>> class GapLoss(BatchLoss):
    ...     def forward(self, logits, target):
    ...         return (logits.sigmoid().mean() - target.float().mean()).abs()
    >>> GapLoss()(torch.tensor([0.0, 0.0]), torch.tensor([1, 0]))
    tensor(0.)
    """

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        return None

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the loss.

        Parameters
        ----------
        logits : Tensor of float, shape (n, n_classes), (n,) or (n, 1)
            Scores, before sigmoid or softmax. One a row is that of class 1 against class 0.
        target : Tensor of shape (n,), or (n, n_labels)
            Class indices as integers; zeros and ones, of any dtype, for one logit a row or several
            labels a row.

        Returns
        -------
        loss : Tensor of float32, or float64 if the logits are, shape ()

        Raises
        ------
        TypeError
            If an argument is no tensor, or of a dtype that it cannot have.
        ValueError
            If shapes do not go together, or values of the target are out of range.
        """
        raise NotImplementedError
