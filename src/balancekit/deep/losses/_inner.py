"""Losses inside losses."""

from __future__ import annotations

from typing import Any

from balancekit.deep.losses._base import SampleLoss


def resolve_inner(loss: Any, outer: str, why: str) -> SampleLoss:
    """Find the loss of samples that a parameter of another loss stands for.

    Parameters
    ----------
    loss : str or SampleLoss
        A name that `resolve_loss` knows, or a loss.
    outer : str
        Name of the loss that it goes into, for messages.
    why : str
        Why that needs losses of rows, for messages.

    Returns
    -------
    loss : SampleLoss
        The same object, if a loss was passed.

    Raises
    ------
    ValueError
        If no loss has that name.
    TypeError
        If it is a loss of the batch as a whole, or neither a name nor a loss.
    """
    # The list of names has the losses with an inner one, too.
    from balancekit.deep.losses._resolve import resolve_loss

    found = resolve_loss(loss)
    if not isinstance(found, SampleLoss):
        shown = repr(loss) if isinstance(loss, str) else type(loss).__name__
        msg = (
            f"loss is {shown}, a loss of the batch as a whole, and {outer} {why}. Pass a loss of "
            "rows, such as 'cross_entropy' or 'focal'."
        )
        raise TypeError(msg)
    return found
