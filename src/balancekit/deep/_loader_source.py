"""The batches of a loader."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from balancekit.core.recipes import FloatArray
from balancekit.deep._codes import codes_of
from balancekit.deep._feed import Batch, moved
from balancekit.deep._sources import weights_dtype


class LoaderSource:
    """The batches of a loader of the user's, as they come.

    Parameters
    ----------
    loader : iterable of (rows, labels)
        A DataLoader.
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.
    device : torch.device
        Where batches go.
    dtype : torch.dtype
        What they are read as.
    class_weights : ndarray of float64, shape (n_classes,), optional
        Weight of the rows of each class.

    Attributes
    ----------
    drawn : ndarray of int, shape (n_classes,)
        Rows of each class in the last epoch, so far.
    """

    def __init__(
        self,
        loader: Any,
        classes: NDArray[Any],
        device: torch.device,
        dtype: torch.dtype,
        class_weights: FloatArray | None = None,
    ) -> None:
        self.loader, self.classes = loader, classes
        self.class_weights = class_weights
        self.device, self.dtype = device, dtype
        self.drawn = np.zeros(len(classes), dtype=np.intp)

    @property
    def is_weighted(self) -> bool:
        """Whether classes have weights."""
        return self.class_weights is not None

    @property
    def n_steps(self) -> int | None:
        """Batches of an epoch, if the loader knows."""
        try:
            return len(self.loader)
        except TypeError:
            return None

    def batches(self, epoch: int, most: int | None = None) -> Iterator[Batch]:
        """Give what the loader gives.

        Parameters
        ----------
        epoch : int
            Passed to `set_epoch` of the loader's samplers, if they have one.
        most : int, optional
            Batches after which to break off.

        Yields
        ------
        batch : Batch
        """
        of_batches = getattr(self.loader, "batch_sampler", None)
        samplers = [getattr(self.loader, "sampler", None), getattr(of_batches, "sampler", None)]
        for sampler in {id(each): each for each in (*samplers, of_batches)}.values():
            if hasattr(sampler, "set_epoch"):
                sampler.set_epoch(epoch)
        self.drawn = np.zeros_like(self.drawn)
        for batch in islice(self.loader, most):
            if not isinstance(batch, tuple | list) or len(batch) != 2:
                msg = "The loader gave a batch that is no pair. Let it give rows and their labels."
                raise ValueError(msg)
            inputs, labels = batch
            codes = codes_of(labels, self.classes)
            self.drawn += np.bincount(codes, minlength=len(self.drawn))
            weights = None
            if self.class_weights is not None:
                weights = torch.from_numpy(self.class_weights[codes])
                weights = weights.to(self.device, weights_dtype(self.dtype))
            yield Batch(
                moved(inputs, self.device, self.dtype),
                torch.from_numpy(codes).to(self.device),
                weights,
            )

    def mean_draws(self) -> FloatArray:
        """Compute how much each class counted in the last epoch, weights included.

        Returns
        -------
        draws : ndarray of float64, shape (n_classes,)
        """
        weights = 1.0 if self.class_weights is None else self.class_weights
        return np.asarray(self.drawn * weights)
