"""Scores of rows that are held out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from sklearn.metrics import check_scoring
from torch.utils.data import DataLoader, IterableDataset

from balancekit.core.recipes import FloatArray
from balancekit.deep._codes import codes_of
from balancekit.deep._examples import Examples, read_examples, row_weights
from balancekit.deep._inputs import check_inputs, input_blocks
from balancekit.deep._rows import narrowed
from balancekit.deep._training import compute_logits
from balancekit.deep.losses._base import SampleLoss


class Validation:
    """Rows to score a net by, after each epoch.

    Parameters
    ----------
    net : BalancedNetClassifier
        The net, with `classes_`.
    examples : Examples
        Rows held out.
    class_weights : ndarray of float64, shape (n_classes,), or None
        Weights of classes in the loss.
    """

    def __init__(self, net: Any, examples: Examples, class_weights: FloatArray | None) -> None:
        self.net = net
        self.rows = narrowed(check_inputs(net, examples.rows), net._input_dtype)
        codes = codes_of(examples.labels.values, net.classes_)
        self.labels = net.classes_[codes]
        self.codes = torch.from_numpy(codes)
        weights = row_weights(examples, codes, class_weights)
        self.weights = None if weights is None else torch.from_numpy(weights)
        self.native = self.rows.native(np.arange(len(codes)))
        self.scorer = None
        if net.scoring != "loss":
            self.scorer = check_scoring(net, net.scoring)

    @classmethod
    def read(cls, net: Any, X: Any, y: Any, class_weights: FloatArray | None) -> Validation:
        """Read rows that the user holds out.

        Parameters
        ----------
        net : BalancedNetClassifier
            The net.
        X, y : object
            As for `fit`.
        class_weights : ndarray of float64, shape (n_classes,), or None
            Weights of classes in the loss.

        Returns
        -------
        validation : Validation

        Raises
        ------
        TypeError, ValueError
            If they cannot be used; loaders, which may give other rows each time, cannot.
        """
        if isinstance(X, DataLoader | IterableDataset):
            msg = (
                f"X_val is a {type(X).__name__}. Pass its data set, or rows as X_val and their "
                "labels as y_val."
            )
            raise TypeError(msg)
        check_inputs(net, X)
        return cls(net, read_examples(X, y, None, net), class_weights)

    def score(self) -> dict[str, float]:
        """Score the net as it is now.

        Returns
        -------
        scores : dict
            ``valid_loss``, and ``valid_score``, of which more is better.
        """
        net = self.net
        blocks = input_blocks(self.rows, net.batch_size, net._place, net._input_dtype)
        logits = compute_logits(net.module_, blocks, len(net.classes_)).float().to(net._place)
        codes, loss = self.codes.to(net._place), net.criterion_.eval()
        with torch.inference_mode():
            if isinstance(loss, SampleLoss):
                losses = loss.per_sample(logits, codes).cpu().double()
                value = losses.mean() if self.weights is None else (losses * self.weights).mean()
            else:
                value = loss(logits, codes)
        found = float(value)
        score = -found
        if self.scorer is not None:
            with warnings.catch_warnings():
                # Names were checked, and tensors have none.
                warnings.filterwarnings("ignore", "X does not have valid feature names")
                score = float(self.scorer(net, self.native, self.labels))
        return {"valid_loss": found, "valid_score": score}
