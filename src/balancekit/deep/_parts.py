"""From a name, a class, a factory or an object to a part of a net."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer, lr_scheduler

from balancekit.deep._calling import (
    arguments_for,
    by_name,
    call,
    name_of,
    named_arguments,
    refuse_arguments,
)
from balancekit.deep._mlp import MLP
from balancekit.deep.batches._base import BatchSampler
from balancekit.deep.batches._resolve import BATCHES, resolve_batches
from balancekit.deep.losses._base import BatchLoss, SampleLoss
from balancekit.deep.losses._foreign import ForeignLoss
from balancekit.deep.losses._resolve import LOSSES

MODULES = {"mlp": MLP}


def build_module(
    module: Any,
    given: Mapping[str, Any],
    sizes: Mapping[str, int],
    names: Mapping[str, Any] = MODULES,
) -> nn.Module:
    """Build a module.

    Parameters
    ----------
    module : str, type, callable or nn.Module
        ``"mlp"``, a class, a factory, or a module, which is copied.
    given : mapping of str to object
        Arguments of the user.
    sizes : mapping of str to int
        Arguments to fill in where the constructor names them.
    names : mapping of str to type
        The modules that have a name.

    Returns
    -------
    built : nn.Module

    Raises
    ------
    TypeError, ValueError
        If it cannot be built.
    """
    if isinstance(module, nn.Module):
        refuse_arguments("module", module, given)
        return deepcopy(module)
    made = call(by_name(module, "module", names), "module", given, sizes)
    if not isinstance(made, nn.Module):
        msg = (
            f"module={name_of(module)} made an object of type {type(made).__name__}. Pass a class "
            "or factory of a torch.nn.Module."
        )
        raise TypeError(msg)
    return made


def build_loss(criterion: Any, given: Mapping[str, Any]) -> SampleLoss | BatchLoss:
    """Build a loss.

    Parameters
    ----------
    criterion : str, type, SampleLoss, BatchLoss or nn.Module
        A name, a class, or an object, which is copied. Losses that are no SampleLoss are taken as
        losses of the batch as a whole.
    given : mapping of str to object
        Arguments of the user.

    Returns
    -------
    loss : SampleLoss or BatchLoss

    Raises
    ------
    TypeError, ValueError
        If it cannot be built.
    """
    if isinstance(criterion, nn.Module):
        refuse_arguments("criterion", criterion, given)
        loss: Any = deepcopy(criterion)
    else:
        loss = call(by_name(criterion, "criterion", LOSSES), "criterion", given, {})
    if isinstance(loss, SampleLoss | BatchLoss):
        return loss
    if not isinstance(loss, nn.Module):
        msg = (
            f"criterion={name_of(criterion)} made an object of type {type(loss).__name__}. Pass a "
            "loss of balancekit.deep.losses or another torch.nn.Module."
        )
        raise TypeError(msg)
    return ForeignLoss(loss)


def build_batches(batches: Any, given: Mapping[str, Any]) -> BatchSampler:
    """Build a batch sampler.

    Parameters
    ----------
    batches : str, type, BatchSampler, sampler or callable
        What `resolve_batches` takes, or a class of batch samplers.
    given : mapping of str to object
        Arguments of the user.

    Returns
    -------
    sampler : BatchSampler

    Raises
    ------
    TypeError, ValueError
        If it cannot be built.
    """
    is_made_here = isinstance(batches, str) or (
        isinstance(batches, type) and issubclass(batches, BatchSampler)
    )
    if is_made_here and (given or isinstance(batches, type)):
        return resolve_batches(call(by_name(batches, "batches", BATCHES), "batches", given, {}))
    if given:
        refuse_arguments("batches", batches, given)
    return resolve_batches(batches)


def build_optimizer(optimizer: Any, given: Mapping[str, Any], parameters: Any) -> Optimizer:
    """Build an optimiser.

    Parameters
    ----------
    optimizer : str, type or callable
        A class of `torch.optim` or its name, in any case of letters, or a factory. Adam and AdamW
        are fused where they can be, unless the arguments say otherwise.
    given : mapping of str to object
        Arguments of the user.
    parameters : iterable of Parameter or of dict
        What it optimises.

    Returns
    -------
    built : Optimizer

    Raises
    ------
    TypeError, ValueError
        If it cannot be built.
    """
    if isinstance(optimizer, Optimizer):
        msg = (
            f"optimizer is a built {type(optimizer).__name__}, which holds the parameters of "
            "another module. Pass its class or name, and arguments such as optimizer__lr."
        )
        raise TypeError(msg)
    make = by_name(optimizer, "optimizer", _optimizers())
    arguments_for(make, "optimizer", given, {}, n_passed=1)
    parameters = list(parameters)
    if make in (torch.optim.Adam, torch.optim.AdamW) and _can_fuse(parameters, given):
        # One kernel for all parameters takes less than half the time of a small net's step.
        # An older torch has none for the CPU.
        with suppress(RuntimeError):
            return make(parameters, **given, fused=True)  # type: ignore[no-any-return]
    built: Optimizer = make(parameters, **given)
    closure = inspect.signature(built.step).parameters.get("closure")
    if closure is not None and closure.default is inspect.Parameter.empty:
        msg = (
            f"{type(built).__name__} computes the loss several times for one step, which training "
            "batch by batch does not do. Pass another optimizer, such as 'adam'."
        )
        raise ValueError(msg)
    return built


def _can_fuse(parameters: list[Any], given: Mapping[str, Any]) -> bool:
    if {"fused", "foreach", "capturable", "differentiable"} & given.keys():
        return False
    return all(
        isinstance(each, Tensor)
        and each.is_floating_point()
        and each.device.type in ("cpu", "cuda")
        for each in parameters
    )


def build_scheduler(
    scheduler: Any, given: Mapping[str, Any], optimizer: Optimizer, n_steps: int
) -> Any:
    """Build a schedule of learning rates.

    Parameters
    ----------
    scheduler : str, type, callable or None
        A class of `torch.optim.lr_scheduler` or its name, in any case of letters and with or
        without its ending "LR", or a factory.
    given : mapping of str to object
        Arguments of the user.
    optimizer : Optimizer
        Its learning rates change.
    n_steps : int
        Steps in all; filled in as `total_steps` or `T_max`, if these are taken and not given.

    Returns
    -------
    built : LRScheduler or None

    Raises
    ------
    TypeError, ValueError
        If it cannot be built.
    """
    if scheduler is None:
        if given:
            msg = f"scheduler__{next(iter(given))} was passed, but scheduler is None. Pass both."
            raise ValueError(msg)
        return None
    make = by_name(scheduler, "scheduler", _schedulers())
    fill = dict.fromkeys(("total_steps", "T_max"), n_steps)
    if "epochs" in given or "steps_per_epoch" in given:
        del fill["total_steps"]
    arguments = arguments_for(make, "scheduler", given, fill, n_passed=1)
    for group in optimizer.param_groups:
        # What the schedule before began with, if there was one.
        group["lr"] = group.pop("initial_lr", group["lr"])
    return make(optimizer, **arguments)


def arguments_of(part: str, value: Any) -> list[str]:
    """List the arguments that a part takes.

    Parameters
    ----------
    part : {"module", "criterion", "batches", "optimizer", "scheduler"}
        Which part.
    value : object
        What was passed as it.

    Returns
    -------
    names : list of str
        None if they cannot be known.
    """
    known: dict[str, Mapping[str, Any]] = {
        "module": MODULES,
        "criterion": LOSSES,
        "batches": BATCHES,
        "optimizer": _optimizers(),
        "scheduler": _schedulers(),
    }
    try:
        make = by_name(value, part, known[part])
    except (TypeError, ValueError):
        return []
    return list(named_arguments(make)[0])[part in ("optimizer", "scheduler") :]


def _classes(module: Any, base: type) -> dict[str, Any]:
    return {
        name.casefold(): value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, base) and value is not base
        if not name.startswith("_")
    }


def _optimizers() -> dict[str, Any]:
    return _classes(torch.optim, Optimizer)


def _schedulers() -> dict[str, Any]:
    known = _classes(lr_scheduler, lr_scheduler.LRScheduler)
    return {name.removesuffix("lr"): made for name, made in known.items()}
