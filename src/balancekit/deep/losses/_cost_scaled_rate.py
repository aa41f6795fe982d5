"""A learning rate for each row, by what mistakes with it cost."""

from __future__ import annotations

from typing import Any, Self

from torch import Tensor

from balancekit.deep.losses._base import SampleLoss
from balancekit.deep.losses._batch import as_classes
from balancekit.deep.losses._costs import CostLoss
from balancekit.deep.losses._inner import resolve_inner


class CostScaledRateLoss(CostLoss):
    """Any loss of rows, learned at a lower rate from classes that are cheap to mistake.

    The learning rate of a row is that of the optimiser, multiplied by the cost vector at the class
    of the row and divided by the largest entry of that vector [1]_. In a batch, that is a factor
    of the row's gradient, and so of its loss.

    Parameters
    ----------
    costs : array-like or Tensor of shape (n_classes, n_classes)
        ``costs[true, predicted]``, by class code; zeros on the diagonal, zero or more elsewhere.
    loss : str or SampleLoss, default="cross_entropy"
        The loss of rows: a name that `resolve_loss` knows, or a loss.

    Attributes
    ----------
    costs : Tensor of float32, shape (n_classes, n_classes)
        The costs.
    class_counts : Tensor of float32, shape (n_classes,), or None
        What the loss is bound to; shares will do.
    loss : SampleLoss
        The loss of rows, which is bound, too.

    Raises
    ------
    ValueError
        In the constructor, if costs have another shape, are negative or not finite, a hit costs
        something, or no mistake does.
    TypeError
        In the constructor, if `loss` is a loss of the batch as a whole.

    See Also
    --------
    CostScaledOutputLoss : Costs as factors of outputs.
    CostWeightedErrorLoss : Costs as weights of squared errors, which know which mistake is made.
    balancekit.thresholding.cost_weights : Weights of rows for any classifier.

    Notes
    -----
    Entry i of the cost vector is the mean of what mistakes with class i cost, over the other
    classes by their shares: the sum of ``prior[j] * costs[i, j]`` over j other than i, divided by
    ``1 - prior[i]``. See `cost_vector`.

    Equal costs leave the loss of rows as it is. With plain gradient descent, one row at a time,
    this is [1]_ to the letter. Optimisers that scale steps by past gradients, such as Adam, take
    out the mean of the factors, and leave what classes differ by. Probabilities reflect the prior
    times the cost vector; do not move decisions by costs again.

    References
    ----------
    .. [1] M. Kukar and I. Kononenko, "Cost-sensitive learning with neural networks", European
       Conference on Artificial Intelligence, 1998.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import CostScaledRateLoss
    >>> loss = CostScaledRateLoss([[0, 1], [4, 0]]).bind([90, 10])
    >>> loss.per_sample(torch.zeros(2, 2), torch.tensor([0, 1]))
    tensor([0.1733, 0.6931])
    >>> loss.effective_prior([0.9, 0.1]).round(decimals=2)
    tensor([0.6900, 0.3100], dtype=torch.float64)
    """

    loss: SampleLoss

    def __init__(self, costs: Any, loss: str | SampleLoss = "cross_entropy") -> None:
        super().__init__(costs)
        self.loss = resolve_inner(loss, type(self).__name__, "has a rate for each row")
        self._take_after(self.loss)

    def bind(self, class_counts: Any) -> Self:
        """Tell this loss, and that of rows, how many rows each class has in the training data.

        Parameters
        ----------
        class_counts : array-like or Tensor of shape (n_classes,)
            Counts, or shares, if the loss of rows takes these.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the counts cannot be used, or costs are for another number of classes.
        """
        self.loss.bind(class_counts)
        return super().bind(class_counts)

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
        RuntimeError
            If the loss is not bound.
        """
        scores, classes = as_classes(logits, target, type(self).__name__)
        vector = self._vector()
        rates = self._fitted(vector / vector.max(), scores, "costs")
        return self.loss.per_sample(logits, target) * rates[classes]

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        factors = self.loss._prior_factors(prior)
        vector = self._vector()
        return None if factors is None else factors.to(vector) * vector

    def extra_repr(self) -> str:
        """Show the costs, and the classes that the loss is bound to."""
        shown = [f"costs={self.costs.tolist()}"]
        if self.class_counts is not None:
            shown.append(f"n_classes={len(self.class_counts)}")
        return ", ".join(shown)
