"""Training in several processes at once."""

from __future__ import annotations

from typing import Any

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


class World:
    """The processes that train one net together: those of `torch.distributed`, or this one alone.

    Attributes
    ----------
    rank, size : int
        Which process this is, of how many.
    """

    def __init__(self) -> None:
        together = distributed.is_available() and distributed.is_initialized()
        self.size = distributed.get_world_size() if together else 1
        self.rank = distributed.get_rank() if together else 0

    def agreed(self, value: Any) -> Any:
        """Return what the first process has.

        Parameters
        ----------
        value : object
            Something that can be pickled.

        Returns
        -------
        value : object
            The same in all processes.
        """
        if self.size == 1:
            return value
        shared = [value]
        distributed.broadcast_object_list(shared, src=0)
        return shared[0]

    def mean(self, value: float) -> float:
        """Return the mean over processes.

        Parameters
        ----------
        value : float
            What this process has.

        Returns
        -------
        mean : float
        """
        if self.size == 1:
            return value
        gathered: list[Any] = [None] * self.size
        distributed.all_gather_object(gathered, value)
        return sum(gathered) / self.size

    def joined(self, module: nn.Module) -> nn.Module:
        """Let gradients of a module be averaged over processes.

        Parameters
        ----------
        module : nn.Module
            The net, whose weights become those of the first process.

        Returns
        -------
        module : nn.Module
            What to call in training.
        """
        if self.size == 1:
            return module
        device = next(module.parameters()).device
        ids = [device] if device.type == "cuda" else None
        return DistributedDataParallel(module, device_ids=ids)

    def share_buffers(self, module: nn.Module) -> None:
        """Give all processes the buffers of the first, such as running means.

        Parameters
        ----------
        module : nn.Module
            The net.
        """
        if self.size > 1:
            with torch.no_grad():
                for buffer in module.buffers():
                    distributed.broadcast(buffer, src=0)
