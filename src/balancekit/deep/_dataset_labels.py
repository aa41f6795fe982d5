"""The labels of a data set of torch."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor
from torch.utils.data import ConcatDataset, Subset, TensorDataset


def labels_of(dataset: Any) -> Any:
    """Find the labels of a data set.

    Those of a `TensorDataset` and those in the attribute `targets` are read there, unless there is
    a `target_transform`; otherwise, each item is loaded once.

    Parameters
    ----------
    dataset : Dataset
        Its items are tuples of a row and its label.

    Returns
    -------
    labels : Tensor or ndarray of shape (n_rows,)

    Raises
    ------
    ValueError
        If it is empty, or its items are no such tuples.
    """
    if isinstance(dataset, Subset):
        labels = labels_of(dataset.dataset)
        return labels[np.asarray(dataset.indices, dtype=np.intp)]
    if isinstance(dataset, ConcatDataset):
        return np.concatenate([np.asarray(labels_of(part)) for part in dataset.datasets])
    if type(dataset) is TensorDataset and len(dataset.tensors) == 2:
        return dataset.tensors[1]
    targets = getattr(dataset, "targets", None)
    # Data sets of torchvision may change labels when an item is loaded.
    is_changed = getattr(dataset, "target_transform", None) is not None
    if targets is not None and not is_changed and len(targets) == len(dataset):
        return targets if isinstance(targets, Tensor) else np.asarray(targets)
    if not len(dataset):
        msg = "The data set has no rows. Pass one that has rows of two or more classes."
        raise ValueError(msg)
    labels = []
    for row in range(len(dataset)):
        item = dataset[row]
        if not isinstance(item, tuple | list) or len(item) != 2:
            msg = (
                f"Item {row} of the data set is no tuple of a row and its label. Pass labels as y, "
                "or let items have them."
            )
            raise ValueError(msg)
        label = item[1]
        labels.append(label.item() if hasattr(label, "item") else label)
    return np.asarray(labels)
