"""What losses of a cost matrix share."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from balancekit.deep.losses._base import SampleLoss
from balancekit.deep.losses._batch import as_classes
from balancekit.thresholding._cost_vector import check_mistake_costs, cost_vector


class CostLoss(SampleLoss):
    """A loss that knows what mistakes cost.

    Parameters
    ----------
    costs : array-like or Tensor of shape (n_classes, n_classes)
        ``costs[true, predicted]``, by class code.
    """

    costs: Tensor

    def __init__(self, costs: Any) -> None:
        super().__init__()
        if isinstance(costs, Tensor):
            costs = costs.detach().cpu().numpy()
        checked = torch.from_numpy(check_mistake_costs(costs))
        self.register_buffer("costs", checked.float())

    def cost_vector(self) -> Tensor:
        """Compute what a mistake with a row of each class costs on average.

        Returns
        -------
        costs : Tensor of float32, shape (n_classes,)
            The other classes are weighted by their bound counts.

        Raises
        ------
        RuntimeError
            If the loss is not bound.
        """
        return self._vector().float()

    def _vector(self) -> Tensor:
        counts = self._counts()
        vector: Tensor = cost_vector(self.costs.to(counts), counts)
        return vector

    def _check_counts(self, counts: Tensor) -> None:
        if len(counts) != len(self.costs):
            msg = (
                f"class_counts has {len(counts)} classes, and costs has shape "
                f"{tuple(self.costs.shape)}. Pass a cost for each true and each predicted class."
            )
            raise ValueError(msg)


def softmax_and_classes(logits: Tensor, target: Tensor, loss: str) -> tuple[Tensor, Tensor, Tensor]:
    """Compute probabilities, and what they would be best.

    Parameters
    ----------
    logits, target : Tensor
        As `as_classes` takes them.
    loss : str
        Name of the loss, for messages.

    Returns
    -------
    p : Tensor of float32 or float64, shape (n, n_classes)
        Probabilities.
    wanted : Tensor of the same dtype and shape
        One for the class of the row, zero for others.
    target : Tensor of int64, shape (n,)
        Class indices.
    """
    logits, target = as_classes(logits, target, loss)
    wanted = functional.one_hot(target, logits.shape[1]).to(logits.dtype)
    return logits.softmax(1), wanted, target
