"""Parts of a net that are left as they are."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from balancekit.core.wording import suggest


class Freezing:
    """Parameters that are not trained, for as long as a phase lasts.

    Parameters
    ----------
    module : nn.Module
        The net. Parameters that need no gradient at first are never trained.
    trainable : "all", "last" or sequence of str
        What is trained; see `Phase`.

    Raises
    ------
    ValueError
        If a name is unknown, or nothing would be trained.
    """

    def __init__(self, module: nn.Module, trainable: str | Sequence[str]) -> None:
        self.module = module
        self._before = {name: each.requires_grad for name, each in module.named_parameters()}
        if isinstance(trainable, str):
            prefixes = [""] if trainable == "all" else [_last_layer(module)]
        else:
            prefixes = list(trainable)
            known = [*self._before, *(name for name, _ in module.named_modules() if name)]
            for name in prefixes:
                if name not in known:
                    msg = (
                        f"trainable names {name!r}, and the module has no such part."
                        f"{suggest(name, known)} Its parts are {', '.join(known)}."
                    )
                    raise ValueError(msg)
        self._prefixes = prefixes
        for name, parameter in module.named_parameters():
            parameter.requires_grad_(self._before[name] and self._is_within(name))
        if not any(parameter.requires_grad for parameter in module.parameters()):
            msg = f"trainable={trainable!r} leaves no parameter to train. Name others."
            raise ValueError(msg)
        self._at_rest = [
            part
            for name, part in module.named_modules()
            if isinstance(part, _NormBase) and not self._is_within(name)
        ]

    def _is_within(self, name: str) -> bool:
        return any(
            not each or name == each or name.startswith(f"{each}.") for each in self._prefixes
        )

    def train(self) -> None:
        """Put the net into training mode, but for frozen layers that normalise over the batch."""
        self.module.train()
        for part in self._at_rest:
            part.eval()

    def lift(self) -> None:
        """Let everything be trained again that was before."""
        for name, parameter in self.module.named_parameters():
            parameter.requires_grad_(self._before[name])


def _last_layer(module: nn.Module) -> str:
    """Name the last part that has parameters of its own."""
    owners = [name.rpartition(".")[0] for name, _ in module.named_parameters()]
    return owners[-1] if owners else ""
