"""Cross entropy in which gradients of every length weigh the same."""

from __future__ import annotations

import operator

import torch
from torch import Tensor
from torch.nn import functional

from balancekit.deep.losses._base import BatchLoss, check_number
from balancekit.deep.losses._batch import as_labels


class GHMCLoss(BatchLoss):
    """Cross entropy, with less weight where the gradients of many rows are about as long.

    The gradient of a label has the length ``|p - y|``. Lengths fall into bins, and the loss of each
    label is divided by the density of its bin: the share of all that lies there, times the number
    of bins. So neither the crowd of easy rows nor that of hopeless outliers leads [1]_.

    Parameters
    ----------
    bins : int, default=10
        Bins of equal width between 0 and 1; one is cross entropy.
    momentum : float, default=0.75
        Part of the densities that stays from batch to batch, below 1.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        Not used.
    bin_shares : Tensor of float32, shape (bins,), or None
        Mean share of the labels in each bin; a buffer, and None before the first batch.

    See Also
    --------
    FocalLoss : Fades easy rows, but no outliers.

    Notes
    -----
    Probabilities are those of sigmoids, and the loss is the mean over rows and labels. Of
    class indices, each class is a label.

    In training mode, each batch moves the mean shares, and is then weighted by them. In evaluation
    mode, weights are the same, but the batch leaves no trace. The first batch has its own shares:
    starting from zeros instead, as the paper's code does, weights are four times too large at
    first. That code also divides weights by the share of bins that are not empty; here, they are
    those of the paper.

    References
    ----------
    .. [1] B. Li, Y. Liu and X. Wang, "Gradient harmonized single-stage detector", AAAI Conference
       on Artificial Intelligence 33, 2019.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import GHMCLoss
    >>> loss = GHMCLoss(bins=2)
    >>> loss(torch.tensor([-3.0, -3.0, -3.0, -1.0]), torch.tensor([0, 0, 0, 1]))
    tensor(0.6809)
    >>> loss.bin_shares
    tensor([0.7500, 0.2500])
    """

    bin_shares: Tensor | None

    _late_buffers = ("class_counts", "bin_shares")

    def __init__(self, bins: int = 10, momentum: float = 0.75) -> None:
        super().__init__()
        self.bins = operator.index(bins)
        if self.bins < 1:
            msg = f"bins={bins!r} is no number of bins. Pass 1 or more."
            raise ValueError(msg)
        self.momentum = check_number(momentum, "momentum", 0, 1)
        if self.momentum == 1:
            msg = "momentum=1 keeps the densities of the first batch for ever. Pass less."
            raise ValueError(msg)
        self.register_buffer("bin_shares", None)

    _uses_sigmoids = True

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the loss.

        Parameters
        ----------
        logits : Tensor of float, shape (n, n_classes), (n,) or (n, 1)
            Scores, before the sigmoid.
        target : Tensor of shape (n,) or (n, n_labels)
            Class indices as integers; zeros and ones, of any dtype, for one logit a row or several
            labels a row.

        Returns
        -------
        loss : Tensor of float32, or float64 if the logits are, shape ()

        Raises
        ------
        TypeError, ValueError
            If an argument cannot be used; see `BatchLoss.forward`.
        """
        logits, target = as_labels(logits, target)
        towards = torch.where(target > 0, logits, -logits)
        with torch.no_grad():
            length = (-towards).sigmoid()
            bin_of = (length * self.bins).long().clamp(max=self.bins - 1)
            counts = torch.bincount(bin_of.flatten(), minlength=self.bins)
            shares = (counts / bin_of.numel()).float()
            if self.bin_shares is not None:
                before = self.bin_shares.to(shares.device)
                shares = self.momentum * before + (1 - self.momentum) * shares
            if self.training:
                self.bin_shares = shares
            weights = 1 / (self.bins * shares)
        return -(functional.logsigmoid(towards) * weights.to(logits.dtype)[bin_of]).mean()
