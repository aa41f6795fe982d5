"""Losses of torch and of others, behind the interface of ours."""

from __future__ import annotations

from torch import Tensor, nn

from balancekit.deep.losses._base import BatchLoss


class ForeignLoss(BatchLoss):
    """A module that is called with logits and targets and gives one number.

    Parameters
    ----------
    loss : nn.Module
        Such as `torch.nn.CrossEntropyLoss`. For one logit a row, targets have the shape and the
        dtype of the logits, as `torch.nn.BCEWithLogitsLoss` wants.
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the loss.

        Parameters
        ----------
        logits : Tensor of float, shape (n, n_classes), (n,) or (n, 1)
            Scores.
        target : Tensor of int64, shape (n,)
            Class indices.

        Returns
        -------
        loss : Tensor of shape ()

        Raises
        ------
        ValueError
            If the module gives more than one number.
        """
        if logits.ndim == 1 or logits.shape[1] == 1:
            target = target.to(logits.dtype).reshape(logits.shape)
        loss: Tensor = self.loss(logits, target)
        if loss.ndim:
            msg = (
                f"{type(self.loss).__name__} gave a loss of shape {tuple(loss.shape)}. Let it give "
                "one number, for example by reduction='mean', or derive from SampleLoss."
            )
            raise ValueError(msg)
        return loss
