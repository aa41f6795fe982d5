"""Squared errors of outputs that are scaled by what mistakes with a row cost."""

from __future__ import annotations

from torch import Tensor

from balancekit.deep.losses._costs import CostLoss, softmax_and_classes


class CostScaledOutputLoss(CostLoss):
    """Squared error of probabilities, scaled down in rows of classes that are cheap to mistake.

    The net's probabilities of a row are multiplied by the cost vector at the class of the row,
    divided by the largest entry of that vector, before they are compared with its class: the
    adapted outputs of [1]_. A scaled-down output cannot reach one, whatever it is, and is nearly
    zero anyway, so that rows of cheap classes teach little.

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
    CostScaledRateLoss : Costs as factors of the learning rate.
    CostWeightedErrorLoss : Costs as weights of squared errors.
    balancekit.thresholding.CostVector : The same costs after training.

    Notes
    -----
    Entry i of the cost vector is the mean of what mistakes with class i cost, over the other
    classes by their shares: the sum of ``prior[j] * costs[i, j]`` over j other than i, divided by
    ``1 - prior[i]``. See `cost_vector`.

    A row's loss is the mean over classes, and equal costs make it `torch.nn.MSELoss` of the softmax
    and one-hot rows. The net then decides, as it is, for the class of the largest product of
    probability and cost vector; do not move its decisions by costs again. Factors by output, in
    place of those by row, would make it favour cheap classes. There is no such thing for cross
    entropy: the logarithm of a factor is a constant, without gradient. Probabilities reflect no
    prior in particular.

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
    >>> from balancekit.deep.losses import CostScaledOutputLoss
    >>> loss = CostScaledOutputLoss([[0, 1], [4, 0]]).bind([90, 10])
    >>> loss.per_sample(torch.zeros(2, 2), torch.tensor([0, 1]))
    tensor([0.3906, 0.2500])
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
        RuntimeError
            If the loss is not bound.
        """
        p, wanted, target = softmax_and_classes(logits, target, type(self).__name__)
        vector = self._vector()
        scale = self._fitted(vector / vector.max(), p, "costs")[target]
        return (wanted - scale[:, None] * p).square().mean(dim=1)

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        return None
