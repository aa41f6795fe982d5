"""Cross entropy with a weight for each class."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from balancekit.deep.losses._base import SampleLoss, check_positive_numbers
from balancekit.deep.losses._batch import as_classes, log_likelihood


class WeightedCrossEntropyLoss(SampleLoss):
    """Cross entropy, in which rows of rare classes weigh more.

    Unless weights are given, that of a class with n of all N rows is ``N / (C * n)``, where C is
    the number of classes. So equal classes have a weight of one each, and so has a row on average.

    Parameters
    ----------
    weights : array-like or Tensor of shape (n_classes,), default=None
        Weight of each class. None takes them from the class counts, which have to be bound then;
        shares will do.

    Attributes
    ----------
    weights : Tensor of float32, shape (n_classes,), or None
        The weights, if given.
    class_counts : Tensor of float32, shape (n_classes,), or None
        What the loss is bound to.

    See Also
    --------
    ClassBalancedLoss : Weights that grow less than counts fall.
    BalancedSoftmaxLoss : Moves logits instead, which holds where a weight fades, on rows that are
        all fitted.

    Notes
    -----
    `forward` divides the sum of weighted losses by the number of rows.
    `torch.nn.CrossEntropyLoss` divides it by the sum of the weights, so that its value and the
    length of its steps depend on which classes are in a batch. A class without rows has the weight
    of the rarest one that has some.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import WeightedCrossEntropyLoss
    >>> loss = WeightedCrossEntropyLoss().bind([900, 100])
    >>> loss.class_weights()
    tensor([0.5556, 5.0000])
    >>> loss.per_sample(torch.zeros(2, 2), torch.tensor([0, 1]))
    tensor([0.3851, 3.4657])
    """

    weights: Tensor | None

    def __init__(self, weights: Any = None) -> None:
        super().__init__()
        given = None if weights is None else check_positive_numbers(weights, "weights")
        self.register_buffer("weights", given)

    def class_weights(self) -> Tensor:
        """Compute the weight of each class.

        Returns
        -------
        weights : Tensor of float32, shape (n_classes,)

        Raises
        ------
        RuntimeError
            If no weights are given, and the loss is not bound.
        """
        if self.weights is not None:
            return self.weights.clone()
        counts = self._counts()
        return (counts.sum() / (len(counts) * counts)).float()

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
            If no weights are given, and the loss is not bound.
        """
        logits, target = as_classes(logits, target, type(self).__name__)
        weights = self._fitted(self.class_weights(), logits, "weights")
        return -log_likelihood(logits, target) * weights[target]

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        # Before they are rounded to float32.
        return 1 / self._counts() if self.weights is None else self.weights
