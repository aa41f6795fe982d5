"""Two focal losses, one for labels that are there and one for those that are not."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from balancekit.deep.losses._base import SampleLoss, check_number
from balancekit.deep.losses._batch import as_labels


class AsymmetricLoss(SampleLoss):
    """Focal loss that fades more on negatives, and does without the easiest of them.

    With a probability p of a label, its loss is ``-(1 - p) ** gamma_positive * log(p)`` where it
    is there, and ``-q ** gamma_negative * log(1 - q)`` with ``q = max(p - margin, 0)`` where it is
    not [1]_.

    Parameters
    ----------
    gamma_positive : float, default=0.0
        How much easy positives fade.
    gamma_negative : float, default=4.0
        How much easy negatives fade.
    margin : float, default=0.05
        Negatives up to this probability have no loss at all; from 0, and below 1.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        Not used.

    See Also
    --------
    FocalLoss : The same for positives and negatives.

    Notes
    -----
    Probabilities are those of sigmoids. A row's loss is the mean of those of its labels, so that
    with both gammas and the margin at 0, it is `torch.nn.BCEWithLogitsLoss`; the paper's code sums
    them. Of class indices, each class is a label.

    With a margin, the loss of a negative has a bound, and its gradient fades where the probability
    is nearly one: [1]_ wants it so, because such negatives are often positives with a wrong label.
    Without a margin, it goes on growing with the logit.

    References
    ----------
    .. [1] T. Ridnik, E. Ben-Baruch, N. Zamir, A. Noy, I. Friedman, M. Protter and L. Zelnik-Manor,
       "Asymmetric loss for multi-label classification", International Conference on Computer
       Vision, 2021.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import AsymmetricLoss
    >>> logits = torch.tensor([[2.0, -1.0, -4.0], [0.0, 0.5, 1.0]])
    >>> target = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    >>> AsymmetricLoss().per_sample(logits, target)
    tensor([0.0425, 0.1430])
    """

    def __init__(
        self, gamma_positive: float = 0.0, gamma_negative: float = 4.0, margin: float = 0.05
    ) -> None:
        super().__init__()
        self.gamma_positive = check_number(gamma_positive, "gamma_positive", 0)
        self.gamma_negative = check_number(gamma_negative, "gamma_negative", 0)
        self.margin = check_number(margin, "margin", 0, 1)
        if self.margin == 1:
            msg = "margin=1 leaves negatives without any loss. Pass less."
            raise ValueError(msg)

    _uses_sigmoids = True

    def per_sample(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the loss of each row.

        Parameters
        ----------
        logits : Tensor of float, shape (n, n_classes), (n,) or (n, 1)
            Scores, before the sigmoid.
        target : Tensor of shape (n,) or (n, n_labels)
            Class indices as integers; zeros and ones, of any dtype, for one logit a row or several
            labels a row.

        Returns
        -------
        losses : Tensor of float32, or float64 if the logits are, shape (n,)

        Raises
        ------
        TypeError, ValueError
            If an argument cannot be used; see `SampleLoss.per_sample`.
        """
        logits, target = as_labels(logits, target)
        log_p, log_rest = functional.logsigmoid(logits), functional.logsigmoid(-logits)
        positive = -torch.exp(self.gamma_positive * log_rest) * log_p
        negative = self._negative(log_p, log_rest)
        return torch.where(target > 0, positive, negative).mean(dim=1)

    def _negative(self, log_p: Tensor, log_rest: Tensor) -> Tensor:
        if self.margin == 0:
            return -torch.exp(self.gamma_negative * log_p) * log_rest
        log_margin = log_p.new_tensor(math.log(self.margin))
        beyond = log_p > log_margin
        # Where the loss is zero, log(p - margin) has no finite gradient, and zero times that is
        # NaN; these take another p, and are dropped in the end.
        log_p = log_p.where(beyond, torch.zeros_like(log_p))
        log_kept = torch.logaddexp(log_rest, log_margin)
        log_q = log_p + torch.log(-torch.expm1(log_margin - log_p))
        loss = -torch.exp(self.gamma_negative * log_q) * log_kept
        return loss.where(beyond, torch.zeros_like(loss))

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        return None
