"""Cross entropy of a softmax that is weighted by class counts."""

from __future__ import annotations

from torch import Tensor

from balancekit.deep.losses._base import SampleLoss
from balancekit.deep.losses._batch import as_classes, log_likelihood


class BalancedSoftmaxLoss(SampleLoss):
    """Cross entropy of a softmax, in which each class counts as often as it has rows.

    The probability of class c is ``n_c * exp(z_c)``, divided by the sum of these over all classes
    [1]_. The logits z that come of it are those of a softmax on balanced data.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        What the loss is bound to; shares will do.

    See Also
    --------
    LogitAdjustedLoss : The same for tau=1, with a choice of tau.

    Notes
    -----
    Do not correct for the prior again after training. A class without rows counts as the rarest
    one that has some.

    References
    ----------
    .. [1] J. Ren, C. Yu, S. Sheng, X. Ma, H. Zhao, S. Yi and H. Li, "Balanced meta-softmax for
       long-tailed visual recognition", Advances in Neural Information Processing Systems 33, 2020.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import BalancedSoftmaxLoss
    >>> loss = BalancedSoftmaxLoss().bind([900, 100])
    >>> loss.per_sample(torch.zeros(2, 2), torch.tensor([0, 1]))
    tensor([0.1054, 2.3026])
    """

    _adjusts_prior = True

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
        log_counts = self._fitted(self._counts().log(), logits, "class counts")
        return -log_likelihood(logits + log_counts, target)

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        return 1 / self._counts()
