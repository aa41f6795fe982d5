"""What can be known of a loader before it is used."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset

from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray
from balancekit.deep._dataset_labels import labels_of
from balancekit.deep._rows import without_label


def loader_classes(
    loader: Any, class_prior: dict[Any, float] | None
) -> tuple[NDArray[Any], FloatArray]:
    """Find the classes of a loader, and how many rows they have.

    Parameters
    ----------
    loader : DataLoader
        The loader. Labels of its data set are read once.
    class_prior : dict or None
        Share of each class by label, in place of that.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        Labels, sorted.
    counts : ndarray of float64, shape (n_classes,)
        Rows of each; shares, if the number of rows is not known.

    Raises
    ------
    ValueError
        If the data set cannot be asked and no prior is given, or one that cannot be used.
    """
    dataset = loader.dataset
    is_iterable = isinstance(dataset, IterableDataset) or not hasattr(dataset, "__getitem__")
    if class_prior is None:
        if is_iterable:
            msg = (
                f"{type(dataset).__name__} gives rows one after another, so that classes cannot be "
                "counted before. Set class_prior={label: share, ...} with all classes."
            )
            raise ValueError(msg)
        labels = Labels(labels_of(dataset))
        return labels.classes, labels.counts.astype(np.float64)
    try:
        shares = np.array(list(class_prior.values()), dtype=np.float64)
    except (TypeError, ValueError):
        shares = np.empty(0)
    if len(shares) < 2 or not (np.isfinite(shares) & (shares > 0)).all():
        msg = (
            f"class_prior={class_prior!r} cannot be used. Pass the share of each class, two or "
            "more, as numbers above 0."
        )
        raise ValueError(msg)
    known = Labels(list(class_prior))
    shares = shares[np.argsort(known.codes)]
    n_rows = 1 if is_iterable else len(dataset)
    return known.classes, shares / shares.sum() * n_rows


def item_shape(rows: Any) -> tuple[int, ...] | None:
    """Find the shape of a row by loading the first one.

    Parameters
    ----------
    rows : DatasetRows or DataLoader
        Rows.

    Returns
    -------
    shape : tuple of int, or None
        None if rows are not tensors, or cannot be taken by number.
    """
    dataset = rows.dataset
    if isinstance(dataset, IterableDataset) or not hasattr(dataset, "__getitem__"):
        return None
    item = without_label(dataset[0])
    if isinstance(item, tuple | list) and len(item) == 1:
        (item,) = item
    return tuple(np.shape(item)) if isinstance(item, Tensor | np.ndarray) else None
