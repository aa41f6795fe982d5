"""What estimators around a module share."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from balancekit.deep._nested import NestedParameters


class ModuleHolder(NestedParameters):
    """An estimator that trains a module."""

    module_: nn.Module

    @property
    def _place(self) -> torch.device:
        """Where the module is."""
        for parameter in self.module_.parameters():
            return parameter.device
        return torch.device("cpu")

    @property
    def _input_dtype(self) -> torch.dtype:
        """What the module reads: the dtype of its first parameter."""
        for parameter in self.module_.parameters():
            if parameter.is_floating_point():
                return parameter.dtype
        return torch.float32

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.three_d_array = True
        return tags
