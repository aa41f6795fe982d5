"""Squared errors that are weighted by what they cost."""

from __future__ import annotations

import torch
from torch import Tensor

from balancekit.deep.losses._costs import CostLoss, softmax_and_classes


class CostWeightedErrorLoss(CostLoss):
    """Squared error of probabilities, in which each error weighs what the mistake costs.

    In a row of class i, the squared error of the probability of another class j weighs
    ``costs[i, j]``, and that of i itself the cost vector at i: the minimisation of
    misclassification costs of [1]_. All weights are divided by the largest entry of the cost
    vector, so that the unit of costs does not matter.

    Parameters
    ----------
    costs : array-like or Tensor of shape (n_classes, n_classes)
        ``costs[true, predicted]``, by class code; zeros on the diagonal, zero or more elsewhere.

    Attributes
    ----------
    costs : Tensor of float32, shape (n_classes, n_classes)
        The costs.
    class_counts : Tensor of float32, shape (n_classes,), or None
        What the loss is bound to; shares will do.

    Raises
    ------
    ValueError
        In the constructor, if costs have another shape, are negative or not finite, a hit costs
        something, or no mistake does.

    See Also
    --------
    CostScaledRateLoss : Costs as factors of the learning rate, for any loss of rows.
    CostScaledOutputLoss : Costs as factors of outputs.
    balancekit.thresholding.CostMatrix : Decides by costs after training.

    Notes
    -----
    Entry i of the cost vector is the mean of what mistakes with class i cost, over the other
    classes by their shares: the sum of ``prior[j] * costs[i, j]`` over j other than i, divided by
    ``1 - prior[i]``. See `cost_vector`.

    A row's loss is the mean over classes, and equal costs make it `torch.nn.MSELoss` of the softmax
    and one-hot rows. Weights multiply squares, where a weight inside the square would count costs
    twice: so with two classes, the net decides, as it is, at the threshold of the lowest expected
    cost. Do not move its decisions by costs again. Probabilities reflect no prior in particular.

    The gradient fades where the softmax is nearly one for a wrong class, as with all squared
    errors.

    The paper was not at hand when this was written: the idea is theirs, and the formula above is
    what is computed.

    References
    ----------
    .. [1] M. Kukar and I. Kononenko, "Cost-sensitive learning with neural networks", European
       Conference on Artificial Intelligence, 1998.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import CostWeightedErrorLoss
    >>> loss = CostWeightedErrorLoss([[0, 1], [4, 0]]).bind([90, 10])
    >>> loss.per_sample(torch.zeros(2, 2), torch.tensor([0, 1]))
    tensor([0.0625, 0.2500])
    """

    def error_weights(self) -> Tensor:
        """Compute the weights of errors.

        Returns
        -------
        weights : Tensor of float32, shape (n_classes, n_classes)
            Row i has those of all probabilities in a row of class i.

        Raises
        ------
        RuntimeError
            If the loss is not bound.
        """
        return self._weights().float()

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
        p, wanted, target = softmax_and_classes(logits, target, type(self).__name__)
        weights = self._fitted(self._weights(), p, "costs")[target]
        return (weights * (wanted - p).square()).mean(dim=1)

    def _weights(self) -> Tensor:
        vector = self._vector()
        return (self.costs.to(vector) + torch.diag(vector)) / vector.max()

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        return None
