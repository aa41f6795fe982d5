"""A small net that reproduces its rows."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real

from torch import Tensor, nn

from balancekit.deep._mlp import ACTIVATIONS, MLP


class Autoencoder(nn.Module):
    """A net that squeezes rows into a few numbers and makes rows of these again.

    Parameters
    ----------
    n_features_in : int
        Numbers that a row consists of; rows of more dimensions are flattened on their way.
    hidden : int or sequence of int, default=(128, 64)
        Units of each hidden layer of the encoder; the decoder has them in reverse.
    bottleneck : int or float, default=0.5
        Units in the middle; between 0 and 1 as a share of the numbers in a row, rounded down, and
        at least one.
    dropout : float, default=0.0
        Share of units that are silent in a training step, after each hidden layer.
    batch_norm : bool, default=False
        Whether hidden units are normalised over the batch.
    activation : {"relu", "gelu", "silu", "tanh"}, default="relu"
        The nonlinear function, after hidden layers and in the middle.

    Raises
    ------
    ValueError
        If a parameter is out of bounds, or has an unknown name.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep import Autoencoder
    >>> Autoencoder(30, bottleneck=4)(torch.zeros(5, 30)).shape
    torch.Size([5, 30])
    """

    def __init__(
        self,
        n_features_in: int,
        hidden: int | Sequence[int] = (128, 64),
        bottleneck: float = 0.5,
        dropout: float = 0.0,
        batch_norm: bool = False,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        widths = (hidden,) if isinstance(hidden, Integral) else tuple(hidden)
        n_codes = _units(bottleneck, n_features_in)
        same = {"dropout": dropout, "batch_norm": batch_norm, "activation": activation}
        self.encoder = MLP(n_features_in, n_codes, widths, **same)
        self.middle = ACTIVATIONS[activation]()
        self.decoder = MLP(n_codes, n_features_in, widths[::-1], **same)

    def forward(self, rows: Tensor) -> Tensor:
        """Reproduce rows.

        Parameters
        ----------
        rows : Tensor of float, shape (n, n_features_in) or (n, ...)
            Rows.

        Returns
        -------
        reproduced : Tensor of float, of the same shape
        """
        reproduced: Tensor = self.decoder(self.middle(self.encoder(rows)))
        return reproduced.reshape(rows.shape)


def _units(bottleneck: float, n_features: int) -> int:
    if isinstance(bottleneck, Integral) and not isinstance(bottleneck, bool) and bottleneck >= 1:
        return int(bottleneck)
    is_share = isinstance(bottleneck, Real) and not isinstance(bottleneck, Integral)
    if not (is_share and 0 < bottleneck < 1):
        msg = (
            f"bottleneck={bottleneck!r} is neither a number of units of 1 or more nor a share "
            "between 0 and 1. Pass such as 8 or 0.5."
        )
        raise ValueError(msg)
    return max(1, int(bottleneck * n_features))
