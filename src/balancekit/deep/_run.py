"""The epochs of a call of `fit`, phase after phase."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

from balancekit.core.progress import progress_bar
from balancekit.deep._best_epoch import BestEpoch
from balancekit.deep._checkpoint import Checkpoint
from balancekit.deep._distributed import World
from balancekit.deep._freezing import Freezing
from balancekit.deep._parts import build_loss, build_optimizer, build_scheduler
from balancekit.deep._phase import REWEIGHTED, Phase
from balancekit.deep._precision import Precision
from balancekit.deep._sources import Source
from balancekit.deep._training import Trainer
from balancekit.deep._validation import Validation
from balancekit.deep.batches._seeds import torch_seed
from balancekit.deep.losses._base import BatchLoss, SampleLoss
from balancekit.deep.losses._class_balanced import ClassBalancedLoss
from balancekit.deep.losses._foreign import ForeignLoss
from balancekit.deep.losses._ldam import LDAMLoss


class Run:
    """Trains the module of a net by a plan.

    Parameters
    ----------
    net : BalancedNetClassifier
        Written to: parts, history, epochs.
    phases : list of Phase
        The plan.
    make_source : callable
        Makes the source of a phase.
    validation : Validation or None
        Rows held out.
    checkpoint : Checkpoint
        Where states are written to, and may come from.
    world : World
        The processes that train together.
    keeps_optimizer : bool
        Whether to go on with the parts that there are, as `partial_fit` does.
    """

    def __init__(
        self,
        net: Any,
        phases: list[Phase],
        make_source: Callable[[Phase], Source],
        validation: Validation | None,
        checkpoint: Checkpoint,
        world: World,
        keeps_optimizer: bool,
    ) -> None:
        self.net, self.phases, self.make_source = net, phases, make_source
        self.validation, self.checkpoint, self.world = validation, checkpoint, world
        self.keeps_optimizer = keeps_optimizer
        callbacks = net.callbacks or []
        self.callbacks = [callbacks] if callable(callbacks) else list(callbacks)
        for callback in self.callbacks:
            if not callable(callback):
                msg = f"callbacks has {callback!r}. Pass functions that take the net."
                raise TypeError(msg)
        if net.scheduler_step not in ("epoch", "batch"):
            msg = f"scheduler_step={net.scheduler_step!r} is unknown. Pass 'epoch' or 'batch'."
            raise ValueError(msg)

    def go(self) -> Source:
        """Train.

        Returns
        -------
        source : Source
            That of the last phase.
        """
        net, state = self.net, self.checkpoint.state
        first = 0 if state is None else state["phase"]
        total = sum(phase.epochs or 0 for phase in self.phases)
        is_known = all(phase.epochs for phase in self.phases)
        with progress_bar(
            net.progress and not self.world.rank,
            "epoch",
            type(net).__name__,
            int(total) if is_known else None,
        ) as bar:
            for number in range(first, len(self.phases)):
                course = _Course(self, number)
                try:
                    is_stopped = course.go(state if number == first else None, bar)
                finally:
                    course.freezing.lift()
                if is_stopped:
                    break
        return course.source


class _Course:
    """One phase on its way."""

    def __init__(self, run: Run, number: int) -> None:
        self.run, self.number = run, number
        self.phase = run.phases[number]
        net = self.net = run.net
        self.source = run.make_source(self.phase)
        if not (run.keeps_optimizer and hasattr(net, "criterion_")):
            net.criterion_ = loss_of(net, self.phase).to(net._place)
        net.criterion_.bind(net.class_counts_)
        if self.source.is_weighted and isinstance(net.criterion_, BatchLoss):
            loss: Any = net.criterion_
            if isinstance(loss, ForeignLoss):
                loss = loss.loss
            msg = (
                f"sample_weight and class_weight multiply the losses of rows, and "
                f"{type(loss).__name__} is a loss of the batch as a whole. Leave them out, or take "
                "a SampleLoss such as 'cross_entropy'."
            )
            raise ValueError(msg)
        self.freezing = Freezing(net.module_, self.phase.trainable)
        if not (run.keeps_optimizer and hasattr(net, "optimizer_")):
            net.optimizer_ = self._optimizer()
        self.scheduler = self._scheduler()
        self.precision = Precision(net.mixed_precision, net._place)
        self.best: BestEpoch | None = None
        if run.validation is not None:
            self.best = BestEpoch(net.n_iter_no_change, net.tol)
        self.epochs = self.steps = 0
        by_batch = net.scheduler_step == "batch" and self.scheduler is not None
        self.trainer = Trainer(
            run.world.joined(net.module_),
            net.criterion_,
            net.optimizer_,
            len(net.classes_),
            self.precision,
            net.max_gradient_norm,
            self.scheduler.step if by_batch else None,
        )

    def go(self, state: dict[str, Any] | None, bar: Any) -> bool:
        """Train to the end of the phase, and say whether a callback ended the training."""
        is_over, is_stopped = False, False
        if state is not None:
            self._load(state)
            is_over, is_stopped = state["is_over"], state["is_stopped"]
        while not (is_over or is_stopped or self._is_complete):
            record = self._epoch()
            if bar is not None:
                bar.set_postfix(loss=f"{record.get('valid_loss', record['train_loss']):.4f}")
                bar.update()
            is_over, is_stopped = self._look(record)
            if not self.run.world.rank:
                self.run.checkpoint.save(self._state(is_over, is_stopped))
        if self.best is not None and self.net.early_stopping:
            self.best.restore(self.net.module_)
            self.net.best_epoch_ = self.best.epoch
        return is_stopped

    @property
    def _is_complete(self) -> bool:
        if self.phase.iterations is not None:
            return self.steps >= self.phase.iterations
        return self.epochs >= (self.phase.epochs or 0)

    def _epoch(self) -> dict[str, Any]:
        net, world = self.net, self.run.world
        torch.manual_seed(torch_seed(net.seed_, net.n_epochs_) + world.rank)
        started = perf_counter()
        lr = float(net.optimizer_.param_groups[0]["lr"])
        most = None
        if self.phase.iterations is not None:
            most = self.phase.iterations - self.steps
        self.freezing.train()
        loss, n_steps = self.trainer.run(self.source.batches(net.n_epochs_, most))
        world.share_buffers(net.module_)
        self.epochs, self.steps = self.epochs + 1, self.steps + n_steps
        net.n_epochs_ += 1
        record: dict[str, Any] = {
            "epoch": net.n_epochs_,
            "phase": self.number + 1,
            "train_loss": world.mean(loss),
            "lr": lr,
            "n_steps": n_steps,
            "rows_per_class": self.source.drawn.tolist(),
        }
        if self.run.validation is not None:
            record |= world.agreed(self.run.validation.score())
        record["seconds"] = perf_counter() - started
        net.history_.append(record)
        return record

    def _look(self, record: dict[str, Any]) -> tuple[bool, bool]:
        """Say whether the phase is over, and whether the training is."""
        net = self.net
        if self.scheduler is not None and net.scheduler_step == "epoch":
            if isinstance(self.scheduler, ReduceLROnPlateau):
                self.scheduler.step(record.get("valid_loss", record["train_loss"]))
            else:
                self.scheduler.step()
        is_over = self.best is not None and self.best.is_over(
            net.n_epochs_, record["valid_score"], net.module_
        )
        asked = [callback(net) is True for callback in self.run.callbacks]
        return is_over and net.early_stopping, self.run.world.agreed(any(asked))

    def _optimizer(self) -> Any:
        net = self.net
        trained = [each for each in net.module_.parameters() if each.requires_grad]
        optimizer = build_optimizer(net.optimizer, net._nested("optimizer"), trained)
        for group in optimizer.param_groups:
            group["lr"] = group["lr"] * self.phase.lr_mult
        return optimizer

    def _scheduler(self) -> Any:
        net, n_steps = self.net, self.phase.epochs or 0
        if net.scheduler is not None and net.scheduler_step == "batch":
            n_steps = self.phase.iterations or self.phase.epochs * (self.source.n_steps or 0)
        given = net._nested("scheduler")
        return build_scheduler(net.scheduler, given, net.optimizer_, int(n_steps))

    def _state(self, is_over: bool, is_stopped: bool) -> dict[str, Any]:
        net = self.net
        return {
            "phase": self.number,
            "epochs": self.epochs,
            "steps": self.steps,
            "is_over": is_over,
            "is_stopped": is_stopped,
            "module": net.module_.state_dict(),
            "criterion": net.criterion_.state_dict(),
            "optimizer": net.optimizer_.state_dict(),
            "scheduler": None if self.scheduler is None else self.scheduler.state_dict(),
            "scaler": None if self.precision.scaler is None else self.precision.scaler.state_dict(),
            "best": None if self.best is None else self.best.state(),
            "history": net.history_,
            "n_epochs": net.n_epochs_,
            "seed": net.seed_,
        }

    def _load(self, state: dict[str, Any]) -> None:
        net = self.net
        net.module_.load_state_dict(state["module"])
        net.criterion_.load_state_dict(state["criterion"])
        net.optimizer_.load_state_dict(state["optimizer"])
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state["scheduler"])
        if self.precision.scaler is not None:
            self.precision.scaler.load_state_dict(state["scaler"])
        if self.best is not None:
            self.best.load(state["best"])
        self.epochs, self.steps = state["epochs"], state["steps"]
        net.history_, net.n_epochs_ = state["history"], state["n_epochs"]


def loss_of(net: Any, phase: Phase) -> SampleLoss | BatchLoss:
    """Build the loss of a phase.

    Parameters
    ----------
    net : BalancedNetClassifier
        Its `criterion` is the loss of phases without one.
    phase : Phase
        The phase.

    Returns
    -------
    loss : SampleLoss or BatchLoss
        Not bound.
    """
    given = net._nested("criterion")
    if phase.loss is None:
        return build_loss(net.criterion, given)
    if phase.loss != REWEIGHTED:
        return build_loss(phase.loss, {})
    loss = build_loss(net.criterion, given)
    return loss.start_reweighting() if isinstance(loss, LDAMLoss) else ClassBalancedLoss()
