"""The random stream: what is drawn, and in which order, is part of the interface.

Given a RandomState, samplers draw the same numbers as imbalanced-learn 0.14 in the same order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from balancekit.core.recipes import FloatArray, IntArray

# Seeds for other libraries are below this.
LARGEST_SEED = np.iinfo(np.int32).max


def random_stream(random_state: Any) -> np.random.RandomState:
    """Return the one stream that a call of `fit_resample` draws from.

    Parameters
    ----------
    random_state : None, int, RandomState or Generator
        None stands for NumPy's global stream. A Generator lends its bit generator, which moves on.

    Returns
    -------
    stream : RandomState
    """
    if isinstance(random_state, np.random.Generator):
        return np.random.RandomState(random_state.bit_generator)
    stream: np.random.RandomState = check_random_state(random_state)
    return stream


def dependency_seed(random_state: Any, stream: np.random.RandomState) -> Any:
    """Return what seeds another library's estimator inside a sampler, as in imbalanced-learn.

    Parameters
    ----------
    random_state : None, int, RandomState or Generator
        The sampler's parameter.
    stream : RandomState
        The stream made of it.

    Returns
    -------
    seed : int or RandomState
        An int itself, so that the estimator draws nothing from the stream; else the stream.
    """
    return random_state if isinstance(random_state, Integral) else stream


def seeded(estimator: Any, seed: Any) -> Any:
    """Seed an estimator that has no seed of its own.

    Parameters
    ----------
    estimator : estimator
        It is changed.
    seed : int or RandomState
        The seed.

    Returns
    -------
    estimator : estimator
        The same one.
    """
    if estimator.get_params(deep=False).get("random_state", seed) is None:
        estimator.set_params(random_state=seed)
    return estimator


def seeded_clone(estimator: Any, rng: np.random.RandomState) -> Any:
    """Clone an estimator and seed it, and the estimators inside it, where they have no seed.

    Parameters
    ----------
    estimator : estimator
        It is not changed.
    rng : RandomState
        The stream: one number is drawn for each estimator that takes a seed and has none.

    Returns
    -------
    seeded : estimator
        All its clones are the same.
    """
    copy = clone(estimator)
    inner = copy.get_params(deep=True)
    for part in (copy, *(inner[name] for name in sorted(inner))):
        is_unseeded = (
            hasattr(part, "get_params")
            and not isinstance(part, type)
            and part.get_params(deep=False).get("random_state", 0) is None
        )
        if is_unseeded:
            seeded(part, rng.randint(LARGEST_SEED))
    return copy


def reseeded_clone(estimator: Any, rng: np.random.RandomState) -> Any:
    """Clone an estimator and replace all its seeds, as scikit-learn does for members of ensembles.

    Parameters
    ----------
    estimator : estimator
        It is not changed.
    rng : RandomState
        The stream: one number is drawn for each `random_state`, by its name in sorted order.

    Returns
    -------
    reseeded : estimator
    """
    copy = clone(estimator)
    for name in sorted(copy.get_params(deep=True)):
        if name == "random_state" or name.endswith("__random_state"):
            copy.set_params(**{name: rng.randint(LARGEST_SEED)})
    return copy


def class_draws(
    rng: np.random.RandomState,
    rows_by_class: Sequence[IntArray],
    sizes: Mapping[int, int],
    *,
    replacement: bool,
) -> IntArray:
    """Draw rows of some classes, and take all rows of the others.

    Parameters
    ----------
    rng : RandomState
        The stream.
    rows_by_class : sequence of ndarray of int
        Rows of each class code.
    sizes : mapping of class code to int
        Rows to draw.
    replacement : bool
        Whether a row may be drawn again.

    Returns
    -------
    rows : ndarray of int
        Class after class.
    """
    return np.concatenate(
        [
            rows[rng.choice(len(rows), size=sizes[code], replace=replacement)]
            if code in sizes
            else rows
            for code, rows in enumerate(rows_by_class)
        ]
    )


def neighbor_draws(
    rng: np.random.RandomState, n_bases: int, n_neighbors: int, n_new: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Draw SMOTE's random numbers for one class.

    Parameters
    ----------
    rng : RandomState
        The stream.
    n_bases, n_neighbors : int
        Rows to start from, and neighbours of each.
    n_new : int
        New rows.

    Returns
    -------
    base : ndarray of int, shape (n_new,)
        Position of the base among the bases.
    neighbor : ndarray of int, shape (n_new,)
        Position of the partner among the neighbours of the base.
    step : ndarray of float64, shape (n_new,)
        Position between the two, in [0, 1).
    """
    pairs = rng.randint(0, n_bases * n_neighbors, size=n_new)
    base, neighbor = np.divmod(pairs, n_neighbors)
    return base, neighbor, rng.uniform(size=n_new)
