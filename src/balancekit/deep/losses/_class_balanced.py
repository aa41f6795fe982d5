"""Weights by the number of rows that a class has in effect."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from balancekit.deep.losses._base import SampleLoss, check_number
from balancekit.deep.losses._batch import as_classes, as_labels, log_likelihood
from balancekit.deep.losses._focal import focal_terms

BASES = ("cross_entropy", "binary", "focal")


def effective_numbers(counts: Tensor, beta: float) -> Tensor:
    """Count rows, each of which tells less the more there are.

    Parameters
    ----------
    counts : Tensor of float, shape (n_classes,)
        Rows of each class.
    beta : float
        From 0, where classes have one row each, to 1, where they have all of theirs.

    Returns
    -------
    numbers : Tensor of float, shape (n_classes,)
        ``(1 - beta ** n) / (1 - beta)``.
    """
    if beta == 1:
        return counts
    if beta == 0:
        return torch.ones_like(counts)
    # Both differences lose digits for a beta near one if computed as they are written.
    return torch.expm1(counts * math.log(beta)) / (beta - 1)


def effective_weights(counts: Tensor, beta: float) -> Tensor:
    """Weight classes by the inverse of their effective numbers.

    Parameters
    ----------
    counts : Tensor of float, shape (n_classes,)
        Rows of each class.
    beta : float
        See `effective_numbers`.

    Returns
    -------
    weights : Tensor of float32, shape (n_classes,)
        Their sum is the number of classes.
    """
    inverse = 1 / effective_numbers(counts, beta)
    return (inverse * (len(counts) / inverse.sum())).float()


def check_whole_counts(counts: Tensor, loss: str) -> None:
    """Raise for shares, which have no effective number.

    Parameters
    ----------
    counts : Tensor of float, shape (n_classes,)
        What a loss is bound to.
    loss : str
        Name of the loss, for messages.

    Raises
    ------
    ValueError
        If a class has more than no row, and less than one.
    """
    if bool(((counts > 0) & (counts < 1)).any()):
        msg = f"{loss} needs counts of rows, and class_counts holds shares. Pass the counts."
        raise ValueError(msg)


class ClassBalancedLoss(SampleLoss):
    """A loss with weights by the effective number of rows of each class.

    New rows of a class tell less the more there are, so that n of them count as
    ``E = (1 - beta ** n) / (1 - beta)``. A row of a class weighs ``1 / E``, scaled so that the
    weights of all classes have a mean of one [1]_.

    Parameters
    ----------
    beta : float, default=0.9999
        From 0, which weights all classes alike, to 1, which weights them by the inverse of their
        counts. ``1 / (1 - beta)`` is the most rows that a class can have in effect.
    base : {"cross_entropy", "binary", "focal"}, default="cross_entropy"
        The loss that is weighted: cross entropy of the softmax; cross entropies of sigmoids, one
        for each class against the others; or focal losses of these.
    gamma : float, default=2.0
        Exponent of the focal loss; see `FocalLoss`.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        What the loss is bound to.

    See Also
    --------
    WeightedCrossEntropyLoss : Weights by the inverse of the counts themselves.

    Notes
    -----
    For ``"binary"`` and ``"focal"``, the loss of a row is the mean over classes, where [1]_ has the
    sum, and probabilities are those of sigmoids. `forward` divides by the number of rows. A class
    without rows has the weight of the rarest one that has some.

    References
    ----------
    .. [1] Y. Cui, M. Jia, T.-Y. Lin, Y. Song and S. Belongie, "Class-balanced loss based on
       effective number of samples", Conference on Computer Vision and Pattern Recognition, 2019.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import ClassBalancedLoss
    >>> loss = ClassBalancedLoss(beta=0.9999).bind([5000, 100])
    >>> loss.class_weights()
    tensor([0.0493, 1.9507])
    >>> loss.per_sample(torch.zeros(2, 2), torch.tensor([0, 1]))
    tensor([0.0342, 1.3521])
    """

    def __init__(
        self, beta: float = 0.9999, base: str = "cross_entropy", gamma: float = 2.0
    ) -> None:
        super().__init__()
        self.beta = check_number(beta, "beta", 0, 1)
        if base not in BASES:
            msg = f"base={base!r} is unknown. Pass one of {', '.join(map(repr, BASES))}."
            raise ValueError(msg)
        self.base = base
        self.gamma = check_number(gamma, "gamma", 0)
        self._uses_sigmoids = base != "cross_entropy"

    def class_weights(self) -> Tensor:
        """Compute the weight of each class.

        Returns
        -------
        weights : Tensor of float32, shape (n_classes,)
            Their sum is the number of classes.

        Raises
        ------
        RuntimeError
            If the loss is not bound.
        """
        return effective_weights(self._counts(), self.beta)

    def per_sample(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the weighted loss of each row.

        Parameters
        ----------
        logits : Tensor of float, shape (n, n_classes), (n,) or (n, 1)
            Scores, before sigmoid or softmax.
        target : Tensor of shape (n,)
            Class indices as integers; zeros and ones, of any dtype, for one logit a row.

        Returns
        -------
        losses : Tensor of float32, or float64 if the logits are, shape (n,)

        Raises
        ------
        TypeError, ValueError
            If an argument cannot be used; see `SampleLoss.per_sample`.
        RuntimeError
            If the loss is not bound.
        """
        scores, classes = as_classes(logits, target, type(self).__name__)
        weights = self._fitted(self.class_weights(), scores, "class counts")
        if self.base == "cross_entropy":
            losses = -log_likelihood(scores, classes)
        else:
            gamma = self.gamma if self.base == "focal" else 0.0
            losses = focal_terms(*as_labels(logits, target), gamma).mean(dim=1)
        return losses * weights[classes]

    def _check_counts(self, counts: Tensor) -> None:
        check_whole_counts(counts, type(self).__name__)

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        return self.class_weights()
