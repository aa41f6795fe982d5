"""Cross entropy that fades on rows that are easy."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from balancekit.deep.losses._base import SampleLoss, check_number, check_positive_numbers
from balancekit.deep.losses._batch import check_batch

# On positives, with one on negatives less that.
PAPER_ALPHA = 0.25


def initial_bias(prior: float = 0.01) -> float:
    """Compute the bias of the last layer for training to start at a probability of positives.

    Where positives are rare, a model that starts at one half spends its first steps on unlearning
    it, and the loss of all negatives drowns that of the positives [1]_.

    Parameters
    ----------
    prior : float, default=0.01
        The probability, such as the share of positives; between 0 and 1.

    Returns
    -------
    bias : float

    Raises
    ------
    ValueError
        If it is no probability, or 0 or 1.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollar, "Focal loss for dense object
       detection", International Conference on Computer Vision, 2017.

    Examples
    --------
    >>> from balancekit.deep.losses import initial_bias
    >>> round(initial_bias(0.01), 5)
    -4.59512
    """
    if not 0 < prior < 1:
        msg = f"prior={prior!r} is no probability between 0 and 1. Pass the share of positives."
        raise ValueError(msg)
    return math.log(prior) - math.log1p(-prior)


def focal_terms(logits: Tensor, target: Tensor, gamma: float) -> Tensor:
    """Compute the focal loss of each label of its own.

    Parameters
    ----------
    logits, target : Tensor of float, both of any one shape
        Scores, and zeros and ones.
    gamma : float
        Exponent.

    Returns
    -------
    losses : Tensor of float, of that shape
    """
    towards = torch.where(target > 0, logits, -logits)
    # Its gradient stays finite where the chance of an error underflows, unlike that of a power.
    fading = torch.exp(gamma * functional.logsigmoid(-towards))
    return -fading * functional.logsigmoid(towards)


class FocalLoss(SampleLoss):
    """Cross entropy, times a power of the probability that the model gives to other classes.

    The loss of a row is ``-alpha * (1 - p) ** gamma * log(p)``, where p is the probability of its
    class [1]_. Rows that are easy fade, so that many of them do not outweigh the few hard ones.

    Parameters
    ----------
    gamma : float, default=2.0
        The power; 0 is cross entropy.
    alpha : "auto", None, float or array-like of shape (n_classes,), default="auto"
        Weights. A number, between 0 and 1, is that of positives, and negatives have one less that;
        it is for two classes, or several labels a row. An array has one for each class, or for two
        classes, negatives first. None is one for all. ``"auto"`` is the paper's 0.25 where a number
        can be, and None for three classes or more.

    Attributes
    ----------
    alpha : "auto", None, float or Tensor of float32, shape (n_classes,)
        As given.
    class_counts : Tensor of float32, shape (n_classes,), or None
        Not used.

    See Also
    --------
    ClassBalancedLoss : With ``base="focal"``, weights come from the class counts.
    initial_bias : A bias of the last layer to start from, which [1]_ needed to train at all.

    Notes
    -----
    With several labels a row, its loss is the mean of those of its labels. With one column for each
    class, p is that of the softmax.

    The 0.25 of [1]_ takes weight from positives, although they are rare: with a gamma of 2, easy
    negatives have next to none left. It is not a weight for imbalance; with a smaller gamma, a
    larger alpha is best.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollar, "Focal loss for dense object
       detection", International Conference on Computer Vision, 2017.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import FocalLoss
    >>> loss = FocalLoss(gamma=2.0, alpha=None)
    >>> loss.per_sample(torch.tensor([2.0, -2.0]), torch.tensor([1, 1]))
    tensor([0.0018, 1.6501])
    """

    alpha: Any

    def __init__(self, gamma: float = 2.0, alpha: Any = "auto") -> None:
        super().__init__()
        self.gamma = check_number(gamma, "gamma", 0)
        if isinstance(alpha, str) and alpha != "auto":
            msg = f"alpha={alpha!r} is unknown. Pass 'auto', None, a number, or one for each class."
            raise ValueError(msg)
        if alpha is None or isinstance(alpha, str):
            self.alpha = alpha
        elif getattr(alpha, "ndim", 0) == 0 and not hasattr(alpha, "__len__"):
            self.alpha = check_number(alpha, "alpha", 0, 1)
        else:
            self.register_buffer("alpha", check_positive_numbers(alpha, "alpha", allow_zero=True))

    def per_sample(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the loss of each row.

        Parameters
        ----------
        logits : Tensor of float, shape (n, n_classes), (n,) or (n, 1)
            Scores, before sigmoid or softmax.
        target : Tensor of shape (n,) or (n, n_labels)
            Class indices as integers; zeros and ones, of any dtype, for one logit a row or several
            labels a row.

        Returns
        -------
        losses : Tensor of float32, or float64 if the logits are, shape (n,)

        Raises
        ------
        TypeError
            If an argument is no tensor, or of a dtype that it cannot have.
        ValueError
            If shapes do not go together, values of the target are out of range, or alpha does not
            suit the number of classes.
        """
        logits, target = check_batch(logits, target)
        if target.ndim == logits.ndim:
            losses = focal_terms(logits, target, self.gamma)
            negative, positive = self._class_alpha(2, logits)
            losses = losses * torch.where(target > 0, positive, negative)
            return losses if losses.ndim == 1 else losses.mean(dim=1)
        log_p = logits.log_softmax(1)
        own = functional.one_hot(target, logits.shape[1]).bool()
        log_error = log_p.masked_fill(own, -torch.inf).logsumexp(1)
        log_own = log_p.gather(1, target[:, None])[:, 0]
        losses = -torch.exp(self.gamma * log_error) * log_own
        return losses * self._class_alpha(logits.shape[1], logits)[target]

    def _class_alpha(self, n_classes: int, logits: Tensor) -> Tensor:
        alpha = self.alpha
        if isinstance(alpha, Tensor):
            if len(alpha) != n_classes:
                msg = (
                    f"alpha has {len(alpha)} weights, and logits of shape {tuple(logits.shape)} "
                    f"are for {n_classes} classes. Pass one for each, or None."
                )
                raise ValueError(msg)
            return alpha.to(device=logits.device, dtype=logits.dtype)
        if alpha == "auto":
            alpha = PAPER_ALPHA if n_classes == 2 else None
        if alpha is None:
            return logits.new_ones(n_classes)
        if n_classes > 2:
            msg = (
                f"alpha={alpha!r} is a weight of positives, and there are {n_classes} classes. "
                "Pass one for each class, or None."
            )
            raise ValueError(msg)
        return logits.new_tensor([1 - alpha, alpha])

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        return self._class_alpha(len(prior), prior)
