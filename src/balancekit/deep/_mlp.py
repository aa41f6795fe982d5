"""A small net for tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from numbers import Integral

from torch import Tensor, nn

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh}


class MLP(nn.Module):
    """Fully connected layers, each followed by a nonlinear function, and a linear one.

    Parameters
    ----------
    n_features_in : int
        Numbers that a row consists of; rows of more dimensions are flattened.
    n_classes : int
        Logits that come out.
    hidden : int or sequence of int, default=(64,)
        Units of each hidden layer; none makes a linear model.
    dropout : float, default=0.0
        Share of units that are silent in a training step, after each hidden layer.
    batch_norm : bool, default=False
        Whether hidden units are normalised over the batch before the nonlinear function.
    activation : {"relu", "gelu", "silu", "tanh"}, default="relu"
        The nonlinear function.

    Raises
    ------
    ValueError
        If a parameter is out of bounds, or has an unknown name.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep import MLP
    >>> MLP(30, 2, hidden=16)(torch.zeros(5, 30)).shape
    torch.Size([5, 2])
    """

    def __init__(
        self,
        n_features_in: int,
        n_classes: int,
        hidden: int | Sequence[int] = (64,),
        dropout: float = 0.0,
        batch_norm: bool = False,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        if activation not in ACTIVATIONS:
            known = ", ".join(map(repr, ACTIVATIONS))
            msg = f"activation={activation!r} is unknown. Pass one of {known}."
            raise ValueError(msg)
        widths = (hidden,) if isinstance(hidden, Integral) else tuple(hidden)
        if any(not isinstance(width, Integral) or width < 1 for width in widths):
            msg = f"hidden={hidden!r} has no layers of 1 unit or more. Pass such as (64, 32)."
            raise ValueError(msg)
        layers: list[nn.Module] = [nn.Flatten()]
        for n_in, n_out in pairwise((n_features_in, *widths)):
            layers.append(nn.Linear(n_in, n_out))
            if batch_norm:
                layers.append(nn.BatchNorm1d(n_out))
            layers.append(ACTIVATIONS[activation]())
            if dropout:
                layers.append(nn.Dropout(dropout))
        last = widths[-1] if widths else n_features_in
        self.layers = nn.Sequential(*layers)
        self.output = nn.Linear(last, n_classes)

    def forward(self, rows: Tensor) -> Tensor:
        """Compute logits.

        Parameters
        ----------
        rows : Tensor of float, shape (n, n_features_in) or (n, ...)
            Rows.

        Returns
        -------
        logits : Tensor of float, shape (n, n_classes)
        """
        logits: Tensor = self.output(self.layers(rows))
        return logits
