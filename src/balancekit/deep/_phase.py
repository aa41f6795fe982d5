"""Phases of a training plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any

from balancekit.core.wording import suggest


def _check(value: Any, name: str, whole: bool = False) -> None:
    kind = Integral if whole else Real
    if not isinstance(value, kind) or isinstance(value, bool) or not 0 < value < float("inf"):
        msg = f"{name}={value!r} cannot be used. Pass a {'whole ' if whole else ''}number above 0."
        raise ValueError(msg)


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A part of a training, with batches, a loss and a pace of its own.

    A list of phases is a training plan. Each phase has a new optimiser, and the schedule of
    learning rates starts anew.

    Parameters
    ----------
    batches : str, BatchSampler, sampler or callable, default=None
        Which rows an epoch has; None is what the net has.
    loss : str, type, SampleLoss, BatchLoss or nn.Module, default=None
        The loss; None is what the net has.
    epochs : int or float, default=None
        How many epochs, or which share of `max_epochs`; None is what the other phases leave over.
    iterations : int, default=None
        How many steps, in place of epochs; the last epoch is broken off.
    lr_mult : float, default=1.0
        Factor of the learning rate.
    trainable : "all", "last" or sequence of str, default="all"
        Parameters that are trained: all; those of the last layer that has any; or those whose
        names, or the names of modules they are in, are listed. Others are frozen, and so are the
        means and variances of frozen layers that normalise over the batch.

    Raises
    ------
    TypeError, ValueError
        If a parameter is out of bounds, or both epochs and iterations are given.

    See Also
    --------
    BalancedNetClassifier : Takes phases, and presets by name.

    References
    ----------
    .. [1] M. Havaei, A. Davy, D. Warde-Farley, A. Biard, A. Courville, Y. Bengio, C. Pal, P.-M.
       Jodoin and H. Larochelle, "Brain tumor segmentation with deep neural networks", Medical Image
       Analysis 35, 2017.

    Examples
    --------
    >>> from balancekit.deep import Phase
    >>> plan = [
    ...     Phase(batches="over_sampled", epochs=15),
    ...     Phase(batches="natural", epochs=5, lr_mult=0.1, trainable="last"),
    ... ]
    """

    batches: Any = None
    loss: Any = None
    epochs: float | None = None
    iterations: int | None = None
    lr_mult: float = 1.0
    trainable: str | Sequence[str] = "all"

    def __post_init__(self) -> None:
        if self.epochs is not None and self.iterations is not None:
            msg = (
                f"epochs={self.epochs!r} and iterations={self.iterations!r} were both passed. "
                "Pass one of them."
            )
            raise ValueError(msg)
        if self.iterations is not None:
            _check(self.iterations, "iterations", whole=True)
        if self.epochs is not None:
            _check(self.epochs, "epochs", whole=isinstance(self.epochs, Integral))
            if not isinstance(self.epochs, Integral) and self.epochs >= 1:
                msg = f"epochs={self.epochs!r} is no share below 1. Pass an int for a number."
                raise ValueError(msg)
        _check(self.lr_mult, "lr_mult")
        if isinstance(self.trainable, str):
            if self.trainable not in ("all", "last"):
                msg = (
                    f"trainable={self.trainable!r} is unknown. Pass 'all', 'last', or a list of "
                    f"names such as [{self.trainable!r}]."
                )
                raise ValueError(msg)
        elif not self.trainable or not all(isinstance(name, str) for name in self.trainable):
            msg = f"trainable={self.trainable!r} names nothing. Pass 'all', 'last' or names."
            raise ValueError(msg)


# The net's own loss with class weights that start now: those of LDAM, or the class-balanced loss.
REWEIGHTED = "reweighted"

# The share of the last one is that of Cao and others, 2019; of the others, papers give none.
PRESETS = {
    "two-phase-over": (
        Phase(batches="over_sampled", epochs=0.75),
        Phase(batches="natural", lr_mult=0.1, trainable="last"),
    ),
    "two-phase-under": (
        Phase(batches="under_sampled", epochs=0.75),
        Phase(batches="natural", lr_mult=0.1, trainable="last"),
    ),
    "deferred-reweighting": (
        Phase(epochs=0.8),
        Phase(loss=REWEIGHTED, lr_mult=0.1),
    ),
}


def resolve_phases(phases: Any, max_epochs: int) -> list[Phase]:
    """Find the phases of a plan, each with a number of epochs or iterations.

    Parameters
    ----------
    phases : None, str or sequence of Phase
        The plan; None is one phase.
    max_epochs : int
        Epochs in all, of which phases without a number have what others leave over.

    Returns
    -------
    phases : list of Phase

    Raises
    ------
    TypeError, ValueError
        If there is no such preset, no phase, or nothing left over for one.
    """
    if phases is None:
        return [Phase(epochs=max_epochs)]
    if isinstance(phases, str):
        if phases not in PRESETS:
            known = ", ".join(map(repr, PRESETS))
            msg = (
                f"phases={phases!r} is unknown.{suggest(phases, PRESETS)} Pass one of {known}, or "
                "a list of Phase."
            )
            raise ValueError(msg)
        plan: list[Any] = list(PRESETS[phases])
    else:
        plan = [phases] if isinstance(phases, Phase) else list(phases)
    if not plan or not all(isinstance(phase, Phase) for phase in plan):
        msg = f"phases={phases!r} is no plan. Pass a list of Phase, or the name of a preset."
        raise TypeError(msg)
    numbers = [_epochs_of(phase, max_epochs) for phase in plan]
    is_open = [phase.epochs is None and phase.iterations is None for phase in plan]
    left = max_epochs - sum(numbers)
    shares = _split(left, sum(is_open))
    resolved = []
    for phase, number, takes_rest in zip(plan, numbers, is_open, strict=True):
        if takes_rest:
            number = shares.pop()
            if number < 1:
                msg = (
                    f"The phases leave {left} of max_epochs={max_epochs} for those without a "
                    "number. Raise max_epochs, or give each phase its epochs."
                )
                raise ValueError(msg)
        resolved.append(phase if phase.iterations is not None else replace(phase, epochs=number))
    return resolved


def _epochs_of(phase: Phase, max_epochs: int) -> int:
    if phase.epochs is None:
        return 0
    if isinstance(phase.epochs, Integral):
        return int(phase.epochs)
    return max(1, round(float(phase.epochs) * max_epochs))


def _split(total: int, n_parts: int) -> list[int]:
    return [total // n_parts + (part < total % n_parts) for part in range(n_parts)]
