"""One less the Dice coefficient."""

from __future__ import annotations

from torch import Tensor

from balancekit.deep.losses._base import BatchLoss
from balancekit.deep.losses._tversky import mean_over_present, probabilities


class DiceLoss(BatchLoss):
    """One less the Dice coefficient of probabilities and labels.

    For probabilities p of a label and zeros and ones g, it is
    ``1 - 2 * sum(p * g) / (sum(p) + sum(g))``, with sums over the rows of the batch [1]_. Rows that
    neither have a label nor are taken to have it do not count, however many there are.

    Parameters
    ----------
    squared : bool, default=False
        Whether the sums below the line are those of squares, as in [1]_.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        Not used.

    See Also
    --------
    TverskyLoss : Weights false alarms and misses.

    Notes
    -----
    The loss is the mean over labels. Of class indices, each class is a label, with the
    probabilities of the softmax. For one logit a row, positives are the only label. Pixels are
    rows here: pass logits and masks flattened.

    A label that no row of the batch has is left out of the mean, and a batch without any has a
    loss of zero and no gradient.

    The loss has a bound of one, so that its gradient fades on rows whose logits are far off.

    References
    ----------
    .. [1] F. Milletari, N. Navab and S.-A. Ahmadi, "V-Net: fully convolutional neural networks for
       volumetric medical image segmentation", International Conference on 3D Vision, 2016.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import DiceLoss
    >>> DiceLoss()(torch.tensor([40.0, -40.0]), torch.tensor([1, 1]))
    tensor(0.3333)
    """

    def __init__(self, squared: bool = False) -> None:
        super().__init__()
        self.squared = bool(squared)

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
        wrong = p * (1 - target) + q * target
        if self.squared:
            # The squares of p and g, less their product twice, are that of their difference.
            wrong = wrong.square()
        hits = 2 * (p * target).sum(dim=0)
        return mean_over_present(wrong.sum(dim=0), hits, target, 1.0)
