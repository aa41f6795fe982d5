"""What a fitted net is asked to predict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from sklearn.utils.validation import _check_feature_names
from torch.utils.data import DataLoader, IterableDataset

from balancekit.deep._feed import moved
from balancekit.deep._rows import GATHERED_BYTES, Rows, narrowed, read_rows, without_label

# Rows of a table in one block.
MOST_ROWS = 8_192


def remember_columns(net: Any, X: Any, rows: Rows) -> None:
    """Note how many columns there are, and their names.

    Parameters
    ----------
    net : estimator
        Written to.
    X : object
        What was passed.
    rows : Rows
        What was read.
    """
    net._row_shape = rows.shape
    if rows.shape is None:
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(net, name):
                delattr(net, name)
        return
    net.n_features_in_ = rows.shape[0]
    _check_feature_names(net, X, reset=True)


def check_inputs(net: Any, X: Any) -> Any:
    """Read rows, and check that they are like those of `fit`.

    Parameters
    ----------
    net : estimator
        Fitted.
    X : object
        Rows.

    Returns
    -------
    rows : Rows or DataLoader

    Raises
    ------
    TypeError, ValueError
        If they cannot be used.
    """
    if isinstance(X, DataLoader):
        return X
    if isinstance(X, IterableDataset):
        return DataLoader(X, batch_size=net.batch_size)
    rows = read_rows(X)
    if rows.shape is None or net._row_shape is None:
        return rows
    if rows is not X:
        # Rows that were read before have no names any more.
        _check_feature_names(net, X, reset=False)
    if rows.shape != net._row_shape:
        name = type(net).__name__
        if len(rows.shape) == len(net._row_shape) == 1:
            msg = (
                f"X has {rows.shape[0]} features, but {name} is expecting {net._row_shape[0]} "
                "features as input. Pass the columns that it was fitted on."
            )
        else:
            msg = (
                f"Rows of X have shape {rows.shape}, and {name} was fitted on rows of shape "
                f"{net._row_shape}. Pass rows of that shape."
            )
        raise ValueError(msg)
    return rows


def input_blocks(
    rows: Any, batch_size: int, device: torch.device, dtype: torch.dtype
) -> Iterator[Any]:
    """Give blocks of rows to predict.

    Parameters
    ----------
    rows : Rows or DataLoader
        What `check_inputs` gave.
    batch_size : int
        Rows of a block, where these are large; tables have more.
    device : torch.device
        Where blocks go.
    dtype : torch.dtype
        What they are read as.

    Yields
    ------
    inputs : Tensor, or tuple, list or dict of such
    """
    if isinstance(rows, DataLoader):
        for batch in rows:
            yield moved(without_label(batch), device, dtype)
        return
    rows = narrowed(rows, dtype)
    size = batch_size
    if rows.row_bytes is not None:
        size = max(batch_size, min(MOST_ROWS, GATHERED_BYTES // rows.row_bytes))
    for start in range(0, len(rows), size):
        yield moved(rows.take(torch.arange(start, min(start + size, len(rows)))), device, dtype)
