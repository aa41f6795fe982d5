"""Cross entropy of logits to which the logarithm of the prior is added."""

from __future__ import annotations

from torch import Tensor

from balancekit.deep.losses._base import SampleLoss, check_number
from balancekit.deep.losses._batch import as_classes, log_likelihood


class LogitAdjustedLoss(SampleLoss):
    """Cross entropy of ``logits + tau * log(prior)``.

    A common class starts ahead by its prior, so a row of a rare class has to have a logit that
    makes up for it. The logits that come of it decide for all classes on equal terms: their
    largest serves the balanced accuracy [1]_.

    Parameters
    ----------
    tau : float, default=1.0
        How much of the prior is added; 0 is cross entropy.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        What the loss is bound to; shares will do.

    See Also
    --------
    BalancedSoftmaxLoss : The same with tau=1.
    balancekit.thresholding.LogitAdjustment : The adjustment after training.

    Notes
    -----
    Adjust in training, by this loss, or after it, by `balancekit.thresholding.LogitAdjustment`,
    but never both, which would favour rare classes twice. Only the adjusted logits stand for
    probabilities of the training data.

    A class without rows has the share of the rarest one that has some: with a share of zero, its
    logit would be free to grow.

    References
    ----------
    .. [1] A. K. Menon, S. Jayasumana, A. S. Rawat, H. Jain, A. Veit and S. Kumar, "Long-tail
       learning via logit adjustment", International Conference on Learning Representations, 2021.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import LogitAdjustedLoss
    >>> loss = LogitAdjustedLoss().bind([0.9, 0.1])
    >>> loss.per_sample(torch.zeros(2, 2), torch.tensor([0, 1]))
    tensor([0.1054, 2.3026])
    """

    def __init__(self, tau: float = 1.0) -> None:
        super().__init__()
        self.tau = check_number(tau, "tau", 0)
        self._adjusts_prior = self.tau > 0

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
        logits, target = as_classes(logits, target, type(self).__name__)
        counts = self._counts()
        log_prior = self._fitted((counts / counts.sum()).log(), logits, "class counts")
        return -log_likelihood(logits + self.tau * log_prior, target)

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        return self._counts() ** -self.tau
