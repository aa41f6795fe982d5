"""One call of `fit` of a net that knows one class: choose, standardise, train, draw a line."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.utils.data import Dataset

from balancekit.core.draws import LARGEST_SEED, random_stream
from balancekit.core.labels import Labels
from balancekit.core.progress import progress_bar
from balancekit.core.wording import list_names, suggest
from balancekit.deep._autoencoder_module import Autoencoder
from balancekit.deep._best_epoch import BestEpoch
from balancekit.deep._dataset_labels import labels_of
from balancekit.deep._device import find_device
from balancekit.deep._feed import feed
from balancekit.deep._fitting import seeded
from balancekit.deep._inputs import remember_columns
from balancekit.deep._loaders import item_shape
from balancekit.deep._parts import build_module, build_optimizer
from balancekit.deep._prepared_rows import PreparedRows, column_statistics
from balancekit.deep._reconstruction import (
    MOST_COVARIED,
    Whitening,
    sample_of,
    train_to_reproduce,
)
from balancekit.deep._rows import read_rows
from balancekit.deep.batches._seeds import epoch_generator, torch_seed

MODULES = {"autoencoder": Autoencoder}
# Share of known rows beyond the line that is drawn without being told where.
FALSE_ALARMS = 0.05


class OneClassFitting:
    """One call of `fit`.

    Parameters
    ----------
    detector : AutoencoderNoveltyDetector
        Written to.
    X, y : object
        What was passed.
    """

    def __init__(self, detector: Any, X: Any, y: Any) -> None:
        self.detector, self.X = detector, X
        self.rows = read_rows(X)
        self.known = torch.from_numpy(self._known_rows(y))
        self.seed = int(random_stream(detector.random_state).randint(LARGEST_SEED))
        self.train_ids, self.ids_out = self._split()

    def run(self) -> None:
        """Train, and draw the line."""
        detector = self.detector
        detector.__dict__.pop("offset_", None)
        remember_columns(detector, self.X, self.rows)
        shape = self.rows.shape or item_shape(self.rows)
        n_features = None if shape is None else int(np.prod(shape))
        _check_width(detector.error, n_features)
        self._standardise()
        device = find_device(detector.device, self.rows)
        with seeded(self.seed, 0, device):
            sizes = {} if n_features is None else _sizes(n_features)
            given = detector._nested("module")
            module = build_module(detector.module, given, sizes, MODULES)
            detector.module_ = module.to(device)
            trained = [each for each in module.parameters() if each.requires_grad]
            given = detector._nested("optimizer")
            self._train(build_optimizer(detector.optimizer, given, trained))
        detector.module_.eval()
        detector._whitening = None
        if detector.error == "mahalanobis":
            blocks = detector._residuals(self.rows, sample_of(self.train_ids))
            detector._whitening = Whitening(np.concatenate(list(blocks)))
        detector.offset_ = self._offset()

    def _known_rows(self, y: Any) -> Any:
        detector = self.detector
        wanted = detector.known_class
        if y is None and wanted is not None:
            if not isinstance(self.X, Dataset):
                msg = (
                    f"known_class={wanted!r} was set, and fit was given no labels. Pass y, or only "
                    "rows of that class with known_class=None."
                )
                raise ValueError(msg)
            y = labels_of(self.X)
        if y is None:
            detector.known_class_ = None
            return np.arange(len(self.rows))
        labels = Labels(y)
        labels.check_one_for_each(len(self.rows))
        code = int(labels.counts.argmax()) if wanted is None else labels.code_of(wanted)
        if code is None:
            names = [labels.name(each) for each in range(len(labels.classes))]
            msg = (
                f"known_class={wanted!r} is no label in y.{suggest(wanted, names)} It has "
                f"{list_names(names)}."
            )
            raise ValueError(msg)
        detector.known_class_ = labels.name(code)
        return labels.rows_of(code)

    def _split(self) -> tuple[Tensor, Tensor | None]:
        """Hold out rows for early stopping."""
        n_known = len(self.known)
        if not self.detector.early_stopping:
            return self.known, None
        if n_known < 2:
            msg = (
                "early_stopping=True needs a row to train on and one to validate by, and there is "
                "1 sample of the known class. Pass more rows, or set early_stopping=False."
            )
            raise ValueError(msg)
        n_out = min(max(1, round(self.detector.validation_fraction * n_known)), n_known - 1)
        order = torch.from_numpy(np.random.default_rng(self.seed).permutation(n_known))
        return self.known[order[n_out:].sort()[0]], self.known[order[:n_out].sort()[0]]

    def _standardise(self) -> None:
        detector = self.detector
        detector.mean_ = detector.scale_ = None
        if detector.scale:
            rows = PreparedRows(self.rows, self.train_ids, None, None)
            detector.mean_, detector.scale_ = column_statistics(rows, detector.batch_size)

    def _train(self, optimizer: Optimizer) -> None:
        detector = self.detector
        rows = detector._prepare(self.rows, self.train_ids)
        no_codes = torch.zeros(len(rows), dtype=torch.int8)
        best = None
        if self.ids_out is not None:
            best = BestEpoch(detector.n_iter_no_change, detector.tol)
        detector.history_, detector.best_epoch_ = [], None
        name = type(detector).__name__
        with progress_bar(detector.progress, "epoch", name, detector.max_epochs) as bar:
            for epoch in range(detector.max_epochs):
                torch.manual_seed(torch_seed(self.seed, epoch))
                started = perf_counter()
                order = epoch_generator(self.seed, epoch).permutation(len(rows))
                batches = feed(
                    rows,
                    no_codes,
                    None,
                    torch.from_numpy(order),
                    detector.batch_size,
                    detector._place,
                    detector._input_dtype,
                )
                loss = train_to_reproduce(
                    detector.module_,
                    optimizer,
                    batches,
                    detector.noise,
                    detector.max_gradient_norm,
                )
                record: dict[str, Any] = {"epoch": epoch + 1, "train_loss": loss}
                if self.ids_out is not None:
                    record["valid_loss"] = self._valid_loss()
                record["seconds"] = perf_counter() - started
                detector.history_.append(record)
                detector.n_epochs_ = epoch + 1
                if bar is not None:
                    bar.set_postfix(loss=f"{record.get('valid_loss', loss):.4f}")
                    bar.update()
                if best is not None and best.is_over(
                    epoch + 1, -record["valid_loss"], detector.module_
                ):
                    break
        if best is not None:
            best.restore(detector.module_)
            detector.best_epoch_ = best.epoch

    def _valid_loss(self) -> float:
        """Mean squared error of the rows held out."""
        blocks = self.detector._residuals(self.rows, self.ids_out)
        return float(np.mean(np.concatenate([(block**2).mean(axis=1) for block in blocks])))

    def _offset(self) -> float:
        detector = self.detector
        ids, share = self.known, detector.contamination
        if share == "auto":
            ids, share = ids if self.ids_out is None else self.ids_out, FALSE_ALARMS
        return float(np.percentile(detector._score(self.rows, ids), 100 * share))


def _sizes(n_features: int) -> dict[str, int]:
    return dict.fromkeys(("n_features_in", "n_features", "n_outputs"), n_features)


def _check_width(error: str, n_features: int | None) -> None:
    if error == "mahalanobis" and n_features is not None and n_features > MOST_COVARIED:
        msg = (
            f"error='mahalanobis' needs the covariance of {n_features:,} columns with each other, "
            f"and {MOST_COVARIED:,} are the most it takes. Set error='squared'."
        )
        raise ValueError(msg)
