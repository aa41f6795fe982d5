"""One call of `fit`: read, split, build, bind, train."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import clone
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import DataLoader, IterableDataset

from balancekit.core.draws import LARGEST_SEED, random_stream
from balancekit.core.progress import progress_bar
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.targets import check_several_classes
from balancekit.deep._best_epoch import BestEpoch
from balancekit.deep._device import find_device
from balancekit.deep._examples import Examples, read_examples, row_weights, weights_of_classes
from balancekit.deep._inputs import check_inputs, remember_columns
from balancekit.deep._loaders import item_shape, loader_classes
from balancekit.deep._parts import (
    build_batches,
    build_loss,
    build_module,
    build_optimizer,
    build_scheduler,
)
from balancekit.deep._rows import narrowed
from balancekit.deep._saving import module_sizes
from balancekit.deep._sources import IndexedSource, LoaderSource, Source, codes_of
from balancekit.deep._split import split_rows
from balancekit.deep._training import train_epoch
from balancekit.deep._validation import Validation
from balancekit.deep.batches._seeds import torch_seed
from balancekit.deep.losses._base import BatchLoss


class Fitting:
    """One call of `fit` or `partial_fit`.

    Parameters
    ----------
    net : BalancedNetClassifier
        Written to.
    X, y, sample_weight : object
        What was passed.
    classes : array-like, optional
        All labels there will be.
    is_partial : bool, default=False
        Whether this is one epoch among others.
    """

    def __init__(
        self,
        net: Any,
        X: Any,
        y: Any,
        sample_weight: Any,
        classes: Any = None,
        is_partial: bool = False,
    ) -> None:
        self.net, self.X, self.y, self.sample_weight = net, X, y, sample_weight
        self.classes, self.is_partial = classes, is_partial
        self.goes_on = (is_partial or net.warm_start) and hasattr(net, "module_")
        if isinstance(X, IterableDataset):
            self.X = DataLoader(X, batch_size=net.batch_size)

    def run(self, X_val: Any = None, y_val: Any = None) -> None:
        """Train.

        Parameters
        ----------
        X_val, y_val : object
            Rows to validate by, and their labels.
        """
        net = self.net
        if not self.goes_on:
            for name in ("module_", "criterion_", "optimizer_"):
                net.__dict__.pop(name, None)
            net.seed_ = int(random_stream(net.random_state).randint(LARGEST_SEED))
            net.history_, net.n_epochs_ = [], 0
        net.best_epoch_ = None
        if isinstance(self.X, DataLoader):
            self._run_loader(X_val, y_val)
        else:
            self._run_rows(X_val, y_val)
        net.module_.eval()

    def _run_rows(self, X_val: Any, y_val: Any) -> None:
        net = self.net
        examples = read_examples(self.X, self.y, self.sample_weight, net)
        if self.goes_on:
            check_inputs(net, self.X)
        if not self.is_partial:
            check_several_classes(examples.labels)
        held_out: Examples | None = None
        holds_out = net.early_stopping and X_val is None and not self.is_partial
        if holds_out:
            ids, ids_out = split_rows(examples.labels, net.validation_fraction, net.seed_)
            examples, held_out = examples.take(ids), examples.take(ids_out)
        codes = self._find_classes(examples)
        self._count(codes, examples.weights)
        of_classes = weights_of_classes(net.class_weight, net.classes_, net.class_counts_)
        weights = row_weights(examples, codes, of_classes)
        device = find_device(net.device, examples.rows)
        with seeded(net.seed_, net.n_epochs_, device):
            self._build(examples.rows, device)
            self._check_weights(weights)
            source = IndexedSource(
                narrowed(examples.rows, net._input_dtype),
                codes,
                weights,
                clone(build_batches(net.batches, net._nested("batches"))),
                net.classes_,
                net.batch_size,
                net.seed_,
                net._place,
                net._input_dtype,
            )
            validation = None
            if held_out is not None:
                validation = Validation(net, held_out, of_classes)
            elif X_val is not None:
                validation = Validation.read(net, X_val, y_val, of_classes)
            self._train(source, validation)
        draws = source.sampler.draws_per_class(source.counts)
        if weights is not None:
            totals = np.bincount(codes, weights, minlength=len(draws))
            draws = draws * totals / np.maximum(1, source.counts)
        self._find_effective_prior(draws)

    def _run_loader(self, X_val: Any, y_val: Any) -> None:
        net, loader = self.net, self.X
        for name, value in (("y", self.y), ("sample_weight", self.sample_weight)):
            if value is not None:
                msg = f"{name} was passed with a loader, whose batches have all. Leave it out."
                raise ValueError(msg)
        if net.batches != "natural":
            msg = (
                f"batches={net.batches!r} choose rows by number, and a loader has batches of its "
                "own. Pass its data set, or an EpochSampler to the loader."
            )
            raise ValueError(msg)
        classes, counts = loader_classes(loader, net.class_prior)
        if not self.goes_on:
            net.classes_ = classes
        totals = np.zeros(len(net.classes_))
        totals[codes_of(classes, net.classes_)] = counts
        before = net.class_counts_ if self.goes_on and self.is_partial else 0.0
        net.class_counts_ = before + totals
        net.natural_prior_ = net.class_counts_ / net.class_counts_.sum()
        of_classes = weights_of_classes(net.class_weight, net.classes_, net.class_counts_)
        device = find_device(net.device)
        with seeded(net.seed_, net.n_epochs_, device):
            self._build(loader, device)
            self._check_weights(of_classes)
            source = LoaderSource(
                loader, net.classes_, net._place, net._input_dtype, _scaled(of_classes, totals)
            )
            if net.early_stopping and X_val is None and not self.is_partial:
                msg = "early_stopping=True cannot hold out rows of a loader. Pass X_val to fit."
                raise ValueError(msg)
            validation = None
            if X_val is not None:
                validation = Validation.read(net, X_val, y_val, of_classes)
            self._train(source, validation)
        self._find_effective_prior(source.drawn * (1 if of_classes is None else of_classes))

    def _find_classes(self, examples: Examples) -> IntArray:
        net = self.net
        if not self.goes_on:
            net.classes_ = examples.labels.classes
            if self.classes is not None:
                net.classes_ = np.unique(np.asarray(self.classes))
        return codes_of(examples.labels.values, net.classes_)

    def _count(self, codes: IntArray, weights: FloatArray | None) -> None:
        net = self.net
        scaled = None if weights is None else weights / weights.mean()
        counts = np.bincount(codes, scaled, minlength=len(net.classes_)).astype(np.float64)
        if self.goes_on and self.is_partial:
            counts += net.class_counts_
        net.class_counts_, net.natural_prior_ = counts, counts / counts.sum()

    def _build(self, rows: Any, device: torch.device) -> None:
        """Make the parts, or go on with those there are."""
        net = self.net
        if not self.goes_on:
            is_loader = isinstance(rows, DataLoader)
            shape = None if is_loader else rows.shape
            if is_loader:
                net._row_shape = None
            else:
                remember_columns(net, self.X, rows)
            known = item_shape(rows) if shape is None else shape
            sizes = module_sizes(known, len(net.classes_))
            module = build_module(net.module, net._nested("module"), sizes)
            net.module_ = module.to(device)
        if not (self.goes_on and self.is_partial):
            net.criterion_ = build_loss(net.criterion, net._nested("criterion")).to(device)
        net.criterion_.bind(net.class_counts_)
        if not hasattr(net, "optimizer_"):
            trained = [part for part in net.module_.parameters() if part.requires_grad]
            net.optimizer_ = build_optimizer(net.optimizer, net._nested("optimizer"), trained)

    def _check_weights(self, weights: FloatArray | None) -> None:
        if weights is not None and isinstance(self.net.criterion_, BatchLoss):
            name = "class_weight" if self.sample_weight is None else "sample_weight"
            loss = getattr(self.net.criterion_, "loss", self.net.criterion_)
            msg = (
                f"{name} multiplies the losses of rows, and {type(loss).__name__} is a loss of the "
                "batch as a whole. Leave it out, or take a SampleLoss such as 'cross_entropy'."
            )
            raise ValueError(msg)

    def _train(self, source: Source, validation: Validation | None) -> None:
        net = self.net
        n_epochs = 1 if self.is_partial else net.max_epochs
        by_batch = net.scheduler_step == "batch"
        scheduler = self._schedule(source, n_epochs, by_batch)
        best = BestEpoch(net.n_iter_no_change, net.tol) if validation is not None else None
        callbacks = net.callbacks or []
        callbacks = [callbacks] if callable(callbacks) else list(callbacks)
        with progress_bar(net.progress, "epoch", type(net).__name__, n_epochs) as bar:
            for epoch in range(net.n_epochs_, net.n_epochs_ + n_epochs):
                torch.manual_seed(torch_seed(net.seed_, epoch))
                started = perf_counter()
                lr = net.optimizer_.param_groups[0]["lr"]
                loss = train_epoch(
                    net.module_,
                    net.criterion_,
                    net.optimizer_,
                    source.batches(epoch),
                    len(net.classes_),
                    net.max_gradient_norm,
                    scheduler.step if by_batch and scheduler is not None else None,
                )
                record = {
                    "epoch": epoch + 1,
                    "train_loss": loss,
                    "lr": float(lr),
                    "rows_per_class": source.drawn.tolist(),
                }
                if validation is not None:
                    record |= validation.score()
                record["seconds"] = perf_counter() - started
                net.history_.append(record)
                net.n_epochs_ = epoch + 1
                if bar is not None:
                    bar.set_postfix(loss=f"{record.get('valid_loss', loss):.4f}")
                    bar.update()
                if scheduler is not None and not by_batch:
                    _step(scheduler, record)
                is_over = best is not None and best.is_over(
                    epoch + 1, record["valid_score"], net.module_
                )
                asked = [callback(net) is True for callback in callbacks]
                if any(asked) or (is_over and net.early_stopping):
                    break
        if best is not None and net.early_stopping:
            best.restore(net.module_)
            net.best_epoch_ = best.epoch

    def _schedule(self, source: Source, n_epochs: int, by_batch: bool) -> Any:
        net = self.net
        if net.scheduler_step not in ("epoch", "batch"):
            msg = f"scheduler_step={net.scheduler_step!r} is unknown. Pass 'epoch' or 'batch'."
            raise ValueError(msg)
        n_steps = n_epochs
        if by_batch and net.scheduler is not None:
            of_epoch = source.n_steps
            n_steps = n_epochs * of_epoch if of_epoch is not None else 0
        return build_scheduler(net.scheduler, net._nested("scheduler"), net.optimizer_, n_steps)

    def _find_effective_prior(self, draws: NDArray[Any]) -> None:
        prior = self.net.criterion_.effective_prior(np.asarray(draws, dtype=np.float64))
        self.net.effective_prior_ = None if prior is None else prior.numpy()


@contextmanager
def seeded(seed: int, epoch: int, device: torch.device) -> Iterator[None]:
    """Let PyTorch draw from a stream of its own, and leave its global one as it was.

    Parameters
    ----------
    seed, epoch : int
        Of the stream.
    device : torch.device
        Whose generator is used beside that of the CPU.
    """
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(torch_seed(seed, epoch))
        yield


def _scaled(of_classes: FloatArray | None, counts: FloatArray) -> FloatArray | None:
    if of_classes is None:
        return None
    return np.asarray(of_classes * counts.sum() / (of_classes * counts).sum())


def _step(scheduler: Any, record: dict[str, Any]) -> None:
    if isinstance(scheduler, ReduceLROnPlateau):
        scheduler.step(record.get("valid_loss", record["train_loss"]))
    else:
        scheduler.step()
