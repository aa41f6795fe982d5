"""Where the batches of an epoch come from: rows by number, or a loader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.deep._feed import Batch, cut, feed
from balancekit.deep._rows import Rows, TensorRows, extended
from balancekit.deep.batches._augmented import AugmentedBatches
from balancekit.deep.batches._base import BatchSampler
from balancekit.deep.batches._seeds import epoch_generator
from balancekit.deep.batches._sharding import shard


class Source(Protocol):
    """Batches, epoch after epoch."""

    drawn: IntArray

    @property
    def is_weighted(self) -> bool:
        """Whether rows have weights."""

    @property
    def n_steps(self) -> int | None:
        """Batches of an epoch, if their number is known beforehand."""

    def batches(self, epoch: int, most: int | None = None) -> Iterator[Batch]:
        """Give the batches of an epoch, and count their rows by class in `drawn`."""

    def mean_draws(self) -> FloatArray:
        """Compute how much each class counts in an epoch, weights included."""


class IndexedSource:
    """Rows by number, in the order of a batch sampler.

    Parameters
    ----------
    rows : Rows
        What is read.
    codes : ndarray of intp, shape (n_rows,)
        Class of each.
    weights : ndarray of float64, shape (n_rows,), or None
        Weight of each.
    sampler : BatchSampler
        It is bound here.
    classes : ndarray of shape (n_classes,)
        Class labels.
    batch_size : int
        Rows of a batch.
    seed : int
        Of the orders.
    device : torch.device
        Where batches go.
    dtype : torch.dtype
        What they are read as.
    rank, n_ranks : int, default=0 and 1
        Which of the processes this is that train together.

    Attributes
    ----------
    drawn : ndarray of int, shape (n_classes,)
        Rows of each class in the last epoch, those of other processes included.
    """

    def __init__(
        self,
        rows: Rows,
        codes: IntArray,
        weights: FloatArray | None,
        sampler: BatchSampler,
        classes: NDArray[Any],
        batch_size: int,
        seed: int,
        device: torch.device,
        dtype: torch.dtype,
        rank: int = 0,
        n_ranks: int = 1,
    ) -> None:
        self.rank, self.n_ranks = rank, n_ranks
        self.rows, self.codes, self.weights = rows, codes, weights
        self.batch_size, self.seed = batch_size, seed
        self.device, self.dtype = device, dtype
        numbers = _in_numpy(rows) if sampler.looks_at_rows else None
        self.sampler = sampler.bind(classes, numbers, seed)
        self.drawn = np.zeros(len(classes), dtype=np.intp)

    @property
    def is_weighted(self) -> bool:
        """Whether rows have weights."""
        return self.weights is not None

    @property
    def n_steps(self) -> int:
        """Batches of the first epoch."""
        order = self.sampler(self.codes, 0, epoch_generator(self.seed, 0))
        return len(cut(-(-len(order) // self.n_ranks), self.batch_size))

    @property
    def counts(self) -> IntArray:
        """Rows of each class."""
        return np.bincount(self.codes, minlength=len(self.drawn))

    def batches(self, epoch: int, most: int | None = None) -> Iterator[Batch]:
        """Draw an order and give its batches.

        Parameters
        ----------
        epoch : int
            Number of the epoch, from 0, which the order depends on.
        most : int, optional
            Batches after which to break off.

        Returns
        -------
        batches : iterator of Batch
        """
        order = self.sampler(self.codes, epoch, epoch_generator(self.seed, epoch))
        rows, codes, weights = self._with_new()
        if most is not None:
            ends = [places.stop for places in cut(-(-len(order) // self.n_ranks), self.batch_size)]
            order = order[: ends[min(most, len(ends)) - 1] * self.n_ranks]
        self.drawn = np.bincount(codes[order], minlength=len(self.drawn))
        # A copy, as a user's function may give what tensors cannot share.
        order = shard(order, self.rank, self.n_ranks).copy()
        return feed(
            rows,
            torch.from_numpy(codes),
            None if weights is None else torch.from_numpy(weights).to(weights_dtype(self.dtype)),
            torch.from_numpy(order),
            self.batch_size,
            self.device,
            self.dtype,
            self._augment(order),
        )

    def mean_draws(self) -> FloatArray:
        """Compute how much each class counts in an epoch, weights included.

        Returns
        -------
        draws : ndarray of float64, shape (n_classes,)
        """
        draws = self.sampler.draws_per_class(self.counts)
        return draws if self.weights is None else draws * self._mean_weights(self.weights)

    def _mean_weights(self, weights: FloatArray) -> FloatArray:
        """Mean weight of the rows of each class."""
        totals = np.bincount(self.codes, weights, minlength=len(self.drawn))
        return np.asarray(totals / np.maximum(1, self.counts))

    def _with_new(self) -> tuple[Rows, IntArray, FloatArray | None]:
        new = getattr(self.sampler, "new_rows_", None)
        if new is None or not len(new):
            return self.rows, self.codes, self.weights
        codes = np.concatenate([self.codes, self.sampler.new_codes_])
        weights = self.weights
        if weights is not None:
            # A new row weighs what the rows of its class do on average.
            mean = self._mean_weights(weights)
            weights = np.concatenate([weights, mean[self.sampler.new_codes_]])
        return extended(self.rows, new), codes, weights

    def _augment(self, order: IntArray) -> Any:
        if not isinstance(self.sampler, AugmentedBatches):
            return None
        is_repeat = torch.from_numpy(self.sampler.repeats(order)).to(self.device)
        transform = self.sampler.transform

        def augment(inputs: Any, places: slice) -> Any:
            flags = is_repeat[places]
            if not bool(flags.any()):
                return inputs
            if not isinstance(inputs, Tensor):
                msg = (
                    "AugmentedBatches need rows that are one tensor each. Augment in the data set."
                )
                raise TypeError(msg)
            repeats = inputs[flags]
            made = transform(repeats)
            if getattr(made, "shape", None) != repeats.shape:
                msg = (
                    f"transform of AugmentedBatches made {getattr(made, 'shape', made)} of rows of "
                    f"shape {tuple(repeats.shape)}. Let it return a tensor of the same shape."
                )
                raise ValueError(msg)
            changed = inputs.clone()
            changed[flags] = made
            return changed

        return augment


def _in_numpy(rows: Rows) -> NDArray[Any] | None:
    if not isinstance(rows, TensorRows) or rows.values.dtype == torch.bfloat16:
        return None
    array: NDArray[Any] = rows.values.flatten(1).cpu().numpy()
    return array


def weights_dtype(dtype: torch.dtype) -> torch.dtype:
    """Return the dtype of weights for a net that reads some dtype: that of its losses."""
    return torch.float64 if dtype == torch.float64 else torch.float32
