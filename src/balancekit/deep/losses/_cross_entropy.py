"""Cross entropy, which takes classes as they come."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from balancekit.deep.losses._base import SampleLoss
from balancekit.deep.losses._batch import as_classes


class CrossEntropyLoss(SampleLoss):
    """Cross entropy of the softmax, or of a sigmoid for one logit a row.

    It has no weights and needs no class counts: the loss that others are compared with.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        What the loss is bound to; not used.

    See Also
    --------
    WeightedCrossEntropyLoss : Rows of rare classes weigh more.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import CrossEntropyLoss
    >>> CrossEntropyLoss().per_sample(torch.tensor([[2.0, 0.0]]), torch.tensor([0]))
    tensor([0.1269])
    """

    def per_sample(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the loss of each row.

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
        """
        logits, target = as_classes(logits, target, type(self).__name__)
        return functional.cross_entropy(logits, target, reduction="none")
