"""Losses of the overlap between what is there and what is predicted."""

from __future__ import annotations

import torch
from torch import Tensor

from balancekit.deep.losses._base import BatchLoss, check_number
from balancekit.deep.losses._batch import as_labels, check_batch


def probabilities(logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the probability of each label, and of its absence.

    Parameters
    ----------
    logits, target : Tensor
        As `check_batch` takes them.

    Returns
    -------
    p, q, target : Tensor of float32 or float64, shape (n, n_labels)
        Probabilities, those of the softmax if the target holds class indices; one less these,
        without loss of digits; zeros and ones.
    """
    scores, classes = check_batch(logits, target)
    by_index = classes.ndim < scores.ndim
    labels = as_labels(logits, target)[1]
    if by_index:
        log_p = scores.log_softmax(1)
        return log_p.exp(), -torch.expm1(log_p), labels
    scores = scores.reshape(labels.shape)
    return scores.sigmoid(), (-scores).sigmoid(), labels


def mean_over_present(wrong: Tensor, right: Tensor, target: Tensor, power: float) -> Tensor:
    """Average a loss over the labels that a batch has rows of.

    Parameters
    ----------
    wrong, right : Tensor of float, shape (n_labels,)
        Zero or more; the loss of a label is the share of what is wrong.
    target : Tensor of float, shape (n, n_labels)
        Zeros and ones.
    power : float
        What the losses are raised to.

    Returns
    -------
    loss : Tensor of float, shape ()
    """
    # Ones take the place of zeros where these would have no gradient that is finite, and whatever
    # has such a one in its place is dropped.
    total = wrong + right
    counted = (target.sum(dim=0) > 0) & (total > 0)
    losses = wrong / total.where(counted, torch.ones_like(total))
    counted = counted & (losses > 0)
    losses = losses.where(counted, torch.ones_like(losses)) ** power
    losses = losses.where(counted, torch.zeros_like(losses))
    return losses.sum() / (target.sum(dim=0) > 0).sum().clamp(min=1)


class TverskyLoss(BatchLoss):
    """One less the Tversky index, in which false alarms and misses have weights of their own.

    With TP the sum of the probabilities of a label over the rows that have it, FP that over the
    others, and FN the rows that have it less TP, the loss is ``1 - TP / (TP + a * FP + b * FN)``
    [1]_, raised to a power in the focal variant [2]_.

    Parameters
    ----------
    a : float, default=0.3
        Weight of false alarms.
    b : float, default=0.7
        Weight of misses, above 0. More than `a` favours recall.
    gamma : float, default=1.0
        The power, above 0. ``"focal_tversky"``, as a name for `resolve_loss`, has 4/3.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        Not used.

    See Also
    --------
    DiceLoss : The same with a and b of one half each.

    Notes
    -----
    The loss is the mean over labels. Of class indices, each class is a label, with the
    probabilities of the softmax. For one logit a row, positives are the only label. Pixels are
    rows here: pass logits and masks flattened.

    A label that no row of the batch has is left out of the mean, and a batch without any has a
    loss of zero: TP is zero then whatever is predicted, and so is the gradient. Batches need to be
    large enough to have rows of every class.

    Papers differ on the power. Here, it is gamma itself: above 1, labels that are nearly right
    fade. [2]_ writes it as ``1 / gamma`` with a gamma of 4/3: pass ``gamma=3/4`` for that.

    The loss has a bound of one, so that its gradient fades on rows whose logits are far off.

    References
    ----------
    .. [1] S. S. M. Salehi, D. Erdogmus and A. Gholipour, "Tversky loss function for image
       segmentation using 3D fully convolutional deep networks", Machine Learning in Medical
       Imaging, 2017.
    .. [2] N. Abraham and N. M. Khan, "A novel focal Tversky loss function with improved attention
       U-Net for lesion segmentation", International Symposium on Biomedical Imaging, 2019.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import TverskyLoss
    >>> logits, target = torch.tensor([0.0, 0.0, 0.0, 0.0]), torch.tensor([1, 1, 0, 0])
    >>> TverskyLoss()(logits, target)
    tensor(0.5000)
    >>> TverskyLoss(a=0.1, b=0.9)(logits - 2, target)
    tensor(0.8710)
    """

    def __init__(self, a: float = 0.3, b: float = 0.7, gamma: float = 1.0) -> None:
        super().__init__()
        self.a = check_number(a, "a", 0)
        self.b = check_number(b, "b", 0, open_low=True)
        self.gamma = check_number(gamma, "gamma", 0, open_low=True)

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the loss.

        Parameters
        ----------
        logits : Tensor of float, shape (n, n_classes), (n,) or (n, 1)
            Scores, before sigmoid or softmax.
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
        p, q, target = probabilities(logits, target)
        hits = (p * target).sum(dim=0)
        wrong = (self.a * p * (1 - target) + self.b * q * target).sum(dim=0)
        return mean_over_present(wrong, hits, target, self.gamma)
