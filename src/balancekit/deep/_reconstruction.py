"""Rows that a net reproduces: training it, and measuring how far off it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from scipy.linalg import cholesky, solve_triangular
from sklearn.covariance import LedoitWolf
from torch import Tensor, nn
from torch.optim import Optimizer

from balancekit.core.recipes import FloatArray
from balancekit.deep._feed import Batch
from balancekit.deep._precision import Precision
from balancekit.deep._training import mean_loss

ERRORS = ("absolute", "squared", "euclidean", "mahalanobis")
# Their covariance takes 128 MiB; its inverse some seconds.
MOST_COVARIED = 4_096
# More rows change a covariance by less than its shrinkage does.
MOST_COVARIANCE_ROWS = 100_000


def reproduce(module: nn.Module, rows: Tensor) -> Tensor:
    """Let a net reproduce rows, and check that it gives such.

    Parameters
    ----------
    module : nn.Module
        The net.
    rows : Tensor of float, shape (n, ...)
        Rows.

    Returns
    -------
    reproduced : Tensor, of the same shape

    Raises
    ------
    TypeError, ValueError
        If the net gives something else.
    """
    given = module(rows)
    if not isinstance(given, Tensor):
        msg = (
            f"module gave an object of type {type(given).__name__}. Let its forward return rows "
            "as one tensor."
        )
        raise TypeError(msg)
    if given.shape != rows.shape:
        msg = (
            f"module gave shape {tuple(given.shape)} for rows of shape {tuple(rows.shape)}. Let it "
            "map rows to rows of the same shape."
        )
        raise ValueError(msg)
    return given


def train_to_reproduce(
    module: nn.Module,
    optimizer: Optimizer,
    batches: Iterable[Batch],
    noise: float,
    max_gradient_norm: float | None,
) -> float:
    """Train a net for an epoch, by squared error.

    Parameters
    ----------
    module : nn.Module
        The net.
    optimizer : Optimizer
        What makes the steps.
    batches : iterable of Batch
        Rows, on the device of the net.
    noise : float
        Standard deviation of what is added to rows that are to be reproduced without it.
    max_gradient_norm : float or None
        What gradients are scaled down to, if they are longer.

    Returns
    -------
    loss : float
        Mean over rows.

    Raises
    ------
    ValueError
        If the loss is not finite in the end.
    """
    module.train()
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    precision = Precision(None, parameters[0].device)
    values, sizes = [], []
    for rows, _, _ in batches:
        seen = rows + noise * torch.randn_like(rows) if noise else rows
        loss = nn.functional.mse_loss(reproduce(module, seen), rows)
        optimizer.zero_grad()
        precision.step(loss, optimizer, parameters, max_gradient_norm)
        values.append(loss.detach())
        sizes.append(len(rows))
    return mean_loss(values, sizes)


def residuals(module: nn.Module, blocks: Iterable[Tensor]) -> Iterator[FloatArray]:
    """Compute rows less what a net makes of them.

    Parameters
    ----------
    module : nn.Module
        The net.
    blocks : iterable of Tensor of float, shape (n, ...)
        Rows, on its device.

    Yields
    ------
    residuals : ndarray of float64, shape (n, n_features)
    """
    module.eval()
    for rows in blocks:
        with torch.inference_mode():
            reproduced = reproduce(module, rows)
        block: FloatArray = (rows.cpu().double() - reproduced.cpu().double()).flatten(1).numpy()
        yield block


class Whitening:
    """Distances of residuals from their mean, in units of their own spread.

    Parameters
    ----------
    residuals : ndarray of float64, shape (n_rows, n_features)
        Those of the rows that a net was trained on.

    Attributes
    ----------
    mean : ndarray of float64, shape (n_features,)
        Their mean.
    covariance : ndarray of float64, shape (n_features, n_features)
        Their covariance, shrunk.

    Raises
    ------
    ValueError
        If there is one row only.

    References
    ----------
    .. [1] O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional covariance
       matrices", Journal of Multivariate Analysis 88, 2004.
    """

    def __init__(self, residuals: FloatArray) -> None:
        if len(residuals) < 2:
            msg = (
                "error='mahalanobis' needs a covariance, and there is 1 sample of the known class. "
                "Pass 2 rows or more, or error='squared'."
            )
            raise ValueError(msg)
        estimate = LedoitWolf(store_precision=False).fit(residuals)
        self.mean: FloatArray = estimate.location_
        # Shrinkage may be none at all, and residuals all the same.
        floor = 1e-10 * np.trace(estimate.covariance_) / len(estimate.covariance_) + 1e-14
        self.covariance: FloatArray = estimate.covariance_ + floor * np.eye(residuals.shape[1])
        self._root = cholesky(self.covariance, lower=True)

    def distances(self, residuals: FloatArray) -> FloatArray:
        """Compute distances.

        Parameters
        ----------
        residuals : ndarray of float64, shape (n, n_features)
            Residuals of any rows.

        Returns
        -------
        distances : ndarray of float64, shape (n,)
        """
        centred = (residuals - self.mean).T
        white = solve_triangular(self._root, centred, lower=True, check_finite=False)
        return np.asarray(np.sqrt((white**2).sum(axis=0)))


def measure(residuals: FloatArray, error: str, whitening: Whitening | None) -> FloatArray:
    """Make one number of the residuals of a row.

    Parameters
    ----------
    residuals : ndarray of float64, shape (n, n_features)
        Residuals.
    error : {"absolute", "squared", "euclidean", "mahalanobis"}
        Mean absolute value, mean square, length, or distance from the mean residual.
    whitening : Whitening or None
        For the last.

    Returns
    -------
    errors : ndarray of float64, shape (n,)
        Infinite where numbers were too large for the net.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if error == "absolute":
            found = np.abs(residuals).mean(axis=1)
        elif error == "squared":
            found = (residuals**2).mean(axis=1)
        elif error == "mahalanobis" and whitening is not None:
            found = whitening.distances(residuals)
        else:
            found = np.sqrt((residuals**2).sum(axis=1))
    return np.nan_to_num(found, nan=np.inf, posinf=np.inf)


def sample_of(ids: Any) -> Any:
    """Take rows in even steps, if there are more than a covariance needs.

    Parameters
    ----------
    ids : Tensor of int64, shape (n,)
        Rows.

    Returns
    -------
    ids : Tensor of int64
    """
    return ids[:: -(-len(ids) // MOST_COVARIANCE_ROWS)]
