"""Margins that are wider for rare classes."""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor
from torch.nn import functional

from balancekit.deep.losses._base import SampleLoss, check_number
from balancekit.deep.losses._batch import as_classes, log_likelihood
from balancekit.deep.losses._class_balanced import check_whole_counts, effective_weights


class LDAMLoss(SampleLoss):
    """Cross entropy with a margin for each class, and class weights that start late.

    A row's logit of its own class is cut by a margin in proportion to ``n ** (-1 / 4)``, where n
    is the count of that class. All logits are then multiplied by a scale, and cross entropy is
    taken [1]_.

    Parameters
    ----------
    max_margin : float, default=0.5
        Margin of the rarest class; 0 is none for all.
    scale : float, default=30.0
        Factor of the logits, above 0.
    beta : float, default=0.9999
        For the class weights; see `ClassBalancedLoss`. They are switched on by `start_reweighting`.

    Attributes
    ----------
    class_counts : Tensor of float32, shape (n_classes,), or None
        What the loss is bound to.
    reweighting : Tensor of bool, shape ()
        Whether class weights are on; a buffer, so it is saved with the module.

    See Also
    --------
    LogitAdjustedLoss : Margins between each two classes that follow from their prior.

    Notes
    -----
    Margin and scale are meant for logits between -1 and 1, which are cosines between the features
    and the weights of a last layer without bias, both of length one. With a common linear layer,
    take a scale of 1.

    [1]_ trains without weights until the learning rate first falls, at four fifths of all epochs,
    and with them from then on: call `start_reweighting` there. `forward` divides by the number of
    rows, not by the sum of the weights.

    A class without rows has the margin and the weight of the rarest one that has some.

    References
    ----------
    .. [1] K. Cao, C. Wei, A. Gaidon, N. Arechiga and T. Ma, "Learning imbalanced datasets with
       label-distribution-aware margin loss", Advances in Neural Information Processing Systems 32,
       2019.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import LDAMLoss
    >>> loss = LDAMLoss().bind([5000, 50])
    >>> loss.margins()
    tensor([0.1581, 0.5000])
    >>> cosines, target = torch.tensor([[0.6, 0.5], [0.1, 0.7]]), torch.tensor([0, 1])
    >>> loss.per_sample(cosines, target)
    tensor([1.9046, 0.0486])
    >>> loss.start_reweighting().class_weights()
    tensor([0.0250, 1.9750])
    """

    reweighting: Tensor

    def __init__(self, max_margin: float = 0.5, scale: float = 30.0, beta: float = 0.9999) -> None:
        super().__init__()
        self.max_margin = check_number(max_margin, "max_margin", 0)
        self.scale = self._logit_factor = check_number(scale, "scale", 0, open_low=True)
        self.beta = check_number(beta, "beta", 0, 1)
        self.register_buffer("reweighting", torch.tensor(False))

    def margins(self) -> Tensor:
        """Compute the margin of each class.

        Returns
        -------
        margins : Tensor of float32, shape (n_classes,)
            The widest is `max_margin`.

        Raises
        ------
        RuntimeError
            If the loss is not bound.
        """
        counts = self._counts()
        return (self.max_margin * (counts.min() / counts) ** 0.25).float()

    def class_weights(self) -> Tensor:
        """Compute the weight of each class as of now.

        Returns
        -------
        weights : Tensor of float32, shape (n_classes,)
            Ones before `start_reweighting`; after it, their sum is still the number of classes.

        Raises
        ------
        RuntimeError
            If the loss is not bound.
        """
        weights = effective_weights(self._counts(), self.beta)
        return torch.where(self.reweighting.to(weights.device), weights, torch.ones_like(weights))

    def start_reweighting(self, on: bool = True) -> Self:
        """Switch class weights on.

        Parameters
        ----------
        on : bool, default=True
            False switches them off again.

        Returns
        -------
        self : object
        """
        self.reweighting.fill_(on)
        return self

    def per_sample(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the loss of each row.

        Parameters
        ----------
        logits : Tensor of float, shape (n, n_classes), (n,) or (n, 1)
            Scores, before sigmoid or softmax.
        target : Tensor of shape (n,)
            Class indices as integers; zeros and ones, of any dtype, for one logit a row, which
            then stands for zero and that logit.

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
        margins = self._fitted(self.margins(), logits, "class counts")
        weights = self._fitted(self.class_weights(), logits, "class counts")
        own = functional.one_hot(target, logits.shape[1])
        return -log_likelihood(self.scale * (logits - own * margins), target) * weights[target]

    def _check_counts(self, counts: Tensor) -> None:
        check_whole_counts(counts, type(self).__name__)

    def _prior_factors(self, prior: Tensor) -> Tensor | None:
        return self.class_weights()
