"""One call of `fit`: read, split, build, bind, train."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import clone
from torch.utils.data import DataLoader, IterableDataset

from balancekit.core.draws import LARGEST_SEED, random_stream
from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.targets import check_several_classes
from balancekit.core.wording import list_names
from balancekit.deep._checkpoint import Checkpoint
from balancekit.deep._codes import codes_of
from balancekit.deep._device import find_device
from balancekit.deep._distributed import World
from balancekit.deep._examples import Examples, read_examples, row_weights, weights_of_classes
from balancekit.deep._inputs import check_inputs, remember_columns
from balancekit.deep._loader_source import LoaderSource
from balancekit.deep._loaders import item_shape, loader_classes
from balancekit.deep._parts import build_batches, build_module
from balancekit.deep._phase import Phase, resolve_phases
from balancekit.deep._rows import narrowed
from balancekit.deep._run import Run
from balancekit.deep._saving import module_sizes
from balancekit.deep._sources import IndexedSource, Source
from balancekit.deep._split import split_rows
from balancekit.deep._validation import Validation
from balancekit.deep.batches._seeds import torch_seed

LOADERS_BATCHES = (
    "batches={!r} choose rows by number, and a loader has batches of its own. Pass its data set, "
    "or an EpochSampler to the loader."
)


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
        self.world = World()
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
        if X_val is None and y_val is not None:
            msg = "y_val was passed without X_val. Pass both, or neither."
            raise ValueError(msg)
        if not self.goes_on:
            for name in ("module_", "criterion_", "optimizer_"):
                net.__dict__.pop(name, None)
            net.seed_ = int(random_stream(net.random_state).randint(LARGEST_SEED))
            net.history_, net.n_epochs_ = [], 0
        self.checkpoint = Checkpoint(net)
        if self.checkpoint.state is not None:
            net.seed_ = self.checkpoint.state["seed"]
        net.seed_ = self.world.agreed(net.seed_)
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
        self._set_classes(examples.labels.classes)
        codes = codes_of(examples.labels.values, net.classes_)
        self._count(codes, examples.weights)
        of_classes = weights_of_classes(net.class_weight, net.classes_, net.class_counts_)
        weights = row_weights(examples, codes, of_classes)
        device = find_device(net.device, examples.rows)
        with seeded(net.seed_, net.n_epochs_, device):
            self._build(examples.rows, device)
            rows = narrowed(examples.rows, net._input_dtype)
            self.checkpoint.check(rows, codes)

            def make_source(phase: Phase) -> IndexedSource:
                own = phase.batches is None
                given = net._nested("batches") if own else {}
                sampler = build_batches(net.batches if own else phase.batches, given)
                return IndexedSource(
                    rows,
                    codes,
                    weights,
                    clone(sampler),
                    net.classes_,
                    net.batch_size,
                    net.seed_,
                    net._place,
                    net._input_dtype,
                    self.world.rank,
                    self.world.size,
                )

            validation = None
            if held_out is not None:
                validation = Validation(net, held_out, of_classes)
            elif X_val is not None:
                validation = Validation.read(net, X_val, y_val, of_classes)
            self._train(make_source, validation)

    def _run_loader(self, X_val: Any, y_val: Any) -> None:
        net, loader = self.net, self.X
        for name, value in (("y", self.y), ("sample_weight", self.sample_weight)):
            if value is not None:
                msg = f"{name} was passed with a loader, whose batches have all. Leave it out."
                raise ValueError(msg)
        if net.batches != "natural":
            raise ValueError(LOADERS_BATCHES.format(net.batches))
        classes, counts = loader_classes(loader, net.class_prior)
        self._set_classes(classes)
        totals = np.zeros(len(net.classes_))
        totals[codes_of(classes, net.classes_)] = counts
        before = net.class_counts_ if self.goes_on and self.is_partial else 0.0
        net.class_counts_ = before + totals
        net.natural_prior_ = net.class_counts_ / net.class_counts_.sum()
        of_classes = weights_of_classes(net.class_weight, net.classes_, net.class_counts_)
        device = find_device(net.device)
        with seeded(net.seed_, net.n_epochs_, device):
            self._build(loader, device)
            self.checkpoint.check(None, None)
            weights = _scaled(of_classes, totals)

            def make_source(phase: Phase) -> LoaderSource:
                if phase.batches not in (None, "natural"):
                    raise ValueError(LOADERS_BATCHES.format(phase.batches))
                return LoaderSource(loader, net.classes_, net._place, net._input_dtype, weights)

            if net.early_stopping and X_val is None and not self.is_partial:
                msg = "early_stopping=True cannot hold out rows of a loader. Pass X_val to fit."
                raise ValueError(msg)
            validation = None
            if X_val is not None:
                validation = Validation.read(net, X_val, y_val, of_classes)
            self._train(make_source, validation)

    def _set_classes(self, found: NDArray[Any]) -> None:
        """Learn which classes there are from those in y, or those that were named."""
        net = self.net
        named = found if self.classes is None else Labels(self.classes).classes
        if not self.goes_on:
            if len(named) < 2:
                msg = (
                    f"There is 1 class, {list_names(named.tolist())}, and a net needs two. Add "
                    "rows of another, or name all that there will be as classes in partial_fit."
                )
                raise ValueError(msg)
            net.classes_ = named
        elif self.classes is not None and not np.array_equal(named, net.classes_):
            msg = (
                f"classes={self.classes!r} are not those of the first call, "
                f"{list_names(net.classes_.tolist())}. Leave them out."
            )
            raise ValueError(msg)

    def _count(self, codes: IntArray, weights: FloatArray | None) -> None:
        net = self.net
        scaled = None if weights is None else weights / weights.mean()
        counts = np.bincount(codes, scaled, minlength=len(net.classes_)).astype(np.float64)
        if self.goes_on and self.is_partial:
            counts += net.class_counts_
        net.class_counts_, net.natural_prior_ = counts, counts / counts.sum()

    def _build(self, rows: Any, device: torch.device) -> None:
        """Make the module, or go on with the one there is."""
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

    def _train(self, make_source: Callable[[Phase], Source], validation: Validation | None) -> None:
        net = self.net
        phases = (
            [Phase(epochs=1)] if self.is_partial else resolve_phases(net.phases, net.max_epochs)
        )
        run = Run(
            net, phases, make_source, validation, self.checkpoint, self.world, self.is_partial
        )
        self._find_effective_prior(run.go().mean_draws())

    def _find_effective_prior(self, draws: NDArray[Any]) -> None:
        before = self.net._draws if self.goes_on and self.is_partial else 0.0
        self.net._draws = before + np.asarray(draws, dtype=np.float64)
        prior = self.net.criterion_.effective_prior(self.net._draws)
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
