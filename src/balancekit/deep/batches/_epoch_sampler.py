"""Batch samplers for a DataLoader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sklearn.base import clone
from torch import distributed
from torch.utils.data import Sampler

from balancekit.core.labels import Labels
from balancekit.core.recipes import IntArray
from balancekit.deep.batches._base import check_whole
from balancekit.deep.batches._resolve import resolve_batches
from balancekit.deep.batches._seeds import epoch_generator
from balancekit.deep.batches._sharding import shard


class EpochSampler(Sampler[int]):
    """Let a batch sampler choose the rows that a DataLoader loads.

    Pass it as ``DataLoader(dataset, batch_size, sampler=EpochSampler(y))``.

    Parameters
    ----------
    y : array-like, series, tensor or indicator matrix, of n_rows entries
        The label of each row of the data set, in its order; strings, integers or anything that
        samplers take.
    batches : str, BatchSampler, sampler or callable, default="class_aware"
        Anything that `resolve_batches` takes. It is cloned.
    seed : int, default=0
        With the epoch, it decides which rows are drawn, and in which order. It has to be the same
        in all processes.
    num_replicas : int, default=None
        Processes that train together. None is that of `torch.distributed`, where it is
        initialised, and 1 elsewhere.
    rank : int, default=None
        Which of these this process is. None is that of `torch.distributed`, and 0 for one process.
    X : ndarray of shape (n_rows, n_columns), default=None
        Rows as numbers, for a sampler with `fit_resample` that needs them in order to choose.

    Attributes
    ----------
    epoch : int
        The epoch that the next iteration is; save it to resume.
    classes : ndarray of shape (n_classes,)
        The sorted labels.
    batches : BatchSampler
        The clone that draws.

    Raises
    ------
    ValueError
        If an argument cannot be used, or the batch sampler makes new rows, which are not in the
        data set.
    TypeError
        If an argument is of a wrong type.

    Notes
    -----
    Each iteration is another epoch: the number goes up when one begins, and so also if it is left
    early. `set_epoch` is not needed, but does no harm.

    In several processes, all draw the same order, and each takes every num_replicas-th row of it,
    so that together, they load what one process would. The order is filled up from its beginning,
    so that all have equally many.

    `len` draws the next epoch, as does an iteration; it is drawn once.

    Examples
    --------
    >>> import torch
    >>> from torch.utils.data import DataLoader, TensorDataset
    >>> from balancekit.deep.batches import EpochSampler
    >>> X, y = torch.arange(8.0)[:, None], torch.tensor([0, 0, 0, 0, 0, 0, 1, 1])
    >>> loader = DataLoader(TensorDataset(X, y), batch_size=4, sampler=EpochSampler(y))
    >>> [labels.sum().item() for rows, labels in loader]
    [2, 2]
    """

    def __init__(
        self,
        y: Any,
        batches: Any = "class_aware",
        *,
        seed: int = 0,
        num_replicas: int | None = None,
        rank: int | None = None,
        X: Any = None,
    ) -> None:
        super().__init__()
        labels = Labels(y)
        if not len(labels):
            msg = "y has no rows. Pass the label of each row of the data set."
            raise ValueError(msg)
        self.seed = check_whole(seed, "seed")
        self.num_replicas, self.rank = _place(num_replicas, rank)
        self.epoch = 0
        self.classes = labels.classes
        self.batches = clone(resolve_batches(batches)).bind(labels.classes, X, self.seed)
        self._codes = labels.codes
        self._drawn: tuple[int, IntArray] | None = None

    def set_epoch(self, epoch: int) -> None:
        """Go to an epoch.

        Parameters
        ----------
        epoch : int
            The epoch of the next iteration, from 0.

        Raises
        ------
        TypeError
            If it is no integer.
        ValueError
            If it is negative.
        """
        self.epoch = check_whole(epoch, "epoch")

    def __len__(self) -> int:
        return len(self._shard())

    def __iter__(self) -> Iterator[int]:
        rows = self._shard()
        self.epoch += 1
        return iter(rows.tolist())

    def _shard(self) -> IntArray:
        """Draw this process's rows of the epoch."""
        return shard(self._order(), self.rank, self.num_replicas)

    def _order(self) -> IntArray:
        if self._drawn is None or self._drawn[0] != self.epoch:
            order = self.batches(self._codes, self.epoch, epoch_generator(self.seed, self.epoch))
            n_rows = len(self._codes)
            if order.max() >= n_rows or order.min() < 0:
                msg = (
                    f"{self.batches!r} draws rows beyond the {n_rows} that y has labels of, such "
                    "as new ones that a sampler makes. A data set does not have these: resample "
                    "before and load what comes out, or take a sampler that only chooses rows, "
                    "such as OverSampledBatches."
                )
                raise ValueError(msg)
            self._drawn = self.epoch, order
        return self._drawn[1]


def _place(num_replicas: int | None, rank: int | None) -> tuple[int, int]:
    """Return how many processes there are, and which of them this is."""
    together = distributed.is_available() and distributed.is_initialized()
    if num_replicas is None:
        num_replicas = distributed.get_world_size() if together else 1
    if check_whole(num_replicas, "num_replicas") == 0:
        msg = "num_replicas=0 leaves no process. Pass 1 or more."
        raise ValueError(msg)
    if rank is None:
        if not together and num_replicas > 1:
            msg = (
                f"num_replicas={num_replicas}, and rank is not given. Pass which of these this "
                f"process is, from 0 to {num_replicas - 1}."
            )
            raise ValueError(msg)
        rank = distributed.get_rank() if together else 0
    if check_whole(rank, "rank") >= num_replicas:
        msg = (
            f"rank={rank} is not among {num_replicas} processes. Pass one from 0 to "
            f"{num_replicas - 1}, and num_replicas with it."
        )
        raise ValueError(msg)
    return int(num_replicas), int(rank)
