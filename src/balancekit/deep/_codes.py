"""From labels to codes, for classes that are known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from balancekit.core.recipes import IntArray
from balancekit.core.wording import list_names


def codes_of(labels: Any, classes: NDArray[Any]) -> IntArray:
    """Find the codes of labels.

    Parameters
    ----------
    labels : array-like or Tensor of shape (n,)
        Labels.
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.

    Returns
    -------
    codes : ndarray of intp, shape (n,)

    Raises
    ------
    ValueError
        If a label is none of the classes. The message names it.
    """
    values = labels.cpu().numpy() if isinstance(labels, Tensor) else np.asarray(labels)
    places = np.minimum(np.searchsorted(classes, values.ravel()), len(classes) - 1)
    strange = classes[places] != values.ravel()
    if strange.any():
        label = values.ravel()[strange.argmax()]
        msg = (
            f"y has class {label.item() if hasattr(label, 'item') else label!r}, and the net "
            f"knows {list_names(classes.tolist())}. Name all classes in the first call, or in "
            "class_prior."
        )
        raise ValueError(msg)
    return places.astype(np.intp)
