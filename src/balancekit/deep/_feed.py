"""Batches of rows, on the device of the net."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor

from balancekit.deep._rows import GATHERED_BYTES, Rows


class Batch(NamedTuple):
    """What a net is trained on in one step."""

    inputs: Any
    codes: Tensor
    weights: Tensor | None


def moved(inputs: Any, device: torch.device, dtype: torch.dtype | None) -> Any:
    """Bring what a module reads to its device and dtype.

    Parameters
    ----------
    inputs : Tensor, or tuple, list or dict of such
        Rows.
    device : torch.device
        The device.
    dtype : torch.dtype or None
        A tensor by itself takes this dtype; tensors of tuples and dicts do if both are of floats.

    Returns
    -------
    inputs : the same kind
    """
    if isinstance(inputs, Tensor):
        return inputs.to(device, dtype)
    if isinstance(inputs, dict):
        return {name: _moved_part(part, device, dtype) for name, part in inputs.items()}
    return type(inputs)(_moved_part(part, device, dtype) for part in inputs)


def _moved_part(part: Any, device: torch.device, dtype: torch.dtype | None) -> Any:
    if not isinstance(part, Tensor):
        return part
    both_float = dtype is not None and dtype.is_floating_point and part.is_floating_point()
    return part.to(device, dtype if both_float else None)


def cut(n_rows: int, batch_size: int) -> list[slice]:
    """Cut rows into batches.

    Parameters
    ----------
    n_rows, batch_size : int
        How many there are, and how many go together.

    Returns
    -------
    batches : list of slice
        A last row by itself joins the batch before it, as nets that normalise over the batch
        cannot be trained on one row.
    """
    starts = list(range(0, n_rows, batch_size))
    if n_rows > batch_size and n_rows % batch_size == 1:
        starts.pop()
    return [slice(start, stop) for start, stop in zip(starts, [*starts[1:], n_rows], strict=True)]


def feed(
    rows: Rows,
    codes: Tensor,
    weights: Tensor | None,
    order: Tensor,
    batch_size: int,
    device: torch.device,
    dtype: torch.dtype,
    augment: Callable[[Any, slice], Any] | None = None,
) -> Iterator[Batch]:
    """Give batch after batch.

    Parameters
    ----------
    rows : Rows
        What is read.
    codes : Tensor of int64, shape (n_rows,)
        Class of each.
    weights : Tensor of float32, shape (n_rows,), or None
        Weight of each.
    order : Tensor of int64, shape (n_draws,)
        Rows in the order of training.
    batch_size : int
        Rows of a batch.
    device : torch.device
        Where batches go.
    dtype : torch.dtype
        What they are read as.
    augment : callable, optional
        Called with the rows of a batch and the places that these have in the order; returns the
        rows to take in their place.

    Yields
    ------
    batch : Batch
    """
    batches = cut(len(order), batch_size)
    row_bytes = rows.row_bytes
    together = 1 if row_bytes is None else max(1, GATHERED_BYTES // (row_bytes * batch_size))
    # Gathering many small batches at once takes less time than each by itself.
    for first in range(0, len(batches), together):
        group = batches[first : first + together]
        start = group[0].start
        ids = order[start : group[-1].stop]
        inputs = moved(rows.take(ids), device, dtype)
        group_codes = codes[ids].to(device)
        group_weights = None if weights is None else weights[ids].to(device)
        for places in group:
            here = slice(places.start - start, places.stop - start)
            batch = inputs if len(group) == 1 else inputs[here]
            yield Batch(
                batch if augment is None else augment(batch, places),
                group_codes[here],
                None if group_weights is None else group_weights[here],
            )
